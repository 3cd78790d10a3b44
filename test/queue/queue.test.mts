// What holds if several processes of one n8n share the work, counted by the simulator.
import axios from 'axios';
import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import { outputOf, type Credential, type Execution, type Workflow } from '../server/client.mts';
import { simulatorAccount } from '../server/demo.mts';
import type { Instance } from '../server/instance.mts';
import { addAgents, EVERY_MINUTE, everySeconds, pollWorkflow, runTrial, whileApiIsDown } from '../server/polling.mts';
import { answer, askQuestions, midCallTrigger, SECRET } from '../server/midCall.mts';
import { pathOf, triggerWorkflow } from '../server/triggers.mts';
import { until } from '../server/until.mts';
import { nodeOf, to, TRIGGER_NODE } from '../server/workflows.mts';
import { startSimulator, type Agent, type Contact, type Simulator } from '../simulator/simulator.mts';
import { newContact } from '../simulator/store.mts';
import { listWorkflow, WORK } from './lists.mts';
import { AT_ONCE, QueueMode, WORKERS } from './queueMode.mts';

/** Short, or as long as by hand on one process: `POLLING=long npm run test:queue -- -t poll`. */
const POLLING =
	process.env.POLLING === 'long'
		? { agentCount: 20, count: 500, duration: 720_000, kills: 4, times: EVERY_MINUTE, pollInterval: 60_000 }
		: { agentCount: 5, count: 60, duration: 40_000, kills: 2, times: everySeconds(5), pollInterval: 5_000 };

/** As many lists at once as the workers can process. */
const LISTS = [...Array(WORKERS * AT_ONCE).keys()];
const ENDED_WITHIN_MS = 240_000;

let simulator: Simulator;
let usualOptions: Simulator['options'];
let n8n: QueueMode;
let credential: Credential;
let agent: Agent;

beforeAll(async () => {
	// calls end when a test says so
	simulator = await startSimulator({ quota: null, callPace: 0, webhookTimeoutMs: 60_000 });
	usualOptions = structuredClone(simulator.options);
	n8n = await QueueMode.start();
	credential = await createCredential(10_000);
}, 1_800_000);

afterAll(async () => {
	const outbound = n8n?.outbound();
	await n8n?.remove();
	await simulator?.stop();
	expect(outbound).toEqual([]);
}, 60_000);

beforeEach(() => {
	Object.assign(simulator.options, structuredClone(usualOptions));
	simulator.reset();
	[agent] = simulator.store.agents;
});

async function createCredential(requestsPerMinute: number): Promise<Credential> {
	const account = { ...simulatorAccount(simulator), requestsPerMinute, webhookSecret: SECRET };
	return await n8n.client.createCredential('Thoughtly account', 'thoughtlyApi', account);
}

async function activeWorkflow(parameters: INodeParameters, settings?: Partial<INode>, as = credential) {
	const workflow = await n8n.client.createWorkflow(listWorkflow(as, parameters, settings));
	await n8n.client.activate(workflow);
	return workflow;
}

/** Starts an execution with the items, and returns its ID. */
async function start({ name }: Workflow, items: IDataObject[]): Promise<string> {
	return String((await axios.post<unknown>(`${n8n.url}/webhook/${name}`, { items })).data);
}

async function end(executionId: string): Promise<Execution> {
	return await n8n.client.end(executionId, ENDED_WITHIN_MS);
}

/** Prints the figures of a scenario, which its test only checks against bounds. */
function report(scenario: string, figures: Record<string, unknown>): void {
	process.stdout.write(`${scenario}: ${JSON.stringify(figures)}\n`);
}

const seconds = (since: number) => Math.round((performance.now() - since) / 100) / 10;

/** 555-0100 to 555-0199 are reserved for fiction in every area code; each list has one of its own. */
const AREA_CODES = ['415', '212', '305', '503'];
const phoneNumber = (list: number, index: number) =>
	`+1${AREA_CODES[list]}55501${String(index % 100).padStart(2, '0')}`;

