import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { duration, withProgress } from './progress.mts';

const PULSE_MS = 5_000;
const DEAD_AFTER_MS = 60_000;

/** The path of a folder that this project keeps in the user's cache folder. */
export const cacheFolder = (name: string) =>
	join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'n8n-nodes-thoughtly', name);

export interface Installation {
	/** What messages call it */
	title: string;
	/** Fills a new folder */
	install(folder: string): Promise<void>;
	/** How large it is and how long it takes */
	effort: string;
	/** What is needed, where it fails */
	needs: string;
	signal?: AbortSignal;
}

/** Installs something into a folder unless that exists. Of several processes one installs, and the others wait for it. */
export async function installOnce(folder: string, installation: Installation): Promise<void> {
	const { title, signal } = installation;
	while (!existsSync(folder)) {
		if (!(await someoneInstalls(folder))) await install(folder, installation);
		else {
			await withProgress(
				() => `Another process is installing ${title}: waiting for it`,
				async () => {
					while (await someoneInstalls(folder)) await sleep(PULSE_MS, undefined, { signal });
				},
			);
		}
	}
}

async function install(folder: string, { title, install, effort, needs, signal }: Installation): Promise<void> {
	const started = Date.now();
	const unfinished = `${folder}.${process.pid}`;
	process.stdout.write(`Installing ${title} into ${folder} (once, ${effort})\n`);
	await mkdir(unfinished, { recursive: true });
	const pulse = setInterval(() => void utimes(unfinished, new Date(), new Date()).catch(() => {}), PULSE_MS);
	try {
		await install(unfinished);
		// a rename is all or nothing; it fails where another process has been faster, which is just as good
		await rename(unfinished, folder).catch((error: unknown) => {
			if (!existsSync(folder)) throw error;
		});
	} catch (error) {
		if (signal?.aborted) throw error;
		const reason = error instanceof Error ? error.message : String(error);
		throw new Error(`${reason}\n\n${title} could not be installed. ${needs} ${START_AGAIN}`);
	} finally {
		clearInterval(pulse);
		await rm(unfinished, { recursive: true, force: true });
	}
	process.stdout.write(`Installed ${title} in ${duration(Date.now() - started)}\n`);
}

const START_AGAIN = 'The same command starts again from the beginning; nothing half-installed is kept.';

/** Whether another process is at it; removes what a killed one has left. */
async function someoneInstalls(folder: string): Promise<boolean> {
	const parent = dirname(folder);
	await mkdir(parent, { recursive: true });
	for (const name of await readdir(parent)) {
		if (!name.startsWith(`${basename(folder)}.`)) continue;
		const path = join(parent, name);
		const pulse = await stat(path).then(
			({ mtimeMs }) => mtimeMs,
			() => undefined,
		);
		if (pulse === undefined) continue;
		if (Date.now() - pulse < DEAD_AFTER_MS) return true;
		await rm(path, { recursive: true, force: true });
	}
	return false;
}
