import { explain } from '../../../nodes/Thoughtly/transport/errors';
import { RETRY_RULES, backoff, mayRepeat, outcomeOf, readRetryAfter } from '../../../nodes/Thoughtly/transport/retry';
import type { Failure, Kind, Outcome } from '../../../nodes/Thoughtly/transport/retry';

test.each<[Failure, Outcome]>([
	[{ kind: 'status', status: 429, text: '' }, 'over quota'],
	[{ kind: 'status', status: 400, text: '' }, 'refused'],
	[{ kind: 'status', status: 401, text: '' }, 'refused'],
	[{ kind: 'status', status: 404, text: '' }, 'refused'],
	[{ kind: 'status', status: 409, text: '' }, 'refused'],
	[{ kind: 'status', status: 307, text: '' }, 'refused'],
	[{ kind: 'status', status: 500, text: '' }, 'unclear'],
	[{ kind: 'status', status: 503, text: '' }, 'unclear'],
	[{ kind: 'timeout', afterMs: 1000 }, 'unclear'],
	[{ kind: 'network', code: 'ECONNRESET', connected: true }, 'unclear'],
	[{ kind: 'network', code: 'ECONNREFUSED', connected: false }, 'never connected'],
	[{ kind: 'unreadable' }, 'unclear'],
	[{ kind: 'errorInBody', text: 'x' }, 'unclear'],
])('%j is %s', (failure, outcome) => {
	expect(outcomeOf(failure)).toBe(outcome);
	const advice = /may have been placed: look in Thoughtly/;
	expect(advice.test(explain(failure, { kind: 'call', subject: 'contact 1' }).message)).toBe(outcome === 'unclear');
	expect(explain(failure, { kind: 'read', subject: 'contact 1' }).message).not.toMatch(/may have/);
});

const KINDS: Kind[] = ['read', 'delete', 'subscription', 'contact', 'call', 'automation'];
test.each<[Outcome, Kind[], number]>([
	['over quota', KINDS, 1000],
	['never connected', KINDS, 3],
	['unclear', ['read', 'delete', 'subscription'], 3],
	['unclear', ['contact', 'call', 'automation'], 1],
	['refused', KINDS, 1],
])('%s: %j are sent at most %d times', (outcome, kinds, times) => {
	for (const kind of kinds) {
		expect([kind, mayRepeat(kind, outcome, times - 1) || times === 1]).toEqual([kind, true]);
		if (times < 1000) expect([kind, mayRepeat(kind, outcome, times)]).toEqual([kind, false]);
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
])('the wait after try %d with chance %d is %d ms', (sent, random, expected) => {
	expect(backoff(sent, random)).toBe(expected);
});
