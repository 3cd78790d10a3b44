// The poll trigger on a real n8n that is killed, with an API that fails: the simulator's books against n8n's executions.
import { setTimeout as sleep } from 'node:timers/promises';
import { startSimulator, type Agent, type Simulator } from '../simulator/simulator.mts';
import { outputOf, type Credential, type Workflow } from './client.mts';
import { simulatorAccount } from './demo.mts';
import { Instance } from './instance.mts';
import { addAgents, callsAtRandom, executionsByCall, POLL_TRIGGER, pollWorkflow } from './polling.mts';
import { until } from './until.mts';

const MINUTE = 60_000;

/** By hand, as it takes half an hour: `POLLING=long npm run test:n8n -- --testPathPatterns polling`. */
const IS_LONG = process.env.POLLING === 'long';
const CALLS = 500;
const KILLS = 5;
const DURATION = 12 * MINUTE;

/** After a kill n8n may not poll for two minutes. */
const POLLED_WITHIN_MS = 6 * MINUTE;

let simulator: Simulator;
let n8n: Instance;
let credential: Credential;
let agents: Agent[];

beforeAll(async () => {
	simulator = await startSimulator({ quota: null, callPace: 0 });
	n8n = await Instance.start({ env: { EXECUTIONS_DATA_PRUNE: 'false' } });
	const account = { ...simulatorAccount(simulator), requestsPerMinute: 100 };
	credential = await n8n.client.createCredential('Thoughtly account', 'thoughtlyApi', account);
	agents = addAgents(simulator, 20);
}, 1_800_000);

afterAll(async () => {
	const outbound = n8n?.outbound();
	await n8n?.remove();
	await simulator?.stop();
	expect(outbound).toEqual([]);
}, 30_000);

async function activeWorkflow(name: string): Promise<Workflow> {
	const workflow = await n8n.client.createWorkflow(pollWorkflow(name, credential));
	await n8n.client.activate(workflow);
	return workflow;
}

if (IS_LONG) {
	test(
		`${CALLS} calls of 20 agents, n8n killed ${KILLS} times, the API down for a while: each call is in one execution`,
		async () => {
			const workflow = await activeWorkflow('Calls');
			const calls = callsAtRandom(simulator, agents, CALLS, DURATION);
			for (let kill = 0; kill < KILLS; kill++) {
				await sleep((DURATION / KILLS) * (0.5 + Math.random() / 2) - 30_000);
				// across the first restart, when n8n polls at once
				if (kill === 0) simulator.faults.add({ times: Infinity, fault: { kind: 'status', status: 503 } });
				await n8n.kill();
				await n8n.start();
				simulator.faults.clear();
			}
			const ids = await calls;
			await until('The last call', POLLED_WITHIN_MS, async () => {
				const books = await executionsByCall(n8n.client, workflow);
				return ids.every((id) => books.has(id)) || undefined;
			});
			// nothing comes twice with the next poll either
			await sleep(MINUTE + 5_000);
			const books = await executionsByCall(n8n.client, workflow);
			expect([...books.keys()].sort()).toEqual([...ids].sort());
			expect([...books].filter(([, executions]) => executions.length > 1)).toEqual([]);
			await n8n.client.deactivate(workflow);
			const executions = new Set([...books.values()].flat()).size;
			process.stdout.write(
				`${CALLS} calls in ${executions} executions, ${KILLS} kills, ${simulator.requests.length} requests\n`,
			);
		},
		DURATION + KILLS * 2 * MINUTE + POLLED_WITHIN_MS + 3 * MINUTE,
	);
}

test('Fetch Test Event gives the last call that has ended', async () => {
	const workflow = await n8n.client.createWorkflow(pollWorkflow('By hand', credential));
	const { id } = simulator.receiveCall(agents[0].id, simulator.store.contacts[0].id);
	await simulator.finishCall(id);
	const execution = await n8n.client.execute(workflow, POLL_TRIGGER);
	expect(outputOf(execution, POLL_TRIGGER)).toMatchObject([{ event: 'NEW_RESPONSE', id }]);
}, 60_000);

test('an API that is down fails the first activation with its reason', async () => {
	simulator.faults.add({ times: Infinity, fault: { kind: 'status', status: 503 } });
	await expect(activeWorkflow('Down')).rejects.toThrow('Thoughtly could not process the request (503)');
	simulator.faults.clear();
}, 150_000);
