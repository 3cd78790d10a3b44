import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cacheFolder, installOnce } from './cache.mts';
import { run } from './processes.mts';
import { withProgress } from './progress.mts';

const RECIPE = join(import.meta.dirname, 'runtime');
const LOCK_FILE = join(RECIPE, 'package-lock.json');
// npm 10 knows no allowScripts, so every install script is off and these three packages run theirs
const NEED_THEIR_SCRIPTS = ['node', 'isolated-vm', 'sqlite3'];
const NEEDS =
	"It needs npm's registry, 3 GB of disk and, where no prebuilt sqlite3 can be fetched, a C++ compiler with make and Python.";

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
	await installOnce(folder, {
		title: 'n8n',
		install: async (unfinished) => await install(unfinished, signal),
		effort: '2.8 GB, 5 to 8 minutes',
		needs: NEEDS,
		signal,
	});
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
	return cacheFolder(`n8n-${readLockFile().packages['node_modules/n8n'].version}-${hash}`);
}

async function install(folder: string, signal?: AbortSignal): Promise<void> {
	await cp(RECIPE, folder, { recursive: true });
	const env = { ...process.env, PATH: [join(folder, 'node_modules', '.bin'), process.env.PATH].join(delimiter) };
	const npm = (...args: string[]) => run('npm', [...args, '--no-audit', '--no-fund'], { cwd: folder, env, signal });
	await withProgress(unpackedPackages(folder), () => npm('ci', '--ignore-scripts'));
	await withProgress(
		() => `Preparing ${NEED_THEIR_SCRIPTS.join(', ')}`,
		// our own ignore-scripts=true arrives here as an environment variable
		() => npm('rebuild', ...NEED_THEIR_SCRIPTS, '--ignore-scripts=false'),
	);
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
