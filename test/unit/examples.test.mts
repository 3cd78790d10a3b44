import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IConnections, IDataObject, INode, IPinData } from 'n8n-workflow';
import { CALL_RESULTS } from '../../nodes/Thoughtly/api/callResult';
import { findOperation, properties } from '../../nodes/Thoughtly/resources';
import { triggerProperties } from '../../nodes/Thoughtly/trigger/properties';
import { unknownParameters } from '../server/parameters.mts';

interface SwitchParameters {
	rules: {
		values: Array<{
			outputKey: string;
			conditions: { conditions: Array<{ leftValue: string; rightValue: string }> };
		}>;
	};
	options: { fallbackOutput: string };
}

interface Example {
	name: string;
	nodes: INode[];
	connections: IConnections;
	pinData: IPinData;
}

const FOLDER = 'examples';
const ACTION = 'n8n-nodes-thoughtly.thoughtly';
const TOOL = 'n8n-nodes-thoughtly.thoughtlyTool';
const TRIGGER = 'n8n-nodes-thoughtly.thoughtlyTrigger';
const NOTE = 'n8n-nodes-base.stickyNote';
const SWITCH = 'n8n-nodes-base.switch';
/** To be removed from the notes once n8n has verified the package. */
const UNVERIFIED = '**Community node: self-hosted n8n only.**';
/** What n8n adds to a node that an AI Agent uses. */
const OF_TOOLS = ['descriptionType', 'toolDescription'];
/** n8n's own nodes that reach no other service. */
const REACH_NOBODY = ['filter', 'if', 'manualTrigger', 'noOp', 'removeDuplicates', 'set', 'switch', 'wait'].map(
	(name) => `n8n-nodes-base.${name}`,
);
/** As n8n draws them, in pixels, with the room for the text under a node */
const NODE_SIZE = { width: 96, height: 96 };
const NAME_HEIGHT = 48;

const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
const textOf = (file: string) => readFileSync(join(FOLDER, file), 'utf8');
const read = (file: string) => JSON.parse(textOf(file)) as Example;
const isOurs = ({ type }: INode) => type.startsWith('n8n-nodes-thoughtly.');

test('there are those that the README promises', () => {
	expect(files).toEqual([
		'after-the-call.json',
		'ai-agent-with-approval.json',
		'appointment-reminders.json',
		'book-an-appointment-during-the-call.json',
		'call-until-answered.json',
		'call-within-hours.json',
		'hand-over-to-automation.json',
		'lead-list.json',
		'missed-events.json',
		'once-per-appointment.json',
		'speed-to-lead.json',
		'support-queue.json',
		'tagged-contacts-campaign.json',
		'who-is-calling.json',
	]);
});

