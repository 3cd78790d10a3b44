import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axios from 'axios';
import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import { startSimulator, type Agent, type Call, type Simulator } from '../simulator/simulator.mts';
import { N8nClient, outputOf, type Credential, type Execution, type Workflow } from './client.mts';
import { simulatorAccount } from './demo.mts';
import { startN8n, type N8n } from './n8n.mts';
import { until } from './until.mts';
import { nodeOf, THOUGHTLY, to, whenCallIsOver } from './workflows.mts';

// The workflow of all tests: Webhook → Items → Start and Wait → After (and Failed, from an error output).
const WEBHOOK = 'Webhook';
const ITEMS = 'Items';
const CALLS = 'Start and Wait';
const AFTER = 'After';
const FAILED = 'Failed';

/** What n8n is allowed to work on at once: executions that sleep do not count. */
const AT_ONCE = 2;
/** n8n checks once a minute for executions whose time has run out. */
const TRACKED_WITHIN_MS = 70_000;

let simulator: Simulator;
let userFolder: string;
let n8n: N8n | undefined;
let client: N8nClient;
let credential: Credential;
/** Asleep since before the first test, with a limit of 3 seconds; the last test needs it. */
let overdue: string;

/** Starts n8n, with the data of the previous start. */
async function startServer(): Promise<void> {
	const port = n8n && Number(new URL(n8n.url).port);
	n8n = undefined;
	n8n = await startN8n({ port, userFolder, env: { N8N_CONCURRENCY_PRODUCTION_LIMIT: String(AT_ONCE) } });
	client = new N8nClient(n8n);
	await client.logIn();
}

/** Limit Wait Time */
function limit(minutes: number): INodeParameters {
	return {
		limitWaitTime: { values: { limitType: 'afterTimeInterval', resumeAmount: minutes, resumeUnit: 'minutes' } },
	};
}

/** An agent of a test's own, so that no other test's calls are its. */
function newAgent(): Agent {
	const agent = { ...simulator.store.agents[0], id: randomUUID(), folder_id: null };
	simulator.store.agents.push(agent);
	return agent;
}

/** One input item: who calls whom, and a note that the node after the calls reads through the linked item. */
interface Item extends IDataObject {
	agent: string;
	contact: string;
	note: string;
}

const NOBODY = -1;

/** An item for each of the simulator's contacts, by number; the call of NOBODY fails. */
function itemsOf(agent: Agent, ...contacts: number[]): Item[] {
	return contacts.map((number, index) => ({
		agent: agent.id,
		contact: simulator.store.contacts[number]?.id ?? 'nobody',
		note: `item ${index}`,
	}));
}

/** An active workflow for `start`, with the parameters and the settings of its Start and Wait. */
async function activeWorkflow(parameters: INodeParameters = {}, settings: Partial<INode> = {}): Promise<Workflow> {
	const workflow = await createWorkflow(parameters, settings);
	await client.activate(workflow);
	return workflow;
}

/** The same, inactive; `items` are pinned for a run by hand. */
async function createWorkflow(parameters: INodeParameters, settings: Partial<INode> = {}, items?: Item[]) {
	const path = randomUUID();
	const start = { path, httpMethod: 'POST', options: { responseData: '={{ $execution.id }}' } };
	const calls = {
		resource: 'call',
		operation: 'startAndWait',
		agent: { __rl: true, mode: 'id', value: '={{ $json.agent }}' },
		contact: { __rl: true, mode: 'id', value: '={{ $json.contact }}' },
		waitBy: 'webhook',
		...parameters,
	};
	const note = { id: 'note', name: 'noteOfItem', type: 'string', value: `={{ $('${ITEMS}').item.json.note }}` };
	const readNote = { includeOtherFields: true, assignments: { assignments: [note] } };
	return await client.createWorkflow({
		name: path,
		nodes: [
			nodeOf(WEBHOOK, 'n8n-nodes-base.webhook', 2, { webhookId: path, parameters: start }),
			nodeOf(ITEMS, 'n8n-nodes-base.splitOut', 1, { parameters: { fieldToSplitOut: 'body.items' } }),
			nodeOf(CALLS, THOUGHTLY, 1, {
				parameters: calls,
				credentials: { thoughtlyApi: { id: credential.id, name: credential.name } },
				...settings,
			}),
			nodeOf(AFTER, 'n8n-nodes-base.set', 3.4, { parameters: readNote }),
			nodeOf(FAILED, 'n8n-nodes-base.set', 3.4, { parameters: readNote }),
		],
		connections: { [WEBHOOK]: to(ITEMS), [ITEMS]: to(CALLS), [CALLS]: to(AFTER, FAILED) },
		pinData: items && { [WEBHOOK]: [{ json: { body: { items } } }] },
	});
}

