import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INode, INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';
import { ThoughtlyApi } from '../../../credentials/ThoughtlyApi.credentials';
import { readCall } from '../../../nodes/Thoughtly/api/call';
import { resources } from '../../../nodes/Thoughtly/resources';
import { triggerProperties } from '../../../nodes/Thoughtly/trigger/properties';
import { N8N_NAMES, RELEASE_NAMES, THOUGHTLY_NAMES } from './foreignNames.mts';
import { examplesIn, headingOf, italicsIn, linksIn, PAGES, read, rowsUnder, section } from './markdown.mts';

/** Holds the documentation to the code: all that the editor shows is documented, and nothing else is. */

const OPERATIONS_PAGE = 'docs/operations.md';
const TRIGGERS_PAGE = 'docs/triggers.md';
/** Titles of the columns with names of fields */
const FIELD_TITLES = ['field', 'filter', 'option', 'additional field'];

const operationsPage = read(OPERATIONS_PAGE);
const triggersPage = read(TRIGGERS_PAGE);
const operations = resources.flatMap((resource) =>
	resource.operations.map((operation) => ({ resource, operation, heading: `${resource.name}: ${operation.name}` })),
);
const credential = new ThoughtlyApi();

const isGroup = (option: NonNullable<INodeProperties['options']>[number]): option is INodePropertyCollection =>
	'values' in option;
const isField = (option: NonNullable<INodeProperties['options']>[number]): option is INodeProperties =>
	'type' in option && 'displayName' in option;

/** Returns the fields that users see, with all that are inside of them. */
function fieldsIn(properties: INodeProperties[]): INodeProperties[] {
	return properties.filter(({ type }) => type !== 'notice').flatMap((field) => [field, ...fieldsInside(field)]);
}

const fieldsInside = ({ options = [] }: INodeProperties): INodeProperties[] =>
	options.flatMap((option) => {
		if (isGroup(option)) return fieldsIn(option.values);
		return isField(option) ? fieldsIn([option]) : [];
	});

/** Returns the names of fields that have to be documented: 'Options' and 'Filters' say nothing by themselves. */
const namesIn = (properties: INodeProperties[]) =>
	properties
		.flatMap((field) => (field.type === 'collection' ? fieldsInside(field) : fieldsIn([field])))
		.map(({ displayName }) => displayName);

/** Returns the choices that a field offers, and the modes of a locator. */
const choicesOf = ({ options = [], modes = [] }: INodeProperties) => [
	...options.filter((option): option is INodePropertyOptions => 'value' in option).map(({ name }) => name),
	...modes.map(({ displayName }) => displayName),
];

const rowNames = (text: string) => rowsUnder(text, ...FIELD_TITLES).flatMap(([names]) => names.split(', '));
const fieldNamed = (properties: INodeProperties[], name: string) =>
	fieldsIn(properties).find((property) => property.name === name);
const valuesOf = (field?: INodeProperties) =>
	(field?.options as INodePropertyOptions[] | undefined)?.map(({ value }) => value);

