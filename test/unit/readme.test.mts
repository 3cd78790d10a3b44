import { readFileSync } from 'node:fs';
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { readCall } from '../../nodes/Thoughtly/api/call';
import { properties, resources } from '../../nodes/Thoughtly/resources';
import { triggerProperties } from '../../nodes/Thoughtly/trigger/properties';

const readme = readFileSync('README.md', 'utf8');

/** Gives the cells of the table under this header row. */
function tableUnder(header: string): string[][] {
	const [, after] = readme.split(`${header}\n`);
	const rows = after.split('\n').slice(1);
	return rows
		.slice(
			0,
			rows.findIndex((row) => !row.startsWith('|')),
		)
		.map((row) =>
			row
				.split('|')
				.slice(1, -1)
				.map((cell) => cell.trim()),
		);
}

test('its table of operations is the code’s', () => {
	const written = tableUnder('| resource | operation | what it does |').map(
		([resource, operation]) => `${resource}: ${operation}`,
	);
	const declared = resources.flatMap(({ name, operations }) =>
		operations.map((operation) => `${name}: ${operation.name}`),
	);
	expect(written).toEqual(declared);
});

test('its table of events is the trigger’s', () => {
	const written = tableUnder('| event | when |').map(([event]) => event);
	const events = triggerProperties.find(({ name }) => name === 'events')!.options as INodePropertyOptions[];
	expect(written).toEqual(events.map(({ name }) => name));
});

/** What can be added to an operation or to the trigger, by the name that the editor shows. */
const optionNames = [...properties, ...triggerProperties]
	.filter(({ name }) => name === 'options')
	.flatMap(({ options }) => (options as INodeProperties[]).map(({ displayName }) => displayName));

test('its table of options names options that exist', () => {
	const written = tableUnder('| option | what it does |').flatMap(([names]) => names.split(', '));
	for (const name of written) expect([...optionNames, 'Call To: Phone Number']).toContain(name);
});

test('it names every option', () => {
	for (const name of optionNames) expect(readme).toContain(name);
});

test('every npm script it names exists', () => {
	const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
	for (const [, name] of readme.matchAll(/npm run ([\w:]+)/g)) expect(Object.keys(scripts)).toContain(name);
});

test('it names every field of a call', () => {
	for (const field of Object.keys(readCall({}))) expect(readme).toContain(`\`${field}\``);
});
