import { sleep } from 'n8n-workflow';
import type { Fault } from '../../simulator/simulator.mts';
import { callNode, contactItems, dials, simulator, times, until, useSimulator } from '../fixtures.mts';
import { runNode, startNode } from '../n8n/index.mts';
import { reading, shortened, statuses } from './reading.mts';

/** What Thoughtly says about when to come back: for whom it holds, and for how long. */

useSimulator(shortened);

// n8n loads what it sends requests with for the first one
beforeAll(async () => void (await runNode(reading(1))));

const status = (code: number, retryAfter?: string, body: string | object = 'Slow down'): Fault => ({
	kind: 'status',
	status: code,
	headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
	body,
});

/** How long after the first request the others came, in ms. */
const delays = () => simulator.requests.slice(1).map(({ at }) => at - simulator.requests[0].at);

const LATER = 990;
const EXCEEDED = "Thoughtly's rate limit was exceeded (429), and the node waits no longer than 5 minutes";

test.each(['seconds', 'date', 'none'] as const)(
	'a quota that others use up loses nothing, Retry-After: %s',
	async (retryAfter) => {
		// a busy machine needs a while for six requests
		simulator.options.quota = { requests: 5, windowMs: 900, retryAfter };
		const { json, error } = await runNode(reading(12));
		expect(error).toBeUndefined();
		expect(json).toHaveLength(12);
		expect(statuses()).toContain(429);
	},
);

test.each([-10, 10])("a date is read by the API's clock, which is %d minutes ahead of n8n's", async (minutes) => {
	simulator.options.clockOffsetMs = minutes * 60_000;
	const inFiveSeconds = new Date(Date.now() + minutes * 60_000 + 5_000).toUTCString();
	simulator.faults.add({ fault: status(429, inFiveSeconds) });
	const { json } = await runNode(reading(1));
	expect(json).toHaveLength(1);
	// the header's date has no milliseconds, and the request comes some time after it was set
	expect(delays()[0]).toBeGreaterThanOrEqual(LATER);
	expect(delays()[0]).toBeLessThan(30_000);
});

test('all requests of the credential are held back, not only the one refused', async () => {
	simulator.faults.add({ fault: status(429, '1') });
	const first = await startNode(reading(1));
	await until(() => simulator.requests[0]?.status === 429);
	const second = await startNode(reading(1));
	await Promise.all([first.done, second.done]);
	expect(statuses()).toEqual([429, 200, 200]);
	for (const delay of delays()) expect(delay).toBeGreaterThanOrEqual(LATER);
});

test('a time that is longer than anyone waits ends the request at once, and holds back all others all the same', async () => {
	times.longestRefusal = 1_500;
	simulator.faults.add({ fault: status(429, '3') });
	const first = await runNode(reading(1));
	expect(first.error?.message).toBe(`${EXCEEDED}: Slow down [item 0]`);
	// it would have to wait too long as well, and is not even sent
	const second = await runNode(reading(1));
	expect(second.error?.message).toBe(`${EXCEEDED} [item 0]`);
	expect(simulator.requests).toHaveLength(1);
	await sleep(2_000);
	const { json } = await runNode(reading(1));
	expect(json).toHaveLength(1);
	expect(statuses()).toEqual([429, 200]);
	expect(delays()[0]).toBeGreaterThanOrEqual(3 * LATER);
});

test('a call that is refused for longer says that nobody was called', async () => {
	simulator.faults.add({ fault: status(429, '3600') });
	const { error } = await runNode(callNode(contactItems(1)));
	expect(error?.message).toBe(`${EXCEEDED}: Slow down. Nobody was called [item 0]`);
	expect(dials()).toBe(1);
});

test('being refused again and again ends after the longest refusal, and says how many items are completed', async () => {
	times.longestRefusal = 300;
	simulator.faults.add({ after: 3, times: Infinity, fault: status(429, undefined, 'Too Many Requests') });
	const { error } = await runNode(reading(5));
	expect(error?.message).toMatch(/^Thoughtly's rate limit was exceeded .*: Too Many Requests \[item \d\]$/);
	expect(error?.description).toMatch(/3 of 5 items completed$/);
	expect(error?.description).toMatch(/'Requests per Minute'/);
});

test.each([502, 503, 504])('after %d a read waits as long as Retry-After says', async (code) => {
	simulator.faults.add({ fault: status(code, '1') });
	const { json } = await runNode(reading(1));
	expect(json).toHaveLength(1);
	expect(delays()).toEqual([expect.any(Number)]);
	expect(delays()[0]).toBeGreaterThanOrEqual(LATER);
});

test('after 503 other requests go on', async () => {
	simulator.faults.add({ fault: status(503, '3600') });
	const { error } = await runNode(reading(1));
	expect(error?.message).toMatch(/\(503\)/);
	expect((await runNode(reading(1))).json).toHaveLength(1);
});

describe('a Retry-After that makes no sense', () => {
	const past = new Date(0).toUTCString();
	test.each([
		'0',
		'-1',
		'',
		'NaN',
		'Infinity',
		'soon',
		'0.00001',
		'1e9',
		'0x10',
		'120, 120',
		'2026-11-26T00:00:00Z',
		past,
	])('%j: is left out, and the request is repeated soon', async (retryAfter) => {
		times.longestRefusal = 5000;
		simulator.faults.add({ times: 2, fault: status(429, retryAfter) });
		const { json } = await runNode(reading(1));
		expect(json).toHaveLength(1);
		expect(statuses()).toEqual([429, 429, 200]);
	});

	test.each([
		['an hour', '3600'],
		['a number of 23 digits', '9'.repeat(23)],
		['more than JavaScript can count', '9'.repeat(400)],
		['a date in 2100', new Date('2100-01-01').toUTCString()],
	])('%s: ends the request at once', async (_name, retryAfter) => {
		simulator.faults.add({ times: 2, fault: status(429, retryAfter) });
		const { error } = await runNode(reading(1));
		expect(error?.message).toMatch(/\(429\)/);
		expect(simulator.requests).toHaveLength(1);
	});
});
