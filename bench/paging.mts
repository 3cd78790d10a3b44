import { parseArgs } from 'node:util';
import { startSimulator } from '../test/simulator/simulator.mts';
import type { Api } from './engine.mts';
import { conditions, measure, positive, prepare, table } from './measure.mts';

export interface PagingInput {
	variant: PagingVariant;
	runtimeFolder: string;
	api: Api;
	agentId: string;
}

export interface PagingFigures {
	ms: number;
	/** Distinct calls that were returned */
	calls: number;
	/** Peak memory of the process, including the engine */
	peakMB: number;
}

const variants = {
	thoughtly: 'Thoughtly node',
	httpRequest: 'HTTP Request node, with pagination',
	axios: 'bare axios, page by page',
};
export type PagingVariant = keyof typeof variants;
const VARIANTS = Object.keys(variants) as PagingVariant[];
const LATENCY_MS = 20;

/** Prints what it takes to list all calls of an agent; fails if one is missing. */
export async function printPaging(args: string[]): Promise<void> {
	const { values } = parseArgs({ args, options: { calls: { type: 'string', default: '10000' } } });
	const calls = positive('calls', values.calls);

	const runtime = await prepare();
	const simulator = await startSimulator({ quota: null, callPace: 0, latencyMs: LATENCY_MS });
	try {
		const [call] = simulator.store.calls;
		simulator.store.calls = Array.from({ length: calls }, (_, index) => ({ ...call, id: `call-${index}` }));
		const { url, token, teamId } = simulator;
		const api: Api = { url, token, teamId, requestsPerMinute: 1_000_000 };
		const rows: Array<PagingFigures & { variant: PagingVariant; requests: number }> = [];
		for (const variant of VARIANTS) {
			const before = simulator.requests.length;
			const input: PagingInput = { variant, runtimeFolder: runtime.folder, api, agentId: call.interview.id };
			const figures = await measure<PagingFigures>(runtime, 'pagingRun.mts', input);
			rows.push({ variant, ...figures, requests: simulator.requests.length - before });
		}
		process.stdout.write(
			[
				`npm run bench -- paging${args.length ? ` ${args.join(' ')}` : ''}\n`,
				`${conditions(runtime)}; ${calls} calls of one agent, responses after ${LATENCY_MS} ms, each in a fresh process\n\n`,
				table([
					['', 'calls', 'requests', 'time', 'ours / theirs', 'peak memory'],
					...rows.map((row) => [
						variants[row.variant],
						String(row.calls),
						String(row.requests),
						`${(row.ms / 1000).toFixed(2)} s`,
						(rows[0].ms / row.ms).toFixed(2),
						`${row.peakMB.toFixed(0)} MB`,
					]),
				]),
			].join(''),
		);
		if (rows[0].calls !== calls) process.exitCode = 1;
	} finally {
		await simulator.stop();
	}
}
