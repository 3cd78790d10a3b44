import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** What the built package costs n8n: time to load it, its size, its modules. */
export interface PackageFigures {
	/** Median time to require both nodes and the credential after n8n-workflow, which n8n has loaded anyway */
	requireMs: number;
	/** What that loads */
	modules: string[];
	/** Without the phone library */
	javaScriptKB: number;
	/** The module that a number loads which needs it; median time to require it after the nodes */
	phoneLibrary: { requireMs: number; javaScriptKB: number };
	/** All of it */
	packedKB: number;
	files: string[];
}

const PHONE_LIBRARY = 'dist/nodes/Thoughtly/resources/phoneLibrary.js';

/** Requires everything that package.json names for n8n in a fresh process, then the library; prints times and modules. */
const PROBE = `
	const [files, library] = JSON.parse(process.argv[1]);
	const timeOf = (work) => {
		const start = performance.now();
		work();
		return performance.now() - start;
	};
	require('n8n-workflow');
	const before = new Set(Object.keys(require.cache));
	const requireMs = timeOf(() => files.forEach((file) => require(file)));
	const modules = Object.keys(require.cache).filter((file) => !before.has(file));
	const libraryMs = timeOf(() => require(library));
	process.stdout.write(JSON.stringify({ requireMs, modules, libraryMs }));
`;

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Measures the built package (dist), its loading in so many fresh processes; throws where it is not built. */
export function measurePackage(processes: number): PackageFigures {
	const { n8n } = JSON.parse(readFileSync('package.json', 'utf8')) as {
		n8n: { nodes: string[]; credentials: string[] };
	};
	const input = JSON.stringify([
		[...n8n.nodes, ...n8n.credentials].map((file) => resolve(file)),
		resolve(PHONE_LIBRARY),
	]);
	const probe = () =>
		JSON.parse(execFileSync(process.execPath, ['-e', PROBE, input], { encoding: 'utf8' })) as {
			requireMs: number;
			modules: string[];
			libraryMs: number;
		};
	const runs = Array.from({ length: processes }, probe);
	const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const [tarball] = JSON.parse(packed) as Array<{ size: number; files: Array<{ path: string; size: number }> }>;
	const sizeOf = (wanted: (path: string) => boolean) =>
		tarball.files.filter(({ path }) => wanted(path)).reduce((sum, { size }) => sum + size, 0) / 1000;
	return {
		requireMs: median(runs.map(({ requireMs }) => requireMs)),
		modules: runs[0].modules,
		javaScriptKB: sizeOf((path) => path.endsWith('.js') && path !== PHONE_LIBRARY),
		phoneLibrary: {
			requireMs: median(runs.map(({ libraryMs }) => libraryMs)),
			javaScriptKB: sizeOf((path) => path === PHONE_LIBRARY),
		},
		packedKB: tarball.size / 1000,
		files: tarball.files.map(({ path }) => path),
	};
}

/** Prints the figures beside their aims. */
export function printPackage(): void {
	const processes = 15;
	const { requireMs, modules, javaScriptKB, phoneLibrary, packedKB, files } = measurePackage(processes);
	const row = (name: string, figure: string, aim: string) => `${name.padEnd(46)}${figure.padStart(10)}   ${aim}\n`;
	process.stdout.write(
		[
			row(`Package (Node ${process.versions.node}, median of ${processes})`, 'measured', 'aim'),
			row('require both nodes, beyond n8n-workflow', `${requireMs.toFixed(1)} ms`, '10 ms'),
			row('modules loaded', String(modules.length), 'about 20'),
			row('built JavaScript', `${javaScriptKB.toFixed(1)} KB`, '100 KB'),
			row('phone library, require when a number needs it', `${phoneLibrary.requireMs.toFixed(1)} ms`, '-'),
			row('phone library, built JavaScript', `${phoneLibrary.javaScriptKB.toFixed(1)} KB`, '-'),
			row(`packed with it (${files.length} files)`, `${packedKB.toFixed(1)} KB`, '-'),
		].join(''),
	);
}
