import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { ensureBuilt } from '../test/server/package.mts';
import { type Runtime, ensureRuntime } from '../test/server/runtime.mts';

/** Builds the package if it is older than its sources, and installs the pinned n8n on the first call. */
export async function prepare(): Promise<Runtime> {
	await ensureBuilt();
	return await ensureRuntime();
}

/** Runs a program of this folder in a fresh process of the pinned n8n's Node; returns the JSON of its last line. */
export async function measure<T>(runtime: Runtime, program: string, input: object): Promise<T> {
	const args = ['--import', 'tsx', join(import.meta.dirname, program), JSON.stringify(input)];
	const { stdout } = await promisify(execFile)(runtime.node, args);
	return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as T;
}

/** The median, or the upper one of the two in the middle. */
export const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** The value below which such a share of the figures lies; they are in order of size. */
export const quantile = (sorted: number[], share: number) => sorted[Math.floor(sorted.length * share)] ?? NaN;

/** The input of such a program. */
export const readInput = <T,>() => JSON.parse(process.argv[2]) as T;

/** Reads the value of an option that must be a positive whole number. */
export function positive(name: string, text: string): number {
	const value = Number(text);
	if (!Number.isInteger(value) || value < 1)
		throw new Error(`--${name} must be a whole number, 1 or more, not "${text}"`);
	return value;
}

/** Reads how many requests a bench sends, and how often. */
export function readRequestOptions(args: string[]): { requests: number; runs: number } {
	const { values } = parseArgs({
		args,
		options: { requests: { type: 'string', default: '1000' }, runs: { type: 'string', default: '7' } },
	});
	return { requests: positive('requests', values.requests), runs: positive('runs', values.runs) };
}

/** The line that says what the figures were measured on. */
export function conditions(runtime: Runtime): string {
	const versionOf = (name: string) =>
		(
			JSON.parse(readFileSync(join(runtime.folder, 'node_modules', name, 'package.json'), 'utf8')) as {
				version: string;
			}
		).version;
	return `n8n ${versionOf('n8n')}, Node ${versionOf('node')}, ${availableParallelism()} cores`;
}

/** A table in plain text: the first column aligned left, the others right. */
export function table(rows: string[][]): string {
	const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
	const cell = (text: string, column: number) =>
		column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column] + 3);
	return rows.map((row) => `${row.map(cell).join('').trimEnd()}\n`).join('');
}
