import { readFileSync, writeFileSync } from 'node:fs';
import type { INodeParameters } from 'n8n-workflow';
import { resources } from '../../nodes/Thoughtly/resources';
import { RETRY_RULES } from '../../nodes/Thoughtly/transport/retry';
import type { Fault } from '../simulator/simulator.mts';
import { ADVICE, byId, credential, limitWaitTime, placed, simulator, times, useSimulator } from './fixtures.mts';
import type { Times } from './fixtures.mts';
import { runNode } from './n8n/index.mts';

/** Every operation under every fault, on n8n's engine; the outcome is kept as tables in docs/reliability.md. */

const DOCUMENT = 'docs/reliability.md';

useSimulator({ firstBackoff: 2 });

const status = (
	code: number,
	headers: Record<string, string> = {},
	body: string | object = { data: null, error: { message: 'as scripted' } },
): Fault => ({
	kind: 'status',
	status: code,
	headers,
	body,
});
const inASecond = () => new Date(Date.now() + 1000).toUTCString();

interface FaultRow {
	name: string;
	/** How many requests it hits */
	count: number;
	fault: () => Fault;
	shortened?: Partial<Times>;
}

/** Faults that go on until the node gives up, except where they are said to come once. */
const FAULTS: FaultRow[] = [
	{ name: '429 with seconds, once', count: 1, fault: () => status(429, { 'retry-after': '0' }) },
	{ name: '429 with a date, once', count: 1, fault: () => status(429, { 'retry-after': inASecond() }) },
	{ name: '429 without, once', count: 1, fault: () => status(429) },
	{ name: '500', count: Infinity, fault: () => status(500) },
	{ name: '502 with HTML', count: Infinity, fault: () => status(502, {}, '<html><h1>Bad Gateway</h1></html>') },
	{ name: '503 once, then fine', count: 1, fault: () => status(503) },
	{
		name: 'time-out',
		count: Infinity,
		fault: () => ({ kind: 'hang' }),
		shortened: { requestTimeout: 300, callTimeout: 300 },
	},
	{ name: 'reset before the server acted', count: Infinity, fault: () => ({ kind: 'reset' }) },
	{ name: 'reset after the server acted', count: Infinity, fault: () => ({ kind: 'resetAfter' }) },
	{ name: 'broken JSON', count: Infinity, fault: () => ({ kind: 'brokenJson' }) },
	{ name: 'empty body', count: Infinity, fault: () => ({ kind: 'empty' }) },
	{
		name: '200 with `error`',
		count: Infinity,
		fault: () => ({ kind: 'errorInBody', error: { message: 'as scripted' } }),
	},
	{ name: '401', count: Infinity, fault: () => status(401, {}, 'Unauthorized') },
	{ name: '403', count: Infinity, fault: () => status(403) },
	{ name: '404', count: Infinity, fault: () => status(404) },
];

/** Parameters with which each operation works; the request that the fault hits is its last one. */
function parametersOf(operation: string): INodeParameters {
	const { agents, automations, calls, contacts } = simulator.store;
	const [resource, value] = operation.split(': ');
	const fields: Record<string, INodeParameters> = {
		'automation: trigger': { automationId: automations[0].id },
		'call: downloadRecording': { agent: byId(calls[0].interview.id), callId: calls[0].id },
		'call: get': { agent: byId(calls[0].interview.id), callId: calls[0].id },
		'call: getAll': { agent: byId(agents[0].id) },
		'call: start': { agent: byId(agents[0].id), contact: byId(contacts[0].id) },
		'call: startAndWait': {
			agent: byId(agents[0].id),
			contact: byId(contacts[0].id),
			// one look is enough here
			options: limitWaitTime(0),
		},
		'contact: create': { phoneNumber: '+14155550180' },
		'contact: delete': { contact: byId(contacts[0].id) },
		'contact: findOrCreate': { phoneNumber: '+14155550181' },
		'contact: get': { contact: byId(contacts[0].id) },
		'webhook: subscribe': { event: 'NEW_RESPONSE', url: 'https://example.com/hook' },
		'webhook: unsubscribe': { event: 'NEW_RESPONSE', url: 'https://example.com/hook' },
	};
	return { resource, operation: value, ...fields[operation] };
}

