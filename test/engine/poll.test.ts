import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { Call } from '../simulator/simulator.mts';
import { newCall } from '../simulator/store.mts';
import {
	activeAgentIds,
	agentIds,
	callLists,
	contactIds,
	credential,
	passTime,
	requested,
	simulator,
	times,
	useSimulator,
} from './fixtures.mts';
import { limitsPolls, logLines, PolledWorkflow } from './n8n/index.mts';

/** The poll trigger: each call is in the items of one execution, whatever happens in between. */

useSimulator();

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let workflows = 0;

/** A workflow of its own: what one node does is kept by workflow and node. */
const workflowOf = async (parameters: INodeParameters = {}, overrides: IDataObject = {}, budget?: number) =>
	await PolledWorkflow.create({
		parameters,
		credential: credential(overrides as never),
		workflowId: `workflow ${++workflows}`,
		budget,
	});

async function activeWorkflow(...trigger: Parameters<typeof workflowOf>): Promise<PolledWorkflow> {
	const workflow = await workflowOf(...trigger);
	await workflow.activate();
	return workflow;
}

const begin = (agentId = agentIds()[0]) => simulator.receiveCall(agentId, contactIds()[0]);
const finish = async (call: Call, result?: Partial<Call>) => await simulator.finishCall(call.id, result);

async function endedCall(agentId?: string, result?: Partial<Call>): Promise<Call> {
	const call = begin(agentId);
	await finish(call, result);
	return call;
}

/** Adds calls of an agent that ended some time ago; the first one is the newest, the others a minute older each. */
function addOldCalls(count: number, agentId = agentIds()[0], msAgo = HOUR, apart = MINUTE): Call[] {
	const agent = simulator.store.agents.find(({ id }) => id === agentId)!;
	const [contact] = simulator.store.contacts;
	const now = Date.now() + simulator.options.clockOffsetMs;
	const calls = Array.from({ length: count }, (_, index) => {
		const created = new Date(now - msAgo - index * apart);
		const end_time = new Date(created.getTime() + MINUTE / 2).toISOString();
		return { ...newCall(agent, contact, null, created), status: 'COMPLETED', end_time };
	});
	simulator.store.calls.push(...calls);
	return calls;
}

const addAgents = (count: number) => {
	const [agent] = simulator.store.agents;
	const added = Array.from({ length: count }, (_, index) => ({ ...agent, id: `agent-${index}` }));
	simulator.store.agents.push(...added);
	return added.map(({ id }) => id);
};

const idsOf = (calls: Call[]) => calls.map(({ id }) => id);
const minuteLater = () => passTime(MINUTE);

describe('calls', () => {
	test('start the workflow once, with the event and the call, in the order of their ends', async () => {
		const workflow = await activeWorkflow();
		const [first, second] = [begin(), begin(agentIds()[1])];
		await workflow.poll();
		await finish(second);
		passTime(5);
		await finish(first);
		await workflow.poll();
		await workflow.poll();
		expect(workflow.executions).toHaveLength(1);
		expect(workflow.executions[0]).toMatchObject([
			{ event: 'NEW_RESPONSE', id: second.id, agentId: agentIds()[1], result: 'completed', ended: true },
			{ event: 'NEW_RESPONSE', id: first.id },
		]);
		expect(Object.keys(workflow.executions[0][0]).slice(0, 3)).toEqual(['event', 'id', 'result']);
	});

	test('that are not simplified are as Thoughtly has them', async () => {
		const workflow = await activeWorkflow({ simplify: false });
		const call = await endedCall();
		await workflow.poll();
		expect(workflow.executions).toEqual([[{ event: 'NEW_RESPONSE', ...call }]]);
	});

	test('that ended before the workflow was active do not start it', async () => {
		await endedCall();
		addOldCalls(3, undefined, MINUTE);
		const workflow = await activeWorkflow();
		await workflow.poll();
		expect(workflow.executions).toEqual([]);
	});

	test.each<[string, number]>([
		['a minute', MINUTE],
		['six hours', 6 * HOUR],
	])('that were running when it was activated start it when they end, after %s', async (_name, duration) => {
		const call = begin();
		passTime(duration);
		const workflow = await activeWorkflow();
		await workflow.poll();
		passTime(duration);
		addOldCalls(60, undefined, MINUTE, MINUTE / 60);
		await workflow.poll();
		await finish(call);
		passTime(HOUR);
		await workflow.poll();
		expect(workflow.emitted.filter((id) => id === call.id)).toHaveLength(1);
	});

	test('are filtered', async () => {
		const options = { results: ['no_answer'], tags: 'vip', minimumDuration: 0 };
		const workflow = await activeWorkflow({ options });
		const wanted = await endedCall(undefined, { status: 'NO_ANSWER', tags: ['VIP'] });
		await endedCall(undefined, { status: 'NO_ANSWER' });
		await endedCall(undefined, { tags: ['vip'] });
		await workflow.poll();
		expect(workflow.emitted).toEqual([wanted.id]);
	});

	test('of selected agents start it, those of others do not', async () => {
		const [first, second] = activeAgentIds();
		const workflow = await activeWorkflow({ agentScope: 'selected', agentIds: [second] });
		await endedCall(first);
		const call = await endedCall(second);
		await workflow.poll();
		expect(workflow.emitted).toEqual([call.id]);
		expect(requested()).not.toContain('GET /interview');
	});

	test.each([
		['an unknown status', { status: 'ODD', end_time: null }, 4 * HOUR],
		['a running status', { status: 'IN_PROGRESS', end_time: null }, 7 * 24 * HOUR],
	])('with %s and without an end time count as over some time', async (_name, result, age) => {
		const workflow = await activeWorkflow();
		const call = await endedCall(undefined, result);
		passTime(age - MINUTE);
		await workflow.poll();
		expect(workflow.emitted).toEqual([]);
		minuteLater();
		await workflow.poll();
		expect(workflow.emitted).toEqual([call.id]);
	});
});

