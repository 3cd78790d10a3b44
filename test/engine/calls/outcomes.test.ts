import type { Fault } from '../../simulator/simulator.mts';
import {
	ADVICE,
	REFUSAL,
	RETRY,
	agentIds,
	callNode,
	called,
	contactIds,
	contactItems,
	dials,
	failCalls,
	placed,
	simulator,
	times,
	useSimulator,
} from '../fixtures.mts';
import { runNode } from '../n8n/index.mts';

/** What a response says about whether someone was called, and so whether the call may be placed again. */

useSimulator({ firstBackoff: 5 });

const once = (settings = RETRY) => callNode(contactItems(1), {}, settings);

const UNCLEAR_STATUSES = [301, 302, 303, 307, 308, 408, 425, 499, 500, 502, 503, 504, 520, 524, 529];
const REFUSALS = [400, 401, 402, 403, 405, 409, 410, 415, 422, 451];

const status = (code: number, fault: Partial<Extract<Fault, { kind: 'status' }>> = {}): Fault => ({
	kind: 'status',
	status: code,
	...(code < 400 && { headers: { location: '/contact' } }),
	...fault,
});

/** A 200 whose body says that nothing was done, or does not say what was. */
const UNCLEAR_BODIES: Array<[string, object]> = [
	['data.error', { data: { error: 'No minutes left' }, error: null }],
	['error', { data: null, error: { message: 'No minutes left' } }],
	['data.success', { data: { success: false, message: 'No minutes left' }, error: null }],
	['success', { success: false, message: 'No minutes left' }],
	['errors', { errors: ['No minutes left'] }],
	['data.errors', { data: { errors: [{ message: 'No minutes left' }] } }],
	['a status', { status: 'error', message: 'No minutes left' }],
	['an error beside an empty ID', { data: { id: null, call_id: '', error: 'No minutes left' } }],
	['an empty ID', { data: { id: '' }, error: null }],
	['an ID that is null', { data: { call_id: null, status: 'queued' }, error: null }],
	['an empty record', { data: {}, error: null }],
	['a list', { data: [], error: null }],
];

test.each(UNCLEAR_STATUSES)('after status %d nobody is called again: the call is found and returned', async (code) => {
	failCalls(status(code, { acts: true }));
	const { json, error } = await runNode(once());
	expect(error).toBeUndefined();
	expect(called()).toEqual(contactIds(1));
	expect(json.map(({ id }) => id)).toEqual([placed()[0].id]);
});

test('n8n does not replace a message in which Thoughtly names a system error', async () => {
	failCalls(status(500, { body: { data: null, error: { message: 'connect ECONNREFUSED 10.0.0.5:5432' } } }));
	const { error } = await runNode(once({}));
	expect(error?.message).toMatch(
		/^Thoughtly could not process the request \(500\): connect ECONNREFUSED .*\[item 0\]$/,
	);
	expect(error?.message).toMatch(ADVICE);
});

test.each(UNCLEAR_STATUSES)('status %d without a call to be found fails with the advice, sent once', async (code) => {
	failCalls(status(code), 0, Infinity);
	const { error } = await runNode(once());
	expect(error?.message).toMatch(ADVICE);
	expect(dials()).toBe(1);
});

test.each(REFUSALS)('status %d says that nobody was called, so Retry On Fail calls', async (code) => {
	failCalls(status(code), 0, 2);
	const { json } = await runNode(once());
	expect(json.map(({ id }) => id)).toEqual([placed()[0].id]);
	expect(dials()).toBe(3);
});

test.each(REFUSALS)('the error of status %d says that nobody was called, and is not repeated by us', async (code) => {
	failCalls(status(code, { body: { data: null, error: { message: 'In the words of the API' } } }));
	const { error } = await runNode(once({}));
	expect(error?.message).toMatch(/\. Nobody was called \[item 0\]$/);
	expect(`${error?.message} ${error?.description}`).toContain('In the words of the API');
	expect(dials()).toBe(1);
});