describe('four lists at once', () => {
	const LONG = 250;

	test('1,000 contacts, at more requests than the quota allows: each is created, once', async () => {
		// each worker assumes the whole quota for itself; enough for the whole list in two windows of a minute
		const requests = 600;
		simulator.options.quota = { requests, windowMs: 60_000, retryAfter: 'seconds' };
		simulator.options.existingContact = 'duplicated';
		const as = await createCredential(requests);
		const create = {
			resource: 'contact',
			operation: 'create',
			phoneNumber: '={{ $json.phoneNumber }}',
			name: '={{ $json.name }}',
		};
		const lists = LISTS.map((list) =>
			Array.from({ length: LONG }, (_, item) => ({ name: `${list}/${item}`, phoneNumber: phoneNumber(list, item) })),
		);
		const names = lists.flat().map(({ name }) => name);
		const workflows = await Promise.all(LISTS.map(async () => await activeWorkflow(create, {}, as)));
		const existing = simulator.store.contacts.length;

		const started = performance.now();
		const ids = await Promise.all(workflows.map(async (workflow, list) => await start(workflow, lists[list])));
		const executions = await Promise.all(ids.map(end));
		const took = seconds(started);

		const workers = ids.map((id) => n8n.runsOf(id).indexOf(1));
		const share = (worker: number, refused: boolean) =>
			simulator.requests.filter(({ body, status }) => {
				const [list] = String((body as IDataObject).name).split('/');
				return workers[Number(list)] === worker && (status === 429) === refused;
			}).length;
		const refused = simulator.requests.filter(({ status }) => status === 429).length;
		report('1,000 contacts', {
			seconds: took,
			refused,
			workers: n8n.workers.map((_, worker) => ({ created: share(worker, false), refused: share(worker, true) })),
		});
		expect(executions.map(({ status }) => status)).toEqual(LISTS.map(() => 'success'));
		expect(executions.flatMap((execution) => outputOf(execution, WORK).map(({ name }) => name))).toEqual(names);
		const created = simulator.store.contacts.slice(existing).map(({ name }) => name);
		expect(created.sort()).toEqual(names.sort());
		expect(workers.sort()).toEqual([0, 0, 1, 1]);
		expect(refused).toBeGreaterThan(0);
	}, 300_000);
});

/** Contacts for each list, in Thoughtly; no two have the same number, as they would be the same person. */
function newContacts(lists: number[], each: number): Contact[][] {
	const contacts = lists.map((list) =>
		Array.from({ length: each }, (_, index) =>
			newContact({ phone_number: phoneNumber(list, index), team_id: simulator.teamId }),
		),
	);
	simulator.store.contacts.push(...contacts.flat());
	return contacts;
}

/** The parameters of a node that calls the contacts of a list. */
function calling(more: INodeParameters = {}): INodeParameters {
	return {
		resource: 'call',
		operation: 'start',
		agent: { __rl: true, mode: 'id', value: agent.id },
		contact: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
		...more,
	};
}

const idsOf = (contacts: Contact[]) => contacts.map(({ id }) => ({ id }));

/** How often each of them was called. */
function timesCalled(contacts: Contact[]): number[] {
	const called = new Map<string | undefined, number>();
	for (const { contact } of simulator.store.calls) called.set(contact?.id, (called.get(contact?.id) ?? 0) + 1);
	return contacts.map(({ id }) => called.get(id) ?? 0);
}

const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);

