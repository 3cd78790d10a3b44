import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './processes.mts';
import { duration, withProgress } from './progress.mts';

const RECIPE = join(import.meta.dirname, 'runtime');
const LOCK_FILE = join(RECIPE, 'package-lock.json');
// npm 10 knows no allowScripts, so every install script is off and these three packages run theirs
const NEED_THEIR_SCRIPTS = ['node', 'isolated-vm', 'sqlite3'];
const PULSE_MS = 5_000;
const DEAD_AFTER_MS = 60_000;

export interface Runtime {
	folder: string;
	/** The Node that this n8n accepts. */
	node: string;
	/** n8n's command line program. */
	n8n: string;
	/** What PATH has to start with. */
	bin: string;
}

interface LockFile {
	packages: Record<string, { version?: string; optional?: boolean }>;
}

/** The pinned n8n, installed on the first call into the user's cache folder. */
export async function ensureRuntime(signal?: AbortSignal): Promise<Runtime> {
	const folder = runtimeFolder();
	while (!existsSync(folder)) {
		if (await someoneInstalls(folder)) await othersInstall(folder, signal);
		else await install(folder, signal);
	}
	const modules = join(folder, 'node_modules');
	return {
		folder,
		node: join(modules, 'node', 'bin', 'node'),
		n8n: join(modules, 'n8n', 'bin', 'n8n'),
		bin: join(modules, '.bin'),
	};
}

/** Where the runtime is kept: one folder for each state of its lock file. */
export function runtimeFolder(): string {
	const lockText = readFileSync(LOCK_FILE, 'utf8');
	const hash = createHash('sha256').update(lockText).digest('hex').slice(0, 8);
	const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
	return join(cache, 'n8n-nodes-thoughtly', `n8n-${readLockFile().packages['node_modules/n8n'].version}-${hash}`);
}

async function install(folder: string, signal?: AbortSignal): Promise<void> {
	const started = Date.now();
	const unfinished = `${folder}.${process.pid}`;
	process.stdout.write(`Installing n8n into ${folder} (once, 2.8 GB, 5 to 8 minutes)\n`);
	await mkdir(unfinished, { recursive: true });
	const pulse = setInterval(() => void utimes(unfinished, new Date(), new Date()).catch(() => {}), PULSE_MS);
	try {
		await cp(RECIPE, unfinished, { recursive: true });
		const env = { ...process.env, PATH: [join(unfinished, 'node_modules', '.bin'), process.env.PATH].join(delimiter) };
		const npm = (...args: string[]) =>
			run('npm', [...args, '--no-audit', '--no-fund'], { cwd: unfinished, env, signal });
		await withProgress(unpackedPackages(unfinished), () => npm('ci', '--ignore-scripts'));
		await withProgress(
			() => `Preparing ${NEED_THEIR_SCRIPTS.join(', ')}`,
			// our own ignore-scripts=true arrives here as an environment variable
			() => npm('rebuild', ...NEED_THEIR_SCRIPTS, '--ignore-scripts=false'),
		);
		// a rename is all or nothing; it fails where another start has been faster, which is just as good
		await rename(unfinished, folder).catch((error: unknown) => {
			if (!existsSync(folder)) throw error;
		});
	} catch (error) {
		if (signal?.aborted) throw error;
		const reason = error instanceof Error ? error.message : String(error);
		throw new Error(`${reason}\n\nn8n could not be installed. ${ADVICE}`);
	} finally {
		clearInterval(pulse);
		await rm(unfinished, { recursive: true, force: true });
	}
	process.stdout.write(`Installed n8n in ${duration(Date.now() - started)}\n`);
}

const ADVICE =
	"It needs npm's registry, 3 GB of disk and, where no prebuilt sqlite3 can be fetched, a C++ compiler with make and Python. " +
	'The same command starts again from the beginning; nothing half-installed is kept.';

async function othersInstall(folder: string, signal?: AbortSignal): Promise<void> {
	await withProgress(
		() => 'Another start is installing n8n: waiting for it',
		async () => {
			while (await someoneInstalls(folder)) await sleep(PULSE_MS, undefined, { signal });
		},
	);
}

/** Whether another process is at it; removes what a killed one has left. */
async function someoneInstalls(folder: string): Promise<boolean> {
	const parent = dirname(folder);
	await mkdir(parent, { recursive: true });
	for (const name of await readdir(parent)) {
		const path = join(parent, name);
		if (!path.startsWith(`${folder}.`)) continue;
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

function unpackedPackages(folder: string): () => string {
	const wanted = Object.entries(readLockFile().packages).flatMap(([path, { optional }]) =>
		path && !optional ? [join(folder, path, 'package.json')] : [],
	);
	return () => `Unpacked ${wanted.filter((path) => existsSync(path)).length} of ${wanted.length} packages`;
}

function readLockFile(): LockFile {
	return JSON.parse(readFileSync(LOCK_FILE, 'utf8')) as LockFile;
}