describe('a 200', () => {
	test.each(UNCLEAR_BODIES)(
		'with %s is unclear: it fails with the advice, and Retry On Fail calls nobody',
		async (_name, body) => {
			failCalls(status(200, { body }), 0, Infinity);
			const { error, json } = await runNode(once({}));
			expect(error?.message).toMatch(ADVICE);
			if (JSON.stringify(body).includes('minutes')) expect(error?.message).toContain('No minutes left');
			expect(json).toEqual([]);
			simulator.requests.length = 0;
			const again = await runNode(once());
			expect(again.error?.message).toMatch(ADVICE);
			expect(dials()).toBe(1);
		},
	);

	test.each(UNCLEAR_BODIES)('with %s after all is found and returned', async (_name, body) => {
		failCalls(status(200, { body, acts: true }));
		const { json } = await runNode(once());
		expect(json.map(({ id }) => id)).toEqual([placed()[0].id]);
		expect(called()).toEqual(contactIds(1));
	});

	test.each<[string, unknown]>([
		['no field that is set', { code: null, message: null }],
		['no field', {}],
		['no text', ''],
		['no entry', []],
	])('with an error that has %s is a placed call', async (_name, error) => {
		failCalls(status(200, { body: { data: { id: 'call-1', status: 'NOT_STARTED' }, error } }));
		const { json } = await runNode(once());
		expect(json).toEqual([expect.objectContaining({ id: 'call-1', result: 'in_progress' })]);
		expect(dials()).toBe(1);
	});

	test("with an error in the call's own record is a placed call", async () => {
		failCalls(status(200, { body: { data: { id: 'call-1', status: 'NOT_STARTED', error: 'none so far' } } }));
		expect((await runNode(once())).json).toEqual([expect.objectContaining({ id: 'call-1' })]);
	});

	test('that nothing can be made of is not forgotten: nobody is called again', async () => {
		const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
		failCalls(status(200, { body: `{"data":{"id":"call-1","summary_data":${deep}},"error":null}`, acts: true }));
		const { json } = await runNode(once());
		expect(called()).toEqual(contactIds(1));
		expect(json.map(({ contactId }) => contactId)).toEqual(contactIds(1));
	});
});

test('no response in time is unclear', async () => {
	times.callTimeout = 200;
	failCalls({ kind: 'latency', ms: 400 });
	const { json } = await runNode(once());
	expect(called()).toEqual(contactIds(1));
	expect(json.map(({ id }) => id)).toEqual([placed()[0].id]);
});

describe('a 404 names what was not found', () => {
	test.each<[string, () => Promise<void>, RegExp]>([
		[
			'the contact',
			async () => void simulator.store.contacts.splice(0),
			/^Contact c0000000-0000-4000-8000-000000000001 was not found \(404\)\. Nobody was called \[item 0\]$/,
		],
		[
			'the agent',
			async () => void simulator.store.agents.splice(0),
			/^Agent a0000000-0000-4000-8000-000000000001 was not found \(404\)\. Nobody was called \[item 0\]$/,
		],
	])('%s', async (_name, remove, message) => {
		const node = once({});
		await remove();
		const { error } = await runNode(node);
		expect(error?.message).toMatch(message);
		expect(dials()).toBe(1);
	});

	test('or both, where it cannot be told', async () => {
		failCalls(status(404));
		const { error } = await runNode(once({}));
		expect(error?.message).toBe(
			`Contact ${contactIds()[0]} or agent ${agentIds()[0]} was not found (404). Nobody was called [item 0]`,
		);
	});
});

test('429 says that nobody was called, and is repeated by us', async () => {
	failCalls(status(429, { headers: { 'retry-after': '0' } }), 0, 2);
	const { error } = await runNode(once({}));
	expect(error).toBeUndefined();
	expect(dials()).toBe(3);
	expect(called()).toEqual(contactIds(1));
});

test('a refusal is not taken for a call when the next item is for the same person', async () => {
	failCalls(REFUSAL);
	const { items, ...node } = once({ onError: 'continueRegularOutput' });
	const { json } = await runNode({ ...node, items: [...items, ...items] });
	expect(json).toEqual([{ error: expect.any(String) }, expect.objectContaining({ id: placed()[0].id })]);
});