describe('whatever the API does', () => {
	const HABITS: Array<Partial<typeof simulator.options>> = [
		{ callOrder: 'newest' },
		{ callOrder: 'oldest' },
		{ callOrder: 'unordered' },
		{ callOrder: 'newest', largestPage: 20 },
		{ callOrder: 'oldest', largestPage: 10 },
		{ listLagMs: 3 * MINUTE },
		{ clockOffsetMs: 5 * HOUR },
		{ clockOffsetMs: -5 * HOUR },
		{ clockOffsetMs: 1_500 },
		{ listedCalls: 'nested', vocabulary: 'api' },
		{ listedCalls: 'profile', emptyFields: 'absent', contactInCalls: false },
		{ lists: 'bare', envelope: 'deeper' },
	];

	test.each(HABITS)('%j: each call starts the workflow once', async (habits) => {
		Object.assign(simulator.options, habits);
		addOldCalls(130);
		const ended = await endedCall();
		const early = begin();
		const workflow = await activeWorkflow();
		const calls = [early];
		let underWay: Call[] = [early];
		for (let minute = 0; minute < 25; minute++) {
			minuteLater();
			underWay.push(begin(), begin(agentIds()[1]));
			calls.push(...underWay.slice(-2));
			// each lasts some minutes
			const over = minute < 20 ? underWay.splice(0, underWay.length > 6 ? 2 : 0) : underWay.splice(0);
			for (const call of over) await finish(call);
			await workflow.poll();
		}
		minuteLater();
		for (const call of underWay) await finish(call);
		passTime(4 * MINUTE);
		await workflow.poll();
		expect([...workflow.emitted].sort()).toEqual(idsOf(calls).sort());
		expect(workflow.emitted).not.toContain(ended.id);
		expect(workflow.failed).toEqual([]);
		underWay = [];
	});
});