/** Starts an execution with the items, and returns its ID. */
async function start({ name }: Workflow, items: Item[]): Promise<string> {
	const { data } = await axios.post<unknown>(`${n8n?.url}/webhook/${name}`, { items });
	return String(data);
}

async function statusOf(executionId: string): Promise<string> {
	return (await client.execution(executionId)).status;
}

/** Waits until an execution is put to sleep. */
async function asleep(executionId: string): Promise<string> {
	return await until(`The sleep of execution ${executionId}`, 60_000, async () =>
		(await statusOf(executionId)) === 'waiting' ? executionId : undefined,
	);
}

/** Waits until an agent has placed its calls. */
async function placed(agent: Agent, count: number): Promise<void> {
	await until(`${count} calls`, 60_000, () => callsOf(agent).length === count || undefined);
}

function callsOf({ id }: Agent): Call[] {
	return simulator.store.calls.filter(({ interview }) => interview.id === id);
}

/** Ends the running calls of an agent, or the first so many, and notifies whoever is subscribed. */
async function finishCallsOf(agent: Agent, count?: number): Promise<void> {
	const running = callsOf(agent).filter(({ end_time: end }) => end === null);
	for (const { id } of running.slice(0, count)) await simulator.finishCall(id);
}

/** Places a call of the agent that no execution waits for. */
async function placeForeignCall(agent: Agent): Promise<Call> {
	const body = { interview_id: agent.id, contact_id: simulator.store.contacts[4].id };
	const headers = { 'x-api-token': simulator.token, team_id: simulator.teamId };
	await axios.post(`${simulator.url}/contact/call`, body, { headers });
	return callsOf(agent).at(-1)!;
}

function subscriptionsOf(executionId: string) {
	return simulator.store.subscriptions.filter(({ url }) => new URL(url).pathname === `/webhook-waiting/${executionId}`);
}

/** Has the time pass after which another run may remove an execution's subscriptions: a day after its limit. */
function expire(executionId: string): void {
	for (const subscription of subscriptionsOf(executionId)) {
		const url = new URL(subscription.url);
		url.searchParams.set('expires', String(Date.now() - 1));
		subscription.url = url.href;
	}
}

/** The responses to an agent's webhooks, in order: status and text. */
function answersTo({ id }: Agent): string[] {
	return simulator.deliveries
		.filter(({ subscription }) => subscription.data === id)
		.map(({ status, answer }) => `${status} ${typeof answer === 'string' ? answer : JSON.stringify(answer)}`);
}

function checksOf({ id }: Agent) {
	return simulator.requests.filter(({ path }) => path === `/interview/${id}/responses`);
}

/** Has the next check of an agent's calls read them as they are, and get its response when the returned function is called. */
function holdCheckOf({ id }: Agent): () => void {
	let respond = () => {};
	const ms = new Promise<number>((resolve) => (respond = () => resolve(0)));
	simulator.faults.add({ path: `/interview/${id}/responses`, fault: { kind: 'latency', ms } });
	return respond;
}

/** A node's items in a line each: the note that was read through the link, and how the call ended. */
function linesOf(execution: Execution, node: string): string[] {
	return outputOf(execution, node).map((item) => `${String(item.noteOfItem)}: ${outcomeOf(item)}`);
}

function outcomeOf({ ended, result, error, agent, contact }: IDataObject): string {
	if (result === 'skipped') return 'skipped';
	if (result) return `${ended ? 'ended' : 'not ended'} ${String(result)}`;
	if (error) return 'failed';
	return agent && contact ? 'as it came in' : 'something else';
}