describe.each(files)('%s', (file) => {
	const { name, nodes, connections, pinData } = read(file);
	const names = nodes.map((node) => node.name);

	test('can be imported as it is: named nodes, connected, without anybody’s credentials', () => {
		expect(name).toMatch(/^[A-Z]/);
		for (const values of [names, nodes.map(({ id }) => id)]) expect(new Set(values).size).toBe(values.length);
		const targets = Object.values(connections).flatMap((byType) =>
			Object.values(byType).flatMap((outputs) => outputs.flatMap((output) => output ?? [])),
		);
		for (const target of [...Object.keys(connections), ...targets.map(({ node }) => node)]) {
			expect(names).toContain(target);
		}
		expect(nodes.filter(({ credentials }) => credentials)).toEqual([]);
	});

	test('has its webhooks’ IDs, so that their addresses stay', () => {
		const triggers = nodes.filter(({ type }) => /\.(thoughtlyTrigger|hubspotTrigger|formTrigger|webhook)$/.test(type));
		for (const { webhookId } of triggers) expect(webhookId).toMatch(/^[0-9a-f-]{36}$/);
	});

	test('refers to nodes that are there', () => {
		for (const [, referred] of textOf(file).matchAll(/\$\('([^']+)'\)/g)) expect(names).toContain(referred);
	});

	test('uses Thoughtly with operations and parameters that exist', () => {
		const ours = nodes.filter(isOurs);
		expect(ours.length).toBeGreaterThan(0);
		for (const node of ours) expect([node.name, strangeParameters(node)]).toEqual([node.name, []]);
	});

	test('pins what reaches other services, and no action of Thoughtly', () => {
		for (const pinned of Object.keys(pinData)) expect(names).toContain(pinned);
		const runs = nodes.filter(({ name: node }) => !(node in pinData)).map(({ type }) => type);
		const mayRun = (type: string) =>
			[ACTION, TOOL, NOTE, ...REACH_NOBODY].includes(type) || type.startsWith('@n8n/n8n-nodes-langchain.');
		expect(runs.filter((type) => !mayRun(type))).toEqual([]);
		expect(nodes.filter(({ type, name: node }) => [ACTION, TOOL].includes(type) && node in pinData)).toEqual([]);
	});

	test('branches on words that a result may be, and connects every branch', () => {
		for (const { name: node, parameters } of nodes.filter(({ type }) => type === SWITCH)) {
			const { rules, options } = parameters as unknown as SwitchParameters;
			const conditions = rules.values.flatMap((rule) => rule.conditions.conditions);
			expect(conditions.filter(({ leftValue }) => leftValue !== '={{ $json.result }}')).toEqual([]);
			expect([...CALL_RESULTS, 'skipped']).toEqual(expect.arrayContaining(conditions.map((one) => one.rightValue)));
			expect(options.fallbackOutput).toBe('extra');
			const outputs = connections[node].main;
			expect(outputs).toHaveLength(rules.values.length + 1);
			for (const output of outputs) expect(output?.length).toBeGreaterThan(0);
		}
	});

	test('passes skipped people on to a branch of their own', () => {
		const mayBeSkipped = ({ parameters: { operation, options } }: INode) =>
			operation === 'startAndWait' &&
			['skipIfCalledWithin', 'onlyCallBetween'].some((name) => name in (options as object));
		for (const { name: node } of nodes.filter(mayBeSkipped)) {
			const [[next]] = connections[node].main as Array<Array<{ node: string }>>;
			const { rules } = nodes.find((one) => one.name === next.node)?.parameters as unknown as SwitchParameters;
			const branch = rules.values.find(({ outputKey }) => outputKey === 'Not called');
			expect(branch?.conditions.conditions.map(({ rightValue }) => rightValue)).toContain('skipped');
		}
	});

	test('leaves repeats of calls to the node', () => {
		expect(nodes.filter(({ retryOnFail }) => retryOnFail)).toEqual([]);
	});

	test('begins with a note as the template gallery asks for', () => {
		const [note] = nodes.filter(({ type }) => type === NOTE);
		const { content, color } = note.parameters;
		expect(note.name).toBe('About this workflow');
		// in n8n's own yellow, unlike the notes on parts
		expect(nodes.filter(({ type, parameters }) => type === NOTE && !parameters.color)).toEqual([note]);
		expect(color).toBeUndefined();
		expect(content).toMatch(new RegExp(`^## ${name}\\n\\S`));
		expect(content).toContain(UNVERIFIED);
		expect(content).toMatch(/\n### Set it up\n1\. .+\n2\. /);
	});

	test('explains itself in notes, and nothing covers anything', () => {
		const notes = nodes.filter(({ type }) => type === NOTE);
		expect(notes.length).toBeGreaterThan(1);
		for (const { parameters } of notes) expect(String(parameters.content)).toMatch(/^## \S/);
		const boxes = nodes.map(boxOf);
		for (const box of boxes) {
			for (const other of boxes.filter((candidate) => candidate !== box && overlap(box, candidate))) {
				// a node may stand on a note, below its text
				expect([box.name, other.name, isOn(box, other) || isOn(other, box)]).toEqual([box.name, other.name, true]);
			}
		}
	});

	test('holds nobody’s number or address', () => {
		const text = textOf(file).replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '');
		const numbers = [...text.matchAll(/\+\d[\d ().-]{6,}\d|\(?\d{3}\)?[ -]\d{3}-\d{4}/g)].map(([number]) =>
			number.replace(/\D/g, ''),
		);
		expect(numbers.filter((number) => !/^1?41555501\d\d$/.test(number))).toEqual([]);
		const addresses = [...text.matchAll(/[\w.]+@([\w-]+\.[\w.-]+)/g)].map(([, host]) => host);
		expect(addresses.filter((host) => host !== 'example.com')).toEqual([]);
	});

	test('stands in both READMEs, and has a picture', () => {
		expect(textOf('README.md')).toContain(`](${file})`);
		expect(readFileSync(join(FOLDER, 'images', file.replace('.json', '.png'))).length).toBeGreaterThan(10_000);
		expect(readFileSync('README.md', 'utf8')).toContain(`](examples/${file})`);
	});
});

/** Returns what a Thoughtly node has that its description does not know, by path. */
function strangeParameters({ type, parameters }: INode): string[] {
	const { resource, operation } = parameters as Record<string, string>;
	if (type === TRIGGER) return unknownParameters(parameters, triggerProperties);
	if (!findOperation(resource, operation)) return [`${resource}: ${operation}`];
	const shown = properties.filter(({ displayOptions: { show = {} } = {} }) =>
		Object.entries({ resource, operation }).every(([name, value]) => show[name]?.includes(value) ?? true),
	);
	const known = Object.entries(parameters).filter(([name]) => type !== TOOL || !OF_TOOLS.includes(name));
	return unknownParameters(Object.fromEntries(known) as IDataObject, shown);
}

interface Box {
	name: string;
	left: number;
	top: number;
	right: number;
	bottom: number;
	isNote: boolean;
}

function boxOf({ name, type, parameters, position: [left, top] }: INode): Box {
	const isNote = type === NOTE;
	const { width, height } = isNote ? (parameters as { width: number; height: number }) : NODE_SIZE;
	return { name, left, top, right: left + width, bottom: top + height + (isNote ? 0 : NAME_HEIGHT), isNote };
}

function overlap(one: Box, other: Box): boolean {
	return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

/** Whether a node stands on a note, with room for two lines and a title above it. */
function isOn(node: Box, note: Box): boolean {
	const inside = node.left >= note.left && node.right <= note.right && node.bottom <= note.bottom;
	return !node.isNote && note.isNote && inside && node.top >= note.top + 96;
}
