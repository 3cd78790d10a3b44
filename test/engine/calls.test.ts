import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import type { Fault } from '../simulator/simulator.mts';
import {
	ADVICE,
	CONTINUE,
	REFUSAL,
	RETRY,
	agentIds,
	byId,
	callLists,
	callNode,
	called,
	contactIds,
	contactItems,
	credential,
	failCalls,
	placed,
	simulator,
	times,
	until,
	useSimulator,
} from './fixtures.mts';
import { retryCrashed, retryExecution, runNode, runTool, startNode } from './n8n/index.mts';

/** Placing calls: in which order, and never twice, whatever fails and whoever repeats the node. */

useSimulator({ firstBackoff: 5 });

/** Has the first agent call the first contacts, one item each. */
const callItems = (count: number, settings: Partial<INode> = {}, parameters: INodeParameters = {}) =>
	callNode(contactItems(count), parameters, settings);

test('dialling goes one by one in input order, and stops at the first failure', async () => {
	failCalls(REFUSAL, 2);
	const { error } = await runNode(callItems(5));
	expect(called()).toEqual(contactIds(2));
	expect(simulator.requests).toHaveLength(3);
	expect(error?.message).toBe('Thoughtly refused the request (422): No credit [item 2]');
	expect(error?.description).toMatch(/Items done: 2 of 5, not done: 3$/);
});

test('Calls at Once places more of them together', async () => {
	// no answer comes before the test ends: those that are not placed together would not be placed at all
	simulator.options.latencyMs = 60_000;
	const { done, cancel } = await startNode(callItems(5, {}, { options: { callsAtOnce: 5 } }));
	await until(() => placed().length === 5);
	expect(called().sort()).toEqual(contactIds(5).sort());
	cancel();
	await done;
});