describe('a worker that is killed', () => {
	const EACH = 50;

	test('200 calls: nobody is called twice, and every list that was not completed says so', async () => {
		const lists = newContacts(LISTS, EACH);
		const all = lists.flat();
		const retries = { retryOnFail: true, maxTries: 5, waitBetweenTries: 500 };
		const workflows = await Promise.all(LISTS.map(async () => await activeWorkflow(calling(), retries)));
		// some placed calls have no clear end, so the node is run again
		const fault = { kind: 'resetAfter' as const };
		simulator.faults.add({ method: 'POST', path: '/contact/call', after: 20, times: 4, fault });
		simulator.options.latencyMs = 100;

		const ids = await Promise.all(workflows.map(async (workflow, list) => await start(workflow, idsOf(lists[list]))));
		await until('The first calls', 60_000, () => sum(timesCalled(all)) >= 80 || undefined);
		const [victim] = n8n.workers;
		await victim.kill();
		await victim.start();
		await n8n.idle(ENDED_WITHIN_MS);
		const executions = await Promise.all(ids.map(end));

		const lost = LISTS.filter((list) => n8n.runsOf(ids[list])[0] > 0);
		const kept = LISTS.filter((list) => !lost.includes(list));
		report('200 calls, one of two workers killed', {
			placed: sum(timesCalled(all)),
			unclear: simulator.requests.filter(({ status }) => status === null).length,
			lists: executions.map(({ status }, list) => `${status}, ${sum(timesCalled(lists[list]))} of ${EACH} called`),
		});
		expect([lost.length, kept.length]).toEqual([AT_ONCE, AT_ONCE]);
		expect(Math.max(...timesCalled(all))).toBe(1);
		// no second run by n8n
		expect(ids.map((id) => sum(n8n.runsOf(id)))).toEqual(LISTS.map(() => 1));
		for (const list of kept) {
			expect(executions[list].status).toBe('success');
			const called = outputOf(executions[list], WORK).map(({ contactId }) => contactId);
			expect(called).toEqual(lists[list].map(({ id }) => id));
			expect(sum(timesCalled(lists[list]))).toBe(EACH);
		}
		for (const list of lost) {
			const { status, data } = executions[list];
			// crashed by what the restarted worker finds in its journal, error by the process that waits for the job
			expect(['crashed', 'error']).toContain(status);
			expect(data.resultData.error?.message).toBeTruthy();
		}

		// the remedy that the documentation names
		const recently = { options: { skipIfCalledWithin: { time: { amount: 1, unit: 'hours' } } } };
		const again = await activeWorkflow(calling(recently), retries);
		for (const list of lost) {
			const execution = await end(await start(again, idsOf(lists[list])));
			expect([execution.status, outputOf(execution, WORK).length]).toEqual(['success', EACH]);
		}
		expect(timesCalled(all)).toEqual(all.map(() => 1));
	}, 600_000);

	test("with the webhook process: n8n's retry calls those who were not called before", async () => {
		const [contacts] = newContacts([0], EACH);
		const workflow = await activeWorkflow(calling());
		simulator.options.latencyMs = 200;
		const id = await start(workflow, idsOf(contacts));
		await until('The first calls', 60_000, () => sum(timesCalled(contacts)) >= 5 || undefined);
		const victims = [n8n.webhookProcess, n8n.workers[n8n.runsOf(id).indexOf(1)]];
		await Promise.all(victims.map(async (victim) => await victim.kill()));
		const called = sum(timesCalled(contacts));
		for (const victim of victims) await victim.start();
		// nothing waits for the lost job any more, so it is what the restarted worker has found in its journal
		expect((await end(id)).status).toBe('crashed');
		expect(called).toBeLessThan(EACH);

		const path = `/rest/executions/${id}/retry`;
		const retried = await n8n.client.request<{ id: string }>('POST', path, { loadWorkflow: false });
		const execution = await end(retried.id);
		report('retry of a crashed execution', { called, of: EACH });
		expect(execution.status).toBe('success');
		expect(outputOf(execution, WORK).map(({ contactId }) => contactId)).toEqual(contacts.map((contact) => contact.id));
		expect(timesCalled(contacts)).toEqual(contacts.map(() => 1));
	}, 300_000);
});

