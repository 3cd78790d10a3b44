import { readFileSync, writeFileSync } from 'node:fs';
import type { INodeParameters } from 'n8n-workflow';
import { resources } from '../../nodes/Thoughtly/resources';
import { RETRY_RULES } from '../../nodes/Thoughtly/transport/retry';
import { startSimulator } from '../simulator/simulator.mts';
import type { Fault, Simulator } from '../simulator/simulator.mts';
import { credentialFor, packageTimes, runNode } from './n8n/index.mts';

/** Every operation under every fault, on n8n's engine; the outcome is kept as tables in docs/reliability.md. */

const DOCUMENT = 'docs/reliability.md';

let simulator: Simulator;
beforeAll(async () => {
	simulator = await startSimulator({ callPace: 0, quota: null });
	Object.assign(await packageTimes(), { firstBackoff: 2, requestTimeout: 300, callTimeout: 300, longestRefusal: 5000 });
});
afterAll(async () => await simulator.stop());

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

/** Faults that go on until the node gives up, except where they are said to come once. */
const FAULTS: Array<{ name: string; times: number; fault: () => Fault }> = [
	{ name: '429 with seconds, once', times: 1, fault: () => status(429, { 'retry-after': '0' }) },
	{ name: '429 with a date, once', times: 1, fault: () => status(429, { 'retry-after': inASecond() }) },
	{ name: '429 without, once', times: 1, fault: () => status(429) },
	{ name: '500', times: Infinity, fault: () => status(500) },
	{ name: '502 with HTML', times: Infinity, fault: () => status(502, {}, '<html><h1>Bad Gateway</h1></html>') },
	{ name: '503 once, then fine', times: 1, fault: () => status(503) },
	{ name: 'time-out', times: Infinity, fault: () => ({ kind: 'hang' }) },
	{ name: 'reset before the server acted', times: Infinity, fault: () => ({ kind: 'reset' }) },
	{ name: 'reset after the server acted', times: Infinity, fault: () => ({ kind: 'resetAfter' }) },
	{ name: 'broken JSON', times: Infinity, fault: () => ({ kind: 'brokenJson' }) },
	{ name: 'empty body', times: Infinity, fault: () => ({ kind: 'empty' }) },
	{
		name: '200 with `error`',
		times: Infinity,
		fault: () => ({ kind: 'errorInBody', error: { message: 'as scripted' } }),
	},
	{ name: '401', times: Infinity, fault: () => status(401, {}, 'Unauthorized') },
	{ name: '403', times: Infinity, fault: () => status(403) },
	{ name: '404', times: Infinity, fault: () => status(404) },
];

const byId = (value: string) => ({ __rl: true, mode: 'id', value });

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
			options: {
				limitWaitTime: { values: { limitType: 'afterTimeInterval', resumeAmount: 0, resumeUnit: 'minutes' } },
			},
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

async function outcomeOf(operation: string, { times, fault }: (typeof FAULTS)[number]): Promise<Outcome> {
	simulator.reset();
	const path = PATHS[operation];
	simulator.faults.add({ path, times, fault: fault() });
	const before = simulator.store.calls.length;
	const { error } = await runNode({ parameters: parametersOf(operation), credential: credentialFor(simulator) });
	return {
		requests: simulator.requests.length,
		message: error?.message,
		placed: simulator.store.calls.length - before,
	};
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
			expect(outcome.message).toMatch(/look in Thoughtly before placing it again/);
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
