import axios from 'axios';
import type { Simulator } from '../simulator/simulator.mts';
import { outputOf } from './client.mts';
import { startDemo, simulatorAccount, type Demo } from './demo.mts';
import { until } from './until.mts';
import { CALL_NODE, nodeOf, THOUGHTLY, THOUGHTLY_TRIGGER, to } from './workflows.mts';

interface NodeType {
	name: string;
	displayName: string;
	iconUrl: { light: string; dark: string };
	codex?: { categories: string[] };
}

// more than a busy machine needs
jest.setTimeout(30_000);

let demo: Demo;
let simulator: Simulator;

beforeAll(async () => {
	demo = await startDemo({ loopbackOnly: true });
	if (!demo.simulator) throw new Error('No simulator');
	simulator = demo.simulator;
}, 1_800_000);

afterAll(async () => {
	// the name that a credential with a refused base URL is tested against: it cannot exist
	const outbound = demo.n8n.outbound().filter((host) => !host.endsWith('.invalid'));
	await demo.stop();
	expect(outbound).toEqual([]);
}, 30_000);

describe('the nodes', () => {
	test.each([
		[THOUGHTLY, 'Thoughtly'],
		[THOUGHTLY_TRIGGER, 'Thoughtly Trigger'],
	])('%s is listed, with its icons', async (type, displayName) => {
		const node = (await nodeTypes()).find(({ name }) => name === type);
		expect(node).toMatchObject({ displayName, codex: { categories: expect.anything() as string[] } });
		for (const icon of Object.values(node?.iconUrl ?? { none: '' })) {
			const { headers } = await axios.get(`${demo.n8n.url}/${icon}`);
			expect(headers['content-type']).toContain('image/svg+xml');
		}
	});

	test('an AI Agent can use the action node as a tool, but not the triggers', async () => {
		const names = (await nodeTypes()).map(({ name }) => name).filter((name) => name.startsWith(THOUGHTLY));
		expect(names.sort()).toEqual([THOUGHTLY, `${THOUGHTLY}PollTrigger`, `${THOUGHTLY}Tool`, THOUGHTLY_TRIGGER]);
	});

	test('the agents can be chosen from a list', async () => {
		const { results } = await demo.client.request<{ results: Array<{ name: string; value: string }> }>(
			'POST',
			'/rest/dynamic-node-parameters/resource-locator-results',
			{
				path: 'parameters.agent',
				methodName: 'searchAgents',
				nodeTypeAndVersion: { name: THOUGHTLY, version: 1 },
				currentNodeParameters: demo.callNewLead.nodes.find(({ name }) => name === CALL_NODE)?.parameters,
				credentials: { thoughtlyApi: { id: demo.credential.id, name: demo.credential.name } },
			},
		);
		const active = simulator.store.agents.filter(({ status }) => status === 'ACTIVE');
		expect(results.map(({ value }) => value).sort()).toEqual(active.map(({ id }) => id).sort());
	});
});

describe('the credential test', () => {
	test.each([
		['the right token', {}, 'OK', 'Connection successful!'],
		['a wrong token', { apiToken: 'wrong' }, 'Error', "check 'API Token'"],
		['a wrong team', { teamId: 'wrong' }, 'Error', "'Team ID'"],
		// n8n only shows the code here; the credential's form says above it that the URL must be https
		['a plain-http foreign host', { baseUrl: 'http://thoughtly.example.com' }, 'Error', 'ENOTFOUND'],
	])('%s', async (_, change, status, message) => {
		const account = { ...simulatorAccount(simulator), requestsPerMinute: 100, ...change };
		const result = await demo.client.testCredential(demo.credential, account);
		expect(result).toEqual({ status, message: expect.stringContaining(message) as string });
	});
});

describe('the trigger', () => {
	const subscribed = () => simulator.store.subscriptions.map(({ type, data }) => `${type} ${data}`).sort();
	const wanted = () =>
		simulator.store.agents
			.filter(({ status }) => status === 'ACTIVE')
			.map(({ id }) => `NEW_RESPONSE ${id}`)
			.sort();

	test('an active workflow is subscribed for every agent', () => {
		expect(subscribed()).toEqual(wanted());
	});

	test('an inactive one is not', async () => {
		await demo.client.deactivate(demo.whenCallIsOver);
		await until('The end of the subscriptions', 10_000, () => subscribed().length === 0 || undefined);
		await demo.client.activate(demo.whenCallIsOver);
		expect(subscribed()).toEqual(wanted());
	}, 30_000);

	test('an activation that Thoughtly refuses fails with its reason', async () => {
		await demo.client.deactivate(demo.whenCallIsOver);
		const { token } = simulator;
		simulator.options.token = 'another';
		await expect(demo.client.activate(demo.whenCallIsOver)).rejects.toThrow(
			'Thoughtly did not accept the credential (401)',
		);
		simulator.options.token = token;
	}, 90_000); // n8n tries five times
});

test("n8n's retry of a failed execution calls nobody twice", async () => {
	const [agent] = simulator.store.agents;
	const contacts = simulator.store.contacts.slice(0, 3).map(({ id }) => id);
	const path = 'call-three';
	const credentials = { thoughtlyApi: { id: demo.credential.id, name: demo.credential.name } };
	const list = { resource: 'contact', operation: 'getAll', limit: 3 };
	const start = {
		resource: 'call',
		operation: 'start',
		agent: { __rl: true, mode: 'id', value: agent.id },
		contact: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
	};
	const workflow = await demo.client.createWorkflow({
		name: 'Call three',
		nodes: [
			nodeOf('Webhook', 'n8n-nodes-base.webhook', 2, { webhookId: path, parameters: { path, httpMethod: 'POST' } }),
			nodeOf('Contacts', THOUGHTLY, 1, { parameters: list, credentials }),
			nodeOf('Call', THOUGHTLY, 1, { parameters: start, credentials }),
		],
		connections: { Webhook: to('Contacts'), Contacts: to('Call') },
	});
	await demo.client.activate(workflow);
	const before = simulator.store.calls.length;
	const called = () => simulator.store.calls.slice(before).map(({ contact }) => contact?.id);
	const fault = { kind: 'status' as const, status: 422, body: { data: null, error: 'No credit' } };
	simulator.faults.add({ method: 'POST', path: '/contact/call', after: 2, fault });

	await axios.post(`${demo.n8n.url}/webhook/${path}`);
	const [failed] = await until('The failed execution', 20_000, async () => {
		const executions = await demo.client.executions(workflow);
		return executions.length ? executions : undefined;
	});
	expect([failed.status, called()]).toEqual(['error', contacts.slice(0, 2)]);

	await demo.client.request('POST', `/rest/executions/${failed.id}/retry`, { loadWorkflow: false });
	const [retried] = await until('The retried execution', 20_000, async () => {
		const executions = await demo.client.executions(workflow);
		return executions.length > 1 ? executions : undefined;
	});
	expect(retried.status).toBe('success');
	expect(outputOf(retried, 'Call').map(({ contactId }) => contactId)).toEqual(contacts);
	expect(called()).toEqual(contacts);
	await demo.client.deactivate(workflow);
}, 60_000);

async function nodeTypes(): Promise<NodeType[]> {
	return (await axios.get<NodeType[]>(`${demo.n8n.url}/types/nodes.json`, { headers: session() })).data;
}

function session() {
	return { cookie: demo.client.session, 'browser-id': demo.client.browserId };
}
