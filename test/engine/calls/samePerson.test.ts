import type { INode, INodeParameters } from 'n8n-workflow';
import {
	ADVICE,
	REFUSAL,
	byId,
	callNode,
	called,
	contactIds,
	contactItems,
	failCalls,
	placed,
	simulator,
	until,
	useSimulator,
} from '../fixtures.mts';
import { runNode, startNode } from '../n8n/index.mts';

/** Attempts that others than the item itself have made to call a person: rounds, nodes, executions. */

useSimulator({ firstBackoff: 5 });

const BY_NUMBER: INodeParameters = { callTo: 'phoneNumber', phoneNumber: '={{ $json.number }}' };
const TO_ERROR_OUTPUT: Partial<INode> = { onError: 'continueErrorOutput' };

/** Has the first agent call the first contacts, one item each. */
const callItems = (count: number, parameters: INodeParameters = {}, settings: Partial<INode> = {}) =>
	callNode(contactItems(count), parameters, settings);

describe('calls that are meant as several', () => {
	test('two items with the same contact are two calls', async () => {
		const once = callItems(1);
		await runNode({ ...once, items: [...once.items, ...once.items] });
		expect(called()).toEqual([...contactIds(1), ...contactIds(1)]);
	});

	test('a second round of a loop calls again', async () => {
		await runNode({ ...callItems(1), rounds: 2 });
		expect(called()).toEqual([...contactIds(1), ...contactIds(1)]);
	});

	test('a second node calls again', async () => {
		await runNode({ ...callItems(1), siblings: [{}] });
		expect(called()).toEqual([...contactIds(1), ...contactIds(1)]);
	});

	test('a refused call is placed again by an error output that leads back to the node', async () => {
		failCalls(REFUSAL);
		const { json } = await runNode({ ...callItems(1, {}, TO_ERROR_OUTPUT), errorRounds: 1 });
		expect(json.map(({ contactId }) => contactId)).toEqual(contactIds(1));
		expect(called()).toEqual(contactIds(1));
	});
});

describe('an unclear attempt', () => {
	test('is found and returned by an error output that leads back to the node', async () => {
		failCalls({ kind: 'resetAfter' }, 1);
		const { run } = await runNode({ ...callItems(3, {}, TO_ERROR_OUTPUT), errorRounds: 2 });
		expect(called()).toEqual(contactIds(3));
		const runs = run.data.resultData.runData.Thoughtly.map(({ data }) => data!.main[0]!.map(({ json }) => json.id));
		const [ada, ben, carla] = placed().map(({ id }) => id);
		expect(runs).toEqual([[ada, carla], [ben]]);
	});

	test('that is not found fails there again, and calls nobody', async () => {
		failCalls({ kind: 'reset' });
		const { errorItems } = await runNode({ ...callItems(1, {}, TO_ERROR_OUTPUT), errorRounds: 2 });
		expect(called()).toEqual([]);
		expect(errorItems.map(({ json }) => json.error)).toEqual([expect.stringMatching(ADVICE)]);
	});

	test.each<[string, INodeParameters, INodeParameters]>([
		['contact', {}, {}],
		['contact, then by number', {}, BY_NUMBER],
		['number, then by contact', BY_NUMBER, { callTo: 'contact', contact: byId('={{ $json.contact }}') }],
	])('of one node is found and returned by another: by %s', async (_name, first, second) => {
		failCalls({ kind: 'resetAfter' });
		const node = callItems(1, first, { onError: 'continueRegularOutput' });
		const { run } = await runNode({ ...node, siblings: [second] });
		expect(called()).toEqual(contactIds(1));
		const [{ data }] = run.data.resultData.runData['Thoughtly 2'];
		expect(data!.main[0]!.map(({ json }) => json.id)).toEqual([placed()[0].id]);
	});

	test('is returned to one item only: the next one for the same person is a call of its own', async () => {
		failCalls({ kind: 'resetAfter' });
		const node = callItems(1, {}, { onError: 'continueRegularOutput' });
		await runNode({ ...node, siblings: [{}, {}] });
		expect(called()).toEqual([...contactIds(1), ...contactIds(1)]);
	});
});

describe('two executions at once', () => {
	test.each<[string, INodeParameters]>([
		['the same contact', {}],
		['the same number', BY_NUMBER],
	])('place their calls to %s one after another', async (_name, parameters) => {
		simulator.options.latencyMs = 100;
		const node = callItems(1, parameters);
		const first = await startNode(node);
		await until(() => simulator.requests.length > 0);
		const second = await startNode(node);
		await Promise.all([first.done, second.done]);
		const [one, other] = simulator.requests.filter(({ path }) => path === '/contact/call');
		expect(other.at - one.at).toBeGreaterThanOrEqual(100);
	});

	test('place calls to different people side by side', async () => {
		simulator.options.latencyMs = 60_000;
		const [first, second] = await Promise.all(
			callItems(2).items.map(async (item) => await startNode({ ...callItems(1), items: [item] })),
		);
		await until(() => placed().length === 2);
		first.cancel();
		second.cancel();
		await Promise.all([first.done, second.done]);
	});

	test('give way where the first is cancelled while it is calling', async () => {
		simulator.faults.add({ path: '/contact/call', fault: { kind: 'hang' } });
		const first = await startNode(callItems(1));
		await until(() => simulator.requests.length === 1);
		const second = await startNode(callItems(1));
		first.cancel();
		await Promise.all([first.done, second.done]);
		expect(called()).toEqual(contactIds(1));
	});
});