/** The request that the fault is for, where an operation sends several. */
const PATHS: Record<string, string> = {
	'call: startAndWait': '/contact/call',
	'contact: findOrCreate': '/contact/create',
};

interface Outcome {
	requests: number;
	message?: string;
	placed: number;
}

async function outcomeOf(operation: string, { count, fault, shortened }: FaultRow): Promise<Outcome> {
	Object.assign(times, shortened);
	simulator.faults.add({ path: PATHS[operation], times: count, fault: fault() });
	const { error } = await runNode({ parameters: parametersOf(operation), credential: credential() });
	return { requests: simulator.requests.length, message: error?.message, placed: placed().length };
}

const OPERATIONS = resources.flatMap(({ value, operations }) =>
	operations.map((operation) => `${value}: ${operation.value}`),
);
const outcomes: Record<string, Record<string, Outcome>> = {};

describe.each(FAULTS)('$name', (fault) => {
	test.each(OPERATIONS)('%s', async (operation) => {
		const outcome = await outcomeOf(operation, fault);
		(outcomes[fault.name] ??= {})[operation] = outcome;
		expect(outcome.placed).toBeLessThanOrEqual(1);
		if (operation === 'call: start' && outcome.message && outcome.placed === 1) {
			expect(outcome.message).toMatch(ADVICE);
		}
		if (outcome.message) expect(outcome.message).toMatch(/\[item 0\]$/);
	});
});

/** "ok", "failed", or "unclear" where the error says that it may have happened; with the number of requests if not one. */
function cell({ requests, message }: Outcome, usual: number): string {
	const word = !message ? 'ok' : /may have/.test(message) ? 'unclear' : 'failed';
	return requests === usual ? word : `${word}, ${requests}×`;
}

const table = (rows: string[][]) =>
	[rows[0], rows[0].map(() => '---'), ...rows.slice(1)].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** The tables as the outcomes give them. */
function tables(): Record<string, string> {
	const resourcesOf = [...new Set(OPERATIONS.map((operation) => operation.split(': ')[0]))];
	const matrix = resourcesOf.flatMap((resource) => {
		const operations = OPERATIONS.filter((operation) => operation.startsWith(`${resource}: `));
		const rows = FAULTS.map(({ name }) => [
			name,
			...operations.map((operation) => cell(outcomes[name][operation], operation === 'contact: findOrCreate' ? 2 : 1)),
		]);
		return [table([[resource, ...operations.map((operation) => `\`${operation.split(': ')[1]}\``)], ...rows])];
	});
	const says = (operation: string) =>
		FAULTS.flatMap(({ name }) => {
			const { message } = outcomes[name][operation];
			return message
				? [
						[
							name,
							message
								.replace(/ \[item 0\]$/, '')
								.replace('within 0.3 seconds', 'within 60 seconds')
								.replace(/[\w-]{36}/g, '…'),
						],
					]
				: [];
		});
	return {
		rules: table([
			['what happened', 'what was asked', 'tries', 'why'],
			...RETRY_RULES.map(({ outcome, kinds, tries, reason }) => [
				outcome,
				kinds.join(', '),
				tries === Infinity ? 'as long as 5 minutes' : String(tries),
				reason,
			]),
		]),
		matrix: matrix.join('\n\n'),
		messages: table([['fault', '`call: start` says'], ...says('call: start')]),
	};
}

test('docs/reliability.md holds these tables (UPDATE_DOCS=1 writes them)', () => {
	let document = readFileSync(DOCUMENT, 'utf8');
	for (const [name, text] of Object.entries(tables())) {
		const block = new RegExp(`(<!-- ${name} -->)[\\s\\S]*?(<!-- end -->)`);
		document = document.replace(block, (_whole, begin: string, end: string) => `${begin}\n\n${text}\n\n${end}`);
	}
	if (process.env.UPDATE_DOCS) writeFileSync(DOCUMENT, document);
	expect(readFileSync(DOCUMENT, 'utf8')).toBe(document);
});