describe('when n8n', () => {
	test('was down, what ended meanwhile starts the workflow with its first poll', async () => {
		const workflow = await activeWorkflow();
		const running = begin();
		const before = await endedCall();
		await workflow.poll();
		await finish(running);
		passTime(50 * HOUR);
		const calls = addOldCalls(70);
		await workflow.restart();
		expect([...workflow.emitted].sort()).toEqual(idsOf([running, before, ...calls]).sort());
	});

	test('loses what polls without items found out, no call is lost and none doubled', async () => {
		const workflow = await activeWorkflow();
		const calls = [await endedCall()];
		await workflow.poll();
		const running = begin();
		// nothing is stored of these
		for (let count = 0; count < 30; count++) {
			minuteLater();
			await workflow.poll();
		}
		await workflow.restart();
		await finish(running);
		calls.push(running, await endedCall());
		await workflow.poll();
		await workflow.restart();
		await workflow.poll();
		expect([...workflow.emitted].sort()).toEqual(idsOf(calls).sort());
	});

	test('ends a poll half-way, the next one begins where the last one with items was', async () => {
		const workflow = await activeWorkflow();
		const call = await endedCall();
		const { stored } = workflow;
		await workflow.poll();
		workflow.executions.length = 0;
		workflow.stored = stored;
		await workflow.restart();
		expect(workflow.emitted).toEqual([call.id]);
	});

	test('publishes the workflow again, running calls are followed', async () => {
		const workflow = await activeWorkflow();
		const call = begin();
		await workflow.poll();
		passTime(HOUR);
		await workflow.activate({ simplify: true });
		await finish(call);
		await workflow.activate({ simplify: false });
		expect(workflow.emitted).toEqual([call.id]);
	});

	test('unpublishes it and publishes it days later, it goes on where it was', async () => {
		const workflow = await activeWorkflow();
		await workflow.poll();
		passTime(72 * HOUR);
		const calls = addOldCalls(3);
		await workflow.activate();
		expect([...workflow.emitted].sort()).toEqual(idsOf(calls).sort());
	});

	test('starts a poll before the last one has ended, it is skipped', async () => {
		const lines = await logLines();
		const workflow = await activeWorkflow();
		const call = await endedCall();
		simulator.faults.add({ path: '/interview', fault: { kind: 'latency', ms: 200 } });
		await Promise.all([workflow.poll(), workflow.poll()]);
		expect(workflow.emitted).toEqual([call.id]);
		expect(lines).toEqual([expect.stringContaining('skipped a poll')]);
	});

	test('runs two workflows, each call starts both; so it does a copy, from its own activation on', async () => {
		const [one, other] = [await activeWorkflow(), await activeWorkflow()];
		const first = await endedCall();
		await Promise.all([one.poll(), other.poll()]);
		const copy = await activeWorkflow();
		const second = await endedCall();
		for (const workflow of [one, other, copy]) await workflow.poll();
		expect([one, other, copy].map(({ emitted }) => emitted)).toEqual([
			[first.id, second.id],
			[first.id, second.id],
			[second.id],
		]);
	});

	(limitsPolls() ? test : test.skip)('gives a poll little time, the next one goes on', async () => {
		const workflow = await activeWorkflow({}, {}, 1_500);
		passTime(10 * MINUTE);
		const calls = addOldCalls(400, undefined, MINUTE, 1);
		simulator.options.latencyMs = 250;
		await workflow.poll();
		expect(workflow.emitted.length).toBeLessThan(400);
		for (let count = 0; count < 10 && workflow.emitted.length < 400; count++) await workflow.poll();
		expect([...workflow.emitted].sort()).toEqual(idsOf(calls).sort());
	});
});

describe('agents', () => {
	test('that are added later count from the last poll before they were first seen', async () => {
		const workflow = await activeWorkflow();
		await workflow.poll();
		minuteLater();
		const [added] = addAgents(1);
		addOldCalls(3, added);
		const call = await endedCall(added);
		await workflow.poll();
		expect(workflow.emitted).toEqual([call.id]);
	});

	test('that were added while n8n was down do as well', async () => {
		const workflow = await activeWorkflow();
		passTime(72 * HOUR);
		const [added] = addAgents(1);
		const calls = addOldCalls(3, added);
		await workflow.restart();
		expect([...workflow.emitted].sort()).toEqual(idsOf(calls).sort());
	});

	test('that are archived are read until their last call has ended', async () => {
		const workflow = await activeWorkflow();
		const call = begin();
		await workflow.poll();
		simulator.store.agents[0].status = 'ARCHIVED';
		await workflow.poll();
		await finish(call);
		for (let count = 0; count < 3; count++) await workflow.poll();
		expect(workflow.emitted).toEqual([call.id]);
		const { length } = callLists();
		await workflow.poll();
		expect(callLists().length - length).toBe(activeAgentIds().length);
	});

	test('that are deleted are forgotten', async () => {
		const workflow = await activeWorkflow();
		simulator.store.agents.shift();
		for (let count = 0; count < 2; count++) await workflow.poll();
		expect(workflow.failed).toEqual([]);
	});
});

