import type { IDataObject } from 'n8n-workflow';
import { agentIds, credential, endedCall, simulator, useSimulator } from '../fixtures.mts';
import { logLines } from '../n8n/index.mts';
import { activeTrigger, trigger } from './nodes';

/** Deliveries: the items they become, and bodies that are not accepted. */

useSimulator();

/** The first seeded call as a real delivery has it. */
const call = () => structuredClone(simulator.store.calls[0]);

describe('an ended call', () => {
	test('becomes the event and the call', async () => {
		const { deliver } = await activeTrigger();
		const { status, items } = await deliver(call());
		expect(status).toBe(200);
		expect(items).toEqual([{ event: 'NEW_RESPONSE', ...endedCall() }]);
		expect(Object.keys(items![0])).toEqual(['event', ...Object.keys(endedCall())]);
	});

	test('of a folder as well', async () => {
		const { deliver } = await activeTrigger({ events: ['FOLDER_NEW_RESPONSE'], folderIds: 'folder-1' });
		const { items } = await deliver(call());
		expect(items).toEqual([{ event: 'FOLDER_NEW_RESPONSE', ...endedCall() }]);
	});

	test('not simplified is the body as it came', async () => {
		const { deliver } = await activeTrigger({ simplify: false });
		const { items } = await deliver(call());
		expect(items).toEqual([{ event: 'NEW_RESPONSE', ...call() }]);
	});

	test('not simplified, its own event and error replace nothing', async () => {
		const { deliver } = await activeTrigger({ simplify: false });
		const { items } = await deliver({ ...call(), event: 'SOMETHING_ELSE', error: 'line dropped' });
		expect(items).toEqual([{ event: 'NEW_RESPONSE', ...call(), apiError: 'line dropped' }]);
	});

	test('that does not name its agent has the one that the URL was subscribed for', async () => {
		const { interview, ...body } = call();
		expect(interview.id).toBe(agentIds()[0]);
		const { deliver } = await activeTrigger();
		expect((await deliver(body)).items).toEqual([{ event: 'NEW_RESPONSE', ...endedCall() }]);
	});

	test('of a folder that does not name its agent has none: the URL names the folder', async () => {
		const { interview, ...body } = call();
		expect(interview.id).toBe(agentIds()[0]);
		const { deliver } = await activeTrigger({ events: ['FOLDER_NEW_RESPONSE'], folderIds: 'folder-1' });
		expect((await deliver(body)).items).toMatchObject([{ id: endedCall().id, agentId: null }]);
	});

	test('that was sent as a whole by the simulator starts the workflow', async () => {
		const { deliver } = await activeTrigger();
		simulator.options.vocabulary = 'api';
		const placed = simulator.receiveCall(agentIds()[0], simulator.store.contacts[3].id);
		await simulator.finishCall(placed.id);
		expect((await deliver(placed)).items).toMatchObject([{ direction: 'inbound', result: 'voicemail' }]);
	});
});

