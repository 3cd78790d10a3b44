import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import type { Fault } from '../../simulator/simulator.mts';
import {
	ADVICE,
	CONTINUE,
	REFUSAL,
	RETRY,
	agentIds,
	byId,
	callNode,
	called,
	contactIds,
	contactItems,
	credential,
	failCalls,
	placed,
	simulator,
	times,
	useSimulator,
} from '../fixtures.mts';
import { runNode } from '../n8n/index.mts';

/** n8n's *Retry On Fail* runs the whole node again with all its items: nobody is called twice. */

useSimulator({ firstBackoff: 5 });

/** Has the first agent call the first contacts, one item each. */
const callItems = (count: number, parameters: INodeParameters = {}, settings: Partial<INode> = RETRY) =>
	callNode(contactItems(count), parameters, settings);

describe('nobody is called twice', () => {
	test('when a later item is refused', async () => {
		failCalls(REFUSAL, 2);
		const { json, error } = await runNode(callItems(4));
		expect(error).toBeUndefined();
		expect(called()).toEqual(contactIds(4));
		expect(json.map(({ contactId }) => contactId)).toEqual(contactIds(4));
	});

	test('when an expression chooses another agent in each attempt', async () => {
		failCalls(REFUSAL, 1);
		const [a, b] = agentIds();
		const agent = byId(`={{ $now.toMillis() % 2 ? '${a}' : '${b}' }}`);
		const { error } = await runNode(callItems(3, { agent }));
		expect(error).toBeUndefined();
		expect(called()).toEqual(contactIds(3));
	});

	test('when a later item stays refused', async () => {
		failCalls(REFUSAL, 2, Infinity);
		const { error } = await runNode(callItems(4));
		expect(error?.message).toMatch(/No credit\. Nobody was called \[item 2\]$/);
		expect(called()).toEqual(contactIds(2));
	});

	test.each<[string, Fault]>([
		['the connection broke after the call was placed', { kind: 'resetAfter' }],
		['the response could not be parsed', { kind: 'brokenJson' }],
		['the response was empty', { kind: 'empty' }],
	])('when %s: the call is found and returned', async (_name, fault) => {
		failCalls(fault, 1);
		const { json, error } = await runNode(callItems(3));
		expect(error).toBeUndefined();
		expect(called()).toEqual(contactIds(3));
		expect(json.map(({ contactId }) => contactId)).toEqual(contactIds(3));
		expect(json[1].id).toBe(placed()[1].id);
	});

	test('when the connection broke and the calls cannot be read then: the error says that it may have been placed', async () => {
		failCalls({ kind: 'resetAfter' }, 1);
		simulator.faults.add({ path: /responses$/, times: Infinity, fault: { kind: 'status', status: 500 } });
		const { error } = await runNode(callItems(3));
		expect(error?.message).toMatch(/The outcome of an earlier attempt is unknown\. .*\[item 1\]$/);
		expect(error?.message).toMatch(ADVICE);
		expect(called()).toEqual(contactIds(2));
	});

	test.each([
		['fast', -10 * 60_000],
		['slow', 10 * 60_000],
	])(
		"when the connection broke and n8n's clock is %s: the call is found and returned",
		async (_name, clockOffsetMs) => {
			simulator.options.clockOffsetMs = clockOffsetMs;
			failCalls({ kind: 'resetAfter' });
			const { json } = await runNode(callItems(2));
			expect(called()).toEqual(contactIds(2));
			expect(json.map(({ id }) => id)).toEqual(placed().map(({ id }) => id));
		},
	);

	test.each<[string, Fault]>([
		['the connection broke before', { kind: 'reset' }],
		['there was no response', { kind: 'hang' }],
		['the server had a fault', { kind: 'status', status: 500, body: '' }],
		['a 200 carried an error', { kind: 'errorInBody', error: 'Try later' }],
	])('when %s and no call is found: it fails again with the advice', async (_name, fault) => {
		times.callTimeout = 200;
		failCalls(fault, 1);
		const { error } = await runNode(callItems(3));
		expect(error?.message).toMatch(/^The outcome of an earlier attempt is unknown/);
		expect(error?.message).toMatch(ADVICE);
		expect(called()).toEqual(contactIds(1));
		expect(simulator.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
	});

	test('when the first item fails under Continue On Fail, which n8n takes for a failed node', async () => {
		failCalls(REFUSAL, 0, Infinity);
		const { json } = await runNode(callItems(3, {}, { ...RETRY, ...CONTINUE }));
		expect(json).toHaveLength(3);
		expect(called()).toEqual([]);
		simulator.reset();
		failCalls(REFUSAL, 0, 1);
		const second = await runNode(callItems(3, {}, { ...RETRY, ...CONTINUE }));
		expect(second.json.map(({ contactId }) => contactId)).toEqual(contactIds(3));
		expect(called().sort()).toEqual(contactIds(3).sort());
	});
});

test("an unclear call is not mistaken for another item's to the same contact", async () => {
	const once = callItems(1);
	failCalls({ kind: 'reset' }, 1);
	const { error } = await runNode({ ...once, items: [...once.items, ...once.items] });
	expect(error?.message).toMatch(ADVICE);
	expect(called()).toEqual(contactIds(1));
});

test('an empty error on the first record does not make n8n repeat the node', async () => {
	Object.assign(simulator.store.contacts[0], { error: '' });
	const { json } = await runNode({
		parameters: { resource: 'contact', operation: 'get', contact: byId(contactIds(1)[0]), simplify: false },
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
			// a time in it is another one in each attempt
			jsonBody: '={{ { n: $json.n, at: $now.toMillis() } }}',
		},
		items: [{ n: 1 }, { n: 2 }],
		settings: RETRY,
		credential: credential(),
	});
	expect(error).toBeUndefined();
	expect(simulator.requests.map(({ body }) => (body as IDataObject).n)).toEqual([1, 2, 2]);
});
