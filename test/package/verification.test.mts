// n8n's rules for verified packages, as far as the linters and the other tests do not hold them: docs/verification.md.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { INodeTypeDescription } from 'n8n-workflow';
import { ThoughtlyApi } from '../../credentials/ThoughtlyApi.credentials';
import { Thoughtly } from '../../nodes/Thoughtly/Thoughtly.node';
import { ThoughtlyPollTrigger } from '../../nodes/Thoughtly/ThoughtlyPollTrigger.node';
import { ThoughtlyTrigger } from '../../nodes/Thoughtly/ThoughtlyTrigger.node';
import { fieldsIn } from '../unit/docs/fields.mts';

interface Manifest {
	name: string;
	license: string;
	keywords: string[];
	repository: { url: string };
	peerDependencies: Record<string, string>;
	scripts: Record<string, string>;
	n8n: { n8nNodesApiVersion: number; strict: boolean; nodes: string[]; credentials: string[] };
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const readme = readFileSync('README.md', 'utf8');
const credential = new ThoughtlyApi();
const nodes = [new Thoughtly(), new ThoughtlyTrigger(), new ThoughtlyPollTrigger()].map(
	({ description }) => description,
);
const triggers = nodes.filter(({ group }) => group.includes('trigger'));

const parameters = nodes.flatMap(({ properties }) => fieldsIn(properties));
const named = (displayName: string) => parameters.filter((parameter) => parameter.displayName === displayName);

test('every node is looked at', () => {
	expect(nodes).toHaveLength(manifest.n8n.nodes.length);
});

test('the package is named, licensed and described as n8n looks for it', () => {
	expect(manifest.name).toMatch(/^n8n-nodes-/);
	expect(manifest.keywords).toContain('n8n-community-node-package');
	expect(manifest.license).toBe('MIT');
	expect(readFileSync('LICENSE', 'utf8')).toMatch(/^MIT License/);
	expect(manifest.repository.url).toMatch(/^git\+https:\/\/github\.com\/[\w-]+\/[\w.-]+\.git$/);
	expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	expect(manifest.n8n).toMatchObject({ n8nNodesApiVersion: 1, strict: true });
});

test("n8n's tool builds and lints it, strictly", () => {
	expect(manifest.scripts.build).toMatch(/^n8n-node build\b/);
	expect(manifest.scripts.lint).toMatch(/^n8n-node lint\b/);
});

test('it is about one service', () => {
	expect(manifest.n8n.credentials).toHaveLength(1);
	const uses = (node: INodeTypeDescription) => node.credentials?.map(({ name, required }) => [name, required]);
	for (const node of nodes) expect([node.name, uses(node)]).toEqual([node.name, [[credential.name, true]]]);
});

test('the README has usage, authentication, examples and the documentation of the API', () => {
	const headings = [...readme.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
	expect(headings).toEqual(
		expect.arrayContaining(['Install', 'Credential', 'Operations', 'Triggers', 'Examples', 'Compatibility']),
	);
	expect(readme).toContain('https://docs.thoughtly.com');
});

test('all of it is in English', () => {
	// the options of the credential are names of countries
	const fields = credential.properties.map(({ displayName, description, hint }) => [displayName, description, hint]);
	const texts = JSON.stringify([nodes, fields]) + readme;
	expect(texts.match(/(?=\P{ASCII})\p{L}/gu) ?? []).toEqual([]);
});

test('secrets are password fields, and the credential can be tested', () => {
	const secrets = credential.properties.filter(({ typeOptions }) => typeOptions?.password);
	expect(secrets.map(({ displayName }) => displayName)).toEqual(['API Token', 'Webhook Secret']);
	expect(credential.test.request.url).toBe('/user');
});

test('a single item is chosen with a resource locator, from a list unless its user prefers an ID', () => {
	const locators = parameters.filter(({ type }) => type === 'resourceLocator');
	expect(new Set(locators.map(({ displayName }) => displayName))).toEqual(
		new Set(['Agent', 'Contact', 'Default Country', 'Time Zone']),
	);
	for (const { default: start, modes } of locators) {
		expect(start).toEqual({ mode: 'list', value: '' });
		expect(modes![0]).toMatchObject({ name: 'list', typeOptions: { searchable: true } });
	}
});

test('Simplify is worded as in all nodes, and on', () => {
	expect(named('Simplify')).not.toEqual([]);
	for (const { description, default: start } of named('Simplify')) {
		expect(description).toBe('Whether to return a simplified version of the response instead of the raw data');
		expect(start).toBe(true);
	}
});

test('triggers are called triggers, have no input, and what they start on needs no tooltip', () => {
	expect(triggers).toHaveLength(2);
	for (const { displayName, inputs } of triggers) {
		expect(displayName).toMatch(/ Trigger$/);
		expect(inputs).toEqual([]);
	}
	expect(named('Trigger On').map(({ description }) => description)).toEqual([undefined, undefined]);
});

test("the action node and its trigger, which n8n's list of nodes merges, have one description", () => {
	const [action, trigger] = nodes;
	expect(trigger.name).toBe(`${action.name}Trigger`);
	expect(trigger.description).toBe(action.description);
});

test('the codex files have categories that n8n knows, and words to search for', () => {
	for (const file of readdirSync('nodes/Thoughtly').filter((name) => name.endsWith('.node.json'))) {
		const codex = JSON.parse(readFileSync(`nodes/Thoughtly/${file}`, 'utf8')) as {
			categories: string[];
			alias: string[];
		};
		expect(codex.categories).toEqual(['Communication', 'Sales']);
		expect(codex.alias).toEqual([...new Set(codex.alias)].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
	}
});

test('the tests that docs/verification.md names exist', () => {
	const named = [...readFileSync('docs/verification.md', 'utf8').matchAll(/`(test\/[\w./]+)`/g)].map(
		([, path]) => path,
	);
	expect(named.length).toBeGreaterThan(15);
	expect(named.filter((path) => !existsSync(path))).toEqual([]);
});
