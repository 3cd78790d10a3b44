import type { Api, Measured } from './engine.mts';
import { conditions, measure, median, prepare, readRequestOptions, table } from './measure.mts';
import { startSimulatorProcess } from './simulatorProcess.mts';
import type { Runtime } from '../test/server/runtime.mts';

export type NodeName = 'thoughtly' | 'httpRequest';
export type Work = 'read' | 'call';

export interface ProfileInput {
	node: NodeName;
	work: Work;
	runtimeFolder: string;
	api: Api;
	/** Contacts to read or call in turn */
	contactIds: string[];
	agentId: string;
	requests: number;
	/** Without, only the elapsed time is measured, which the profiler would lengthen. */
	isProfiled: boolean;
}

export interface ProfileFigures extends Measured {
	/** Time (ms) in each part of the process */
	parts: Partial<Record<Part, number>>;
}

/** Where the time goes, by the file of the running function. */
export const PARTS = {
	ours: 'this package',
	httpRequest: 'HTTP Request node',
	engine: 'n8n-core (engine, credential, HTTP helper)',
	workflow: 'n8n-workflow (parameters, expressions)',
	axios: 'axios and its packages',
	others: 'other packages',
	node: 'Node.js',
	collector: 'garbage collection',
	native: 'native code',
	harness: 'bench',
};
export type Part = keyof typeof PARTS;

const LATENCY_MS = 20;
const AIM = 0.8;
const COLUMNS = [
	{ work: 'read', node: 'thoughtly', title: 'contacts read' },
	{ work: 'read', node: 'httpRequest', title: 'HTTP Request' },
	{ work: 'call', node: 'thoughtly', title: 'calls placed' },
	{ work: 'call', node: 'httpRequest', title: 'HTTP Request' },
] as const;

/** Prints where the time of reads and of placed calls goes, for our node and the HTTP Request node. */
export async function printProfile(args: string[]): Promise<void> {
	const { requests, runs } = readRequestOptions(args);

	const runtime = await prepare();
	const { api, idsOf, createContacts, stop } = await startSimulatorProcess(LATENCY_MS);
	try {
		const contactIds = await createContacts();
		const [agentId] = await idsOf('interview', 'interviews');
		const input = { runtimeFolder: runtime.folder, api, contactIds, agentId, requests };
		const columns: ProfileFigures[] = [];
		for (const { work, node } of COLUMNS) columns.push(await measureColumn(runtime, { ...input, work, node }, runs));
		const ratio = (first: number) => (columns[first].ms / columns[first + 1].ms).toFixed(2);
		const part = (name: Part) => columns.map(({ parts }) => `${Math.round(parts[name] ?? 0)} ms`);
		process.stdout.write(
			[
				`npm run bench -- profile${args.length ? ` ${args.join(' ')}` : ''}\n`,
				`${conditions(runtime)}; ${requests} requests without a quota, responses after ${LATENCY_MS} ms, median of ${runs}\n\n`,
				table([
					['', ...COLUMNS.map(({ title }) => title)],
					['time', ...columns.map(({ ms }) => `${(ms / 1000).toFixed(2)} s`)],
					[`ours / theirs, aim at most ${AIM}`, ratio(0), '', ratio(2), ''],
					...(Object.keys(PARTS) as Part[]).map((name) => [PARTS[name], ...part(name)]),
					['lost', ...columns.map(({ lost }) => String(lost))],
				]),
			].join(''),
		);
	} finally {
		stop();
	}
}

/** The elapsed time without the profiler, and the parts with it. */
async function measureColumn(
	runtime: Runtime,
	input: Omit<ProfileInput, 'isProfiled'>,
	runs: number,
): Promise<ProfileFigures> {
	const run = async (isProfiled: boolean) =>
		await measure<ProfileFigures>(runtime, 'profileRun.mts', { ...input, isProfiled } satisfies ProfileInput);
	const timed: ProfileFigures[] = [];
	for (let index = 0; index < runs; index++) timed.push(await run(false));
	const { parts } = await run(true);
	return {
		ms: median(timed.map(({ ms }) => ms)),
		lost: Math.max(...timed.map(({ lost }) => lost)),
		parts,
	};
}
