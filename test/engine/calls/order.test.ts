import type { INode, INodeParameters } from 'n8n-workflow';
import {
	ADVICE,
	CONTINUE,
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
import { logLines, runNode, startNode } from '../n8n/index.mts';

/** In which order calls are placed, and what a failure stops. */

useSimulator({ firstBackoff: 5 });

/** Has the first agent call the first contacts, one item each. */
const callItems = (count: number, parameters: INodeParameters = {}, settings: Partial<INode> = {}) =>
	callNode(contactItems(count), parameters, settings);

test('calls are placed one by one in input order, up to the first failure', async () => {
	failCalls(REFUSAL, 2);
	const { error } = await runNode(callItems(5));
	expect(called()).toEqual(contactIds(2));
	expect(simulator.requests).toHaveLength(3);
	expect(error?.message).toBe('Thoughtly refused the request (422): No credit. Nobody was called [item 2]');
	expect(error?.description).toMatch(/2 of 5 items completed$/);
});

test('Calls at Once places more of them together', async () => {
	// no response comes before the test ends: those that are not placed together would not be placed at all
	simulator.options.latencyMs = 60_000;
	const { done, cancel } = await startNode(callItems(5, { options: { callsAtOnce: 5 } }));
	await until(() => placed().length === 5);
	expect(called().sort()).toEqual(contactIds(5).sort());
	cancel();
	await done;
});

describe('with Calls at Once, after a failure', () => {
	const twoAtOnce = { options: { callsAtOnce: 2 } };

	test('nobody else is called, not even the same contact', async () => {
		failCalls({ kind: 'resetAfter' });
		const once = callItems(1, twoAtOnce);
		const { error } = await runNode({ ...once, items: [...once.items, ...once.items, ...once.items] });
		expect(error?.message).toMatch(ADVICE);
		expect(called()).toEqual(contactIds(1));
	});

	test('a bad expression ends the node like any other failure', async () => {
		const contact = byId('={{ $json.contact === "bad" ? $("Nowhere").item.json.id : $json.contact }}');
		const node = callItems(5, { ...twoAtOnce, contact });
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
	const { error } = await runNode(callItems(1, { options: { callsAtOnce } }));
	expect(error?.message).toBe("'Calls at Once' must be a whole number, 1 or more. Nobody was called [item 0]");
	expect(simulator.requests).toEqual([]);
});

test('Calls at Once that cannot be read fails only that item', async () => {
	const { items, ...node } = callItems(2, { options: { callsAtOnce: '={{ $json.count }}' } }, CONTINUE);
	const { json } = await runNode({ ...node, items: items.map((item, index) => ({ ...item, count: index })) });
	expect(json).toEqual([
		{ error: expect.stringMatching(/^'Calls at Once' must be .*Nobody was called \[item 0\]/) },
		expect.objectContaining({ result: 'in_progress' }),
	]);
});

test('each placed call leaves one line in the log, with the IDs of call and agent and nothing of the person', async () => {
	const lines = await logLines();
	failCalls(REFUSAL, 1);
	const { json } = await runNode(callItems(3, {}, CONTINUE));
	expect(lines).toEqual(
		[json[0], json[2]].map(({ id, agentId }) => `Thoughtly (Thoughtly): placed call ${id} with agent ${agentId}`),
	);
});