describe('the webhook process', () => {
	test("accepts Thoughtly's deliveries to the trigger, and nobody else's", async () => {
		const workflow = await n8n.client.createWorkflow(
			triggerWorkflow('Calls', credential, { events: ['NEW_RESPONSE'], agentScope: 'selected', agentIds: [agent.id] }),
		);
		await n8n.client.activate(workflow);
		const [{ url }] = simulator.store.subscriptions;
		expect(url.split('?')[0]).toBe(`${n8n.url}${pathOf(workflow)}`);

		const contact = simulator.store.contacts[0];
		const ids: string[] = [];
		for (let count = 0; count < 5; count++) ids.push(await placeCall(contact));
		await Promise.all(ids.map(async (id) => await simulator.finishCall(id)));
		expect(simulator.deliveries.map(({ status }) => status)).toEqual(ids.map(() => 200));
		const post = async (to: string) => (await axios.post(to, { id: 'a-call' }, { validateStatus: null })).status;
		expect(await post(url.replace(/signature=.*/, `signature=${'0'.repeat(64)}`))).toBe(401);
		expect(await post(url.split('?')[0])).toBe(401);
		// the main process takes none of it
		expect(await post(url.replace(n8n.url, n8n.main.url))).toBe(404);

		await until('The executions', 60_000, async () => {
			return (await n8n.client.countExecutions(workflow, 'success')) === ids.length || undefined;
		});
		expect(await n8n.client.countExecutions(workflow)).toBe(ids.length);
		const executions = await n8n.client.executions(workflow);
		expect(executions.flatMap((execution) => outputOf(execution, TRIGGER_NODE).map(({ id }) => id)).sort()).toEqual(
			ids.sort(),
		);
		expect(executions.map(({ id }) => sum(n8n.runsOf(String(id))))).toEqual(ids.map(() => 1));
		await n8n.client.deactivate(workflow);
		expect(simulator.store.subscriptions).toEqual([]);
	}, 120_000);

	// by hand, as n8n itself may lose the response to a webhook process on a busy machine (docs/queue-mode.md)
	if (process.env.POLLING === 'long') {
		test('of 200 questions during calls, 20 at once, each gets its own response', async () => {
			const trigger = midCallTrigger(credential);
			const workflow = await n8n.client.createWorkflow({
				name: 'Mid-call action',
				nodes: [trigger, answer],
				connections: { [trigger.name]: to(answer.name) },
			});
			await n8n.client.activate(workflow);
			const started = performance.now();
			expect(await askQuestions(simulator, n8n.url + pathOf(workflow), 200, 20)).toEqual([]);
			report('200 questions during calls', { seconds: seconds(started) });
			expect(await n8n.client.countExecutions(workflow, 'success')).toBe(200);
			expect(await n8n.client.countExecutions(workflow)).toBe(200);
			await n8n.client.deactivate(workflow);
		}, 180_000);
	}

	test('wakes an execution on another worker than the one that put it to sleep', async () => {
		const [contacts] = newContacts([0], 2);
		const workflow = await activeWorkflow(calling({ operation: 'startAndWait', waitBy: 'webhook' }));
		const id = await start(workflow, idsOf(contacts));
		await until('The sleep of the execution', 60_000, async () => {
			return (await n8n.client.execution(id)).status === 'waiting' || undefined;
		});
		const first = n8n.runsOf(id).indexOf(1);
		const placed = simulator.store.calls.filter(({ contact }) => contacts.some((one) => one.id === contact?.id));
		await n8n.workers[first].kill();
		for (const call of placed) await simulator.finishCall(call.id);
		const execution = await end(id);
		await n8n.workers[first].start();

		expect(n8n.runsOf(id)).toEqual([1, 1]);
		expect(execution.status).toBe('success');
		expect(outputOf(execution, WORK)).toEqual(
			placed.map(
				(call) => expect.objectContaining({ id: call.id, ended: true, transcript: call.transcript }) as object,
			),
		);
		expect(placed[0].transcript).toContain('Monday');
		expect(timesCalled(contacts)).toEqual([1, 1]);
		expect(simulator.store.subscriptions).toEqual([]);
	}, 180_000);
});

