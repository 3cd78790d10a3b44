import { sleep } from 'n8n-workflow';
import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import type { Call, Fault } from '../simulator/simulator.mts';
import {
	ADVICE,
	CONTINUE,
	RETRY,
	agentIds,
	byId,
	callLists,
	callNode,
	contactIds,
	contactItems,
	credential,
	dials,
	failCalls,
	limitWaitTime,
	passTime,
	simulator,
	times,
	underWay,
	until,
	useSimulator,
} from './fixtures.mts';
import { logLines, runNode, runTool, startNode } from './n8n/index.mts';

/** Start and Wait with polling: what it asks for, what it gives, and when it ends. */

const INTERVAL = 30;

useSimulator({ pollInterval: INTERVAL, firstBackoff: 2 });

/** Has the first agent call so many contacts, over and over the same five. */
const waitFor = (count: number, parameters: INodeParameters = {}, settings: Partial<INode> = {}) =>
	callNode(contactItems(count), { operation: 'startAndWait', ...parameters }, settings);

const pages = () => callLists().map(({ query }) => Number(query.page));

async function finish(calls: Call[], result?: Partial<Call>): Promise<void> {
	for (const { id } of calls) await simulator.finishCall(id, result);
}
/** Adds calls of the first agent that are long over. */
function addOldCalls(count: number): void {
	const [call] = simulator.store.calls;
	const old = Array.from({ length: count }, (_, index) => ({ ...call, id: `old-${index}`, version: 2 }));
	simulator.store.calls.push(...old);
}

const MINUTE = 60_000;

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

	test('leave out the pages in front of the first call where the oldest come first', async () => {
		simulator.options.callOrder = 'oldest';
		addOldCalls(300);
		const { done } = await startNode(waitFor(100));
		const [first, later] = [
			[0, 1, 2, 3, 4, 5, 6, 7, 8],
			[6, 7, 8],
		];
		await until(() => callLists().length >= first.length + 2 * later.length);
		await finish(underWay());
		const { json } = await done;
		expect(json.every(({ ended }) => ended)).toBe(true);
		expect(pages().slice(0, 15)).toEqual([...first, ...later, ...later]);
	});

	test('leave half of the quota to others, however long the list is', async () => {
		times.quotaWindow = 200;
		simulator.options.callOrder = 'oldest';
		addOldCalls(500);
		const { done } = await startNode({ ...waitFor(1), credential: credential({ requestsPerMinute: 40 }) });
		await until(() => callLists().length > 11);
		expect(pages()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10]);
		// eleven requests are twice in half of 40 a window
		expect(callLists()[11].at - callLists()[10].at).toBeGreaterThanOrEqual(105);
		await finish(underWay());
		await done;
	});
});

test('nothing is asked before the first interval is over, and a call that is over then is asked for once', async () => {
	const { done } = await startNode(waitFor(1));
	await until(() => underWay().length === 1);
	await finish(underWay());
	const { json } = await done;
	expect(callLists()).toHaveLength(1);
	expect(callLists()[0].at - simulator.requests[0].at).toBeGreaterThanOrEqual(INTERVAL - 2);
	const call = simulator.store.calls.at(-1)!;
	expect(json).toEqual([
		{
			id: call.id,
			agentId: agentIds()[0],
			contactId: contactIds()[0],
			phoneNumber: '+14155550101',
			status: 'COMPLETED',
			ended: true,
			endedAt: call.end_time,
			durationSeconds: expect.any(Number),
			summary: 'The call with Ada Park ended as COMPLETED.',
			transcript: call.transcript,
		},
	]);
	expect(json[0].transcript).toMatch(/^Agent: Hello.*\nUser: Yes/);
});

test("items of two agents are waited for in one round for each, and an ended agent's is over", async () => {
	const node = waitFor(6, { agent: byId('={{ $json.agent }}') });
	node.items.forEach((item, index) => (item.agent = agentIds()[index % 2]));
	const { done } = await startNode(node);
	const asked = (agent: number) => callLists().filter(({ path }) => path.includes(agentIds()[agent])).length;
	await until(() => asked(0) === 2 && asked(1) === 2);
	await finish(underWay().filter(({ interview }) => interview.id === agentIds()[0]));
	const before = asked(0);
	await until(() => asked(1) >= 5);
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

test('a failed round is no failed call: it is said in the log, and the next round goes on', async () => {
	const lines = await logLines();
	const down: Fault = { kind: 'status', status: 503 };
	simulator.faults.add({ path: /responses$/, after: 1, times: 3, fault: down });
	const { done } = await startNode(waitFor(2));
	await until(() => callLists().length >= 5);
	await finish(underWay());
	const { json, error } = await done;
	expect(error).toBeUndefined();
	expect(json.map(({ ended }) => ended)).toEqual([true, true]);
	expect(lines.filter((line) => /could not look for calls/.test(line))).toHaveLength(1);
});

test('a failed and a skipped item stand in their places, whichever call ends first', async () => {
	const skipped = { ...simulator.store.calls[0], id: 'lately', version: 2, created: new Date().toISOString() };
	simulator.store.calls.push(skipped);
	const node = waitFor(4, { options: { skipIfCalledWithin: { time: {} } } }, CONTINUE);
	const [ada, ben, carla] = contactIds();
	node.items = [ben, 'nobody', ada, carla].map((contact) => ({ contact }));
	const { done } = await startNode(node);
	await until(() => underWay().length === 2 && callLists().length >= 2);
	await finish(underWay().slice(1));
	await finish(underWay());
	const { json, items } = await done;
	expect(json).toEqual([
		expect.objectContaining({ contactId: ben, ended: true }),
		{ error: expect.stringMatching(/^Thoughtly has no contact nobody.*\(404\) \[item 1\]/) },
		{ skipped: true, reason: expect.any(String), lastCall: expect.objectContaining({ id: 'lately' }) },
		expect.objectContaining({ contactId: carla, ended: true }),
	]);
	expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }, { item: 3 }]);
	expect(dials()).toBe(3);
});