beforeAll(async () => {
	// with a pace of 0, calls end when a test says so
	simulator = await startSimulator({ callPace: 0, quota: null, webhookTimeoutMs: 60_000 });
	userFolder = await mkdtemp(join(tmpdir(), 'n8n-nodes-thoughtly-'));
	await startServer();
	const account = { ...simulatorAccount(simulator), requestsPerMinute: 10_000 };
	credential = await client.createCredential('Thoughtly account', 'thoughtlyApi', account);
	const workflow = await activeWorkflow({ options: limit(0.05) });
	overdue = await start(workflow, itemsOf(newAgent(), 0, 1));
}, 1_800_000);

afterAll(async () => {
	await n8n?.stop();
	await simulator?.stop();
	await rm(userFolder, { recursive: true, force: true });
});

describe('waiting by webhook', () => {
	test('sleeps until all calls have ended, and returns an item for each input item, in order and linked', async () => {
		const [agent, other] = [newAgent(), newAgent()];
		const skip = { skipIfCalledWithin: { time: { amount: 1, unit: 'hours' } } };
		const workflow = await activeWorkflow({ options: skip }, { onError: 'continueRegularOutput' });
		const [called, failed, skipped] = itemsOf(agent, 0, NOBODY, 0);
		const [calledByOther] = itemsOf(other, 1);
		const id = await asleep(await start(workflow, [called, failed, { ...calledByOther, note: 'the other' }, skipped]));
		expect(subscriptionsOf(id).map(({ type, data }) => [type, data])).toEqual([
			['NEW_RESPONSE', agent.id],
			['NEW_RESPONSE', other.id],
		]);

		await finishCallsOf(agent);
		expect([answersTo(agent), await statusOf(id)]).toEqual([['200 Waiting'], 'waiting']);
		await finishCallsOf(other);
		expect(answersTo(other)).toEqual(['200 OK']);
		const execution = await client.end(id);
		expect(linesOf(execution, AFTER)).toEqual([
			'item 0: ended completed',
			'item 1: failed',
			'the other: ended completed',
			'item 2: skipped',
		]);
		expect(outputOf(execution, AFTER)[0]).toMatchObject({
			id: callsOf(agent)[0].id,
			agentId: agent.id,
			transcript: callsOf(agent)[0].transcript,
			summary: 'The call with Ada Park ended as COMPLETED.',
		});
		expect(subscriptionsOf(id)).toEqual([]);
	});

	test('passes failed items to the error output, linked all the same', async () => {
		const agent = newAgent();
		const workflow = await activeWorkflow({}, { onError: 'continueErrorOutput' });
		const id = await asleep(await start(workflow, itemsOf(agent, NOBODY, 0, NOBODY, 1)));
		await finishCallsOf(agent);
		const execution = await client.end(id);
		expect(linesOf(execution, AFTER)).toEqual(['item 1: ended completed', 'item 3: ended completed']);
		expect(linesOf(execution, FAILED)).toEqual(['item 0: failed', 'item 2: failed']);
	});

	test('does not sleep if nobody was called, or all calls have ended already', async () => {
		const agent = newAgent();
		const workflow = await activeWorkflow({}, { onError: 'continueRegularOutput' });
		const nobody = await client.end(await start(workflow, itemsOf(agent, NOBODY)));
		expect(linesOf(nobody, AFTER)).toEqual(['item 0: failed']);
		simulator.options.callPace = 1;
		const alreadyEnded = await client.end(await start(workflow, itemsOf(agent, 0, 1)));
		simulator.options.callPace = 0;
		expect(linesOf(alreadyEnded, AFTER)).toEqual(['item 0: ended completed', 'item 1: ended completed']);
		expect(simulator.store.subscriptions.filter(({ data }) => data === agent.id)).toEqual([]);
	});

	test('takes early, foreign, false and duplicate events as hints', async () => {
		const agent = newAgent();
		const workflow = await activeWorkflow();
		simulator.options.deliveries = { shape: 'flat', early: true, repeats: 2 };
		const id = await asleep(await start(workflow, itemsOf(agent, 0)));
		const [call] = callsOf(agent);
		// n8n itself refuses what comes before the execution sleeps
		expect(answersTo(agent).filter((answer) => !/^409 |^200 Waiting/.test(answer))).toEqual([]);
		simulator.options.deliveries = { shape: 'flat', early: false, repeats: 1 };

		const answerTo = async (body: unknown) => {
			await simulator.deliver('NEW_RESPONSE', body, agent.id);
			return answersTo(agent).at(-1);
		};
		expect(await answerTo(call)).toBe('200 Waiting');
		expect(await answerTo({ ...call, status: 'COMPLETED', end_time: new Date().toISOString() })).toBe('200 Waiting');
		expect(await answerTo({})).toBe('200 Waiting');
		expect(await answerTo('no call')).toBe('200 Waiting');
		// an agent that calls all day does not cost a check each time
		const checks = checksOf(agent).length;
		const [foreign, another] = [await placeForeignCall(agent), await placeForeignCall(agent)];
		await simulator.finishCall(foreign.id);
		await simulator.finishCall(another.id);
		expect(answersTo(agent).slice(-2)).toEqual(['200 Waiting', '200 Waiting']);
		expect(checksOf(agent)).toHaveLength(checks);
		// and the execution survives a check that fails
		const refused = { kind: 'status' as const, status: 401 };
		simulator.faults.add({ path: `/interview/${agent.id}/responses`, fault: refused });
		await simulator.finishCall(call.id);
		expect([answersTo(agent).at(-1), await statusOf(id)]).toEqual(['200 Waiting', 'waiting']);

		simulator.options.deliveries = { shape: 'nested', early: false, repeats: 2 };
		await simulator.deliver('NEW_RESPONSE', call, agent.id);
		simulator.options.deliveries = { shape: 'flat', early: false, repeats: 1 };
		expect(answersTo(agent).slice(-2)).toEqual(['200 OK', expect.stringMatching(/^409 /) as string]);
		const execution = await client.end(id);
		expect(linesOf(execution, AFTER)).toEqual(['item 0: ended completed']);
		expect(subscriptionsOf(id)).toEqual([]);
	}, 60_000);

	test('checks once more for all events that come during a check', async () => {
		const agent = newAgent();
		const id = await asleep(await start(await activeWorkflow(), itemsOf(agent, 0, 1, 2, 3)));
		const [first, ...others] = callsOf(agent);
		const checksBefore = checksOf(agent).length;
		const respond = holdCheckOf(agent);
		const finishedFirst = simulator.finishCall(first.id);
		await until('The check', 60_000, () => (checksOf(agent).at(checksBefore)?.status ? true : undefined));
		for (const call of others) await simulator.finishCall(call.id);
		expect(answersTo(agent)).toEqual(['200 Waiting', '200 Waiting', '200 Waiting']);
		respond();
		await finishedFirst;
		expect(answersTo(agent).at(-1)).toBe('200 OK');
		expect(checksOf(agent)).toHaveLength(checksBefore + 2);
		expect((await client.end(id)).status).toBe('success');
	});

	test('continues once if all its calls end in one moment', async () => {
		const agent = newAgent();
		const workflow = await activeWorkflow();
		const id = await asleep(await start(workflow, itemsOf(agent, 0, 1, 2)));
		await Promise.all(callsOf(agent).map(async ({ id: call }) => await simulator.finishCall(call)));
		const execution = await client.end(id);
		expect(execution.data.resultData.runData[AFTER]).toHaveLength(1);
		expect(linesOf(execution, AFTER)).toEqual([
			'item 0: ended completed',
			'item 1: ended completed',
			'item 2: ended no_answer',
		]);
		expect(subscriptionsOf(id)).toEqual([]);
	});

	test('holds no worker, and each execution of an agent waits for its own calls', async () => {
		const agent = newAgent();
		const workflow = await activeWorkflow();
		const ids: string[] = [];
		for (let count = 0; count <= AT_ONCE; count++) ids.push(await asleep(await start(workflow, itemsOf(agent, count))));
		for (const [index, id] of ids.entries()) {
			await simulator.finishCall(callsOf(agent)[index].id);
			expect((await client.end(id)).status).toBe('success');
			expect(subscriptionsOf(id)).toEqual([]);
			const others = ids.slice(index + 1);
			expect(await Promise.all(others.map(statusOf))).toEqual(others.map(() => 'waiting'));
			expect(others.flatMap(subscriptionsOf)).toHaveLength(others.length);
		}
	}, 60_000);

	test("is told by the agent's next call of an end just before it slept, which n8n refused", async () => {
		const agent = newAgent();
		const workflow = await activeWorkflow();
		// the last check before the sleep
		const respond = holdCheckOf(agent);
		const id = await start(workflow, itemsOf(agent, 0));
		await until('The last check', 60_000, () => (checksOf(agent)[0]?.status ? true : undefined));
		await finishCallsOf(agent);
		expect(answersTo(agent)).toEqual([expect.stringMatching(/^409 .*is running already/) as string]);
		respond();
		await asleep(id);

		await simulator.finishCall((await placeForeignCall(agent)).id);
		expect(linesOf(await client.end(id), AFTER)).toEqual(['item 0: ended completed']);
	});

	test('is woken by nobody without the signature', async () => {
		const agent = newAgent();
		const workflow = await activeWorkflow();
		const id = await asleep(await start(workflow, itemsOf(agent, 0)));
		const [{ url }] = subscriptionsOf(id);
		const signature = new URL(url).searchParams.get('signature')!;
		const call = callsOf(agent)[0];
		Object.assign(call, { status: 'COMPLETED' });
		const statusOfPost = async (changed: string) => (await axios.post(changed, call, { validateStatus: null })).status;
		expect(await statusOfPost(url.replace(signature, ''))).toBe(401);
		expect(await statusOfPost(url.replace(signature, signature.replace(/./g, '0')))).toBe(401);
		expect(await statusOfPost(url.split('?')[0])).toBe(401);
		expect(await statusOfPost(url.replace(`/${id}?`, `/${overdue}?`))).toBe(401);
		expect(await statusOfPost(url.replace(`/${id}?`, '/987654?'))).toBe(404);
		expect(await statusOf(id)).toBe('waiting');
		expect(await statusOfPost(url)).toBe(200);
		expect((await client.end(id)).status).toBe('success');
	});

	test('stopped, leaves a subscription that the next run removes after its expiry', async () => {
		const [agent, next] = [newAgent(), newAgent()];
		const workflow = await activeWorkflow();
		const id = await asleep(await start(workflow, itemsOf(agent, 0)));
		await client.stop(id);
		expect(await statusOf(id)).toBe('canceled');
		await finishCallsOf(agent);
		expect([answersTo(agent), await statusOf(id)]).toEqual([[expect.stringMatching(/^409 /)], 'canceled']);

		const run = async () => {
			const nextId = await asleep(await start(workflow, itemsOf(next, 0)));
			const left = [subscriptionsOf(id).length, subscriptionsOf(nextId).length];
			await finishCallsOf(next);
			expect((await client.end(nextId)).status).toBe('success');
			return left;
		};
		expect(await run()).toEqual([1, 1]);
		expire(id);
		expect(await run()).toEqual([0, 1]);
	}, 60_000);

	test('works in a run by hand', async () => {
		const agent = newAgent();
		const workflow = await createWorkflow({}, {}, itemsOf(agent, 0, 1));
		const id = await asleep(await client.run(workflow, WEBHOOK));
		await finishCallsOf(agent);
		expect(linesOf(await client.end(id), AFTER)).toEqual(['item 0: ended completed', 'item 1: ended completed']);
		expect(subscriptionsOf(id)).toEqual([]);
	});
});

