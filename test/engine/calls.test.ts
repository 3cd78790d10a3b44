import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import { startSimulator } from '../simulator/simulator.mts';
import type { Fault, Simulator } from '../simulator/simulator.mts';
import { credentialFor, packageTimes, retryCrashed, retryExecution, runNode, runTool } from './n8n/index.mts';

let simulator: Simulator;
beforeAll(async () => {
	simulator = await startSimulator({ callPace: 0, quota: null });
	Object.assign(await packageTimes(), { firstBackoff: 5, callTimeout: 200 });
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.stop());

const credential = () => credentialFor(simulator);
const byId = (value: string) => ({ __rl: true, mode: 'id', value });

/** Has the first agent call the first contacts, one item each. */
function callItems(count: number, settings: Partial<INode> = {}, parameters: INodeParameters = {}) {
	return {
		parameters: {
			resource: 'call',
			operation: 'start',
			agent: byId(simulator.store.agents[0].id),
			contact: byId('={{ $json.contact }}'),
			...parameters,
		},
		items: simulator.store.contacts
			.slice(0, count)
			.map(({ id, phone_number }): IDataObject => ({ contact: id, number: phone_number })),
		settings,
		credential: credential(),
	};
}
/** The contacts who were called since the last reset, in order: the simulator is the judge. */
const called = () => simulator.store.calls.slice(4).map(({ contact }) => contact!.id);
const contacts = (count: number) => simulator.store.contacts.slice(0, count).map(({ id }) => id);
const dialling = (fault: Fault, after = 0, times = 1) => ({
	method: 'POST',
	path: '/contact/call',
	after,
	times,
	fault,
});
const refusal: Fault = { kind: 'status', status: 422, body: { data: null, error: 'No credit' } };
const RETRY: Partial<INode> = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const ADVICE = /The call may have been placed: look in Thoughtly before placing it again/;

test('dialling goes one by one in input order, and stops at the first failure', async () => {
	simulator.faults.add(dialling(refusal, 2));
	const { error } = await runNode(callItems(5));
	expect(called()).toEqual(contacts(2));
	expect(simulator.requests).toHaveLength(3);
	expect(error?.message).toBe('Thoughtly refused the request (422): No credit [item 2]');
	expect(error?.description).toMatch(/Items done: 2 of 5, not done: 3$/);
});

test('Calls at Once places more of them together', async () => {
	simulator.options.latencyMs = 500;
	await runNode(callItems(5, {}, { options: { callsAtOnce: 5 } }));
	simulator.options.latencyMs = 0;
	expect(called().sort()).toEqual(contacts(5).sort());
	expect(simulator.requests.at(-1)!.at - simulator.requests[0].at).toBeLessThan(450);
});

describe('with Calls at Once, after a failure', () => {
	const twoAtOnce = { options: { callsAtOnce: 2 } };

	test('nobody else is called, not even behind the same contact', async () => {
		simulator.faults.add(dialling({ kind: 'resetAfter' }));
		const once = callItems(1, {}, twoAtOnce);
		const { error } = await runNode({ ...once, items: [...once.items, ...once.items, ...once.items] });
		expect(error?.message).toMatch(ADVICE);
		expect(called()).toEqual(contacts(1));
	});

	test('a bad expression ends the node like any other failure', async () => {
		const contact = byId('={{ $json.contact === "bad" ? $("Nowhere").item.json.id : $json.contact }}');
		const node = callItems(5, {}, { ...twoAtOnce, contact });
		node.items[0].contact = 'bad';
		const { error } = await runNode(node);
		expect(error?.message).toBeTruthy();
		const placed = called().length;
		expect(placed).toBeLessThanOrEqual(1);
		const { json } = await runNode({ ...node, settings: { onError: 'continueRegularOutput' } });
		expect(called()).toHaveLength(placed + 4);
		expect(json.map(({ error: message }) => Boolean(message))).toEqual([true, false, false, false, false]);
	});
});

test.each([0, -1, 1.5])('Calls at Once of %d is refused', async (callsAtOnce) => {
	const { error } = await runNode(callItems(1, {}, { options: { callsAtOnce } }));
	expect(error?.message).toBe("'Calls at Once' must be a whole number from 1 on [item 0]");
	expect(simulator.requests).toEqual([]);
});

describe('Retry On Fail calls nobody twice', () => {
	test('when a later item is refused', async () => {
		simulator.faults.add(dialling(refusal, 2));
		const { json, error } = await runNode(callItems(4, RETRY));
		expect(error).toBeUndefined();
		expect(called()).toEqual(contacts(4));
		expect(json.map(({ contactId }) => contactId)).toEqual(contacts(4));
	});

	test('when an expression chooses another agent in each try', async () => {
		simulator.faults.add(dialling(refusal, 1));
		const [a, b] = simulator.store.agents.map(({ id }) => id);
		const agent = byId(`={{ $now.toMillis() % 2 ? '${a}' : '${b}' }}`);
		const { error } = await runNode(callItems(3, RETRY, { agent }));
		expect(error).toBeUndefined();
		expect(called()).toEqual(contacts(3));
	});

	test('when a later item stays refused', async () => {
		simulator.faults.add(dialling(refusal, 2, Infinity));
		const { error } = await runNode(callItems(4, RETRY));
		expect(error?.message).toMatch(/No credit \[item 2\]$/);
		expect(called()).toEqual(contacts(2));
	});

	test.each<[string, Fault]>([
		['the connection broke after the call was placed', { kind: 'resetAfter' }],
		['the answer could not be read', { kind: 'brokenJson' }],
		['the answer was empty', { kind: 'empty' }],
	])('when %s: the call is found and given back', async (_name, fault) => {
		simulator.faults.add(dialling(fault, 1));
		const { json, error } = await runNode(callItems(3, RETRY));
		expect(error).toBeUndefined();
		expect(called()).toEqual(contacts(3));
		expect(json.map(({ contactId }) => contactId)).toEqual(contacts(3));
		expect(json[1].id).toBe(simulator.store.calls[5].id);
	});

	test.each<[string, Fault]>([
		['the connection broke before', { kind: 'reset' }],
		['nothing was answered', { kind: 'hang' }],
		['the server had a fault', { kind: 'status', status: 500, body: '' }],
		['a 200 carried an error', { kind: 'errorInBody', error: 'Try later' }],
	])('when %s and no call is found: it fails again with the advice', async (_name, fault) => {
		simulator.faults.add(dialling(fault, 1));
		const { error } = await runNode(callItems(3, RETRY));
		expect(error?.message).toMatch(/^An earlier try had no clear end/);
		expect(error?.message).toMatch(ADVICE);
		expect(called()).toEqual(contacts(1));
		expect(simulator.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
	});

	test('when the first item fails under Continue On Fail, which n8n takes for a failed node', async () => {
		simulator.faults.add(dialling(refusal, 0, Infinity));
		simulator.faults.add({ ...dialling(refusal), times: 0 });
		const { json } = await runNode(callItems(3, { ...RETRY, onError: 'continueRegularOutput' }));
		expect(json).toHaveLength(3);
		expect(called()).toEqual([]);
		simulator.reset();
		simulator.faults.add(dialling(refusal, 0, 1));
		const second = await runNode(callItems(3, { ...RETRY, onError: 'continueRegularOutput' }));
		expect(second.json.map(({ contactId }) => contactId)).toEqual(contacts(3));
		expect(called().sort()).toEqual(contacts(3).sort());
	});
});

test('two calls to the same contact in one list are two calls', async () => {
	const once = callItems(1);
	await runNode({ ...once, items: [...once.items, ...once.items] });
	expect(called()).toEqual([...contacts(1), ...contacts(1)]);
});

test("an unclear call is not mistaken for another item's to the same contact", async () => {
	const once = callItems(1, RETRY);
	simulator.faults.add(dialling({ kind: 'reset' }, 1));
	const { error } = await runNode({ ...once, items: [...once.items, ...once.items] });
	expect(error?.message).toMatch(ADVICE);
	expect(called()).toEqual(contacts(1));
});

test('a second round of a loop calls again', async () => {
	await runNode({ ...callItems(1), rounds: 2 });
	expect(called()).toEqual([...contacts(1), ...contacts(1)]);
});

test("n8n's retry of a failed execution calls nobody twice", async () => {
	simulator.faults.add(dialling(refusal, 2));
	const failed = await runNode(callItems(4));
	expect(failed.error?.message).toMatch(/No credit/);
	const { json } = await retryExecution(failed, credential());
	expect(json.map(({ contactId }) => contactId)).toEqual(contacts(4));
	expect(called()).toEqual(contacts(4));
});

test("n8n's retry calls nobody whom an earlier retry has called, of which it was given nothing", async () => {
	simulator.faults.add(dialling(refusal, 1));
	simulator.faults.add(dialling(refusal, 3));
	const failed = await runNode(callItems(5));
	await retryExecution(failed, credential());
	expect(called()).toEqual(contacts(3));
	const { json } = await retryExecution(failed, credential());
	expect(json.map(({ contactId }) => contactId)).toEqual(contacts(5));
	expect(called()).toEqual(contacts(5));
});

test.each([
	['failed', 1],
	['was never come to', 0],
])("n8n's retry does not take another node's calls for those of a node that %s", async (_, node) => {
	simulator.faults.add(dialling(refusal, 2 * node));
	const failed = await runNode({ ...callItems(2), nodes: 2 });
	await retryExecution(failed, credential());
	expect(called()).toEqual([...contacts(2), ...contacts(2)]);
});

describe("n8n's retry of an execution that a crash has ended", () => {
	test.each([
		['contacts', {}],
		['numbers', { callTo: 'phoneNumber', phoneNumber: '={{ $json.number }}' }],
	])('calls no %s again that it had called', async (_, parameters) => {
		simulator.faults.add(dialling(refusal, 2));
		const { items, ...node } = callItems(4, {}, parameters);
		const [first, second, ...others] = items;
		// one person twice on the list, called once before the crash
		const crashed = await runNode({ ...node, items: [first, second, first, ...others] });
		expect(called()).toEqual(contacts(2));
		const { json } = await retryCrashed(crashed, credential());
		const [one, two, ...more] = contacts(4);
		expect(json.map(({ contactId }) => contactId)).toEqual([one, two, one, ...more]);
		expect(json.slice(0, 2).map(({ id }) => id)).toEqual(simulator.store.calls.slice(4, 6).map(({ id }) => id));
		expect(called()).toEqual([one, two, one, ...more]);
		// read once for all items
		expect(simulator.requests.filter(({ path }) => path.endsWith('/responses'))).toHaveLength(1);
	});

	test.each([
		['contacts', {}],
		['numbers', { callTo: 'phoneNumber', phoneNumber: '={{ $json.number }}' }],
	])('gives the calls of %s in place of skipping who was called', async (_, parameters) => {
		simulator.faults.add(dialling(refusal, 2));
		const options = { skipIfCalledWithin: { time: {} } };
		const { items, ...node } = callItems(2, {}, { ...parameters, options });
		// nobody was called lately but in this execution
		simulator.store.calls = [];
		const crashed = await runNode({ ...node, items: [...items, ...callItems(3).items.slice(2)] });
		const { json } = await retryCrashed(crashed, credential());
		expect(json.map(({ id }) => id)).toEqual(simulator.store.calls.map(({ id }) => id));
		expect(json).toHaveLength(3);
	});

	test("does not take another node's calls for a node's own", async () => {
		simulator.faults.add(dialling(refusal, 1));
		const crashed = await runNode({ ...callItems(2), nodes: 2 });
		expect(called()).toEqual(contacts(1));
		await retryCrashed(crashed, credential());
		expect(called()).toEqual([...contacts(2), ...contacts(2)]);
	});

	test('does not take calls from before the execution for its own', async () => {
		await runNode(callItems(2));
		for (const call of simulator.store.calls) call.created = new Date(Date.now() - 120_000).toISOString();
		simulator.faults.add(dialling(refusal));
		await retryCrashed(await runNode(callItems(2)), credential());
		expect(called()).toEqual([...contacts(2), ...contacts(2)]);
	});
});

test('an empty error on the first record does not make n8n repeat the node', async () => {
	Object.assign(simulator.store.contacts[0], { error: '' });
	const { json } = await runNode({
		parameters: { resource: 'contact', operation: 'get', contact: byId(contacts(1)[0]) },
		settings: RETRY,
		credential: credential(),
	});
	expect(json[0].apiError).toBe('');
	expect(simulator.requests).toHaveLength(1);
});

test('an automation is triggered once however often the node is repeated', async () => {
	const [{ id }] = simulator.store.automations;
	simulator.faults.add({ path: `/webhook/automation/${id}`, after: 1, fault: refusal });
	const { error } = await runNode({
		parameters: {
			resource: 'automation',
			operation: 'trigger',
			automationId: id,
			specifyBody: 'json',
			// a time in it is another one in each try
			jsonBody: '={{ { n: $json.n, at: $now.toMillis() } }}',
		},
		items: [{ n: 1 }, { n: 2 }],
		settings: RETRY,
		credential: credential(),
	});
	expect(error).toBeUndefined();
	expect(simulator.requests.map(({ body }) => (body as IDataObject).n)).toEqual([1, 2, 2]);
});

describe.each(['functionAgent', 'engineAgent'] as const)('as a tool of an AI Agent (%s)', (way) => {
	const tool = (settings: Partial<INode> = {}) => {
		const [contact] = contacts(1);
		return callItems(1, settings, { contact: byId(contact) });
	};

	test('the same person is called once, however often the model asks', async () => {
		const answers = await runTool(way, 3, tool());
		expect(called()).toEqual(contacts(1));
		expect(answers).toHaveLength(3);
		for (const answer of answers) expect(answer).toContain(simulator.store.calls.at(-1)!.id);
	});

	test('a call that may have been placed is given back when the model asks again', async () => {
		simulator.faults.add(dialling({ kind: 'resetAfter' }));
		const answers = await runTool(way, 2, tool());
		expect(called()).toEqual(contacts(1));
		expect(answers[0]).toMatch(ADVICE);
		expect(answers[1]).toContain(simulator.store.calls.at(-1)!.id);
	});

	test('where it is not found, the model is told again not to repeat it', async () => {
		simulator.faults.add(dialling({ kind: 'reset' }));
		const answers = await runTool(way, 2, tool());
		expect(called()).toEqual([]);
		for (const answer of answers) expect(answer).toMatch(ADVICE);
	});

	test('Retry On Fail does not repeat it either', async () => {
		simulator.faults.add(dialling({ kind: 'reset' }));
		await runTool(way, 1, tool(RETRY));
		expect(simulator.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
	});
});
