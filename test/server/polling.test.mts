// The poll trigger on a real n8n that is killed, with an API that fails: the simulator's books against n8n's executions.
import { startSimulator, type Agent, type Simulator } from '../simulator/simulator.mts';
import { outputOf, type Credential, type Workflow } from './client.mts';
import { simulatorAccount } from './demo.mts';
import { Instance } from './instance.mts';
import { addAgents, POLL_TRIGGER, pollWorkflow, runTrial, whileApiIsDown } from './polling.mts';

const MINUTE = 60_000;

/** By hand, as it takes a quarter of an hour: `POLLING=long npm run test:n8n -- --testPathPatterns polling`. */
const IS_LONG = process.env.POLLING === 'long';
const CALLS = 500;
const KILLS = 5;
const DURATION = 12 * MINUTE;

let simulator: Simulator;
let n8n: Instance;
let credential: Credential;
let agents: Agent[];

beforeAll(async () => {
	simulator = await startSimulator({ quota: null, callPace: 0, webhookTimeoutMs: 60_000 });
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
			const restart = async () => {
				await n8n.kill();
				await n8n.start();
			};
			const { executions, lost, doubled } = await runTrial({
				...{ simulator, n8n, workflow, agents },
				count: CALLS,
				duration: DURATION,
				interruptions: Array.from({ length: KILLS }, (_, kill) =>
					kill ? restart : whileApiIsDown(simulator, restart),
				),
				pollInterval: MINUTE,
			});
			await n8n.client.deactivate(workflow);
			process.stdout.write(
				`${CALLS} calls in ${executions.length} executions (${executions.map(({ status }) => status).join(', ')}), ${KILLS} kills, ${simulator.requests.length} requests\n`,
			);
			expect({ lost, doubled }).toEqual({ lost: [], doubled: [] });
		},
		DURATION + (KILLS + 12) * MINUTE,
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
