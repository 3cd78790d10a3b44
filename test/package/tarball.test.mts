import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { measurePackage } from '../../bench/package.mts';

const packageJson = JSON.parse(readFileSync('package.json', 'utf8')) as {
	dependencies?: object;
	n8n: { nodes: string[]; credentials: string[] };
};
const figures = measurePackage(1);

test('the tarball holds what n8n loads and nothing else', () => {
	const { nodes, credentials } = packageJson.n8n;
	for (const file of [...nodes, ...credentials]) expect(figures.files).toContain(file);
	const known =
		/^(LICENSE|README\.md|package\.json|index\.js|dist\/(nodes|credentials)\/[\w./]+\.(js|js\.map|svg|json))$/;
	const unexpected = figures.files.filter((file) => !known.test(file));
	expect(unexpected).toEqual([]);
});

test('every node source is named in package.json', () => {
	const sources = readdirSync('nodes/Thoughtly').filter((file) => file.endsWith('.node.ts'));
	expect(packageJson.n8n.nodes).toEqual(sources.map((file) => `dist/nodes/Thoughtly/${file.replace(/ts$/, 'js')}`));
});

const built = readdirSync('dist', { recursive: true, encoding: 'utf8' })
	.filter((file) => file.endsWith('.js'))
	.map((file) => readFileSync(join('dist', file), 'utf8'));

test('what ships requires nothing but n8n-workflow, node:crypto and itself', () => {
	expect(packageJson.dependencies).toBeUndefined();
	const required = built
		.flatMap((source) => [...source.matchAll(/require\(["']([^"']+)/g)])
		.map(([, name]) => name)
		.filter((name) => !name.startsWith('.'));
	expect([...new Set(required)].sort()).toEqual(['n8n-workflow', 'node:crypto']);
});

test('nothing in it is evaluated or imported dynamically', () => {
	expect(built.filter((source) => /\b(eval|import|Function)\(/.test(source))).toEqual([]);
});

test('what n8n loads has no pattern with Unicode classes to prepare, which docs/decisions.md explains', () => {
	expect(readFileSync('dist/nodes/Thoughtly/bundle.js', 'utf8')).not.toMatch(/[^\\]\\[pP]\{/);
});

test('n8n resolves stack traces to the sources', () => {
	const program = `
		const { Thoughtly } = require(process.argv[1]);
		const context = { getNodeParameter: () => 'unknown', getNode: () => ({}) };
		new Thoughtly().execute.call(context).catch(({ stack }) => process.stdout.write(stack));
	`;
	const [node] = packageJson.n8n.nodes;
	const stack = execFileSync(process.execPath, ['--enable-source-maps', '-e', program, resolve(node)], {
		encoding: 'utf8',
	});
	expect(stack).toMatch(/at inputError \(.*\/nodes\/Thoughtly\/transport\/nodeErrors\.ts:\d+:\d+\)/);
	expect(stack).toMatch(/\/nodes\/Thoughtly\/Thoughtly\.node\.ts:\d+:\d+/);
});

test('n8n loads one module, which all nodes share, and the files that name its classes', () => {
	const entries = [...packageJson.n8n.nodes, ...packageJson.n8n.credentials];
	const expected = [...entries, 'dist/nodes/Thoughtly/bundle.js', 'dist/nodes/Thoughtly/transport/times.js'];
	expect(figures.modules.sort()).toEqual(expected.map((file) => resolve(file)).sort());
	expect(readFileSync('dist/nodes/Thoughtly/bundle.js', 'utf8').match(/require\("n8n-workflow"\)/g)).toHaveLength(1);
});

test('it stays small (how long it takes to load is measured by `npm run bench -- package`)', () => {
	expect(figures.javaScriptKB).toBeLessThan(232);
	expect(figures.descriptionsKB).toBeLessThan(60);
});
