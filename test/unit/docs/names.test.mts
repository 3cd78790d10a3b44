import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INode, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { ThoughtlyApi } from '../../../credentials/ThoughtlyApi.credentials';
import { anchorOf } from '../../../docs/.vitepress/anchorOf.mts';
import { readCall } from '../../../nodes/Thoughtly/api/call';
import { resources } from '../../../nodes/Thoughtly/resources';
import { triggerProperties } from '../../../nodes/Thoughtly/trigger/properties';
import { N8N_NAMES, RELEASE_NAMES, THOUGHTLY_NAMES } from './foreignNames.mts';
import { choicesOf, fieldsIn, namesIn } from './fields.mts';
import { italicsIn, linksIn, PAGES, read, rowsUnder, section } from './markdown.mts';

/** Holds the documentation to the code: all that the editor shows is documented, and nothing else is. */

/** Titles of the columns with names of fields */
const FIELD_TITLES = ['field', 'option'];

const callPage = read('docs/operations/call.md');
const triggersPage = read('docs/triggers.md');
const operations = resources.flatMap((resource) =>
	resource.operations.map((operation) => ({ resource, operation, heading: `${resource.name}: ${operation.name}` })),
);
const credential = new ThoughtlyApi();

const rowNames = (text: string) => rowsUnder(text, ...FIELD_TITLES).flatMap(([names]) => names.split(', '));
const fieldNamed = (properties: INodeProperties[], name: string) =>
	fieldsIn(properties).find((property) => property.name === name);
const valuesOf = (field?: INodeProperties) =>
	(field?.options as INodePropertyOptions[] | undefined)?.map(({ value }) => value);

/** "Resource: Operation", and where its section is from `docs`. */
const OPERATION_LINKS = operations.map(({ resource, operation, heading }) => [
	heading,
	`operations/${resource.value}.md#${anchorOf(operation.name)}`,
]);

describe('operations', () => {
	test('README.md leads to each of them', () => {
		const listed = rowsUnder(read('README.md'), 'resource').map(([resource, operation]) => {
			const [, name, target] = /\[(.+)\]\(docs\/(.+)\)/.exec(operation) ?? [];
			return [`${resource}: ${name}`, target];
		});
		expect(listed).toEqual(OPERATION_LINKS);
	});

	test('docs/operations/index.md leads to each of them', () => {
		const targets = OPERATION_LINKS.map(([, target]) => target.replace('operations/', ''));
		expect(linksIn(read('docs/operations/index.md'))).toEqual(expect.arrayContaining(targets));
	});

	test.each(resources)(
		'docs/operations/$value.md has a section for each, and for no other',
		({ value, operations }) => {
			const sections = [
				...read(`docs/operations/${value}.md`).matchAll(/^## (.+)\n(?:(?!## )[\s\S])*?<!-- (.+) -->/gm),
			];
			const documented = sections.map(([, heading, block]) => `${heading} ${block}`);
			expect(documented.sort()).toEqual(operations.map(({ name, value: it }) => `${name} ${value}: ${it}`).sort());
		},
	);
});

describe('output', () => {
	test('the fields of a call are those of the code', () => {
		const documented = rowsUnder(section(callPage, 'The fields of a call'), 'output').flatMap(([names]) =>
			[...names.matchAll(/`(\w+)`/g)].map(([, name]) => name),
		);
		expect(documented).toEqual(Object.keys(readCall({})));
	});

	test('results are those that the filters offer', () => {
		const documented = rowsUnder(callPage, 'result').map(([name]) => name.replaceAll('`', ''));
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

test('docs/credential.md has all fields of the credential, and no others', () => {
	expect(rowNames(read('docs/credential.md')).sort()).toEqual(namesIn(credential.properties).sort());
});

describe('names in italics are names that n8n shows', () => {
	const fields = [...operations.flatMap(({ operation }) => operation.fields), ...triggerProperties];
	const ours = [
		'Thoughtly',
		'Thoughtly Trigger',
		'Thoughtly Poll Trigger',
		credential.displayName,
		...namesIn(credential.properties),
		'Resource',
		'Operation',
		...resources.map(({ name }) => name),
		...operations.flatMap(({ operation: { name, action } }) => [name, action]),
		...namesIn(fields),
		...fieldsIn(fields).flatMap(choicesOf),
	];
	const known = new Set([...ours, ...N8N_NAMES, ...RELEASE_NAMES, ...THOUGHTLY_NAMES]);

	// SECURITY.md is about GitHub, and the recipes are the notes of the examples
	test.each(PAGES.filter((page) => !['SECURITY.md', 'docs/recipes.md'].includes(page)))('in %s', (page) => {
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
