import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** What the built package costs n8n: time to load it, its size, its modules. */
export interface PackageFigures {
	/** Median time to require both nodes and the credential after n8n-workflow, which n8n has loaded anyway */
	requireMs: number;
	modules: number;
	javaScriptKB: number;
	packedKB: number;
	files: string[];
}

/** Requires everything that package.json names for n8n in a fresh process; prints the time and the modules. */
const PROBE = `
	const files = JSON.parse(process.argv[1]);
	require('n8n-workflow');
	const before = new Set(Object.keys(require.cache));
	const start = performance.now();
	for (const file of files) require(file);
	const requireMs = performance.now() - start;
	const modules = Object.keys(require.cache).filter((file) => !before.has(file));
	process.stdout.write(JSON.stringify({ requireMs, modules }));
`;

/** Measures the built package (dist), its loading in so many fresh processes; throws where it is not built. */
export function measurePackage(processes: number): PackageFigures {
	const { n8n } = JSON.parse(readFileSync('package.json', 'utf8')) as {
		n8n: { nodes: string[]; credentials: string[] };
	};
	const entries = [...n8n.nodes, ...n8n.credentials].map((file) => resolve(file));
	const probe = () =>
		JSON.parse(execFileSync(process.execPath, ['-e', PROBE, JSON.stringify(entries)], { encoding: 'utf8' })) as {
			requireMs: number;
			modules: string[];
		};
	const runs = Array.from({ length: processes }, probe).sort((a, b) => a.requireMs - b.requireMs);
	const { modules } = runs[0];
	const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const [tarball] = JSON.parse(packed) as Array<{ size: number; files: Array<{ path: string; size: number }> }>;
	const javaScript = tarball.files.filter(({ path }) => path.endsWith('.js'));
	return {
		requireMs: runs[Math.floor(processes / 2)].requireMs,
		modules: modules.length,
		javaScriptKB: javaScript.reduce((sum, { size }) => sum + size, 0) / 1000,
		packedKB: tarball.size / 1000,
		files: tarball.files.map(({ path }) => path),
	};
}

/** Prints the figures beside their aims. */
export function printPackage(): void {
	const processes = 15;
	const { requireMs, modules, javaScriptKB, packedKB, files } = measurePackage(processes);
	const row = (name: string, figure: string, aim: string) => `${name.padEnd(46)}${figure.padStart(10)}   ${aim}\n`;
	process.stdout.write(
		[
			row(`Package (Node ${process.versions.node}, median of ${processes})`, 'measured', 'aim'),
			row('require both nodes, beyond n8n-workflow', `${requireMs.toFixed(1)} ms`, '10 ms'),
			row('modules loaded', String(modules), 'about 20'),
			row('built JavaScript', `${javaScriptKB.toFixed(1)} KB`, '100 KB'),
			row(`packed (${files.length} files)`, `${packedKB.toFixed(1)} KB`, '-'),
		].join(''),
	);
}