describe('requests', () => {
	test.each([
		[1, 1],
		[20, 20],
	])('of a poll for %i selected agents: %i', async (count, requests) => {
		const ids = addAgents(count);
		for (const id of ids) addOldCalls(60, id);
		const workflow = await activeWorkflow({ agentScope: 'selected', agentIds: ids });
		for (const id of ids) await endedCall(id);
		simulator.requests.length = 0;
		await workflow.poll();
		expect(workflow.emitted).toHaveLength(count);
		expect(simulator.requests).toHaveLength(requests);
	});

	test('are at most half of the quota in a poll: agents take turns, and the log says who is behind', async () => {
		times.quotaWindow = 1;
		const ids = addAgents(200);
		simulator.store.agents = simulator.store.agents.filter(({ id }) => ids.includes(id));
		for (const id of ids) addOldCalls(5, id);
		const workflow = await activeWorkflow({}, { requestsPerMinute: 100 });
		const calls: Call[] = [];
		for (const id of ids) calls.push(await endedCall(id));
		const lines = await logLines();
		const perPoll: number[] = [];
		for (let count = 0; count < 6; count++) {
			minuteLater();
			simulator.requests.length = 0;
			await workflow.poll();
			perPoll.push(simulator.requests.length);
		}
		expect([...workflow.emitted].sort()).toEqual(idsOf(calls).sort());
		expect(perPoll).toEqual([50, 50, 50, 50, 50, 50]);
		expect(lines.at(-1)).toMatch(/read 45 of 200 agents in this poll.* 5 minutes behind/);
	});

	test('for an agent with many calls do not keep the others waiting', async () => {
		times.quotaWindow = 1;
		const [first, second] = activeAgentIds();
		const workflow = await activeWorkflow({}, { requestsPerMinute: 60 });
		passTime(10 * HOUR);
		const calls = addOldCalls(2_000, first, MINUTE, 15_000);
		const call = await endedCall(second);
		await workflow.poll();
		expect(workflow.emitted).toContain(call.id);
		for (let count = 0; count < 2; count++) await workflow.poll();
		expect([...workflow.emitted].sort()).toEqual(idsOf([...calls, call]).sort());
	});

	test('are one where the oldest calls come first as well, after the first poll', async () => {
		simulator.options.callOrder = 'oldest';
		addOldCalls(500);
		const workflow = await activeWorkflow({ agentScope: 'selected', agentIds: [agentIds()[0]] });
		simulator.requests.length = 0;
		for (let count = 0; count < 5; count++) {
			minuteLater();
			await endedCall();
			await workflow.poll();
		}
		expect(workflow.emitted).toHaveLength(5);
		expect(simulator.requests.length).toBeLessThanOrEqual(10);
	});
});

