import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Runtime } from '../test/server/runtime.mts';
import type { Api, Measured } from './engine.mts';
import { conditions, measure, median, prepare, table } from './measure.mts';

export type Variant = 'thoughtly' | 'httpRequest' | 'axios200' | 'axiosUnlimited';

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
	thoughtly: 'Thoughtly node (200 at once)',
	httpRequest: 'HTTP Request node (all at once)',
	axios200: 'bare axios, keep-alive, 200 at once',
	axiosUnlimited: 'bare axios, keep-alive, all at once',
};
const VARIANTS = Object.keys(variants) as Variant[];
const LATENCIES_MS = [20, 200];
const TOKEN = 'simulator-token';
const TEAM_ID = 'simulator-team';
const AIM = 1;

/** Prints what a request costs with our node, the HTTP Request node and bare axios; fails if our node is slower than the other. */
export async function printOverhead(args: string[]): Promise<void> {
	const { values } = parseArgs({
		args,
		options: { requests: { type: 'string', default: '1000' }, runs: { type: 'string', default: '3' } },
	});
	const requests = positive('requests', values.requests);
	const runs = positive('runs', values.runs);

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
				ratioRow('httpRequest', `${AIM} at most`),
				ratioRow('axios200', ''),
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
	const { url, stop } = await startSimulatorProcess(latencyMs);
	try {
		const api: Api = { url, token: TOKEN, teamId: TEAM_ID, requestsPerMinute: 1_000_000 };
		const contactIds = await readContactIds(api);
		const measured: Record<Variant, OverheadFigures[]> = {
			thoughtly: [],
			httpRequest: [],
			axios200: [],
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

/** A simulator in a process of its own, so that it takes no time from the measured one. */
async function startSimulatorProcess(latencyMs: number): Promise<{ url: string; stop: () => void }> {
	const program = join(import.meta.dirname, '..', 'test', 'simulator', 'main.mts');
	const options = ['--port', '0', '--quota', '0', '--latency-ms', String(latencyMs)];
	const child = spawn(
		process.execPath,
		['--import', 'tsx', program, ...options, '--token', TOKEN, '--team-id', TEAM_ID],
		{
			stdio: ['ignore', 'pipe', 'inherit'],
		},
	);
	for await (const line of createInterface(child.stdout)) {
		const url = /^URL:\s+(\S+)/.exec(line)?.[1];
		if (url) return { url, stop: () => void child.kill() };
	}
	await once(child, 'exit');
	throw new Error('The simulator did not start');
}

async function readContactIds({ url, token, teamId }: Api): Promise<string[]> {
	const answer = await fetch(`${url}/contact`, { headers: { 'x-api-token': token, team_id: teamId } });
	const { data } = (await answer.json()) as { data: { contacts: Array<{ id: string }> } };
	return data.contacts.map(({ id }) => id);
}

function positive(name: string, text: string): number {
	const value = Number(text);
	if (!Number.isInteger(value) || value < 1)
		throw new Error(`--${name} must be a whole number, 1 or more, not "${text}"`);
	return value;
}
