import type { Fault } from '../../simulator/simulator.mts';
import { contactIds, credential, requested, simulator, times, useSimulator } from '../fixtures.mts';
import { logLines, runNode, startNode } from '../n8n/index.mts';
import { LIMIT, WINDOW, reading, shortened, statuses } from './reading.mts';

/** Requests of one credential share a rolling window, which no list is too large for. */

useSimulator(shortened, { quota: { requests: LIMIT, windowMs: WINDOW / 2, retryAfter: 'seconds' } });

// n8n loads what it sends requests with for the first one, which would be too long on its way
beforeAll(async () => void (await runNode(reading(1))));

/** A busy process may send the next requests before the simulator has received the ones before. */
const LONG_WAY_THERE = 2_500;

// that it is no slower than the quota either is shown by a clock of its own: test/unit/transport/quota.test.ts
test('a list larger than the quota loses nothing and is never refused', async () => {
	times.longestWayThere = LONG_WAY_THERE;
	const { json } = await runNode(reading(4 * LIMIT));
	expect(json).toHaveLength(4 * LIMIT);
	expect(new Set(statuses())).toEqual(new Set([200]));
});

test('two executions share it: none is refused, and the short one is not starved', async () => {
	times.longestWayThere = LONG_WAY_THERE;
	const long = await startNode(reading(5 * LIMIT));
	const [, other] = contactIds();
	const short = await runNode(reading(LIMIT, other));
	const shortEnded = requested().lastIndexOf(`GET /contact/${other}`);
	expect(short.json).toHaveLength(LIMIT);
	expect((await long.done).json).toHaveLength(5 * LIMIT);
	expect(new Set(statuses())).toEqual(new Set([200]));
	// every second turn is its own, so much of the long one is still to come, even if the short one began late
	expect(simulator.requests.length - shortEnded).toBeGreaterThan(LIMIT);
});

test('cancelling frees the place in the queue at once', async () => {
	// longer than the second and the third execution take to start
	times.quotaWindow = 5_000;
	await runNode(reading(LIMIT));
	const cancelled = await startNode(reading(3 * LIMIT));
	const other = await startNode(reading(1));
	cancelled.cancel();
	await cancelled.done;
	expect((await other.done).json).toHaveLength(1);
	expect(simulator.requests).toHaveLength(LIMIT + 1);
});

test('what happens can be followed in the log, without token or number', async () => {
	const lines = await logLines();
	simulator.faults.add({ fault: { kind: 'status', status: 503 } });
	simulator.faults.add({ after: 1, fault: { kind: 'status', status: 429, headers: { 'retry-after': '0' } } });
	// with the two repeats, one request waits for the quota, unless the others take longer than its window
	times.quotaWindow = 3_000;
	await runNode(reading(LIMIT - 1));
	const ours = lines.filter((line) => line.startsWith('Thoughtly'));
	expect(ours.sort()).toEqual([
		expect.stringMatching(/^Thoughtly \(Thoughtly\): GET contact failed \(status 429\), retrying in 0\.\d s$/),
		expect.stringMatching(/^Thoughtly \(Thoughtly\): GET contact failed \(status 503\), retrying in 0\.\d s$/),
		expect.stringMatching(/^Thoughtly \(Thoughtly\): waiting [0-3](\.\d)? s for the rate limit$/),
	]);
	for (const line of lines) expect(line).not.toContain(simulator.token);
});

test.each<[string, (text: string) => Fault, string]>([
	[
		'in an error',
		(text) => ({ kind: 'status', status: 400, body: { error: text } }),
		'refused the request (400): bad token ***',
	],
	['in a 200', (text) => ({ kind: 'errorInBody', error: { message: text } }), 'reported an error: bad token ***'],
])('a token that Thoughtly repeats %s does not come out', async (_name, fault, message) => {
	simulator.faults.add({ fault: fault(`bad token ${simulator.token}`) });
	const { error, run } = await runNode(reading(1));
	expect(error?.message).toBe(`Thoughtly ${message} [item 0]`);
	expect(JSON.stringify(run)).not.toContain(simulator.token);
});

test.each([
	[{ returnAll: true }, 201],
	[{ limit: 10_000 }, 200],
])('10,000 contacts with %j take %d requests', async (fields, requests) => {
	simulator.options.quota = null;
	const [contact] = simulator.store.contacts;
	simulator.store.contacts = Array.from({ length: 10_000 }, (_, index) => ({ ...contact, id: `contact-${index}` }));
	const { json } = await runNode({
		parameters: { resource: 'contact', operation: 'getAll', ...fields },
		credential: credential(),
	});
	expect(json).toHaveLength(10_000);
	expect(simulator.requests).toHaveLength(requests);
});
