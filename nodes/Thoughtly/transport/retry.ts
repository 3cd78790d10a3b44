import { isRedirect, outcomeOf } from './failure';
import type { Failure, Outcome } from './failure';
import { times } from './times';

/** What a request does in Thoughtly, which decides how carefully a failure is treated. */
export type RequestKind = 'read' | 'delete' | 'subscription' | 'contact' | 'call' | 'automation';

const ALL: RequestKind[] = ['read', 'delete', 'subscription', 'contact', 'call', 'automation'];

interface RetryRule {
	outcome: Outcome;
	kinds: RequestKind[];
	/** How often a request may have this outcome at most; refusals by the rate limit are bounded by time instead. */
	attempts: number;
	reason: string;
}

/** Which requests may be sent again after which outcome; what no row names is never repeated. */
export const RETRY_RULES: RetryRule[] = [
	{
		outcome: 'rate limited',
		kinds: ALL,
		attempts: Infinity,
		reason: 'Thoughtly did nothing; bounded to 5 minutes a request',
	},
	{ outcome: 'not connected', kinds: ALL, attempts: 3, reason: 'Nothing reached Thoughtly' },
	{ outcome: 'unclear', kinds: ['read'], attempts: 3, reason: 'Reading changes nothing' },
	{ outcome: 'unclear', kinds: ['delete', 'subscription'], attempts: 3, reason: 'Doing it twice has the same effect' },
	{ outcome: 'unclear', kinds: ['contact'], attempts: 1, reason: 'It could create a second contact' },
	{ outcome: 'unclear', kinds: ['call', 'automation'], attempts: 1, reason: 'It could call someone twice' },
	{ outcome: 'refused', kinds: ALL, attempts: 1, reason: 'Thoughtly would refuse it again' },
];

/** Whether a request may be sent again after this many attempts with this outcome. */
export function mayRetry(kind: RequestKind, outcome: Outcome, attempts: number): boolean {
	const rule = RETRY_RULES.find((row) => row.outcome === outcome && row.kinds.includes(kind));
	return rule !== undefined && attempts < rule.attempts;
}

/** A redirect would be the same again: it says that 'Base URL' is wrong. */
const wasRedirected = (failure: Failure) => failure.kind === 'status' && isRedirect(failure.status);

/** An attempt that failed, and what Thoughtly said about when to come back. */
export interface FailedAttempt {
	failure: Failure;
	/** ms */
	retryAfter?: number;
}

/** A request that failed for good. */
export interface Failed extends FailedAttempt {
	/** Whether an earlier attempt had an unclear outcome, so that this failure may only say that it was successful. */
	followsUnclear: boolean;
}

export const hasFailed = <T extends object>(result: T | FailedAttempt): result is FailedAttempt => 'failure' in result;

/**
 * Repeats an attempt until it succeeds or the rules say to give up.
 * @param beforeRetry waits the given time (ms) and logs the failure
 */
export async function withRetries<T extends object>(
	kind: RequestKind,
	attempt: () => Promise<T | FailedAttempt>,
	beforeRetry: (failure: Failure, wait: number) => Promise<void>,
): Promise<T | Failed> {
	const attempts: Record<Outcome, number> = { 'rate limited': 0, 'not connected': 0, refused: 0, unclear: 0 };
	let firstRefusal: number | undefined;
	for (;;) {
		const result = await attempt();
		if (!hasFailed(result)) return result;
		const { failure, retryAfter } = result;
		const followsUnclear = attempts.unclear > 0;
		const outcome = outcomeOf(failure);
		attempts[outcome]++;
		// a time that has passed or 0 would have us retry without a pause
		const wait = retryAfter || backoff(attempts[outcome], Math.random());
		if (outcome === 'rate limited') firstRefusal ??= Date.now();
		const waited = firstRefusal === undefined ? 0 : Date.now() - firstRefusal;
		const isAllowed =
			mayRetry(kind, outcome, attempts[outcome]) && !wasRedirected(failure) && waited + wait <= times.longestRefusal;
		if (!isAllowed) return { failure, retryAfter, followsUnclear };
		await beforeRetry(failure, wait);
	}
}

/**
 * Reads `Retry-After`: seconds or an HTTP date (source: RFC 9110; whether Thoughtly sends it is not documented).
 * @param now ms epoch
 * @returns ms to wait, undefined if it is missing or cannot be read
 */
export function readRetryAfter(header: unknown, now: number): number | undefined {
	const value = String(header ?? '').trim();
	if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
	const time = /^[a-z]{3}/i.test(value) ? Date.parse(value) : NaN;
	return Number.isNaN(time) ? undefined : Math.max(0, time - now);
}

/**
 * How long to wait if Thoughtly names no time: doubles with each attempt, up to half of it random so that requests that
 * were refused together do not return together.
 * @param attempts how often the request has had this outcome, 1 or more
 * @param random 0 to 1
 * @returns ms
 */
export function backoff(attempts: number, random: number): number {
	return Math.min(times.firstBackoff * 2 ** (attempts - 1), times.longestBackoff) * (1 - random / 2);
}
