import type { INodeParameters } from 'n8n-workflow';
import { signedUrl } from '../../nodes/Thoughtly/webhookUrls/signature';
import { activeAgentIds, credential, requested, simulator, times, until, useSimulator } from './fixtures.mts';
import { loadOptions, logLines, runNode, triggerOf } from './n8n/index.mts';

/** The webhook trigger: what it subscribes, and which deliveries start a workflow. */

useSimulator();

const trigger = async (parameters: INodeParameters = {}, webhookId?: string) =>
	await triggerOf({ parameters, credential: credential(), webhookId });

const subscribed = () => simulator.store.subscriptions.map(({ type, data }) => `${type} ${data}`).sort();
const changes = () => simulator.requests.filter(({ method }) => method !== 'GET').length;
const stranger = (url: string) => ({
	id: url,
	type: 'NEW_RESPONSE',
	url,
	data: null,
	created: new Date().toISOString(),
});

describe('subscriptions', () => {
	test('all agents: one per event and active agent, each at a signed URL of the node', async () => {
		const node = await trigger({ events: ['NEW_RESPONSE', 'PHONE_TRANSFER'], agentScope: 'all' });
		await node.activate();
		expect(subscribed()).toEqual(
			['NEW_RESPONSE', 'PHONE_TRANSFER'].flatMap((event) => activeAgentIds().map((id) => `${event} ${id}`)).sort(),
		);
		for (const { type, url } of simulator.store.subscriptions) {
			expect(url).toMatch(`${node.url}?event=${type}&instance=`);
			expect(url).toMatch(/&signature=[0-9a-f]{64}$/);
			expect(url).not.toContain(simulator.token);
		}
		expect(await node.exists()).toBe(true);
	});

	test('selected agents only, and nothing twice', async () => {
		const [, second] = activeAgentIds();
		const node = await trigger({ agentScope: 'selected', agentIds: [second, second] });
		await node.activate();
		await node.activate();
		expect(subscribed()).toEqual([`NEW_RESPONSE ${second}`]);
		expect(changes()).toBe(1);
	});

	test('deactivation leaves nothing of ours and all of the others', async () => {
		const other = await trigger({}, 'c2b3d4e5-0000-4000-8000-000000000001');
		const node = await trigger();
		simulator.store.subscriptions.push(stranger('https://example.com/hook'));
		await node.activate();
		await other.activate();
		await node.deactivate();
		expect(simulator.store.subscriptions.map(({ url }) => url.split('?')[0])).toEqual([
			'https://example.com/hook',
			...activeAgentIds().map(() => other.url),
		]);
		await node.deactivate();
		expect(simulator.store.subscriptions).toHaveLength(1 + activeAgentIds().length);
	});

	test('activation mends what is ours and wrong: another host, another signature, an agent no longer selected', async () => {
		const [first, second] = activeAgentIds();
		await (await trigger({ agentScope: 'selected', agentIds: [first, second] })).activate();
		const [ours] = simulator.store.subscriptions;
		simulator.store.subscriptions.push(
			{ ...ours, id: 'moved', url: ours.url.replace('127.0.0.1:5678', 'old.example.com') },
			{ ...ours, id: 'token', url: ours.url.replace(/signature=.*/, `signature=${'0'.repeat(64)}`) },
			{ ...ours, id: 'copy', url: ours.url.replace(/instance=\w+/, 'instance=another') },
		);
		const node = await trigger({ agentScope: 'selected', agentIds: [first] });
		expect(await node.exists()).toBe(false);
		await node.activate();
		expect(simulator.store.subscriptions.map(({ id, data }) => [id === 'copy', data])).toEqual([
			[false, first],
			[true, first],
		]);
	});

	test('test and production never remove each other', async () => {
		const [agent] = activeAgentIds();
		const parameters = { agentScope: 'selected', agentIds: [agent] };
		const production = await trigger(parameters);
		const editor = await triggerOf({ parameters, credential: credential() }, 'manual');
		expect(editor.url).toContain('/webhook-test/');
		await production.activate();
		await editor.activate();
		expect(simulator.store.subscriptions).toHaveLength(2);
		await editor.deactivate();
		expect(simulator.store.subscriptions.map(({ url }) => url.split('?')[0])).toEqual([production.url]);
	});

	test('a refusal half-way fails the activation with the reason and takes back what was made', async () => {
		simulator.faults.add({
			path: '/webhooks/subscribe',
			after: 2,
			fault: { kind: 'status', status: 422, body: { data: null, error: { message: 'Plan allows two webhooks' } } },
		});
		await expect((await trigger()).activate()).rejects.toThrow(
			'Thoughtly refused the request (422): Plan allows two webhooks',
		);
		expect(simulator.store.subscriptions).toEqual([]);
	});

	test('a double is made one again, whatever the API removes when it is asked to', async () => {
		const node = await trigger({ agentScope: 'selected', agentIds: [activeAgentIds()[0]] });
		await node.activate();
		simulator.store.subscriptions.push({ ...simulator.store.subscriptions[0], id: 'double' });
		expect(await node.exists()).toBe(false);
		await node.activate();
		expect(simulator.store.subscriptions).toHaveLength(1);
		expect(await node.exists()).toBe(true);
	});

	test('where taking back fails too, the first refusal is the one that is told', async () => {
		const body = (message: string) => ({ data: null, error: { message } });
		simulator.faults.add({
			path: '/webhooks/subscribe',
			after: 1,
			fault: { kind: 'status', status: 402, body: body('No credit') },
		});
		simulator.faults.add({
			path: '/webhooks/unsubscribe',
			times: Infinity,
			fault: { kind: 'status', status: 403, body: body('No') },
		});
		await expect((await trigger()).activate()).rejects.toThrow('No credit');
	});

	test('folder events are subscribed with the folders typed in, and need no agents', async () => {
		simulator.options.undocumentedEvents = 'accepted';
		const node = await trigger({ events: ['FOLDER_NEW_RESPONSE', 'FOLDER_PHONE_TRANSFER'], folderIds: 'one, two,one' });
		await node.activate();
		expect(subscribed()).toEqual([
			'FOLDER_NEW_RESPONSE one',
			'FOLDER_NEW_RESPONSE two',
			'FOLDER_PHONE_TRANSFER one',
			'FOLDER_PHONE_TRANSFER two',
		]);
		expect(simulator.requests.some(({ path }) => path === '/interview')).toBe(false);
		await node.deactivate();
		expect(subscribed()).toEqual([]);
	});

	test('an undocumented event that Thoughtly refuses fails the activation with its reason', async () => {
		const node = await trigger({ events: ['NEW_RESPONSE', 'ACTION_FAILED'] });
		await expect(node.activate()).rejects.toThrow('Thoughtly refused the request (400)');
		expect(subscribed()).toEqual([]);
	});

	// n8n would take the workflow for subscribed when it is activated again
	test('the removal that n8n asks for after an activation that failed does not fail itself', async () => {
		const [node, other] = [await trigger(), await trigger()];
		simulator.options.token = 'another';
		await expect(node.activate()).rejects.toThrow('refused the token');
		const lines = await logLines();
		await node.deactivate();
		expect(lines).toEqual([expect.stringContaining('could not unsubscribe after an activation that failed')]);
		await expect(other.deactivate()).rejects.toThrow('refused the token');
	});

	test('where the list shows only its first page, ours behind it are found all the same', async () => {
		simulator.options.webhookListing = 'ignoresPage';
		const others = Array.from({ length: 25 }, (_, index) => stranger(`https://example.com/${index}`));
		simulator.store.subscriptions.push(...others);
		const node = await trigger();
		for (let round = 0; round < 2; round++) {
			await node.activate();
			expect(simulator.store.subscriptions).toHaveLength(25 + activeAgentIds().length);
		}
		await node.deactivate();
		expect(simulator.store.subscriptions).toEqual(others);
	});

	describe('an activation that takes too long', () => {
		/** Answers so many requests of a kind, then none any more. */
		const answerOnly = (after: number, method: string) =>
			simulator.faults.add({ method, after, times: Infinity, fault: { kind: 'hang' } });

		/** Has n8n's time for a hook run out once it has sent so many requests of a kind. */
		async function runOutOfTime(hook: () => Promise<void>, count: number, request: string): Promise<unknown> {
			const deadline = new AbortController();
			jest.spyOn(AbortSignal, 'timeout').mockReturnValue(deadline.signal);
			const done = hook().catch((error: unknown) => error);
			await until(() => requested().filter((sent) => sent === request).length === count);
			deadline.abort();
			return await done;
		}

		test('stops by itself, says what is made, and keeps it for the next', async () => {
			const node = await trigger();
			answerOnly(2, 'POST');
			const outOfTime = /longer than 60 seconds: 2 of 3 subscriptions are made and kept, 1 are missing/;
			const error = await runOutOfTime(node.activate, 3, 'POST /webhooks/subscribe');
			expect(error).toMatchObject({ message: expect.stringMatching(outOfTime) });
			// n8n calls this after a failed activation, then tries again at once
			await node.deactivate();
			const asked = simulator.requests.length;
			await expect(node.activate()).rejects.toThrow(outOfTime);
			expect(simulator.requests).toHaveLength(asked);
			expect(subscribed()).toHaveLength(2);
			jest.restoreAllMocks();
			simulator.faults.clear();
			const next = await trigger();
			await next.activate();
			expect(subscribed()).toHaveLength(activeAgentIds().length);
			await next.deactivate();
			expect(subscribed()).toEqual([]);
		});

		test('in the editor, what it made is removed', async () => {
			const node = await triggerOf({ parameters: {}, credential: credential() }, 'manual');
			answerOnly(1, 'POST');
			const error = await runOutOfTime(node.activate, 2, 'POST /webhooks/subscribe');
			expect(error).toMatchObject({ message: expect.stringContaining('1 of 3 subscriptions') });
			jest.restoreAllMocks();
			await node.deactivate();
			expect(subscribed()).toEqual([]);
		});

		test('so does a deactivation', async () => {
			const node = await trigger();
			await node.activate();
			answerOnly(1, 'DELETE');
			const error = await runOutOfTime(node.deactivate, 2, 'DELETE /webhooks/unsubscribe');
			expect(error).toMatchObject({
				message: expect.stringContaining('subscriptions that are left: 2. To remove them'),
			});
		});
	});

	test.each([
		['http://localhost:5678', 'https://api.thoughtly.com', 'cannot reach this n8n at http://localhost:5678'],
		['http://192.168.1.20', 'https://api.thoughtly.com', 'N8N_WEBHOOK_URL (on older n8n WEBHOOK_URL)'],
	])('an address that Thoughtly cannot reach fails the activation: %s', async (n8nUrl, baseUrl, message) => {
		for (const parameters of [{}, { receiveFrom: 'automation' }]) {
			const node = await triggerOf({ parameters, credential: credential({ baseUrl, webhookSecret: 's' }), n8nUrl });
			await expect(node.activate()).rejects.toThrow(message);
			await node.deactivate();
		}
		expect(simulator.requests).toEqual([]);
	});

	test.each([
		[{ events: ['FOLDER_NEW_RESPONSE'], folderIds: ' , ' }, "'Folder IDs' is empty"],
		[{ events: [] }, "'Trigger On' is empty"],
		[{ agentScope: 'selected', agentIds: [] }, "'Agent Names or IDs' is empty"],
	])('%j is refused', async (parameters, message) => {
		await expect((await trigger(parameters)).activate()).rejects.toThrow(message);
		expect(simulator.requests).toEqual([]);
	});
});