describe('with Calls at Once, after a failure', () => {
	const twoAtOnce = { options: { callsAtOnce: 2 } };

	test('nobody else is called, not even behind the same contact', async () => {
		failCalls({ kind: 'resetAfter' });
		const once = callItems(1, {}, twoAtOnce);
		const { error } = await runNode({ ...once, items: [...once.items, ...once.items, ...once.items] });
		expect(error?.message).toMatch(ADVICE);
		expect(called()).toEqual(contactIds(1));
	});

	test('a bad expression ends the node like any other failure', async () => {
		const contact = byId('={{ $json.contact === "bad" ? $("Nowhere").item.json.id : $json.contact }}');
		const node = callItems(5, {}, { ...twoAtOnce, contact });
		node.items[0].contact = 'bad';
		const { error } = await runNode(node);
		expect(error?.message).toBeTruthy();
		const already = called().length;
		expect(already).toBeLessThanOrEqual(1);
		const { json } = await runNode({ ...node, settings: CONTINUE });
		expect(called()).toHaveLength(already + 4);
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
		failCalls(REFUSAL, 2);
		const { json, error } = await runNode(callItems(4, RETRY));
		expect(error).toBeUndefined();
		expect(called()).toEqual(contactIds(4));
		expect(json.map(({ contactId }) => contactId)).toEqual(contactIds(4));
	});

	test('when an expression chooses another agent in each try', async () => {
		failCalls(REFUSAL, 1);
		const [a, b] = agentIds();
		const agent = byId(`={{ $now.toMillis() % 2 ? '${a}' : '${b}' }}`);
		const { error } = await runNode(callItems(3, RETRY, { agent }));
		expect(error).toBeUndefined();
		expect(called()).toEqual(contactIds(3));
	});

	test('when a later item stays refused', async () => {
		failCalls(REFUSAL, 2, Infinity);
		const { error } = await runNode(callItems(4, RETRY));
		expect(error?.message).toMatch(/No credit \[item 2\]$/);
		expect(called()).toEqual(contactIds(2));
	});

	test.each<[string, Fault]>([
		['the connection broke after the call was placed', { kind: 'resetAfter' }],
		['the answer could not be read', { kind: 'brokenJson' }],
		['the answer was empty', { kind: 'empty' }],
	])('when %s: the call is found and given back', async (_name, fault) => {
		failCalls(fault, 1);
		const { json, error } = await runNode(callItems(3, RETRY));
		expect(error).toBeUndefined();
		expect(called()).toEqual(contactIds(3));
		expect(json.map(({ contactId }) => contactId)).toEqual(contactIds(3));
		expect(json[1].id).toBe(placed()[1].id);
	});

	test.each<[string, Fault]>([
		['the connection broke before', { kind: 'reset' }],
		['nothing was answered', { kind: 'hang' }],
		['the server had a fault', { kind: 'status', status: 500, body: '' }],
		['a 200 carried an error', { kind: 'errorInBody', error: 'Try later' }],
	])('when %s and no call is found: it fails again with the advice', async (_name, fault) => {
		times.callTimeout = 200;
		failCalls(fault, 1);
		const { error } = await runNode(callItems(3, RETRY));
		expect(error?.message).toMatch(/^An earlier try had no clear end/);
		expect(error?.message).toMatch(ADVICE);
		expect(called()).toEqual(contactIds(1));
		expect(simulator.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
	});

	test('when the first item fails under Continue On Fail, which n8n takes for a failed node', async () => {
		failCalls(REFUSAL, 0, Infinity);
		const { json } = await runNode(callItems(3, { ...RETRY, ...CONTINUE }));
		expect(json).toHaveLength(3);
		expect(called()).toEqual([]);
		simulator.reset();
		failCalls(REFUSAL, 0, 1);
		const second = await runNode(callItems(3, { ...RETRY, ...CONTINUE }));
		expect(second.json.map(({ contactId }) => contactId)).toEqual(contactIds(3));
		expect(called().sort()).toEqual(contactIds(3).sort());
	});
});

test('two calls to the same contact in one list are two calls', async () => {
	const once = callItems(1);
	await runNode({ ...once, items: [...once.items, ...once.items] });
	expect(called()).toEqual([...contactIds(1), ...contactIds(1)]);
});

test("an unclear call is not mistaken for another item's to the same contact", async () => {
	const once = callItems(1, RETRY);
	failCalls({ kind: 'reset' }, 1);
	const { error } = await runNode({ ...once, items: [...once.items, ...once.items] });
	expect(error?.message).toMatch(ADVICE);
	expect(called()).toEqual(contactIds(1));
});

test('a second round of a loop calls again', async () => {
	await runNode({ ...callItems(1), rounds: 2 });
	expect(called()).toEqual([...contactIds(1), ...contactIds(1)]);
});

test("n8n's retry of a failed execution calls nobody twice", async () => {
	failCalls(REFUSAL, 2);
	const failed = await runNode(callItems(4));
	expect(failed.error?.message).toMatch(/No credit/);
	const { json } = await retryExecution(failed, credential());
	expect(json.map(({ contactId }) => contactId)).toEqual(contactIds(4));
	expect(called()).toEqual(contactIds(4));
});

test("n8n's retry calls nobody whom an earlier retry has called, of which it was given nothing", async () => {
	failCalls(REFUSAL, 1);
	failCalls(REFUSAL, 3);
	const failed = await runNode(callItems(5));
	await retryExecution(failed, credential());
	expect(called()).toEqual(contactIds(3));
	const { json } = await retryExecution(failed, credential());
	expect(json.map(({ contactId }) => contactId)).toEqual(contactIds(5));
	expect(called()).toEqual(contactIds(5));
});

test.each([
	['failed', 1],
	['was never come to', 0],
])("n8n's retry does not take another node's calls for those of a node that %s", async (_, node) => {
	failCalls(REFUSAL, 2 * node);
	const failed = await runNode({ ...callItems(2), nodes: 2 });
	await retryExecution(failed, credential());
	expect(called()).toEqual([...contactIds(2), ...contactIds(2)]);
});

describe("n8n's retry of an execution that a crash has ended", () => {
	test.each([
		['contacts', {}],
		['numbers', { callTo: 'phoneNumber', phoneNumber: '={{ $json.number }}' }],
	])('calls no %s again that it had called', async (_, parameters) => {
		failCalls(REFUSAL, 2);
		const { items, ...node } = callItems(4, {}, parameters);
		const [first, second, ...others] = items;
		// one person twice on the list, called once before the crash
		const crashed = await runNode({ ...node, items: [first, second, first, ...others] });
		expect(called()).toEqual(contactIds(2));
		const { json } = await retryCrashed(crashed, credential());
		const [one, two, ...more] = contactIds(4);
		expect(json.map(({ contactId }) => contactId)).toEqual([one, two, one, ...more]);
		expect(json.slice(0, 2).map(({ id }) => id)).toEqual(
			placed()
				.slice(0, 2)
				.map(({ id }) => id),
		);
		expect(called()).toEqual([one, two, one, ...more]);
		// read once for all items
		expect(callLists()).toHaveLength(1);
	});

	test.each([
		['contacts', {}],
		['numbers', { callTo: 'phoneNumber', phoneNumber: '={{ $json.number }}' }],
	])('gives the calls of %s in place of skipping who was called', async (_, parameters) => {
		failCalls(REFUSAL, 2);
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
		failCalls(REFUSAL, 1);
		const crashed = await runNode({ ...callItems(2), nodes: 2 });
		expect(called()).toEqual(contactIds(1));
		await retryCrashed(crashed, credential());
		expect(called()).toEqual([...contactIds(2), ...contactIds(2)]);
	});

	test('does not take calls from before the execution for its own', async () => {
		await runNode(callItems(2));
		for (const call of simulator.store.calls) call.created = new Date(Date.now() - 120_000).toISOString();
		failCalls(REFUSAL);
		await retryCrashed(await runNode(callItems(2)), credential());
		expect(called()).toEqual([...contactIds(2), ...contactIds(2)]);
	});
});

test('an empty error on the first record does not make n8n repeat the node', async () => {
	Object.assign(simulator.store.contacts[0], { error: '' });
	const { json } = await runNode({
		parameters: { resource: 'contact', operation: 'get', contact: byId(contactIds(1)[0]) },
		settings: RETRY,
		credential: credential(),
	});
	expect(json[0].apiError).toBe('');
	expect(simulator.requests).toHaveLength(1);
});

test('an automation is triggered once however often the node is repeated', async () => {
	const [{ id }] = simulator.store.automations;
	simulator.faults.add({ path: `/webhook/automation/${id}`, after: 1, fault: REFUSAL });
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
		const [contact] = contactIds(1);
		return callItems(1, settings, { contact: byId(contact) });
	};

	test('the same person is called once, however often the model asks', async () => {
		const answers = await runTool(way, 3, tool());
		expect(called()).toEqual(contactIds(1));
		expect(answers).toHaveLength(3);
		for (const answer of answers) expect(answer).toContain(placed()[0].id);
	});

	test('a call that may have been placed is given back when the model asks again', async () => {
		failCalls({ kind: 'resetAfter' });
		const answers = await runTool(way, 2, tool());
		expect(called()).toEqual(contactIds(1));
		expect(answers[0]).toMatch(ADVICE);
		expect(answers[1]).toContain(placed()[0].id);
	});

	test('where it is not found, the model is told again not to repeat it', async () => {
		failCalls({ kind: 'reset' });
		const answers = await runTool(way, 2, tool());
		expect(called()).toEqual([]);
		for (const answer of answers) expect(answer).toMatch(ADVICE);
	});

	test('Retry On Fail does not repeat it either', async () => {
		failCalls({ kind: 'reset' });
		await runTool(way, 1, tool(RETRY));
		expect(simulator.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
	});
});
