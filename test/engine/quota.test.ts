import type { Fault } from '../simulator/simulator.mts';
import { byId, contactIds, credential, requested, simulator, times, until, useSimulator } from './fixtures.mts';
import { logLines, runNode, startNode } from './n8n/index.mts';

/** The package's minute is a second here; the simulator's is shorter, since a busy machine may have requests late. */
const WINDOW = 1000;
const LIMIT = 10;

useSimulator(
	{
		quotaWindow: WINDOW,
		longestWayThere: 900,
		firstBackoff: 20,
		worthLogging: 200,
	},
	{ quota: { requests: LIMIT, windowMs: WINDOW / 2, retryAfter: 'seconds' } },
);

const reading = (items: number, contact = contactIds()[0]) => ({
	parameters: { resource: 'contact', operation: 'get', contact: byId(contact) },
	items: Array.from({ length: items }, () => ({})),
	credential: credential({ requestsPerMinute: LIMIT }),
});
// n8n loads what it sends requests with for the first one, which would be too long on its way
beforeAll(async () => void (await runNode(reading(1))));

const statuses = () => simulator.requests.map(({ status }) => status);
const from = () => simulator.requests[0].at;

// that it is no slower than the quota either is shown by a clock of its own: test/unit/transport/quota.test.ts
test('a list larger than the quota loses nothing and is never refused', async () => {
	const { json } = await runNode(reading(4 * LIMIT));
	expect(json).toHaveLength(4 * LIMIT);
	expect(new Set(statuses())).toEqual(new Set([200]));
});

test('two executions share it: none is refused, and the short one is not starved', async () => {
	const long = await startNode(reading(5 * LIMIT));
	const [, other] = contactIds();
	const short = await runNode(reading(LIMIT, other));
	const shortEnded = requested().lastIndexOf(`GET /contact/${other}`);
	expect(short.json).toHaveLength(LIMIT);
	expect((await long.done).json).toHaveLength(5 * LIMIT);
	expect(new Set(statuses())).toEqual(new Set([200]));
	// every second turn is its own, so half of the long one is still to come
	expect(simulator.requests.length - shortEnded).toBeGreaterThan(2 * LIMIT);
});

test('cancelling frees the place in the queue at once', async () => {
	await runNode(reading(LIMIT));
	const cancelled = await startNode(reading(3 * LIMIT));
	const other = await startNode(reading(1));
	cancelled.cancel();
	await cancelled.done;
	expect((await other.done).json).toHaveLength(1);
	expect(simulator.requests).toHaveLength(LIMIT + 1);
});

describe('being refused', () => {
	test.each(['seconds', 'date', 'none'] as const)(
		'by a quota that others use up, Retry-After: %s',
		async (retryAfter) => {
			simulator.options.quota = { requests: 5, windowMs: 300, retryAfter };
			const { json, error } = await runNode(reading(12));
			expect(error).toBeUndefined();
			expect(json).toHaveLength(12);
			expect(statuses()).toContain(429);
		},
	);

	test('holds back all requests of the credential, not only the one refused', async () => {
		simulator.faults.add({ fault: { kind: 'status', status: 429, headers: { 'retry-after': '1' } } });
		const first = await startNode(reading(1));
		await until(() => simulator.requests[0]?.status === 429);
		const second = await startNode(reading(1));
		await Promise.all([first.done, second.done]);
		expect(statuses()).toEqual([429, 200, 200]);
		for (const { at } of simulator.requests.slice(1)) expect(at - from()).toBeGreaterThanOrEqual(990);
	});

	test('ends after the longest refusal, and says how many items are done', async () => {
		times.longestRefusal = 300;
		simulator.faults.add({
			after: 3,
			times: Infinity,
			fault: { kind: 'status', status: 429, body: 'Too Many Requests' },
		});
		const { error } = await runNode(reading(5));
		expect(error?.message).toMatch(
			/^Thoughtly's limit of requests per minute is used up \(429\): Too Many Requests \[item \d\]$/,
		);
		expect(error?.description).toMatch(/Items done: 3 of 5, not done: 2$/);
		expect(error?.description).toMatch(/'Requests per Minute'/);
	});

	test('for longer than the longest refusal ends at once', async () => {
		simulator.faults.add({ fault: { kind: 'status', status: 429, headers: { 'retry-after': '3600' } } });
		const { error } = await runNode(reading(1));
		expect(error?.message).toMatch(/is used up \(429\)/);
		expect(simulator.requests).toHaveLength(1);
	});
});

test('what happens can be followed in the log, without token or number', async () => {
	const lines = await logLines();
	simulator.faults.add({ fault: { kind: 'status', status: 503 } });
	simulator.faults.add({ after: 1, fault: { kind: 'status', status: 429, headers: { 'retry-after': '0' } } });
	// with the two repeats, one request waits for the quota
	await runNode(reading(LIMIT - 1));
	const ours = lines.filter((line) => line.startsWith('Thoughtly'));
	expect(ours.sort()).toEqual([
		expect.stringMatching(/^Thoughtly \(Thoughtly\): GET contact failed \(status 429\), repeating it after 0\.\d s$/),
		expect.stringMatching(/^Thoughtly \(Thoughtly\): GET contact failed \(status 503\), repeating it after 0\.\d s$/),
		expect.stringMatching(/^Thoughtly \(Thoughtly\): waiting [01](\.\d)? s for the quota$/),
	]);
	for (const line of lines) expect(line).not.toContain(simulator.token);
});

test.each<[string, (text: string) => Fault, string]>([
	[
		'in an error',
		(text) => ({ kind: 'status', status: 400, body: { error: text } }),
		'refused the request (400): bad token ***',
	],
	['in a 200', (text) => ({ kind: 'errorInBody', error: { message: text } }), 'answered with an error: bad token ***'],
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