describe('failures', () => {
	const DOWN = { times: Infinity, fault: { kind: 'status' as const, status: 503 } };

	test('of the first poll fail the activation', async () => {
		simulator.faults.add(DOWN);
		const workflow = await workflowOf();
		await expect(workflow.activate()).rejects.toThrow('could not process the request (503)');
		simulator.faults.clear();
		await workflow.activate();
		const call = await endedCall();
		await workflow.poll();
		expect(workflow.emitted).toEqual([call.id]);
	});

	test('while n8n starts again do not, and what ended meanwhile is not lost', async () => {
		const workflow = await activeWorkflow();
		simulator.faults.add(DOWN);
		const call = await endedCall();
		passTime(HOUR);
		await workflow.restart();
		await workflow.poll();
		simulator.faults.clear();
		await workflow.poll();
		expect(workflow.emitted).toEqual([call.id]);
		expect(workflow.failed).toEqual([]);
	});

	test.each<[string, () => void]>([
		['a token that is wrong', () => (simulator.options.token = 'another')],
		['an API that is down', () => simulator.faults.add(DOWN)],
	])('do not while n8n starts again: %s', async (_name, fail) => {
		const workflow = await activeWorkflow();
		fail();
		await workflow.restart();
		await workflow.activate();
	});

	test('that pass are logged, and thrown once when they have lasted 15 minutes', async () => {
		const lines = await logLines();
		const workflow = await activeWorkflow();
		simulator.faults.add(DOWN);
		for (let count = 0; count < 40; count++) {
			await workflow.poll();
			minuteLater();
		}
		expect(workflow.failed.map(({ message }) => message)).toEqual([
			expect.stringContaining('Polls have failed for 15 minutes: Thoughtly could not process the request (503)'),
		]);
		expect(lines).toHaveLength(40);
		simulator.faults.clear();
		await workflow.poll();
		simulator.faults.add(DOWN);
		await workflow.poll();
		expect(workflow.failed).toHaveLength(1);
	});

	test('are not tried again inside a poll', async () => {
		const workflow = await activeWorkflow();
		simulator.requests.length = 0;
		simulator.faults.add(DOWN);
		await workflow.poll();
		expect(requested()).toEqual(['GET /interview']);
	});

	test('that do not pass are thrown at once, and once', async () => {
		const workflow = await activeWorkflow();
		simulator.options.token = 'another';
		for (let count = 0; count < 3; count++) await workflow.poll();
		expect(workflow.failed.map(({ message }) => message)).toEqual([
			expect.stringContaining('did not accept the credential (401)'),
		]);
	});

	test('of one agent keep no other from being read', async () => {
		const ids = addAgents(8);
		const workflow = await activeWorkflow({ agentScope: 'selected', agentIds: ids });
		const failing = ids.slice(0, 4);
		for (const id of failing) simulator.faults.add({ path: `/interview/${id}/responses`, ...DOWN });
		const calls = [];
		for (const id of ids) calls.push(await endedCall(id));
		for (let count = 0; count < 3; count++) await workflow.poll();
		expect(workflow.emitted.length).toBe(4);
		simulator.faults.clear();
		await workflow.poll();
		expect([...workflow.emitted].sort()).toEqual(idsOf(calls).sort());
	});

	test('by the rate limit end a poll', async () => {
		const workflow = await activeWorkflow();
		simulator.requests.length = 0;
		simulator.faults.add({ path: /responses$/, times: Infinity, fault: { kind: 'status', status: 429 } });
		await workflow.poll();
		expect(callLists()).toHaveLength(1);
	});

	test.each([
		[{ agentScope: 'selected', agentIds: '' }, "'Agent Names or IDs' is empty"],
		[{ options: { tags: '' } }, "'Tags' is empty"],
		[{ options: { results: ['odd'] } }, "'Results' has an unknown value: odd"],
	])('in parameters are refused: %j', async (parameters, message) => {
		await expect((await workflowOf(parameters)).activate()).rejects.toThrow(message);
		expect(simulator.requests).toEqual([]);
	});
});

describe('Fetch Test Event', () => {
	test('gives the last call that has ended, and leaves the state alone', async () => {
		const workflow = await activeWorkflow();
		const { stored } = workflow;
		addOldCalls(3);
		const call = await endedCall(agentIds()[1]);
		begin();
		expect(await workflow.fetchTestEvent()).toMatchObject([{ event: 'NEW_RESPONSE', id: call.id }]);
		expect(workflow.stored).toEqual(stored);
		await workflow.poll();
		expect(workflow.emitted).toEqual([call.id]);
	});

	test('says that there is none', async () => {
		simulator.store.calls = [];
		begin();
		await expect((await workflowOf()).fetchTestEvent()).rejects.toThrow('No ended call matches');
	});
});

describe('the state', () => {
	test('can be read, and holds what came since', async () => {
		const workflow = await activeWorkflow({ agentScope: 'selected', agentIds: [agentIds()[0]] });
		const running = begin();
		const call = await endedCall();
		await workflow.poll();
		const time = expect.stringMatching(/^2\d{3}-\d\d-\d\dT/);
		expect(workflow.state).toMatchObject({
			polledUntil: time,
			agents: {
				[agentIds()[0]]: {
					doneUntil: time,
					done: { [call.id]: call.created },
					running: { [running.id]: { created: running.created, seen: time } },
				},
			},
		});
	});

	test('has some 100 bytes for each call of the last minutes, and does not grow after that', async () => {
		const workflow = await activeWorkflow();
		passTime(10 * MINUTE);
		addOldCalls(2_000, undefined, MINUTE, 100);
		await workflow.poll();
		expect(workflow.emitted).toHaveLength(2_000);
		expect(JSON.stringify(workflow.state).length / 2_000).toBeLessThan(100);
		passTime(HOUR);
		await endedCall();
		await workflow.poll();
		expect(JSON.stringify(workflow.state).length).toBeLessThan(1_000);
	});
});
