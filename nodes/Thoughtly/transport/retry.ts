import { times } from './times';

/** Why a request has no usable answer. */
export type Failure =
	| { kind: 'status'; status: number; text: string }
	| { kind: 'errorInBody'; text: string }
	| { kind: 'unreadable' }
	| { kind: 'timeout'; afterMs: number }
	| { kind: 'network'; code: string; connected: boolean };

/** What a request does in Thoughtly, which decides how careful a failure has to be treated. */
export type Kind = 'read' | 'delete' | 'subscription' | 'contact' | 'call' | 'automation';

/** What a failure says about whether Thoughtly acted. */
export type Outcome = 'over quota' | 'never connected' | 'unclear' | 'refused';

export function outcomeOf(failure: Failure): Outcome {
	switch (failure.kind) {
		case 'status':
			if (failure.status === 429) return 'over quota';
			return failure.status >= 500 ? 'unclear' : 'refused';
		case 'network':
			return failure.connected ? 'unclear' : 'never connected';
		case 'errorInBody':
		case 'unreadable':
		case 'timeout':
			return 'unclear';
	}
}

const ALL: Kind[] = ['read', 'delete', 'subscription', 'contact', 'call', 'automation'];

interface Rule {
	outcome: Outcome;
	kinds: Kind[];
	/** How often a request is sent at most; the quota's refusals are bounded by time instead. */
	tries: number;
	reason: string;
}

/** Which request may be sent again after which outcome; what no row names is never repeated. */
export const RETRY_RULES: Rule[] = [
	{
		outcome: 'over quota',
		kinds: ALL,
		tries: Infinity,
		reason: 'Refused before anything was done; bounded to 5 minutes an item',
	},
	{
		outcome: 'never connected',
		kinds: ALL,
		tries: 3,
		reason: 'Nothing reached Thoughtly, so nothing can have been done',
	},
	{ outcome: 'unclear', kinds: ['read'], tries: 3, reason: 'Reading changes nothing' },
	{ outcome: 'unclear', kinds: ['delete', 'subscription'], tries: 3, reason: 'Done twice it is still done once' },
	{ outcome: 'unclear', kinds: ['contact'], tries: 1, reason: 'A second contact may come of it' },
	{ outcome: 'unclear', kinds: ['call', 'automation'], tries: 1, reason: 'Someone may be rung a second time' },
	{ outcome: 'refused', kinds: ALL, tries: 1, reason: 'Thoughtly would refuse it again' },
];

/** Whether a request may be sent again after having been sent so many times. */
export function mayRepeat(kind: Kind, outcome: Outcome, sent: number): boolean {
	const rule = RETRY_RULES.find((row) => row.outcome === outcome && row.kinds.includes(kind));
	return rule !== undefined && sent < rule.tries;
}

/**
 * Reads `Retry-After`: seconds or an HTTP date (source: RFC 9110; whether Thoughtly sends it is not documented).
 * @param now ms epoch
 * @returns ms to wait, undefined where there is none that can be read
 */
export function readRetryAfter(header: unknown, now: number): number | undefined {
	const value = String(header ?? '').trim();
	if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
	const time = /^[a-z]{3}/i.test(value) ? Date.parse(value) : NaN;
	return Number.isNaN(time) ? undefined : Math.max(0, time - now);
}

/**
 * How long to wait where Thoughtly names no time: twice as long from try to try, with up to half of it at random so that
 * those who were refused together do not come back together.
 * @param sent how often the request was sent, from 1 on
 * @param random 0 to 1
 */
export function backoff(sent: number, random: number): number {
	return Math.min(times.firstBackoff * 2 ** (sent - 1), times.longestBackoff) * (1 - random / 2);
}
