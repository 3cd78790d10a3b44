import { activeAgentIds, credential, requested, simulator, useSimulator } from '../fixtures.mts';
import { loadOptions, logLines, runNode } from '../n8n/index.mts';
import { selected, stranger, subscribed, trigger } from './nodes';

/** What the trigger subscribes when it is activated, and that it takes it back. */

useSimulator();

const changes = () => simulator.requests.filter(({ method }) => method !== 'GET').length;

test('all agents: one per event and active agent, each at a signed URL of the node that names event and agent', async () => {
	const node = await trigger({ events: ['NEW_RESPONSE', 'PHONE_TRANSFER'], agentScope: 'all' });
	await node.activate();
	expect(subscribed()).toEqual(
		['NEW_RESPONSE', 'PHONE_TRANSFER'].flatMap((event) => activeAgentIds().map((id) => `${event} ${id}`)).sort(),
	);
	for (const { type, url, data } of simulator.store.subscriptions) {
		expect(url).toMatch(`${node.url}?event=${type}&agent=${data}&instance=`);
		expect(url).toMatch(/&signature=[0-9a-f]{64}$/);
		expect(url).not.toContain(simulator.token);
	}
	expect(await node.exists()).toBe(true);
});

test('selected agents only, and nothing twice', async () => {
	const [, second] = activeAgentIds();
	const node = await trigger(selected(second, second));
	await node.activate();
	await node.activate();
	expect(subscribed()).toEqual([`NEW_RESPONSE ${second}`]);
	expect(changes()).toBe(1);
});

test('a refusal halfway fails the activation with the reason and takes back what was created', async () => {
	simulator.faults.add({
		path: '/webhooks/subscribe',
		after: 2,
		fault: { kind: 'status', status: 422, body: { data: null, error: { message: 'Plan allows two webhooks' } } },
	});
	await expect((await trigger()).activate()).rejects.toThrow(
		'Thoughtly refused the request (422): Plan allows two webhooks',
	);
	expect(subscribed()).toEqual([]);
});

test('where taking back fails too, the first refusal is the one that is reported', async () => {
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
	const lines = await logLines();
	await expect((await trigger()).activate()).rejects.toThrow('No credit');
	expect(lines).toEqual(Array(2).fill(expect.stringMatching(/a subscription was left behind: status 403$/)));
});

test('folder events are subscribed with the folders entered, and need no agents', async () => {
	simulator.options.undocumentedEvents = 'accepted';
	const node = await trigger({ events: ['FOLDER_NEW_RESPONSE', 'FOLDER_PHONE_TRANSFER'], folderIds: 'one, two,one' });
	await node.activate();
	expect(subscribed()).toEqual([
		'FOLDER_NEW_RESPONSE one',
		'FOLDER_NEW_RESPONSE two',
		'FOLDER_PHONE_TRANSFER one',
		'FOLDER_PHONE_TRANSFER two',
	]);
	expect(simulator.store.subscriptions[0].url).toMatch('&folder=one&');
	expect(requested()).not.toContain('GET /interview');
	await node.deactivate();
	expect(subscribed()).toEqual([]);
});

test('an undocumented event that Thoughtly refuses fails the activation with its reason', async () => {
	const node = await trigger({ events: ['NEW_RESPONSE', 'ACTION_FAILED'] });
	await expect(node.activate()).rejects.toThrow('Thoughtly refused the request (400)');
	expect(subscribed()).toEqual([]);
});

// n8n would consider the workflow subscribed when it is activated again
test('the removal that n8n asks for after a failed activation does not fail itself', async () => {
	const [node, other] = [await trigger(), await trigger()];
	simulator.options.token = 'another';
	await expect(node.activate()).rejects.toThrow('Thoughtly did not accept the credential (401)');
	const lines = await logLines();
	await node.deactivate();
	expect(lines).toEqual([expect.stringMatching(/could not unsubscribe after a failed activation: status 401$/)]);
	await expect(other.deactivate()).rejects.toThrow('Thoughtly did not accept the credential (401)');
});

test('a deactivation that Thoughtly refuses says so, and can be repeated', async () => {
	const node = await trigger();
	await node.activate();
	simulator.faults.add({ path: '/webhooks', fault: { kind: 'status', status: 402 } });
	await expect(node.deactivate()).rejects.toThrow('Thoughtly refused the request (402)');
	await node.deactivate();
	expect(subscribed()).toEqual([]);
});

test('a team without an active agent is told', async () => {
	for (const agent of simulator.store.agents) agent.status = 'ARCHIVED';
	await expect((await trigger()).activate()).rejects.toThrow('There is no active agent in Thoughtly');
	expect(subscribed()).toEqual([]);
});

test.each([
	['http://localhost:5678', 'https://api.thoughtly.com', 'cannot reach this n8n at http://localhost:5678'],
	['http://192.168.1.20', 'https://api.thoughtly.com', 'N8N_WEBHOOK_URL (in older n8n versions WEBHOOK_URL)'],
])('an address that Thoughtly cannot reach fails the activation: %s', async (n8nUrl, baseUrl, message) => {
	for (const parameters of [{}, { receiveFrom: 'automation' }]) {
		const node = await trigger(parameters, { credential: credential({ baseUrl, webhookSecret: 's' }), n8nUrl });
		await expect(node.activate()).rejects.toThrow(message);
		await node.deactivate();
	}
	expect(requested()).toEqual([]);
});

test('for an Automation nothing is subscribed, and without a secret it does not activate', async () => {
	const fromAutomation = async (webhookSecret: string) =>
		await trigger({ receiveFrom: 'automation' }, { credential: credential({ webhookSecret }) });
	const node = await fromAutomation('s3cret');
	await node.activate();
	await node.deactivate();
	for (const secret of ['', ' ']) {
		await expect((await fromAutomation(secret)).activate()).rejects.toThrow(
			"'Webhook Secret' in the credential is empty",
		);
	}
	expect(requested()).toEqual([]);
});

test('the list of agents to choose from', async () => {
	const options = await loadOptions('getAgents', credential());
	expect(options.map(({ value }) => value).sort()).toEqual(activeAgentIds().sort());
});

test("the action node's webhook list shows the trigger's subscriptions", async () => {
	simulator.store.subscriptions.push(stranger('https://example.com/hook'));
	await (await trigger()).activate();
	const { json } = await runNode({
		parameters: { resource: 'webhook', operation: 'getAll', returnAll: true },
		credential: credential(),
	});
	expect(json).toHaveLength(1 + activeAgentIds().length);
});
