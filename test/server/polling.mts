// What the tests of the Thoughtly Poll Trigger share: a workflow, calls that end at random, and n8n's books about them.
import { setTimeout as sleep } from 'node:timers/promises';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { Agent, Simulator } from '../simulator/simulator.mts';
import type { Credential, Execution, N8nClient, Workflow, WorkflowDraft } from './client.mts';
import { nodeOf, to } from './workflows.mts';

export const POLL_TRIGGER = 'Thoughtly Poll Trigger';

/** A workflow of the poll trigger and a node behind it, polled every minute: n8n allows no shorter time. */
export function pollWorkflow(
	name: string,
	{ id, name: credential }: Credential,
	parameters: INodeParameters = {},
): WorkflowDraft {
	const pollTimes = { item: [{ mode: 'everyMinute' }] };
	return {
		name,
		nodes: [
			nodeOf(POLL_TRIGGER, 'n8n-nodes-thoughtly.thoughtlyPollTrigger', 1, {
				parameters: { pollTimes, ...parameters },
				credentials: { thoughtlyApi: { id, name: credential } },
			}),
			nodeOf('After', 'n8n-nodes-base.noOp', 1),
		],
		connections: { [POLL_TRIGGER]: to('After') },
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

/** Has calls of the agents begin and end at random in a time (ms); gives their IDs when the last one has ended. */
export async function callsAtRandom(
	simulator: Simulator,
	agents: Agent[],
	count: number,
	ms: number,
): Promise<string[]> {
	const [contact] = simulator.store.contacts;
	const calls = Array.from({ length: count }, async (_, index) => {
		const [begin, end] = [Math.random() * ms, Math.random() * ms].sort((a, b) => a - b);
		await sleep(begin);
		const { id } = simulator.receiveCall(agents[index % agents.length].id, contact.id);
		await sleep(end - begin);
		await simulator.finishCall(id);
		return id;
	});
	return await Promise.all(calls);
}

/** In which executions each call is, by its ID: n8n's books. */
export async function executionsByCall(client: N8nClient, workflow: Workflow): Promise<Map<unknown, number[]>> {
	const books = new Map<unknown, number[]>();
	for (const execution of await client.executions(workflow)) {
		for (const { id } of startedWith(execution)) books.set(id, [...(books.get(id) ?? []), Number(execution.id)]);
	}
	return books;
}

/** The items that an execution was started with; a crash may have ended it before its first node was done. */
function startedWith({ data }: Execution): IDataObject[] {
	const done = data.resultData.runData[POLL_TRIGGER]?.[0].data?.main[0];
	const waiting = data.executionData?.nodeExecutionStack.find(({ node }) => node.name === POLL_TRIGGER)?.data.main[0];
	return (done ?? waiting ?? []).map(({ json }) => json);
}
