import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './processes.mts';

/** The package's own folder. */
export const ROOT = join(import.meta.dirname, '..', '..');
const SOURCES = ['credentials', 'gulpfile.js', 'nodes', 'package.json', 'tsconfig.json'];

interface Manifest {
	name: string;
	version: string;
	n8n: { nodes: string[]; credentials: string[] };
	[key: string]: unknown;
}

/** Builds the package where `dist` is missing or older than the sources. */
export async function ensureBuilt(signal?: AbortSignal): Promise<void> {
	const { credentials, nodes } = readManifest().n8n;
	const built = [...credentials, ...nodes].map((file) => join(ROOT, file));
	const sources = SOURCES.flatMap(filesIn);
	if (built.every((file) => existsSync(file)) && newest(sources) <= newest(built)) return;
	process.stdout.write('Building the package\n');
	await run('npm', ['run', 'build'], { cwd: ROOT, signal });
}

/** Does what n8n does on "install community package", with the package as it would be published. */
export async function installPackage(userFolder: string, signal?: AbortSignal): Promise<void> {
	const folder = join(userFolder, '.n8n', 'nodes', 'node_modules', readManifest().name);
	await rm(folder, { recursive: true, force: true });
	await unpackPackage(folder, signal);
	await leaveOutDependenciesOfDevelopment(join(folder, 'package.json'));
}

/** Packs the built package as it would be published, and unpacks it into a folder. */
export async function unpackPackage(folder: string, signal?: AbortSignal): Promise<void> {
	await mkdir(folder, { recursive: true });
	const packed = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
		cwd: ROOT,
		signal,
	});
	const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
	const tarball = join(folder, filename);
	await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1'], { signal });
	await rm(tarball);
}

async function leaveOutDependenciesOfDevelopment(path: string): Promise<void> {
	const manifest = JSON.parse(await readFile(path, 'utf8')) as Manifest;
	for (const key of ['devDependencies', 'peerDependencies', 'optionalDependencies']) delete manifest[key];
	await writeFile(path, JSON.stringify(manifest, null, 2));
}

function readManifest(): Manifest {
	return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
}

function filesIn(path: string): string[] {
	const full = join(ROOT, path);
	if (!statSync(full).isDirectory()) return [full];
	return readdirSync(full, { recursive: true, encoding: 'utf8' }).map((name) => join(full, name));
}

function newest(files: string[]): number {
	return Math.max(...files.map((file) => statSync(file).mtimeMs));
}
