import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cacheFolder, installOnce } from '../server/cache.mts';
import { run } from '../server/processes.mts';

/** The engine that this project's own tests run on. */
const NEWEST = (createRequire(import.meta.url)('n8n-core/package.json') as { version: string }).version;

/** The versions of n8n-core that are tested by default: of the lowest n8n that is supported, 1.123, 2.20, 2.35, and the newest. */
export const CORES = ['1.100.0', '1.122.48', '2.20.6', '2.35.5', NEWEST];

export interface Engine {
	core: string;
	/** The minor version of n8n that it belongs to */
	n8n: string;
	/** The folder that holds its `node_modules`; undefined for the project's own */
	folder?: string;
}

/**
 * Installs an engine into the user's cache folder, on its first call.
 * @param core a version of n8n-core, or a range or tag that npm knows
 */
export async function ensureEngine(core: string): Promise<Engine> {
	const version = await exactVersion(core);
	const engine = { core: version, n8n: n8nOf(version) };
	if (version === NEWEST) return engine;
	const folder = cacheFolder(`engine-${version}`);
	await installOnce(folder, {
		title: `n8n-core ${version}`,
		install: async (unfinished) => await install(unfinished, version),
		effort: '160 to 450 MB, less than a minute',
		needs: "It needs npm's registry.",
	});
	return { ...engine, folder };
}

const isExact = (version: string) => /^\d+\.\d+\.\d+$/.test(version);

async function exactVersion(wanted: string): Promise<string> {
	if (isExact(wanted)) return wanted;
	const found = JSON.parse(await run('npm', ['view', `n8n-core@${wanted}`, 'version', '--json'])) as string | string[];
	return [found].flat().at(-1)!;
}

/** n8n 1.123 has core 1.122; since 2.0 both have the same minor version. */
function n8nOf(core: string): string {
	const [major, minor] = core.split('.').map(Number);
	return `${major}.${major === 1 ? minor + 1 : minor}`;
}

async function install(folder: string, version: string): Promise<void> {
	// later versions of this package do not fit the LangChain of n8n 1.101
	const overrides = { 'zod-to-json-schema': '3.23.3' };
	await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, overrides }));
	const quietly = ['--no-audit', '--no-fund', '--loglevel=error'];
	// nothing that needs building is loaded, and npm would refuse peers that n8n's own lock file overrides
	await run('npm', ['install', `n8n-core@${version}`, '--ignore-scripts', '--legacy-peer-deps', ...quietly], {
		cwd: folder,
	});
}
