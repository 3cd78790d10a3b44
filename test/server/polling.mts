// What the tests of the Thoughtly Poll Trigger share: a workflow, calls that end at random, and n8n's books about them.
import { setTimeout as sleep } from 'node:timers/promises';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { Agent, Simulator } from '../simulator/simulator.mts';
import type { Credential, Execution, N8nClient, Workflow, WorkflowDraft } from './client.mts';
import { until } from './until.mts';
import { nodeOf, to } from './workflows.mts';

export const POLL_TRIGGER = 'Thoughtly Poll Trigger';

/** n8n's *Poll Times*: it polls a workflow at most once a minute for each of them. */
export const EVERY_MINUTE: PollTimes = [{ mode: 'everyMinute' }];

/** Polls every some seconds, by one of n8n's *Poll Times* for each second of a minute. */
export const everySeconds = (seconds: number): PollTimes =>
	Array.from({ length: 60 / seconds }, (_, index) => ({
		mode: 'custom',
		cronExpression: `${index * seconds} * * * * *`,
	}));

type PollTimes = INodeParameters[];

/** A workflow of the poll trigger and a node behind it. */
export function pollWorkflow(
	name: string,
	{ id, name: credential }: Credential,
	pollTimes: PollTimes = EVERY_MINUTE,
	after = nodeOf('After', 'n8n-nodes-base.noOp', 1, { position: [224, 0] }),
): WorkflowDraft {
	return {
		name,
		nodes: [
			nodeOf(POLL_TRIGGER, 'n8n-nodes-thoughtly.thoughtlyPollTrigger', 1, {
				parameters: { pollTimes: { item: pollTimes } },
				credentials: { thoughtlyApi: { id, name: credential } },
			}),
			after,
		],
		connections: { [POLL_TRIGGER]: to(after.name) },
	};
}

/** Adds agents to the account. */
export function addAgents({ store }: Simulator, count: number): Agent[] {
	const [agent] = store.agents;
	const agents = Array.from({ length: count }, (_, index) => ({
		...agent,
		id: `e0000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
		title: `Agent ${index}`,
	}));
	store.agents.push(...agents);
	return agents;
}

/** Calls that begin and end at random while n8n is interrupted. */
export interface Trial {
	simulator: Simulator;
	n8n: { readonly client: N8nClient };
	workflow: Workflow;
	agents: Agent[];
	count: number;
	/** In which they begin and end, in ms */
	duration: number;
	/** One after another, spread over that time */
	interruptions: Array<() => Promise<void>>;
	/** In ms */
	pollInterval: number;
	/** Executions as they were before a kill: since then n8n may have overwritten their data, or still show them as running */
	killed?: Execution[];
}

/** The simulator's books against n8n's. */
export interface Books {
	executions: Execution[];
	/** IDs of calls that are in no execution */
	lost: string[];
	/** IDs of calls that are in more than one, or twice in one */
	doubled: unknown[];
}

/** After a kill during its start, n8n may not poll for two minutes. */
const POLLED_WITHIN_MS = 6 * 60_000;

/** Has the calls begin and end, and waits until n8n has polled twice after the last of them has started the workflow. */
export async function runTrial(trial: Trial): Promise<Books> {
	const { n8n, workflow, duration, interruptions, pollInterval, killed = [] } = trial;
	const began = Date.now();
	const calls = callsAtRandom(trial);
	for (const [index, interrupt] of interruptions.entries()) {
		const at = began + ((index + Math.random() / 2) * duration) / interruptions.length;
		await sleep(Math.max(0, at - Date.now()));
		await interrupt();
	}
	const ids = await calls;
	const readBooks = async (): Promise<Books> => {
		const executions = await n8n.client.executions(workflow);
		const others = executions.filter(({ id }) => !killed.some((execution) => execution.id === id));
		const started = [...killed, ...others].flatMap(startedWith).map(({ id }) => id);
		const counts = new Map(started.map((id) => [id, started.filter((other) => other === id).length]));
		return {
			executions,
			lost: ids.filter((id) => !counts.has(id)),
			doubled: [...counts.keys()].filter((id) => counts.get(id)! > 1),
		};
	};
	await until('The last call', POLLED_WITHIN_MS, async () => !(await readBooks()).lost.length || undefined).catch(
		// the books say which
		() => undefined,
	);
	await sleep(2 * pollInterval);
	return await readBooks();
}

/** Has the API fail from the poll before an interruption to the second one after it. */
export const whileApiIsDown = (simulator: Simulator, interrupt: () => Promise<void>) => async () => {
	const failedPolls = async (count: number) => {
		const { length } = simulator.requests;
		// a poll begins with this request and sends it once; one that began before the fault may still emit what it has read
		const failed = () => simulator.requests.slice(length).filter(({ path, fault }) => path === '/interview' && fault);
		await until('Polls that fail', POLLED_WITHIN_MS, () => failed().length >= count || undefined);
	};
	simulator.faults.add({ times: Infinity, fault: { kind: 'status', status: 503 } });
	await failedPolls(1);
	await interrupt();
	await failedPolls(2);
	simulator.faults.clear();
};

async function callsAtRandom({ simulator, agents, count, duration }: Trial): Promise<string[]> {
	const [contact] = simulator.store.contacts;
	const calls = Array.from({ length: count }, async (_, index) => {
		const [begin, end] = [Math.random() * duration, Math.random() * duration].sort((a, b) => a - b);
		await sleep(begin);
		const { id } = simulator.receiveCall(agents[index % agents.length].id, contact.id);
		await sleep(end - begin);
		await simulator.finishCall(id);
		return id;
	});
	return await Promise.all(calls);
}

/** The items that an execution was started with; a crash may have ended it before its first node was done. */
function startedWith({ data }: Execution): IDataObject[] {
	const done = data.resultData.runData[POLL_TRIGGER]?.[0].data?.main[0];
	const waiting = data.executionData?.nodeExecutionStack.find(({ node }) => node.name === POLL_TRIGGER)?.data.main[0];
	return (done ?? waiting ?? []).map(({ json }) => json);
}
