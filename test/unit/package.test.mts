import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measurePackage } from '../../bench/package.mts';
import { readCall } from '../../nodes/Thoughtly/api/call';
import { properties, resources } from '../../nodes/Thoughtly/resources';
import { endedCall } from '../../nodes/Thoughtly/resources/call/waiting';

const packageJson = JSON.parse(readFileSync('package.json', 'utf8')) as {
	dependencies?: object;
	n8n: { nodes: string[]; credentials: string[] };
};
const figures = measurePackage(3);

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

test('it stays small and quick to load (generous bounds: the figures are in the README)', () => {
	expect(figures.requireMs).toBeLessThan(400);
	expect(figures.javaScriptKB).toBeLessThan(250);
	expect(figures.modules.length).toBeLessThan(60);
});

describe('the phone library', () => {
	const resources = join('dist', 'nodes', 'Thoughtly', 'resources');

	test('is in the package, with its licence', () => {
		expect(figures.files).toContain(join(resources, 'phoneLibrary.js'));
		const bundle = readFileSync(join(resources, 'phoneLibrary.js'), 'utf8');
		expect(bundle).toContain(readFileSync('node_modules/libphonenumber-js/LICENSE', 'utf8').trim());
		expect(figures.phoneLibrary.javaScriptKB).toBeLessThan(200);
	});

	test('is loaded by the first number that needs it, not by the nodes and not by a number with +', () => {
		const probe = `
			const { readPhoneNumber } = require('./phoneNumber.js');
			const isLoaded = () => require.resolve('./phoneLibrary.js') in require.cache;
			const loadedBy = async (...number) => [(await readPhoneNumber(...number)).phoneNumber, isLoaded()];
			(async () => {
				const loaded = [await loadedBy('+1 (415) 555-0123', 'US'), await loadedBy('(415) 555-0123', 'US')];
				process.stdout.write(JSON.stringify(loaded));
			})();
		`;
		const loaded = execFileSync(process.execPath, ['-e', probe], { cwd: resources, encoding: 'utf8' });
		expect(JSON.parse(loaded)).toEqual([
			['+14155550123', false],
			['+14155550123', true],
		]);
		expect(figures.modules.filter((file) => /phoneNumber|phoneLibrary/.test(file))).toEqual([
			expect.stringMatching(/phoneNumber\.js$/),
		]);
	});
});

describe('the editor', () => {
	test('knows the fields of every operation and of the trigger before they were run', () => {
		const schemaOf = (path: string) =>
			JSON.parse(readFileSync(`dist/nodes/Thoughtly/__schema__/v1.0.0${path}.json`, 'utf8')) as {
				properties: object;
			};
		for (const resource of resources) {
			for (const { value } of resource.operations) {
				expect(Object.keys(schemaOf(`/${resource.value}/${value}`).properties)).not.toEqual([]);
			}
		}
		const fields = Object.keys(readCall({}));
		for (const name of ['get', 'getAll', 'downloadRecording']) {
			expect(Object.keys(schemaOf(`/call/${name}`).properties)).toEqual(fields);
		}
		expect(Object.keys(schemaOf('').properties)).toEqual(['event', ...fields]);
		expect(Object.keys(schemaOf('/call/startAndWait').properties)).toEqual(Object.keys(endedCall(undefined, {}, true)));
	});

	test('no two parameters of an operation have the same name', () => {
		for (const resource of resources) {
			for (const { value, fields } of resource.operations) {
				const names = fields.map((field) => `${field.name} ${JSON.stringify(field.displayOptions ?? {})}`);
				expect([resource.value, value, new Set(names).size]).toEqual([resource.value, value, names.length]);
			}
		}
	});

	test('what can be added to an operation stands in alphabetical order', () => {
		const collections = properties.filter(({ type }) => type === 'collection');
		expect(collections.length).toBeGreaterThan(5);
		for (const { options } of collections) {
			const names = options!.map((option) => ('displayName' in option ? option.displayName : option.name));
			expect(names).toEqual([...names].sort());
		}
	});

	test('operations and parameters are worded by n8n’s guidelines', () => {
		for (const { name, operations } of resources) {
			for (const { name: operationName, action, description } of operations) {
				expect(operationName).not.toContain(name);
				expect(action.toLowerCase()).toContain(name.toLowerCase());
				expect(action).toMatch(/^[A-Z][a-z ]+$/);
				expect(description.length).toBeGreaterThan(15);
			}
		}
		expect(properties[0].name).toBe('resource');
	});
});
