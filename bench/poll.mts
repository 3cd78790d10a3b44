import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { N8nClient } from '../test/server/client.mts';
import { simulatorAccount } from '../test/server/demo.mts';
import { startN8n } from '../test/server/n8n.mts';
import { everySeconds, pollWorkflow } from '../test/server/polling.mts';
import { withProgress } from '../test/server/progress.mts';
import type { Runtime } from '../test/server/runtime.mts';
import { startSimulator } from '../test/simulator/simulator.mts';
import { conditions, measure, median, positive, prepare, quantile, table } from './measure.mts';

/** Calls that end evenly spread, and a poll every minute. */
export interface PollInput {
	runtimeFolder: string;
	agentCount: number;
	agentScope: 'all' | 'selected';
	minutes: number;
	callsAMinute: number;
	requestsPerMinute: number;
}

export interface PollFigures {
	/** Of the last poll */
	requests: number;
	/** How often the first agent's calls were read */
	reads: number;
	/** Calls that started the workflow */
	emitted: number;
	/** Bytes of the stored state, as JSON */
	largestState: number;
	/** The same when nothing but one call has come for an hour */
	stateAfterAnHour: number;
}

export interface GapInput {
	database: string;
	workflowId: string;
	count: number;
}

export interface GapFigures {
	/** From n8n's saving of the state to its storing of the execution; ms, ascending */
	gaps: number[];
}

const AGENTS = [1, 20, 200];
const CALLS = 10_000;

/** Prints the requests of a poll, the size of its state, and in which time a kill of n8n loses a poll's calls. */
export async function printPoll(args: string[]): Promise<void> {
	const { values } = parseArgs({ args, options: { polls: { type: 'string', default: '100' } } });
	const polls = positive('polls', values.polls);
	const runtime = await prepare();
	const load = loadavg()[0].toFixed(1);
	const tables = [await requestsTable(runtime), await statesTable(runtime), await gapsTable(runtime, polls)];
	process.stdout.write(
		[
			`npm run bench -- poll${args.length ? ` ${args.join(' ')}` : ''}\n`,
			`${conditions(runtime)}, load ${load} before; a poll every minute, with 100 requests per minute\n`,
			...tables.map((figures) => `\n${figures}`),
		].join(''),
	);
}

const run = async (runtime: Runtime, input: Omit<PollInput, 'runtimeFolder'>) =>
	await measure<PollFigures>(runtime, 'pollRun.mts', { ...input, runtimeFolder: runtime.folder });

/** What a poll costs where each agent has a call that has ended since the last one. */
async function requestsTable(runtime: Runtime): Promise<string> {
	const minutes = 20;
	const rows: string[][] = [];
	for (const agentCount of AGENTS) {
		const row = [String(agentCount)];
		for (const agentScope of ['all', 'selected'] as const) {
			const rates = { minutes, callsAMinute: agentCount, requestsPerMinute: 100 };
			const { requests, reads } = await run(runtime, { agentCount, agentScope, ...rates });
			row.push(String(requests), `${(minutes / reads).toFixed(1)} polls`);
		}
		rows.push(row);
	}
	return table([['agents', 'All Agents: requests', 'each every', 'Selected: requests', 'each every'], ...rows]);
}

/** What n8n stores: the calls of the last minutes. */
async function statesTable(runtime: Runtime): Promise<string> {
	const rows: string[][] = [];
	for (const minutes of [1, 500]) {
		const rates = { minutes, callsAMinute: CALLS / minutes, requestsPerMinute: 1_000 };
		const figures = await run(runtime, { agentCount: 20, agentScope: 'all', ...rates });
		if (figures.emitted !== CALLS) process.exitCode = 1;
		rows.push([
			minutes === 1 ? 'in one minute' : `in ${minutes} minutes`,
			String(figures.emitted),
			kilobytes(figures.largestState),
			kilobytes(figures.stateAfterAnHour),
		]);
	}
	return table([[`${CALLS} calls of 20 agents`, 'passed on', 'largest state', 'an hour later'], ...rows]);
}

const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`;

async function gapsTable(runtime: Runtime, polls: number): Promise<string> {
	const gaps = await measureGaps(runtime, polls);
	const figures = [median(gaps), quantile(gaps, 0.95), ...gaps.slice(-1)].map((ms) => `${ms.toFixed(1)} ms`);
	return table([
		['', 'polls', 'median', 'p95', 'longest'],
		['from saving the state to storing the execution', String(polls), ...figures],
	]);
}

/** Has a real n8n poll every second, with a call that has ended each time, and watches its database. */
async function measureGaps(runtime: Runtime, count: number): Promise<number[]> {
	const simulator = await startSimulator({ quota: null, callPace: 0 });
	const n8n = await startN8n();
	const { agents, contacts, calls } = simulator.store;
	const endCall = async () => {
		const { id } = simulator.receiveCall(agents[0].id, contacts[0].id);
		await simulator.finishCall(id);
		// a poll stays one page
		calls.splice(0, calls.length - 5);
	};
	let calling: NodeJS.Timeout | undefined;
	try {
		const client = new N8nClient(n8n);
		await client.logIn();
		const account = { ...simulatorAccount(simulator), requestsPerMinute: 10_000 };
		const credential = await client.createCredential('Thoughtly account', 'thoughtlyApi', account);
		const workflow = await client.createWorkflow(pollWorkflow('Polled', credential, everySeconds(1)));
		await client.activate(workflow);
		calling = setInterval(() => void endCall(), 500);
		const input: GapInput = { database: `${n8n.userFolder}/.n8n/database.sqlite`, workflowId: workflow.id, count };
		const { gaps } = await withProgress(
			() => `${count} polls of a real n8n`,
			async () => await measure<GapFigures>(runtime, 'pollGapRun.mts', input),
		);
		return gaps;
	} finally {
		clearInterval(calling);
		await n8n.stop();
		await simulator.stop();
	}
}
