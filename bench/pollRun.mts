// One case of the poll bench, in a process of its own: it puts its clock forward instead of waiting.
import { addAgents } from '../test/server/polling.mts';
import { startSimulator } from '../test/simulator/simulator.mts';
import { newCall } from '../test/simulator/store.mts';
import { loadEngine } from './engine.mts';
import { readInput } from './measure.mts';
import type { PollFigures, PollInput } from './poll.mts';

const MINUTE = 60_000;

const { runtimeFolder, agentCount, agentScope, minutes, callsAMinute, requestsPerMinute } = readInput<PollInput>();

const systemTime = Date.now;
let ahead = 0;
Date.now = () => systemTime() + ahead;

const simulator = await startSimulator({ quota: null, callPace: 0 });
const { store } = simulator;
store.agents = store.agents.slice(0, 1);
const agents = addAgents(simulator, agentCount);
store.agents = agents;
store.calls = [];

/** Calls of the agents in turns that have ended, evenly spread over the last minutes. */
const endCalls = (count: number, lastMinutes: number) => {
	for (let index = 0; index < count; index++) {
		const created = new Date(Date.now() - ((count - index) / count) * lastMinutes * MINUTE);
		const call = newCall(agents[index % agents.length], store.contacts[0], null, created);
		store.calls.push({ ...call, status: 'COMPLETED', end_time: new Date(created.getTime() + 1).toISOString() });
	}
};

// more than a page of each agent
endCalls(60 * agentCount, 24 * 60);

const engine = await loadEngine(runtimeFolder);
// no poll waits for the quota: what it sends is counted
engine.times.quotaWindow = 1;
const agentIds = agentScope === 'selected' ? agents.map(({ id }) => id) : [];
const workflow = await engine.polledWorkflow({ ...simulator, requestsPerMinute }, { agentScope, agentIds });
await workflow.activate();
simulator.requests.length = 0;

const requests: number[] = [];
const stateBytes: number[] = [];
const poll = async (calls: number) => {
	ahead += MINUTE;
	endCalls(calls, 1);
	const before = simulator.requests.length;
	await workflow.poll();
	requests.push(simulator.requests.length - before);
	stateBytes.push(JSON.stringify(workflow.state).length);
};
for (let minute = 0; minute < minutes; minute++) await poll(callsAMinute);
const emitted = workflow.emitted.length;
const [{ id }] = agents;
const reads = simulator.requests.filter(({ path }) => path.includes(id)).length;
ahead += 60 * MINUTE;
await poll(agentCount);

const figures: PollFigures = {
	requests: requests[minutes - 1],
	reads,
	emitted,
	largestState: Math.max(...stateBytes),
	stateAfterAnHour: stateBytes[minutes],
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
process.exit();
