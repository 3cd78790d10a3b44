import type { Runtime } from '../test/server/runtime.mts';
import type { Api, Measured } from './engine.mts';
import { conditions, measure, median, prepare, readRequestOptions, table } from './measure.mts';
import { startSimulatorProcess } from './simulatorProcess.mts';

export type Variant = 'thoughtly' | 'httpRequest' | 'axios500' | 'axiosUnlimited';

export interface OverheadInput {
	variant: Variant;
	runtimeFolder: string;
	api: Api;
	/** Contacts to read in turn */
	contactIds: string[];
	requests: number;
}

export interface OverheadFigures extends Measured {
	/** CPU time, which depends less on other programs than the elapsed time does */
	cpuMs: number;
	/** Peak memory of the process, including the engine */
	peakMB: number;
	/** By how much the measured requests raised it */
	addedMB: number;
}

const variants: Record<Variant, string> = {
	thoughtly: 'Thoughtly node (500 at once)',
	httpRequest: 'HTTP Request node (all at once)',
	axios500: 'bare axios, keep-alive, 500 at once',
	axiosUnlimited: 'bare axios, keep-alive, all at once',
};
const VARIANTS = Object.keys(variants) as Variant[];
const LATENCIES_MS = [20, 200];
const AIM = 1;

/** Prints what a request costs with our node, the HTTP Request node and bare axios; fails if our node is slower than the other. */
export async function printOverhead(args: string[]): Promise<void> {
	const { requests, runs } = readRequestOptions(args);

	const runtime = await prepare();
	const columns: Array<Record<Variant, OverheadFigures>> = [];
	for (const latencyMs of LATENCIES_MS) columns.push(await measureAll(runtime, latencyMs, requests, runs));

	const ratio = (other: Variant) => columns.map((figures) => figures.thoughtly.ms / figures[other].ms);
	const ratioRow = (other: Variant, aim: string) => [
		`time: ours / ${variants[other]}`,
		...ratio(other).map((value) => value.toFixed(2)),
		aim,
	];
	const rows = (what: string, figure: (figures: OverheadFigures) => string) =>
		VARIANTS.map((variant) => [
			`${what}: ${variants[variant]}`,
			...columns.map((figures) => figure(figures[variant])),
			'',
		]);
	process.stdout.write(
		[
			`npm run bench -- overhead${args.length ? ` ${args.join(' ')}` : ''}\n`,
			`${conditions(runtime)}; ${requests} requests without a quota, median of ${runs}, each in a fresh process\n\n`,
			table([
				['', ...LATENCIES_MS.map((ms) => `responses after ${ms} ms`), 'aim'],
				ratioRow('httpRequest', `at most ${AIM}`),
				ratioRow('axios500', ''),
				ratioRow('axiosUnlimited', ''),
				...rows('time', ({ ms }) => `${(ms / 1000).toFixed(2)} s`),
				...rows('CPU time', ({ cpuMs }) => `${(cpuMs / 1000).toFixed(2)} s`),
				...rows('peak memory', ({ peakMB, addedMB }) => `${peakMB.toFixed(0)} MB (+${addedMB.toFixed(0)})`),
				...rows('lost', ({ lost }) => String(lost)),
			]),
			'Peak memory of the whole process; in brackets, how much the requests added.\n',
		].join(''),
	);
	if (ratio('httpRequest').some((value) => value > AIM)) process.exitCode = 1;
}

/** Runs the variants in turns, so that a slow moment of the machine affects them all; returns the medians. */
async function measureAll(runtime: Runtime, latencyMs: number, requests: number, runs: number) {
	const { api, idsOf, stop } = await startSimulatorProcess(latencyMs);
	try {
		const contactIds = await idsOf('contact', 'contacts');
		const measured: Record<Variant, OverheadFigures[]> = {
			thoughtly: [],
			httpRequest: [],
			axios500: [],
			axiosUnlimited: [],
		};
		for (let run = 0; run < runs; run++) {
			for (const variant of VARIANTS) {
				const input: OverheadInput = { variant, runtimeFolder: runtime.folder, api, contactIds, requests };
				measured[variant].push(await measure<OverheadFigures>(runtime, 'overheadRun.mts', input));
			}
		}
		return Object.fromEntries(VARIANTS.map((variant) => [variant, medians(measured[variant])])) as Record<
			Variant,
			OverheadFigures
		>;
	} finally {
		stop();
	}
}

function medians(figures: OverheadFigures[]): OverheadFigures {
	const middle = (key: keyof OverheadFigures) => median(figures.map((figure) => figure[key]));
	// the worst run counts for lost items
	const lost = Math.max(...figures.map((figure) => figure.lost));
	return { ms: middle('ms'), cpuMs: middle('cpuMs'), lost, peakMB: middle('peakMB'), addedMB: middle('addedMB') };
}