describe('waiting by polling', () => {
	afterEach(() => void (simulator.options.callOrder = 'newest'));

	test.each([
		{
			order: 'newest first',
			rounds: [[0, 1], [0]],
		},
		{
			order: 'oldest first',
			rounds: [
				[0, 1, 2, 3],
				[2, 3],
			],
		},
	])(
		'100 items, half of whose calls have ended at the first check, take the pages of their calls ($order)',
		async ({ order, rounds }) => {
			const agent = newAgent();
			const workflow = await activeWorkflow({ waitBy: 'polling', options: { callsAtOnce: 20 } });
			simulator.options.callOrder = order === 'newest first' ? 'newest' : 'oldest';
			// ended long ago, and on two pages of their own
			for (let count = 0; count < 100; count++) await placeForeignCall(agent);
			await finishCallsOf(agent);
			const contacts = Array.from({ length: 100 }, (_, item) => item % 5);
			const id = await start(workflow, itemsOf(agent, ...contacts));
			await placed(agent, 200);
			await finishCallsOf(agent, 50);
			await until('The first round', 30_000, () => checksOf(agent).length >= rounds[0].length || undefined);
			await finishCallsOf(agent);
			const results = ['completed', 'completed', 'no_answer', 'voicemail', 'transferred'];
			expect(linesOf(await client.end(id), AFTER)).toEqual(
				contacts.map((contact, item) => `item ${item}: ended ${results[contact]}`),
			);
			expect(checksOf(agent).map(({ query }) => Number(query.page))).toEqual(rounds.flat());
		},
		90_000,
	);

	test('a stopped execution checks no more, and leaves the others alone', async () => {
		const [agent, stopped] = [newAgent(), newAgent()];
		const workflow = await activeWorkflow({ waitBy: 'polling' });
		const stoppedId = await start(workflow, itemsOf(stopped, 0, 1));
		await placed(stopped, 2);
		const id = await start(workflow, itemsOf(agent, 0, 1));
		await placed(agent, 2);
		await client.stop(stoppedId);
		expect([await statusOf(stoppedId), await statusOf(id)]).toEqual(['canceled', 'running']);

		await finishCallsOf(agent);
		expect(linesOf(await client.end(id), AFTER)).toEqual(['item 0: ended completed', 'item 1: ended completed']);
		expect(checksOf(agent)).toHaveLength(1);
		expect(checksOf(stopped)).toEqual([]);
	}, 60_000);
});

