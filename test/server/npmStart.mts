import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './package.mts';
import { until } from './until.mts';

export interface NpmStart {
	pid: number;
	/** What it has printed so far. */
	output(): string;
	/** Waits until it prints a text. */
	prints(text: string, withinMs: number): Promise<void>;
	/** Its exit code, once it has ended. */
	end: Promise<number | null>;
	/** The processes and files that it has left behind; seen in `/proc`, so on Linux only. */
	leftBehind(): string[];
	remove(): void;
}

/** Types `npm start` with the arguments given, in a terminal of its own. */
export function npmStart(args: string[], env: Record<string, string> = {}): NpmStart {
	// all that it starts inherits this folder as its place for temporary files, and is known by that
	const folder = mkdtempSync(join(tmpdir(), 'npm-start-'));
	const child = spawn('npm', ['start', '--', ...args], {
		cwd: ROOT,
		env: { ...process.env, ...env, TMPDIR: folder },
		detached: true,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
	}
	return {
		pid: child.pid ?? 0,
		output: () => output,
		prints: async (text, withinMs) => {
			await until(`"${text}"`, withinMs, () => output.includes(text) || undefined);
		},
		end: new Promise((resolve) => child.once('close', resolve)),
		leftBehind: () => [...readdirSync(folder).filter((name) => !TSX_CACHE.test(name)), ...processesWith(folder)],
		remove: () => rmSync(folder, { recursive: true, force: true }),
	};
}

const TSX_CACHE = /^tsx-/;

function processesWith(text: string): string[] {
	return readdirSync('/proc').filter((pid) => {
		try {
			return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(text);
		} catch {
			return false; // ended meanwhile, or somebody else's
		}
	});
}
