import { sleep } from 'n8n-workflow';
import type { Fault } from '../../simulator/simulator.mts';
import {
	agentIds,
	byId,
	callLists,
	contactIds,
	contactItems,
	credential,
	dials,
	simulator,
	times,
	underWay,
	until,
	useSimulator,
} from '../fixtures.mts';
import { logLines, runNode, startNode } from '../n8n/index.mts';
import { addOldCalls, finish, pages, waitFor } from './waits.mts';

/** Start and Wait with polling: in which rounds it looks for ended calls, and what they cost. */

const INTERVAL = 30;

useSimulator({ pollInterval: INTERVAL, firstBackoff: 2 });

describe('the requests of 100 items that are waited for', () => {
	test('are two a round where the newest calls come first', async () => {
		addOldCalls(300);
		const { done } = await startNode(waitFor(100));
		await until(() => callLists().length >= 6);
		expect(pages().slice(0, 6)).toEqual([0, 1, 0, 1, 0, 1]);
		await finish(underWay());
		const { json, items } = await done;
		expect(json.map(({ ended, contactId }) => [ended, contactId])).toEqual(
			waitFor(100).items.map(({ contact }) => [true, contact]),
		);
		expect(new Set(json.map(({ id }) => id)).size).toBe(100);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
		expect(dials()).toBe(100);
	});

	test.each([
		[50, [0, 1, 2, 3, 4, 5, 6, 7, 8], [6, 7, 8]],
		// a page of fewer than 10 ends the list
		[40, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [7, 8, 9, 10]],
	])(
		'leave out the pages in front of the first call where the oldest come first, %d a page',
		async (size, first, later) => {
			Object.assign(simulator.options, { callOrder: 'oldest', largestPage: size });
			addOldCalls(300);
			const { done } = await startNode(waitFor(100));
			await until(() => callLists().length >= first.length + 2 * later.length);
			await finish(underWay());
			const { json } = await done;
			expect(json.every(({ ended }) => ended)).toBe(true);
			expect(pages().slice(0, first.length + 2 * later.length)).toEqual([...first, ...later, ...later]);
		},
	);

	test.each([50, 25])('leave half of the quota to others, however long the list is, %d a page', async (largestPage) => {
		times.quotaWindow = 200;
		Object.assign(simulator.options, { callOrder: 'oldest', largestPage });
		addOldCalls(10 * largestPage);
		const { done } = await startNode({ ...waitFor(1), credential: credential({ requestsPerMinute: 40 }) });
		await until(() => callLists().length > 11);
		expect(pages()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10]);
		// eleven requests are twice in half of 40 a window
		expect(callLists()[11].at - callLists()[10].at).toBeGreaterThanOrEqual(105);
		await finish(underWay());
		await done;
	});
});

test('nothing is requested before the first interval is over, and a call that has ended then once', async () => {
	const { done } = await startNode(waitFor(1));
	await until(() => underWay().length === 1);
	await finish(underWay());
	await done;
	expect(callLists()).toHaveLength(1);
	expect(callLists()[0].at - simulator.requests[0].at).toBeGreaterThanOrEqual(INTERVAL - 2);
});

test("items of two agents are waited for in one round for each, and an ended agent's is over", async () => {
	const node = waitFor(6, { agent: byId('={{ $json.agent }}') });
	node.items.forEach((item, index) => (item.agent = agentIds()[index % 2]));
	const { done } = await startNode(node);
	const asked = (agent: number) => callLists().filter(({ path }) => path.includes(agentIds()[agent])).length;
	await until(() => asked(0) >= 2 && asked(1) >= 2);
	await finish(underWay().filter(({ interview }) => interview.id === agentIds()[0]));
	const [before, other] = [asked(0), asked(1)];
	await until(() => asked(1) >= other + 3);
	expect(asked(0)).toBeLessThanOrEqual(before + 1);
	await finish(underWay());
	const { json } = await done;
	expect(json.map(({ agentId, ended }) => [agentId, ended])).toEqual(node.items.map(({ agent }) => [agent, true]));
});

test('two executions that wait on one agent get their own calls', async () => {
	const one = await startNode(waitFor(2));
	const other = await startNode({ ...waitFor(2), items: contactItems(4).slice(2) });
	await until(() => underWay().length === 4 && callLists().length >= 4);
	await finish(underWay());
	const outputs = [...(await one.done).json, ...(await other.done).json];
	expect(outputs.map(({ contactId, ended }) => [contactId, ended])).toEqual(
		contactIds(4).map((contact) => [contact, true]),
	);
});

test('a failed round does not fail the call: it is logged, and the next round goes on', async () => {
	const lines = await logLines();
	const down: Fault = { kind: 'status', status: 503 };
	simulator.faults.add({ path: /responses$/, after: 1, times: 3, fault: down });
	const { done } = await startNode(waitFor(2));
	await until(() => callLists().length >= 5);
	await finish(underWay());
	const { json, error } = await done;
	expect(error).toBeUndefined();
	expect(json.map(({ ended }) => ended)).toEqual([true, true]);
	expect(lines.filter((line) => /could not check for ended calls/.test(line))).toHaveLength(1);
});

test('cancelling ends it, and nothing is requested any more', async () => {
	const { done, cancel } = await startNode(waitFor(3));
	await until(() => callLists().length >= 2);
	cancel();
	const { error } = await done;
	expect(error?.message).toMatch(/abort/i);
	// a look that was on its way has reached the simulator when this is answered
	await runNode({ parameters: { resource: 'user', operation: 'get' }, credential: credential() });
	const asked = simulator.requests.length;
	await sleep(3 * INTERVAL);
	expect(simulator.requests).toHaveLength(asked);
});
