import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measurePackage } from '../../bench/package.mts';

const packageJson = JSON.parse(readFileSync('package.json', 'utf8')) as {
	dependencies?: object;
	n8n: { nodes: string[]; credentials: string[] };
};
const figures = measurePackage(1);

test('the tarball holds what n8n loads and nothing else', () => {
	const { nodes, credentials } = packageJson.n8n;
	for (const file of [...nodes, ...credentials]) expect(figures.files).toContain(file);
	const unexpected = figures.files.filter(
		(file) =>
			!/^(LICENSE|README\.md|package\.json|index\.js|dist\/(nodes|credentials)\/[\w./]+\.(js|svg|json))$/.test(file),
	);
	expect(unexpected).toEqual([]);
});

test('every node source is named in package.json', () => {
	const sources = readdirSync('nodes/Thoughtly').filter((file) => file.endsWith('.node.ts'));
	expect(packageJson.n8n.nodes).toEqual(sources.map((file) => `dist/nodes/Thoughtly/${file.replace(/ts$/, 'js')}`));
});

test('what ships requires nothing but n8n-workflow, node:crypto and itself', () => {
	expect(packageJson.dependencies).toBeUndefined();
	const required = readdirSync('dist', { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.js'))
		.flatMap((file) => [...readFileSync(join('dist', file), 'utf8').matchAll(/(?:require|import)\(["']([^"']+)/g)])
		.map(([, name]) => name)
		.filter((name) => !name.startsWith('.'));
	expect([...new Set(required)].sort()).toEqual(['n8n-workflow', 'node:crypto']);
});

test('it stays small, and loads few modules (how long that takes is measured by `npm run bench -- package`)', () => {
	expect(figures.javaScriptKB).toBeLessThan(300);
	expect(figures.modules.length).toBeLessThan(100);
});