describe('operations', () => {
	test('README.md lists them all', () => {
		const listed = rowsUnder(read('README.md'), 'resource').map(
			([resource, operation]) => `${resource}: ${/\[(.+)\]/.exec(operation)?.[1]}`,
		);
		expect(listed).toEqual(operations.map(({ heading }) => heading));
	});

	test.each(operations)('$heading is documented with all its fields, and no others', ({ operation, heading }) => {
		const own = section(operationsPage, heading);
		const linked = linksIn(own)
			.filter((target) => target.startsWith('#'))
			.map((target) => section(operationsPage, headingOf(operationsPage, target.slice(1)) ?? ''));
		const documented = [own, ...linked].flatMap((text) => [...rowNames(text), ...italicsIn(text)]);
		const names = namesIn(operation.fields);
		expect(own).not.toBe('');
		expect(names.filter((name) => !documented.includes(name))).toEqual([]);
		expect(rowNames(own).filter((name) => !names.includes(name))).toEqual([]);
	});

	test('no other operation is documented', () => {
		const documented = [...operationsPage.matchAll(/^### (\w+: .+)$/gm)].map(([, heading]) => heading);
		expect(documented.sort()).toEqual(operations.map(({ heading }) => heading).sort());
	});
});

describe('output', () => {
	const schemaOf = (path: string) =>
		Object.keys(
			(JSON.parse(readFileSync(`nodes/Thoughtly/__schema__/v1.0.0/${path}.json`, 'utf8')) as { properties: object })
				.properties,
		);

	test('the fields of a call are those of the code', () => {
		const text = section(operationsPage, 'The fields of a call');
		const fields = Object.keys(readCall({}));
		expect(
			rowsUnder(text, 'output').flatMap(([names]) => [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name)),
		).toEqual(fields);
		expect(examplesIn(text).map(Object.keys)).toEqual([fields]);
	});

	test.each([
		['Agent: Get Many', 'agent/getAll'],
		['Contact', 'contact/get'],
	])('the example of %s has the fields of its schema', (heading, schema) => {
		expect(Object.keys(examplesIn(section(operationsPage, heading))[0])).toEqual(schemaOf(schema));
	});

	test('the fields of a user are those of its schema', () => {
		const text = section(operationsPage, 'User: Get');
		expect([...text.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(schemaOf('user/get'));
	});

	test('results are those that the filters offer', () => {
		const documented = rowsUnder(operationsPage, 'result').map(([name]) => name.replaceAll('`', ''));
		const { fields } = operations.find(({ heading }) => heading === 'Call: Get Many')!.operation;
		expect(documented.filter((result) => result !== 'skipped').sort()).toEqual(
			valuesOf(fieldNamed(fields, 'results'))?.sort(),
		);
		expect(documented).toEqual(expect.arrayContaining(valuesOf(fieldNamed(triggerProperties, 'results')) ?? ['none']));
	});
});

describe('the trigger', () => {
	test('is documented with all its fields, and no others', () => {
		const names = namesIn(triggerProperties);
		expect(rowNames(triggersPage).sort()).toEqual([...names].sort());
	});

	test('is documented with all its events', () => {
		const events = fieldNamed(triggerProperties, 'events')!.options as INodePropertyOptions[];
		const documented = rowsUnder(triggersPage, 'event').map(([name, value]) => `${name} ${value}`);
		expect(documented.sort()).toEqual(events.map(({ name, value }) => `${name} \`${value}\``).sort());
		const listed = rowsUnder(read('README.md'), 'event').map(([name]) => name);
		expect(listed.sort()).toEqual(events.map(({ name }) => name).sort());
	});
});

test.each(['README.md', 'docs/credential.md'])('%s documents the credential', (page) => {
	const text = page === 'README.md' ? section(read(page), 'Credential') : read(page);
	expect(rowNames(text).sort()).toEqual(namesIn(credential.properties).sort());
});

describe('names in italics are names that n8n shows', () => {
	const fields = [...operations.flatMap(({ operation }) => operation.fields), ...triggerProperties];
	const ours = [
		'Thoughtly',
		'Thoughtly Trigger',
		'Thoughtly Poll Trigger',
		credential.displayName,
		...namesIn(credential.properties),
		...resources.map(({ name }) => name),
		...operations.flatMap(({ operation: { name, action } }) => [name, action]),
		...namesIn(fields),
		...fieldsIn(fields).flatMap(choicesOf),
	];
	const known = new Set([...ours, ...N8N_NAMES, ...RELEASE_NAMES, ...THOUGHTLY_NAMES]);

	// SECURITY.md is about GitHub
	test.each(PAGES.filter((page) => page !== 'SECURITY.md'))('in %s', (page) => {
		expect(italicsIn(read(page)).filter((name) => !known.has(name))).toEqual([]);
	});

	test.each(readdirSync('examples').filter((file) => file.endsWith('.json')))('in the notes of %s', (file) => {
		const text = readFileSync(join('examples', file), 'utf8');
		const { nodes } = JSON.parse(text) as { nodes: INode[] };
		const outputs = [...text.matchAll(/"outputKey": "([^"]+)"/g)].map(([, name]) => name);
		const inWorkflow = new Set([...nodes.map(({ name }) => name), ...outputs]);
		const notes = nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote');
		const named = notes.flatMap(({ parameters }) => italicsIn(String(parameters.content)));
		expect(named.filter((name) => !known.has(name) && !inWorkflow.has(name))).toEqual([]);
	});
});

test('the messages in docs/troubleshooting.md are messages of the code', () => {
	const sources = ['nodes', 'credentials'].flatMap((folder) =>
		readdirSync(folder, { recursive: true, encoding: 'utf8' })
			.filter((file) => file.endsWith('.ts'))
			.map((file) => read(join(folder, file))),
	);
	const messages = rowsUnder(read('docs/troubleshooting.md'), 'message').map(([message]) => message.slice(1, -1));
	expect(messages.length).toBeGreaterThan(5);
	expect(messages.filter((message) => !sources.some((source) => source.includes(message)))).toEqual([]);
});
