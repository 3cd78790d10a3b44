import type { IDataObject, INodeParameters, WorkflowExecuteMode } from 'n8n-workflow';
import { credential, simulator, useSimulator } from '../fixtures.mts';
import { logLines, triggerOf } from '../n8n/index.mts';

/** The trigger as a mid-call action: an agent asks while the caller waits, and the workflow responds. */

// each test has a token of its own
useSimulator({ credentialKept: 0 });

const SECRET = 's3cret';
const asSecret = (secret: unknown): IDataObject => ({ 'x-webhook-secret': secret as string });

interface Given {
	parameters?: INodeParameters;
	webhookSecret?: string;
	n8nUrl?: string;
	baseUrl?: string;
	mode?: WorkflowExecuteMode;
}

const midCall = async ({ parameters, webhookSecret = SECRET, n8nUrl, mode, ...account }: Given = {}) =>
	await triggerOf(
		{
			parameters: { receiveFrom: 'midCallAction', ...parameters },
			credential: credential({ webhookSecret, ...account }),
			n8nUrl,
		},
		mode,
	);

describe('the webhooks', () => {
	const WEBHOOK = { name: 'default', path: 'webhook' };

	test('a mid-call action has one for GET and POST, with the last node’s response', async () => {
		const response = { responseMode: 'lastNode', responseData: 'firstEntryJson' };
		const shown = { ndvHideUrl: false, ndvHideMethod: true };
		expect((await midCall()).webhooks()).toEqual([{ ...WEBHOOK, httpMethod: 'GET,POST', ...response, ...shown }]);
	});

	test.each([
		['firstItem', 'firstEntryJson'],
		['allItems', 'allEntries'],
	])('respond with %s', async (respondWith, responseData) => {
		expect((await midCall({ parameters: { respondWith } })).webhooks()).toMatchObject([{ responseData }]);
	});

	test.each([
		['subscription', true],
		['automation', false],
	])('a node that receives from %s has one for POST, and responds at once', async (receiveFrom, ndvHideUrl) => {
		const response = { responseMode: 'onReceived', responseData: '' };
		const hidden = { ndvHideUrl, ndvHideMethod: false };
		expect((await midCall({ parameters: { receiveFrom } })).webhooks()).toEqual([
			{ ...WEBHOOK, httpMethod: 'POST', ...response, ...hidden },
		]);
	});
});

describe('activation', () => {
	test('subscribes nothing', async () => {
		const node = await midCall();
		await node.activate();
		expect(await node.exists()).toBe(true);
		await node.deactivate();
		expect(simulator.requests).toEqual([]);
	});

	test.each<[string, Given, RegExp]>([
		['without a secret', { webhookSecret: ' ' }, /^'Webhook Secret' in the credential is empty/],
		[
			'at a local address',
			{ n8nUrl: 'http://localhost:5678', baseUrl: 'https://api.thoughtly.com' },
			/^Thoughtly cannot reach this n8n at http:\/\/localhost:5678/,
		],
	])('%s it is refused', async (_name, given, message) => {
		const node = await midCall(given);
		await expect(node.activate()).rejects.toThrow(message);
		await node.deactivate();
	});

	test('without a secret, the advice names the Agent Builder', async () => {
		const error = await (await midCall({ webhookSecret: '' })).activate().catch((thrown: unknown) => thrown);
		expect(error).toMatchObject({ description: expect.stringContaining('webhook action in the Agent Builder') });
	});
});

describe('requests', () => {
	test.each<[string, unknown, string, IDataObject, IDataObject]>([
		['a POST', { day: 'Monday' }, '', { day: 'Monday' }, {}],
		['a POST with a query', { day: 'Monday' }, '?agent=a&list=1&list=2', { day: 'Monday' }, { agent: 'a', list: '2' }],
		['a POST without a payload', '', '', {}, {}],
		['a GET', '', '?day=Monday', {}, { day: 'Monday' }],
	])('%s is passed on whole', async (_name, payload, search, body, query) => {
		const node = await midCall();
		const { status, items } = await node.deliver(node.url + search, payload, asSecret(SECRET));
		expect(status).toBe(200);
		expect(items).toEqual([{ event: 'MID_CALL_ACTION', body, query }]);
	});

	test.each([
		['another secret', asSecret(`${SECRET}0`)],
		['an empty secret', asSecret('')],
		['two secrets', asSecret([SECRET, SECRET])],
		['no secret', {}],
	])('with %s it gets a 401 and starts nothing', async (_name, headers) => {
		const node = await midCall();
		expect(await node.deliver(node.url, { day: 'Monday' }, headers)).toEqual({ status: 401, answer: 'Unauthorized' });
	});

	test('the signature of a subscription is no proof', async () => {
		const subscribing = await midCall({ parameters: { receiveFrom: 'subscription' } });
		await subscribing.activate();
		const node = await midCall();
		const [{ url }] = simulator.store.subscriptions;
		expect((await node.deliver(url, {})).status).toBe(401);
	});

	test.each([
		['a list', [1], 400],
		['no JSON', '{"day"', 400],
		['more than 5 MB', JSON.stringify({ text: 'x'.repeat(6_000_000) }), 413],
	])('a body that is %s is refused', async (_name, body, status) => {
		const node = await midCall();
		const headers = { ...asSecret(SECRET), 'content-type': 'text/plain' };
		expect(await node.deliver(node.url, body, headers)).toMatchObject({ status, items: undefined });
	});

	test('the same question starts as often as it is asked, also if it looks like a call that is still running', async () => {
		const lines = await logLines();
		const node = await midCall({ parameters: { options: { minimumDuration: 60 } } });
		const question = { ...simulator.store.calls[0], status: 'in_progress', end_time: null };
		for (let count = 0; count < 3; count++) {
			const { items } = await node.deliver(node.url, question, asSecret(SECRET));
			expect(items).toEqual([{ event: 'MID_CALL_ACTION', body: question, query: {} }]);
		}
		expect(lines).toEqual([]);
	});

	test('the token is masked', async () => {
		const node = await midCall();
		const { items } = await node.deliver(`${node.url}?a=${simulator.token}`, { b: simulator.token }, asSecret(SECRET));
		expect(items).toEqual([{ event: 'MID_CALL_ACTION', body: { b: '***' }, query: { a: '***' } }]);
	});

	test('a workflow that is tried out is asked at its test URL', async () => {
		const node = await midCall({ mode: 'manual' });
		expect(node.url).toContain('/webhook-test/');
		await node.activate();
		expect((await node.deliver(node.url, {}, asSecret(SECRET))).items).toHaveLength(1);
	});
});