describe('the poll trigger', () => {
	test('the main process and a worker are killed, and the API is down for a while: each call is in one execution', async () => {
		const slow = nodeOf('Slow', 'n8n-nodes-base.wait', 1.1, { parameters: { amount: 3, unit: 'seconds' } });
		const agents = addAgents(simulator, POLLING.agentCount);
		const workflow = await n8n.client.createWorkflow(pollWorkflow('Polled', credential, POLLING.times, slow));
		await n8n.client.activate(workflow);
		const restart = (instance: Instance) => async () => {
			await instance.kill();
			await instance.start();
		};
		const killed: Execution[] = [];
		const restartBusyWorker = async () => {
			const path = `/api/v1/executions?workflowId=${workflow.id}&status=running&includeData=true`;
			const [interrupted, worker] = await until('An execution under way', 180_000, async () => {
				const { data } = await n8n.client.request<{ data: Execution[] }>('GET', path);
				const running = data.filter(({ id }) => !killed.some((execution) => execution.id === id));
				const found = running.find(({ id }) => sum(n8n.runsOf(String(id))) === 1);
				return found && ([running, n8n.workers[n8n.runsOf(String(found.id)).indexOf(1)]] as const);
			});
			// the worker may run several; if it is the main process that notices, n8n keeps nothing but the error
			killed.push(...interrupted);
			await restart(worker)();
		};
		const kills = [
			restartBusyWorker,
			whileApiIsDown(simulator, restart(n8n.main)),
			restartBusyWorker,
			restart(n8n.main),
		];
		const { executions, lost, doubled } = await runTrial({
			...{ simulator, n8n: n8n.main, workflow, agents, killed },
			...POLLING,
			interruptions: kills.slice(0, POLLING.kills),
		});
		await n8n.client.deactivate(workflow);
		report(`${POLLING.count} calls, main process and worker killed`, {
			executions: executions.map(({ status }) => status).join(', '),
			workers: n8n.workers.map((_, index) => sum(executions.map(({ id }) => n8n.runsOf(String(id))[index]))),
		});
		expect({ lost, doubled }).toEqual({ lost: [], doubled: [] });
	}, 2_400_000);
});

describe('Redis is restarted', () => {
	test.each([
		['with all that it knew', async () => {}],
		['with nothing', async () => await n8n.redis.forget()],
	])(
		'%s: what runs calls nobody twice, and what comes next runs',
		async (_, meanwhile) => {
			const [contacts, next] = newContacts([0, 1], 40);
			const workflow = await activeWorkflow(calling());
			simulator.options.latencyMs = 200;
			const id = await start(workflow, idsOf(contacts));
			await until('The first calls', 60_000, () => sum(timesCalled(contacts)) >= 5 || undefined);
			await n8n.redis.stop();
			await meanwhile();
			await n8n.redis.start();

			const execution = await end(id);
			await n8n.idle(ENDED_WITHIN_MS);
			expect([execution.status, outputOf(execution, WORK).length]).toEqual(['success', contacts.length]);
			const following = await end(await start(workflow, idsOf(next)));
			expect([following.status, outputOf(following, WORK).length]).toEqual(['success', next.length]);
			expect(timesCalled([...contacts, ...next])).toEqual([...contacts, ...next].map(() => 1));
			expect(sum(n8n.runsOf(id))).toBe(1);
		},
		300_000,
	);
});

async function placeCall({ id }: Contact): Promise<string> {
	const { url, token, teamId } = simulator;
	const body = { contact_id: id, interview_id: agent.id };
	const headers = { 'x-api-token': token, team_id: teamId };
	return (await axios.post<{ data: { id: string } }>(`${url}/contact/call`, body, { headers })).data.data.id;
}
