import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RunOptions {
	cwd?: string;
	env?: NodeJS.ProcessEnv;
	signal?: AbortSignal;
}

/** Runs a command to its end and returns what it wrote; a failure carries the last lines of that. */
export async function run(command: string, args: string[], { cwd, env, signal }: RunOptions = {}): Promise<string> {
	signal?.throwIfAborted();
	// a group of its own, so that what the command has started can be ended with it
	const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
	// npm answers a milder signal by undoing its work first, for minutes
	const end = () => signalGroup(child, 'SIGKILL');
	signal?.addEventListener('abort', end, { once: true });
	let stdout = '';
	let everything = '';
	child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
	for (const stream of [child.stdout, child.stderr]) {
		stream.on('data', (chunk: Buffer) => (everything += chunk.toString()));
	}
	try {
		const code = await new Promise<number | null>((resolve, reject) => {
			child.once('error', reject);
			child.once('close', resolve);
		});
		signal?.throwIfAborted();
		if (code !== 0) throw new Error(`"${[command, ...args].join(' ')}" failed:\n${tail(everything)}`);
		return stdout;
	} finally {
		signal?.removeEventListener('abort', end);
	}
}

/** Asks a detached child to end, and ends it and all its children after the time given; without any it is not asked. */
export async function stopGroup(child: ChildProcess, patienceMs: number): Promise<void> {
	if (isRunning(child) && patienceMs > 0) {
		const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
		child.kill('SIGTERM');
		const patience = new AbortController();
		await Promise.race([gone, sleep(patienceMs, undefined, { signal: patience.signal })]);
		patience.abort();
	}
	signalGroup(child, 'SIGKILL');
	for (let i = 0; i < 500 && signalGroup(child, 0); i++) await sleep(20);
}

/** True until the child has ended. */
export function isRunning(child: ChildProcess): boolean {
	return child.exitCode === null && child.signalCode === null;
}

/** The last lines of a log. */
export function tail(text: string, lines = 25): string {
	return text.trimEnd().split('\n').slice(-lines).join('\n');
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
	try {
		return child.pid !== undefined && process.kill(-child.pid, signal);
	} catch {
		return false; // nobody is left in it
	}
}
