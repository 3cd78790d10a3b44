// What the example's expressions come to: whom it calls, about which events, and what the agent says.
import { readFileSync } from 'node:fs';
import { Workflow } from 'n8n-workflow';
import type { IDataObject, INode, INodeTypes } from 'n8n-workflow';

const { nodes } = JSON.parse(readFileSync('examples/appointment-reminders.json', 'utf8')) as { nodes: INode[] };
const parametersOf = (name: string) => nodes.find((node) => node.name === name)!.parameters;
const assigned = (name: string) =>
	(parametersOf('Appointment').assignments as { assignments: Array<{ name: string; value: string }> }).assignments.find(
		(assignment) => assignment.name === name,
	)!.value;

test.each([
	['Phone: +1 415 555 0121', '+1 415 555 0121'],
	['Booked online\r\nPhone: +1 (415) 555-0121\r\nBring your card', '+1 (415) 555-0121'],
	['<p>Check-up<br>Tel.\u00a0+1\u00a0415\u00a0555\u00a00121</p>', '+1\u00a0415\u00a0555\u00a00121'],
	['+1 415 555 0121 - 2 people', ''],
	['+1 415 555 0121, 2 people', ''],
	['+1 415 555 0121 / 0122', ''],
	['+1 415 555 0121 ext. 7', ''],
	['2 people, +1 415 555 0121', ''],
	['Practice: +1 415 555 0120\nPhone: +1 415 555 0121', ''],
	['Practice: +1 415 555 0120 (9 to 5)\nPhone: +1 415 555 0121', ''],
	['Order 4155550121', ''],
	[undefined, ''],
])('the description %j has the number %j', (description, number) => {
	expect(evaluate(assigned('phoneNumber'), { description })).toBe(number);
});

test.each([
	['2026-11-24T09:30:00-05:00', 'Tuesday, 09:30'],
	['2026-11-24T23:30:00Z', 'Tuesday, 18:30'],
	['2026-11-24', 'Tuesday'],
	['', ''],
])('the start %j is announced as %j', (start, announced) => {
	const { metadataValues } = parametersOf('Remind by phone').metadata as {
		metadataValues: Array<{ name: string; value: string }>;
	};
	const { value } = metadataValues.find(({ name }) => name === 'starts_at')!;
	expect(evaluate(value, { start })).toBe(announced);
});

test.each([
	['Thursday', '2026-11-26', '2026-11-27', '2026-11-27'],
	['Friday', '2026-11-27', '2026-11-28', '2026-11-30'],
	['Saturday', '2026-11-28', '2026-11-29', '2026-11-30'],
	['Sunday', '2026-11-29', '2026-11-30', '2026-11-30'],
	['Monday', '2026-11-30', '2026-12-01', '2026-12-01'],
])('a run on a %s (%s) covers %s to %s', (_day, today, first, last) => {
	jest.useFakeTimers({ now: new Date(`${today}T15:00:00Z`) });
	const { timeMin, timeMax } = parametersOf('Events to remind of') as Record<string, string>;
	const days = [timeMin, timeMax].map((time) => (evaluate(time) as { toISO(): string }).toISO());
	jest.useRealTimers();
	expect(days).toEqual([`${first}T00:00:00.000-05:00`, `${last}T23:59:59.999-05:00`]);
});

/** Returns what an expression comes to for an item, in the time zone of New York. */
function evaluate(expression: string, json: object = {}): unknown {
	const node: INode = { id: '1', name: 'Node', type: 'node', typeVersion: 1, position: [0, 0], parameters: {} };
	const nodeTypes: INodeTypes = {
		getByName: () => undefined as never,
		getByNameAndVersion: () => undefined as never,
		getKnownTypes: () => ({}),
	};
	const settings = { timezone: 'America/New_York' };
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes, settings });
	const items = [{ json: json as IDataObject }];
	return workflow.expression.getParameterValue(expression, null, 0, 0, node.name, items, 'manual', {});
}