describe('deliveries', () => {
	const instanceIn = (url: string) => new URL(url).searchParams.get('instance')!;
	async function subscribedUrl(node: Awaited<ReturnType<typeof trigger>>): Promise<string> {
		await node.activate();
		return simulator.store.subscriptions.find(({ url }) => url.startsWith(node.url))!.url;
	}

	/** Places a call, lets it end, and hands what the simulator sends to the active trigger. */
	async function callAndDeliver(parameters: INodeParameters, delivered: () => unknown = () => lastCall()) {
		const selected = { agentScope: 'selected', agentIds: [activeAgentIds()[0]] };
		// a node of its own, since what was delivered to one is remembered
		const node = await trigger({ ...selected, ...parameters }, `node ${++nodes}`);
		await node.activate();
		const [{ url }] = simulator.store.subscriptions;
		return await node.deliver(url, delivered());
	}
	let nodes = 0;
	const lastCall = () => simulator.store.calls.at(-1)!;

	test('an ended call starts the workflow with the event and the call', async () => {
		const result = await callAndDeliver({});
		expect(result).toMatchObject({ status: 200, items: [{ event: 'NEW_RESPONSE', id: lastCall().id }] });
		expect(Object.keys(result.items![0])).toEqual([
			'event',
			'id',
			'agentId',
			'contactId',
			'phoneNumber',
			'status',
			'startedAt',
			'endedAt',
			'durationSeconds',
			'summary',
			'transcript',
		]);
	});

	test('not simplified it is the body as it came', async () => {
		const { items } = await callAndDeliver({ simplify: false });
		expect(items).toEqual([{ event: 'NEW_RESPONSE', ...lastCall() }]);
	});

	const early = () => ({ ...lastCall(), status: 'NOT_STARTED', end_time: null });
	test.each([
		['a call that is not over', {}, early, undefined],
		['a call that is not over, wanted', { onlyEnded: false }, early, 'NOT_STARTED'],
		['a transfer of a running call', { events: ['PHONE_TRANSFER'] }, early, 'NOT_STARTED'],
	])('%s', async (_name, parameters, body, status) => {
		const result = await callAndDeliver(parameters, body);
		expect(result.status).toBe(200);
		expect(result.items?.[0].status).toBe(status);
	});

	test('a body that is no call comes whole', async () => {
		const { items } = await callAndDeliver({}, () => ({ reason: 'unknown' }));
		expect(items).toEqual([{ event: 'NEW_RESPONSE', body: { reason: 'unknown' } }]);
	});

	test('a stranger gets a 401 and starts nothing', async () => {
		const node = await trigger();
		await node.activate();
		const [{ url }] = simulator.store.subscriptions;
		const forged = [
			url.split('?')[0],
			url.replace(/signature=./, (text) => (text.endsWith('0') ? 'signature=1' : 'signature=0')),
			url.replace('NEW_RESPONSE', 'PHONE_TRANSFER'),
			url.replace(/instance=\w/, 'instance=x'),
			`${url}0`,
			signedUrl(node.url, 'NEW_RESPONSE', 'another', simulator.token),
		];
		for (const forgery of forged) {
			expect(await node.deliver(forgery, { id: 'x' })).toEqual({
				status: 401,
				answer: 'Unauthorized',
				items: undefined,
			});
		}
	});

	test.each([
		['a list', [1], {}, 400],
		['a text', '"call"', {}, 400],
		['nothing', '', {}, 400],
		['a form', 'id=1&interview=2', { 'content-type': 'application/x-www-form-urlencoded' }, 400],
		['XML', '<call><id>1</id></call>', { 'content-type': 'application/xml' }, 400],
		[
			'nested deeper than 100 levels',
			`{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
			{ 'content-type': 'text/plain' },
			400,
		],
		['more than 5 MB', JSON.stringify({ text: 'x'.repeat(6_000_000) }), {}, 413],
	])('a body that is %s is refused', async (_name, body, headers, status) => {
		const node = await trigger();
		await node.activate();
		const [{ url }] = simulator.store.subscriptions;
		expect(await node.deliver(url, body, headers)).toMatchObject({ status, items: undefined });
	});

	test.each([
		['text', 'text/plain', '{"lead":"Ada"}'],
		['text with a byte order mark', 'text/plain', '\uFEFF{"lead":"Ada"}'],
		['JSON of a kind', 'application/json-patch+json', '{"lead":"Ada"}'],
	])('a JSON object is one where its content type says %s', async (_name, type, body) => {
		const node = await trigger();
		await node.activate();
		const [{ url }] = simulator.store.subscriptions;
		const { items } = await node.deliver(url, body, { 'content-type': type });
		expect(items).toEqual([{ event: 'NEW_RESPONSE', body: { lead: 'Ada' } }]);
	});

	test('a body whose texts cannot be made text comes whole', async () => {
		const body = { id: { toString: 1, valueOf: 2 }, interview: { id: 'agent' }, contact: 5, call: [] };
		const { items } = await callAndDeliver({}, () => body);
		expect(items).toEqual([{ event: 'NEW_RESPONSE', body }]);
	});

	test('filters drop with a 200 and a line in the log that says why', async () => {
		const lines = await logLines();
		const result = await callAndDeliver({ options: { statuses: 'busy', minimumDuration: 5 } });
		expect(result).toEqual({ status: 200, answer: 'Ignored', items: undefined });
		expect(lines).toEqual(['Thoughtly (Thoughtly Trigger): dropped a delivery: another status']);
	});

	test('the same call in the same state starts once, also when it comes twice at once', async () => {
		const node = await trigger();
		await node.activate();
		const [{ url }] = simulator.store.subscriptions;
		const call = { ...lastCall(), id: 'repeated' };
		const results = await Promise.all(Array.from({ length: 4 }, async () => await node.deliver(url, call)));
		expect(results.filter(({ items }) => items)).toHaveLength(1);
		expect(results.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
		const fuller = { ...call, summary_data: 'More is known now' };
		expect((await node.deliver(url, fuller)).items).toHaveLength(1);
		const repeatsWanted = await trigger({ options: { ignoreRepeats: false } });
		expect((await repeatsWanted.deliver(url, call)).items).toHaveLength(1);
	});

	test('in the editor the same event can be sent again and again', async () => {
		const node = await triggerOf({ parameters: {}, credential: credential() }, 'manual');
		await node.activate();
		const [{ url }] = simulator.store.subscriptions;
		for (let count = 0; count < 2; count++) {
			expect((await node.deliver(url, { ...lastCall(), id: 'tried out' })).items).toHaveLength(1);
		}
	});

	test('a signature that fits no more leaves one warning a minute, that says what to do', async () => {
		const lines = await logLines();
		const node = await trigger({}, 'c2b3d4e5-0000-4000-8000-00000000000f');
		const stale = signedUrl(node.url, 'NEW_RESPONSE', 'x', 'old-token');
		for (let count = 0; count < 3; count++) expect((await node.deliver(stale, {})).status).toBe(401);
		await node.deliver(node.url, {});
		expect(lines).toEqual([expect.stringContaining('deactivate the workflow and activate it again')]);
	});

	test('what is kept of the credential refuses nobody who has the new one, and is soon forgotten', async () => {
		const webhookId = 'c2b3d4e5-0000-4000-8000-0000000000aa';
		const before = await trigger({}, webhookId);
		const urlBefore = signedUrl(before.url, 'NEW_RESPONSE', instanceIn(await subscribedUrl(before)), simulator.token);
		expect((await before.deliver(urlBefore, { lead: 'Ada' })).status).toBe(200);

		simulator.options.token = 'new-token';
		const after = await trigger({}, webhookId);
		expect((await after.deliver(await subscribedUrl(after), { lead: 'Ada' })).status).toBe(200);
		times.credentialKept = 0;
		expect((await after.deliver(urlBefore, { lead: 'Ada' })).status).toBe(401);
	});

	test('what a body says of the account is not passed on', async () => {
		const body = { team: { api_token: 'x' }, note: simulator.token };
		const { items } = await callAndDeliver({}, () => body);
		expect(items).toEqual([{ event: 'NEW_RESPONSE', body: { team: {}, note: '***' } }]);
	});
});

describe('from an Automation', () => {
	const fromAutomation = async (webhookSecret: string) =>
		await triggerOf({ parameters: { receiveFrom: 'automation' }, credential: credential({ webhookSecret }) });

	test('nothing is subscribed, and without a secret it does not activate', async () => {
		const node = await fromAutomation('s3cret');
		await node.activate();
		await node.deactivate();
		await expect((await fromAutomation('')).activate()).rejects.toThrow("'Webhook Secret' in the credential is empty");
		expect(simulator.requests).toEqual([]);
	});

	test.each([
		['the secret', { 'x-webhook-secret': 's3cret' }, 200],
		['another secret', { 'x-webhook-secret': 's3cret0' }, 401],
		['an empty secret', { 'x-webhook-secret': '' }, 401],
		['no secret', {}, 401],
	])('a delivery with %s', async (_name, headers, status) => {
		const node = await fromAutomation('s3cret');
		const delivered = await node.deliver(node.url, { lead: 'Ada' }, headers);
		expect(delivered.status).toBe(status);
		expect(delivered.items).toEqual(status === 200 ? [{ event: 'AUTOMATION', body: { lead: 'Ada' } }] : undefined);
	});

	test('a body that is a call is one here as well', async () => {
		const node = await fromAutomation('s3cret');
		const [call] = simulator.store.calls;
		const { items } = await node.deliver(node.url, call, { 'x-webhook-secret': 's3cret' });
		expect(items).toMatchObject([{ event: 'AUTOMATION', id: call.id, status: 'COMPLETED' }]);
	});
});

test('the list of agents to choose from', async () => {
	const options = await loadOptions('getAgents', credential());
	expect(options.map(({ value }) => value).sort()).toEqual(activeAgentIds().sort());
});

test("the action node's webhook list shows the trigger's subscriptions", async () => {
	await (await trigger()).activate();
	const { json } = await runNode({
		parameters: { resource: 'webhook', operation: 'getAll', returnAll: true },
		credential: credential(),
	});
	expect(json).toHaveLength(activeAgentIds().length);
});
