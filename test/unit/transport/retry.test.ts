import type { Outcome } from '../../../nodes/Thoughtly/transport/failure';
import { backoff, mayRetry, readRetryAfter, RETRY_RULES, withRetries } from '../../../nodes/Thoughtly/transport/retry';
import type { FailedAttempt, RequestKind } from '../../../nodes/Thoughtly/transport/retry';

const KINDS: RequestKind[] = ['read', 'delete', 'subscription', 'contact', 'call', 'automation'];
test.each<[Outcome, RequestKind[], number]>([
	['rate limited', KINDS, 1000],
	['not connected', KINDS, 3],
	['unclear', ['read', 'delete', 'subscription'], 3],
	['unclear', ['contact', 'call', 'automation'], 1],
	['refused', KINDS, 1],
])('%s: %j are sent at most %d times', (outcome, kinds, times) => {
	for (const kind of kinds) {
		expect([kind, mayRetry(kind, outcome, times - 1) || times === 1]).toEqual([kind, true]);
		if (times < 1000) expect([kind, mayRetry(kind, outcome, times)]).toEqual([kind, false]);
	}
});

test('the rules cover every kind and outcome once, each with a reason', () => {
	const rows = RETRY_RULES.flatMap(({ outcome, kinds }) => kinds.map((kind) => `${outcome} ${kind}`));
	expect(new Set(rows).size).toBe(rows.length);
	expect(rows).toHaveLength(4 * KINDS.length);
	for (const { reason } of RETRY_RULES) expect(reason).not.toBe('');
});

const NOW = Date.parse('2026-01-31T09:00:00Z');
test.each<[unknown, number | undefined]>([
	['3', 3000],
	[' 0 ', 0],
	['1.5', 1500],
	[7, 7000],
	['Sat, 31 Jan 2026 09:00:30 GMT', 30_000],
	['Sat, 31 Jan 2026 08:59:00 GMT', 0],
	['soon', undefined],
	['', undefined],
	['-5', undefined],
	[undefined, undefined],
	[null, undefined],
])('Retry-After %j is %s ms', (header, expected) => {
	expect(readRetryAfter(header, NOW)).toBe(expected);
});

test.each<[number, number, number]>([
	[1, 0, 1000],
	[1, 1, 500],
	[2, 0, 2000],
	[3, 0.5, 3000],
	[6, 0, 32_000],
	[7, 0, 60_000],
	[30, 0, 60_000],
])('the wait after attempt %d with chance %d is %d ms', (sent, random, expected) => {
	expect(backoff(sent, random)).toBe(expected);
});

describe('an attempt is repeated', () => {
	const attempts = (...results: Array<FailedAttempt | { body: string }>) => {
		const waits: number[] = [];
		let count = 0;
		const run = async (kind: RequestKind) =>
			await withRetries(
				kind,
				async () => results[Math.min(count++, results.length - 1)],
				async (_failure, wait) => void waits.push(wait),
			);
		return { run, waits, count: () => count };
	};
	const status = (code: number, retryAfter?: number): FailedAttempt => ({
		failure: { kind: 'status', status: code, body: null },
		retryAfter,
	});

	test('until it succeeds', async () => {
		const { run, waits } = attempts(status(500), status(502), { body: 'ok' });
		expect(await run('read')).toEqual({ body: 'ok' });
		expect(waits).toHaveLength(2);
	});

	test('not if it could call someone twice', async () => {
		const { run, count } = attempts(status(500));
		expect(await run('call')).toMatchObject({ failure: { status: 500 }, followsUnclear: false });
		expect(count()).toBe(1);
	});

	test('after the time that Thoughtly names, for 429 and 503', async () => {
		const { run, waits } = attempts(status(503, 8_000), status(429, 9_000), { body: 'ok' });
		await run('read');
		expect(waits).toEqual([8_000, 9_000]);
	});

	test('not if Thoughtly names a longer time than anyone waits', async () => {
		const { run, count } = attempts(status(429, 301_000));
		expect(await run('read')).toMatchObject({ failure: { status: 429 }, retryAfter: 301_000 });
		expect(count()).toBe(1);
	});

	test('and says that an earlier one may have been successful', async () => {
		const { run } = attempts(status(500), status(404));
		expect(await run('delete')).toMatchObject({ failure: { status: 404 }, followsUnclear: true });
	});
});
