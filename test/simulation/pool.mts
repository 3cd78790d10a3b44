// Spreads seeds over the cores.
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Played, Task } from './worker.mts';

/** A worker is replaced after so many histories: each leaves a few modules in its memory. */
const HISTORIES_PER_WORKER = 250;

const WORKER = join(import.meta.dirname, 'worker.mts');

export interface Run {
	/** The next seed, undefined when there is none to be played any more */
	nextSeed(): number | undefined;
	shrinks: boolean;
	played(result: Played): void;
	/** Where the built package is */
	folder: string;
}

/** Plays seeds on all cores until there are no more. */
export async function playAll(run: Run): Promise<void> {
	await Promise.all(
		Array.from({ length: availableParallelism() }, async () => {
			while (await playSome(run));
		}),
	);
}

/** Plays seeds in one process. @returns whether there may be more */
async function playSome({ nextSeed, shrinks, played, folder }: Run): Promise<boolean> {
	const worker = fork(WORKER, { cwd: folder, execArgv: ['--import', 'tsx'] });
	try {
		for (let count = 0; count < HISTORIES_PER_WORKER; count++) {
			const seed = nextSeed();
			if (seed === undefined) return false;
			played(await askWorker(worker, { seed, shrinks }));
		}
		return true;
	} finally {
		worker.kill();
	}
}

const askWorker = async (worker: ReturnType<typeof fork>, task: Task) =>
	await new Promise<Played>((resolve, reject) => {
		const failed = (code: number | null) =>
			reject(new Error(`The worker ended with ${String(code)} at seed ${task.seed}`));
		worker.once('exit', failed);
		worker.once('message', (message) => {
			worker.off('exit', failed);
			resolve(message as Played);
		});
		worker.send(task);
	});
