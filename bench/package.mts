import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { table } from './measure.mts';

/** What a built package costs n8n: time to load it, its size, its modules. */
export interface PackageFigures {
	/** Shortest time to require its nodes and credentials after n8n-workflow, which n8n has already loaded */
	requireMs: number;
	/** The modules that this loads */
	modules: string[];
	/** Without modules that are loaded later */
	javaScriptKB: number;
	/** A module of ours that is loaded on demand; shortest time to require it after the nodes */
	phoneLibrary: { requireMs: number; javaScriptKB: number };
	/** The descriptions of its nodes as JSON, which n8n keeps in memory and sends to every editor */
	descriptionsKB: number;
	/** All of it */
	packedKB: number;
	files: string[];
}

const PHONE_LIBRARY: string = 'dist/nodes/Thoughtly/phone/phoneLibrary.js';
/** Other programs only make it slower, so the shortest time is the package's own. */
const PROCESSES = 25;
/** Other voice agents' packages, in their newest version */
const PEERS = ['@blandsdk/n8n-nodes-bland', '@call-e/n8n-nodes-calle', 'n8n-nodes-vocallabs'];

/**
 * Requires everything that package.json names for n8n in a fresh process, then the libraries; prints times, modules and the
 * size of the descriptions.
 */
const PROBE = `
	const { basename } = require('node:path');
	const [nodes, credentials, libraries] = JSON.parse(process.argv[1]);
	const timeOf = (names) => {
		const start = performance.now();
		names.forEach((name) => require(name));
		return performance.now() - start;
	};
	require('n8n-workflow');
	const before = new Set(Object.keys(require.cache));
	const requireMs = timeOf([...nodes, ...credentials]);
	const modules = Object.keys(require.cache).filter((file) => !before.has(file));
	const libraryMs = timeOf(libraries);
	const types = nodes.map((file) => new (require(file)[basename(file).split('.')[0]])());
	const versions = types.flatMap((type) => Object.values(type.nodeVersions ?? [type]));
	const descriptionBytes = Buffer.byteLength(versions.map((type) => JSON.stringify(type.description)).join(''));
	process.stdout.write(JSON.stringify({ requireMs, modules, libraryMs, descriptionBytes }));
`;

/** Measures the built package in a folder, and its loading in fresh processes; throws if it is not built. */
export function measurePackage(processes: number, folder = '.'): PackageFigures {
	const { n8n } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
		n8n: { nodes: string[]; credentials: string[] };
	};
	const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
		cwd: folder,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const [tarball] = JSON.parse(packed) as Array<{ size: number; files: Array<{ path: string; size: number }> }>;
	const libraries = tarball.files.map(({ path }) => path).filter((path) => path === PHONE_LIBRARY);
	const absolute = (paths: string[]) => paths.map((path) => resolve(folder, path));
	const input = JSON.stringify([n8n.nodes, n8n.credentials, libraries].map(absolute));
	// n8n gives every package its own n8n-workflow
	const env = { ...process.env, NODE_PATH: resolve('node_modules') };
	const probe = () =>
		JSON.parse(execFileSync(process.execPath, ['-e', PROBE, input], { encoding: 'utf8', env })) as {
			requireMs: number;
			modules: string[];
			libraryMs: number;
			descriptionBytes: number;
		};
	const runs = Array.from({ length: processes }, probe);
	const sizeOf = (wanted: (path: string) => boolean) =>
		tarball.files.filter(({ path }) => wanted(path)).reduce((sum, { size }) => sum + size, 0) / 1000;
	return {
		requireMs: Math.min(...runs.map(({ requireMs }) => requireMs)),
		modules: runs[0].modules,
		javaScriptKB: sizeOf((path) => path.endsWith('.js') && !libraries.includes(path)),
		phoneLibrary: {
			requireMs: Math.min(...runs.map(({ libraryMs }) => libraryMs)),
			javaScriptKB: sizeOf((path) => libraries.includes(path)),
		},
		descriptionsKB: runs[0].descriptionBytes / 1000,
		packedKB: tarball.size / 1000,
		files: tarball.files.map(({ path }) => path),
	};
}

/** Installs the newest version of a package and measures it; undefined if it cannot be installed and loaded. */
function measurePeer(name: string): PackageFigures | undefined {
	const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-thoughtly-'));
	const options = ['--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', '--prefix', folder];
	try {
		execFileSync('npm', ['install', ...options, name], { stdio: 'ignore' });
		return measurePackage(PROCESSES, join(folder, 'node_modules', name));
	} catch {
		return undefined;
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** Prints the figures next to their aims and to those of other voice agents' packages. */
export function printPackage(): void {
	const ours = measurePackage(PROCESSES);
	const peers = PEERS.map(measurePeer);
	const row = (name: string, figure: (figures: PackageFigures) => string, aim: string) => [
		name,
		figure(ours),
		aim,
		...peers.map((peer) => (peer ? figure(peer) : '-')),
	];
	const kilobytes = (size: number) => (size > 0 ? `${size.toFixed(1)} KB` : '-');
	process.stdout.write(
		[
			'npm run bench -- package\n',
			`Node ${process.versions.node}, shortest of ${PROCESSES}; "-" if a package cannot be installed from npm's registry, or has no such part\n\n`,
			table([
				['', 'ours', 'aim', ...PEERS],
				row(
					'require nodes and credential, after n8n-workflow',
					({ requireMs }) => `${requireMs.toFixed(1)} ms`,
					'8 ms',
				),
				row('modules loaded', ({ modules }) => String(modules.length), '10'),
				row('built JavaScript, without the phone library', ({ javaScriptKB }) => kilobytes(javaScriptKB), '220 KB'),
				row('descriptions of the nodes, as JSON', ({ descriptionsKB }) => kilobytes(descriptionsKB), '60 KB'),
				row(
					'phone library, require on demand',
					({ phoneLibrary }) => (phoneLibrary.javaScriptKB > 0 ? `${phoneLibrary.requireMs.toFixed(1)} ms` : '-'),
					'',
				),
				row('phone library, built JavaScript', ({ phoneLibrary }) => kilobytes(phoneLibrary.javaScriptKB), ''),
				row('packed', ({ packedKB }) => kilobytes(packedKB), ''),
				row('files in the package', ({ files }) => String(files.length), ''),
			]),
		].join(''),
	);
}
