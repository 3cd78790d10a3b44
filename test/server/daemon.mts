import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { isRunning, stopGroup, tail } from './processes.mts';
import { until } from './until.mts';

export interface DaemonOptions {
	/** What messages call it. */
	name: string;
	command: string;
	args: string[];
	cwd?: string;
	env?: NodeJS.ProcessEnv;
	/** The file that what it prints is added to. */
	log: string;
	/** Whether it answers. */
	isReady(): Promise<boolean>;
	readyWithinMs: number;
	signal?: AbortSignal;
}

/** Ends a process and its children: in order within the milliseconds given, at once without any. */
export type End = (patienceMs: number) => Promise<void>;

/** Starts a process that goes on until it is ended, waits until it answers, and returns how to end it. */
export async function startDaemon(options: DaemonOptions): Promise<End> {
	const { name, command, args, cwd, env, log, signal } = options;
	const output = await open(log, 'a');
	// a group of its own: Ctrl-C in a terminal then reaches us alone, and we end it in order
	const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', output.fd, output.fd] });
	let failure: Error | undefined;
	child.once('error', (error) => (failure = error));
	await output.close();
	const end = async (patienceMs: number) => await stopGroup(child, patienceMs);
	try {
		await until(`${name} is ready`, options.readyWithinMs, async () => {
			signal?.throwIfAborted();
			if (failure) throw failure;
			if (!isRunning(child)) throw new Error(`${name} has ended`);
			return (await options.isReady()) || undefined;
		});
		return end;
	} catch (error) {
		await end(0);
		if (signal?.aborted || !(error instanceof Error)) throw error;
		throw new Error(`${error.message}. The end of its log:\n${tail(readFileSync(log, 'utf8'))}`);
	}
}