test('where an item fails without Continue On Fail, nothing is waited for', async () => {
	const node = waitFor(2);
	node.items[1].contact = 'nobody';
	const { error } = await runNode(node);
	expect(error?.message).toMatch(/\[item 1\]$/);
	expect(callLists()).toEqual([]);
});

describe('when time runs out', () => {
	const soon = limitWaitTime(1);
	/** The limit counts from the placed call on: it is read by the first look. */
	async function timeRunsOut(): Promise<void> {
		await until(() => callLists().length > 0);
		passTime(MINUTE);
	}

	test('the item says that the call has not ended, and its last status', async () => {
		const { done } = await startNode(waitFor(2, { options: soon }));
		await until(() => underWay().length === 2);
		Object.assign(underWay()[1], { status: 'IN_PROGRESS' });
		await timeRunsOut();
		const { json } = await done;
		expect(json.map(({ ended, status, endedAt }) => [ended, status, endedAt])).toEqual([
			[false, 'NOT_STARTED', null],
			[false, 'IN_PROGRESS', null],
		]);
		expect(json[0]).not.toHaveProperty('startedAt');
	});

	test('a call that the list never had is given as it was placed', async () => {
		const { done } = await startNode(waitFor(1, { options: soon }));
		await until(() => underWay().length === 1);
		const [{ id }] = simulator.store.calls.splice(-1);
		await timeRunsOut();
		const { json } = await done;
		expect(json).toEqual([
			expect.objectContaining({
				id,
				contactId: contactIds()[0],
				agentId: agentIds()[0],
				ended: false,
				transcript: null,
			}),
		]);
	});

	test('it fails where that is set; the message says that the call goes on, and the others are not lost', async () => {
		const options = { ...soon, whenTimeRunsOut: 'fail' };
		const { done } = await startNode(waitFor(2, { options }, CONTINUE));
		await until(() => underWay().length === 2);
		const [first] = underWay();
		await finish(underWay().slice(1));
		await timeRunsOut();
		const { json } = await done;
		expect(json).toEqual([
			{
				error: expect.stringContaining(
					`Call ${first.id} has not ended within 'Limit Wait Time'; it goes on in Thoughtly`,
				),
			},
			expect.objectContaining({ ended: true }),
		]);
	});

	test('Retry On Fail waits again and dials nobody twice', async () => {
		const options = { ...soon, whenTimeRunsOut: 'fail' };
		const { done } = await startNode(waitFor(3, { options }, RETRY));
		await until(() => underWay().length === 3);
		await finish(underWay().slice(1));
		await timeRunsOut();
		const looks = callLists().length;
		// one look may be on its way and one ends the first try: the third is the second try's
		await until(() => callLists().length >= looks + 3);
		await finish(underWay());
		const { json, error } = await done;
		expect(error).toBeUndefined();
		expect(json.map(({ ended }) => ended)).toEqual([true, true, true]);
		expect(dials()).toBe(3);
	});

	test('a date and time is a limit as well', async () => {
		const values = { limitType: 'atSpecifiedTime', maxDateAndTime: new Date(Date.now() + 80).toISOString() };
		const { json } = await runNode(waitFor(1, { options: { limitWaitTime: { values } } }));
		expect(json).toEqual([expect.objectContaining({ ended: false })]);
	});
});

test.each([
	['no amount', limitWaitTime('soon')],
	['an unknown unit', limitWaitTime(1, 'fortnights')],
	['no date', { limitWaitTime: { values: { limitType: 'atSpecifiedTime', maxDateAndTime: '' } } }],
	['a date that is none', { limitWaitTime: { values: { limitType: 'atSpecifiedTime', maxDateAndTime: 'later' } } }],
])('a limit with %s is refused before anybody is called', async (_name, options) => {
	const { error } = await runNode(waitFor(1, { options }));
	expect(error?.message).toMatch(/^'(Limit Wait Time' is no time|Max Date and Time' is no date) \[item 0\]$/);
	expect(simulator.requests).toEqual([]);
});

test('cancelling ends it, and nothing is asked any more', async () => {
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

test("with Simplify off the API's own record comes, and whether the call has ended", async () => {
	const { done } = await startNode(waitFor(1, { simplify: false }));
	await until(() => underWay().length === 1);
	await finish(underWay(), { error: 'as the API has it' } as Partial<Call>);
	const { json } = await done;
	const { error: apiError, ...call } = JSON.parse(JSON.stringify(simulator.store.calls.at(-1))) as IDataObject;
	expect(json).toEqual([{ ...call, apiError, ended: true }]);
});

describe.each(['functionAgent', 'engineAgent'] as const)('as a tool of an AI Agent (%s)', (way) => {
	const tool = () => waitFor(1, { waitBy: 'webhook', contact: byId(contactIds()[0]) });

	test('polling is used whatever is set: one call, whose transcript the model gets', async () => {
		const done = runTool(way, 2, tool());
		await until(() => underWay().length === 1);
		await finish(underWay());
		const answers = await done;
		expect(dials()).toBe(1);
		for (const answer of answers) {
			expect(answer).toContain('Yes, go on.');
			expect(answer).toContain('"ended":true');
		}
		expect(simulator.requests.filter(({ path }) => path.startsWith('/webhooks'))).toEqual([]);
	});

	test('the model is told not to repeat a call that may have been placed', async () => {
		failCalls({ kind: 'reset' });
		const [answer] = await runTool(way, 1, tool());
		expect(answer).toMatch(ADVICE);
		expect(dials()).toBe(1);
	});
});