describe('whatever else comes', () => {
	const failure = () => ({
		call: { id: 'call-1', status: 'in progress' },
		action: { name: 'book' },
		reason: 'no slot',
	});

	test.each(['ACTION_FAILED', 'PHONE_TRANSFER'])('%s is passed on whole, the call beside it', async (event) => {
		for (const simplify of [true, false]) {
			const { deliver } = await activeTrigger({ events: [event], simplify });
			const { items } = await deliver(failure());
			expect(items).toEqual([
				{
					event,
					call: expect.objectContaining({ id: 'call-1', result: 'in_progress', agentId: agentIds()[0] }),
					body: failure(),
				},
			]);
			expect(Object.keys(items![0].call as IDataObject)).toEqual(Object.keys(endedCall()));
		}
	});

	test.each(['ACTION_FAILED', 'PHONE_TRANSFER', 'NEW_RESPONSE'])('%s without a call has none', async (event) => {
		const { deliver } = await activeTrigger({ events: [event] });
		const { items } = await deliver({ reason: 'unknown' });
		expect(items).toEqual([{ event, call: null, body: { reason: 'unknown' } }]);
	});

	test("an Automation's body is never taken apart, even if it is a call", async () => {
		const node = await trigger(
			{ receiveFrom: 'automation' },
			{ credential: credential({ webhookSecret: 's3cret' }), webhookId: 'automation' },
		);
		const { items } = await node.deliver(node.url, { ...call(), lead_score: 7 }, { 'x-webhook-secret': 's3cret' });
		expect(items).toEqual([{ event: 'AUTOMATION', body: { ...call(), lead_score: 7 } }]);
	});

	test.each<[string, unknown, unknown]>([
		['a list', [{ lead: 'Ada' }, { lead: 'Ben' }], [{ lead: 'Ada' }, { lead: 'Ben' }]],
		['text', '"booked"', 'booked'],
		['nothing', '', {}],
	])('an Automation may post %s', async (_name, body, received) => {
		const secret = { 'x-webhook-secret': 's3cret', 'content-type': 'text/plain' };
		const node = await trigger(
			{ receiveFrom: 'automation' },
			{ credential: credential({ webhookSecret: 's3cret' }), webhookId: 'automation' },
		);
		expect((await node.deliver(node.url, body, secret)).items).toEqual([{ event: 'AUTOMATION', body: received }]);
	});

	test('fields of a call that are not what they should be are left out', async () => {
		const { deliver } = await activeTrigger();
		const odd = {
			id: 7,
			interview: 5,
			contact: 'x',
			start_time: [],
			end_time: { a: 1 },
			transcript: [null, 1, { text: {} }],
			duration_ms: 'long',
			tags: 'vip',
			summary_data: [],
			metadata: 'x',
		};
		expect((await deliver(odd)).items).toEqual([
			{
				event: 'NEW_RESPONSE',
				...Object.fromEntries(Object.keys(endedCall()).map((field) => [field, null])),
				id: '7',
				result: 'unknown',
				ended: false,
				agentId: agentIds()[0],
			},
		]);
	});

	test('a body whose texts cannot be made text comes whole', async () => {
		const body = { id: { toString: 1, valueOf: 2 }, interview: { id: 'agent' }, contact: 5, call: [] };
		const { deliver } = await activeTrigger();
		expect((await deliver(body)).items).toEqual([{ event: 'NEW_RESPONSE', call: null, body }]);
	});

	test('the token is taken out of a body, and nothing else', async () => {
		const body = { team: { api_token: 'x', token: 'T-77' }, note: `see ${simulator.token}` };
		const { deliver } = await activeTrigger();
		const { items } = await deliver(body);
		expect(items).toEqual([{ event: 'NEW_RESPONSE', call: null, body: { ...body, note: 'see ***' } }]);
	});
});

describe('bodies', () => {
	test.each([
		['a list', [1], {}, 400],
		['text', '"call"', {}, 400],
		['a list that claims to be text', '[{"id":"1"}]', { 'content-type': 'text/plain' }, 400],
		['nothing', '', {}, 400],
		['broken', '{"id":', { 'content-type': 'text/plain' }, 400],
		['a form', 'id=1&interview=2', { 'content-type': 'application/x-www-form-urlencoded' }, 400],
		['XML', '<call><id>1</id></call>', { 'content-type': 'application/xml' }, 400],
		[
			'nested deeper than 100 levels',
			`{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
			{ 'content-type': 'text/plain' },
			400,
		],
		['more than 5 MB', JSON.stringify({ text: 'x'.repeat(6_000_000) }), {}, 413],
	])('%s: refused, with a line in the log', async (_name, body, headers, status) => {
		const lines = await logLines();
		const { deliver } = await activeTrigger();
		expect(await deliver(body, headers as Record<string, string>)).toMatchObject({ status, items: undefined });
		expect(lines).toContainEqual(expect.stringContaining(`refused a delivery (${status})`));
	});

	test.each([
		['text', 'text/plain', '{"lead":"Ada"}'],
		['text with a byte order mark', 'text/plain', '\uFEFF{"lead":"Ada"}'],
		['JSON of a kind', 'application/json-patch+json', '{"lead":"Ada"}'],
	])('a JSON object is one where its content type says %s', async (_name, type, body) => {
		const { deliver } = await activeTrigger();
		const { items } = await deliver(body, { 'content-type': type });
		expect(items).toEqual([{ event: 'NEW_RESPONSE', call: null, body: { lead: 'Ada' } }]);
	});
});