test('at the limit, n8n passes on the input items and leaves the subscription to the next run', async () => {
	const execution = await client.end(overdue, TRACKED_WITHIN_MS);
	expect(execution.status).toBe('success');
	expect(linesOf(execution, AFTER)).toEqual(['item 0: as it came in', 'item 1: as it came in']);
	expect(subscriptionsOf(overdue)).toHaveLength(1);
	expire(overdue);
	const agent = newAgent();
	const next = await asleep(await start(await activeWorkflow(), itemsOf(agent, 0)));
	expect(subscriptionsOf(overdue)).toEqual([]);
	await finishCallsOf(agent);
	expect((await client.end(next)).status).toBe('success');
}, 120_000);

describe.each([
	['a restart', async () => await n8n?.stop()],
	['kill -9', async () => await n8n?.kill()],
])('%s of n8n', (_, endServer) => {
	const ids: Record<string, string> = {};
	const agents: Record<string, Agent> = {};

	beforeAll(async () => {
		const started = { later: limit(30), meanwhile: limit(30), tooLate: limit(0.05), polled: limit(30) };
		for (const [name, options] of Object.entries(started)) {
			agents[name] = newAgent();
			const workflow = await activeWorkflow({ options, waitBy: name === 'polled' ? 'polling' : 'webhook' });
			ids[name] = await start(workflow, itemsOf(agents[name], 0, 1));
			await (name === 'polled' ? placed(agents[name], 2) : asleep(ids[name]));
		}
		await endServer();
		await finishCallsOf(agents.meanwhile);
		await finishCallsOf(agents.tooLate);
		await startServer();
	}, 90_000);

	test('does no harm to an execution whose calls end after it', async () => {
		await finishCallsOf(agents.later);
		expect(linesOf(await client.end(ids.later), AFTER)).toEqual(['item 0: ended completed', 'item 1: ended completed']);
		expect(subscriptionsOf(ids.later)).toEqual([]);
	});

	test("has one whose calls ended meanwhile sleep on until the agent's next call", async () => {
		expect(answersTo(agents.meanwhile)).toEqual([expect.stringMatching(/^null /), expect.stringMatching(/^null /)]);
		expect(await statusOf(ids.meanwhile)).toBe('waiting');
		await simulator.finishCall((await placeForeignCall(agents.meanwhile)).id);
		expect(linesOf(await client.end(ids.meanwhile), AFTER)).toEqual([
			'item 0: ended completed',
			'item 1: ended completed',
		]);
	});

	test('has one whose limit has passed meanwhile pass on its input items; an activation removes its subscription', async () => {
		expect(linesOf(await client.end(ids.tooLate), AFTER)).toEqual(['item 0: as it came in', 'item 1: as it came in']);
		expect(subscriptionsOf(ids.tooLate)).toHaveLength(1);
		expire(ids.tooLate);
		const trigger = await client.createWorkflow(await whenCallIsOver(credential));
		await client.activate(trigger);
		expect(subscriptionsOf(ids.tooLate)).toEqual([]);
		await client.deactivate(trigger);
	}, 60_000);

	test('ends one that was polling', async () => {
		expect((await client.end(ids.polled)).status).toBe('crashed');
	});
});
