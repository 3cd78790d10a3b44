// What Thoughtly has subscribed after all that can happen to an active workflow. The simulator's own list is the judge.
import axios from 'axios';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { startSimulator, type Simulator, type Subscription } from '../simulator/simulator.mts';
import type { Credential, Workflow } from './client.mts';
import { simulatorAccount } from './demo.mts';
import { Instance } from './instance.mts';
import { duplicateOf, line, pathOf, strangers, strangersOnPathOf, triggerWorkflow } from './triggers.mts';
import { until } from './until.mts';
import { TRIGGER_NODE } from './workflows.mts';

const REAL_API = 'api.thoughtly.com';
const AT_ONCE_MS = 10_000;

let simulator: Simulator;
let usualOptions: Simulator['options'];
let n8n: Instance;
let credential: Credential;
/** The active agents of the account. */
let [A, B, C] = ['', '', ''];

/** What belongs to others and has to survive every scenario. */
let others: Subscription[];
let created: Workflow[];

beforeAll(async () => {
	// no quota on either side but where a scenario is about it: nothing here has to wait for it
	simulator = await startSimulator({ quota: null, callPace: 0, webhookTimeoutMs: 60_000 });
	usualOptions = structuredClone(simulator.options);
	[A, B, C] = simulator.store.agents.map(({ id }) => id);
	n8n = await Instance.start();
	credential = await createCredential();
}, 1_800_000);

afterAll(async () => {
	// asked by a deactivation: only an activation refuses the address
	const outbound = n8n.outbound().filter((host) => host !== REAL_API);
	await n8n.remove();
	await simulator.stop();
	expect(outbound).toEqual([]);
});

beforeEach(() => {
	Object.assign(simulator.options, structuredClone(usualOptions));
	simulator.reset();
	created = [];
	others = strangers();
	simulator.store.subscriptions.push(...others);
});

afterEach(async () => {
	simulator.faults.clear();
	simulator.options.quota = null;
	for (const workflow of created) await n8n.client.deactivate(workflow);
	expectSubscribed();
}, 60_000);

/** What a credential holds; without a quota of its own. */
const account = (change: IDataObject = {}) => ({
	...simulatorAccount(simulator),
	requestsPerMinute: 10_000,
	...change,
});

const createCredential = async (change?: IDataObject) =>
	await n8n.client.createCredential('Thoughtly account', 'thoughtlyApi', account(change));

/** A saved workflow, not yet active. Others are subscribed at its very path, too. */
async function createWorkflow(parameters: INodeParameters, as = credential): Promise<Workflow> {
	return await remember(await n8n.client.createWorkflow(triggerWorkflow(`Workflow ${created.length}`, as, parameters)));
}

async function remember(workflow: Workflow): Promise<Workflow> {
	created.push(workflow);
	const more = strangersOnPathOf(workflow, n8n.url);
	others.push(...more);
	simulator.store.subscriptions.push(...more);
	return workflow;
}

/** Saves other parameters; `activate` publishes them. */
async function changeParameters(workflow: Workflow, parameters: INodeParameters): Promise<Workflow> {
	const [trigger] = workflow.nodes;
	return await n8n.client.updateWorkflow(workflow, [{ ...trigger, parameters }]);
}

/** The parameters of a trigger for some agents. */
const agents = (...agentIds: string[]) => ({ events: ['NEW_RESPONSE'], agentScope: 'selected', agentIds });

interface Where {
	event?: string;
	kind?: 'webhook' | 'webhook-test';
}

/** The subscriptions that a workflow should have: an event of each of the agents (or folders), at its own address. */
const wanted = (workflow: Workflow, data: string[], { event = 'NEW_RESPONSE', kind }: Where = {}) =>
	data.map((id) => `${event} ${id} ${n8n.address}${pathOf(workflow, kind)}`);

const ours = () => simulator.store.subscriptions.filter((subscription) => !others.includes(subscription));

/** Exactly these are ours, and those of others are unchanged. */
function expectSubscribed(...lines: string[]): void {
	expect(ours().map(line).sort()).toEqual(lines.sort());
	expect(simulator.store.subscriptions.filter((subscription) => others.includes(subscription))).toEqual(others);
}

/** n8n's responses to a running call, sent to each address that we have subscribed. */
async function answers(): Promise<number[]> {
	const addresses = ours().map(({ url }) => n8n.url + url.slice(new URL(url).origin.length));
	const body = { id: 'a-call', interview: { id: A }, status: 'IN_PROGRESS' };
	return await Promise.all(
		addresses.map(async (address) => (await axios.post(address, body, { validateStatus: () => true })).status),
	);
}

async function reactivate(workflow: Workflow): Promise<void> {
	await n8n.client.deactivate(workflow);
	expectSubscribed();
	await n8n.client.activate(workflow);
}

describe('activating and deactivating', () => {
	const subscribesAndUnsubscribes = async (webhookListing: Simulator['options']['webhookListing']) => {
		simulator.options.webhookListing = webhookListing;
		const workflow = await createWorkflow({ events: ['NEW_RESPONSE', 'PHONE_TRANSFER'] });
		const all = [...wanted(workflow, [A, B, C]), ...wanted(workflow, [A, B, C], { event: 'PHONE_TRANSFER' })];
		await n8n.client.activate(workflow);
		expectSubscribed(...all);
		expect(await answers()).toEqual(all.map(() => 200));
		await reactivate(workflow);
		expectSubscribed(...all);
	};

	test.each(['all', 'paged'] as const)(
		'subscribes and unsubscribes, with a list of subscriptions that is %s',
		subscribesAndUnsubscribes,
	);

	test('also if the list always returns its first page', async () => {
		try {
			await subscribesAndUnsubscribes('ignoresPage');
		} finally {
			simulator.store.subscriptions = [...others];
		}
	});

	test('with other agents, a new version takes the place of the old one', async () => {
		const workflow = await createWorkflow(agents(A, B));
		await n8n.client.activate(workflow);
		const changed = await changeParameters(workflow, agents(B, C));
		expectSubscribed(...wanted(workflow, [A, B]));
		await n8n.client.activate(changed);
		expectSubscribed(...wanted(workflow, [B, C]));
		expect(await answers()).toEqual([200, 200]);
	});

	test('folders and failed actions are subscribed to as well', async () => {
		simulator.options.undocumentedEvents = 'accepted';
		const folders = ['b0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000002'];
		const workflow = await createWorkflow({
			...agents(A),
			events: ['FOLDER_NEW_RESPONSE', 'FOLDER_PHONE_TRANSFER', 'ACTION_FAILED'],
			folderIds: folders.join(', '),
		});
		await n8n.client.activate(workflow);
		expectSubscribed(
			...wanted(workflow, folders, { event: 'FOLDER_NEW_RESPONSE' }),
			...wanted(workflow, folders, { event: 'FOLDER_PHONE_TRANSFER' }),
			...wanted(workflow, [A], { event: 'ACTION_FAILED' }),
		);
	});

	test('an address that Thoughtly cannot reach fails the activation before anything goes out', async () => {
		const workflow = await createWorkflow(agents(A), await createCredential({ baseUrl: `https://${REAL_API}` }));
		await expect(n8n.client.activate(workflow)).rejects.toThrow('N8N_WEBHOOK_URL');
		expect(n8n.outbound()).toEqual([]);
	}, 60_000);
});

describe('several workflows on one account', () => {
	test('each has its own subscriptions', async () => {
		const [first, second] = [await createWorkflow(agents(A, B)), await createWorkflow(agents(B, C))];
		await n8n.client.activate(first);
		await n8n.client.activate(second);
		expectSubscribed(...wanted(first, [A, B]), ...wanted(second, [B, C]));
		await n8n.client.deactivate(first);
		expectSubscribed(...wanted(second, [B, C]));
		expect(await answers()).toEqual([200, 200]);
	});

	test('a duplicate is one of its own', async () => {
		const original = await createWorkflow(agents(A, B));
		const duplicate = await remember(await n8n.client.createWorkflow(duplicateOf(original)));
		await n8n.client.activate(original);
		await n8n.client.activate(duplicate);
		expectSubscribed(...wanted(original, [A, B]), ...wanted(duplicate, [A, B]));
		await n8n.client.deactivate(duplicate);
		expectSubscribed(...wanted(original, [A, B]));
	});

	test('an imported copy with the same webhook takes nothing from the original', async () => {
		const original = await createWorkflow(agents(A, B));
		const { name, nodes, connections } = original;
		const copy = await n8n.client.createWorkflow({ name, nodes, connections });
		created.push(copy);
		await n8n.client.activate(original);
		await expect(n8n.client.activate(copy)).rejects.toThrow('409');
		expectSubscribed(...wanted(original, [A, B]));
		await n8n.client.deactivate(copy);
		expectSubscribed(...wanted(original, [A, B]));
		expect(await answers()).toEqual([200, 200]);
	});

	// n8n may take both for active although they have the same path
	test('nor does one that was published at the same moment', async () => {
		const original = await createWorkflow(agents(A, B));
		const { name, nodes, connections } = original;
		const copy = await n8n.client.createWorkflow({ name, nodes, connections });
		created.push(copy);
		const [refused, refusedCopy] = await Promise.all(
			[original, copy].map((workflow) => n8n.client.activate(workflow).catch(({ message }: Error) => message)),
		);
		const [first, second] = refused ? [copy, original] : [original, copy];
		expect([refused, refusedCopy]).toContain(undefined);
		expectSubscribed(...wanted(first, [A, B]));
		await n8n.client.deactivate(second);
		expectSubscribed(...wanted(first, [A, B]));
	});
});

describe('listening for a test event', () => {
	test('beside production, until the event has come', async () => {
		const workflow = await createWorkflow(agents(A, B));
		const production = wanted(workflow, [A, B]);
		await n8n.client.activate(workflow);
		await n8n.client.listen(workflow, TRIGGER_NODE);
		expectSubscribed(...production, ...wanted(workflow, [A, B], { kind: 'webhook-test' }));
		const [{ url }] = ours().filter((subscription) => subscription.url.includes('/webhook-test/'));
		const [, call] = simulator.store.calls;
		expect((await axios.post(url, call)).status).toBe(200);
		await until('The end of listening', AT_ONCE_MS, () => ours().length === production.length || undefined);
		expectSubscribed(...production);
		expect(await answers()).toEqual([200, 200]);
	});

	test('beside production, until it is cancelled', async () => {
		const workflow = await createWorkflow(agents(A, B));
		const production = wanted(workflow, [A, B]);
		await n8n.client.activate(workflow);
		await n8n.client.listen(workflow, TRIGGER_NODE);
		expectSubscribed(...production, ...wanted(workflow, [A, B], { kind: 'webhook-test' }));
		await n8n.client.stopListening(workflow);
		await until('The end of listening', AT_ONCE_MS, () => ours().length === production.length || undefined);
		expectSubscribed(...production);
	});

	test('continues when the active workflow is deactivated', async () => {
		const workflow = await createWorkflow(agents(A, B));
		await n8n.client.activate(workflow);
		await n8n.client.listen(workflow, TRIGGER_NODE);
		await n8n.client.deactivate(workflow);
		expectSubscribed(...wanted(workflow, [A, B], { kind: 'webhook-test' }));
		await n8n.client.stopListening(workflow);
		await until('The end of listening', AT_ONCE_MS, () => ours().length === 0 || undefined);
	});
});

describe('Thoughtly fails', () => {
	// n8n tries an activation five times, and the node each request three times
	test('an activation that fails half-way leaves nothing behind and can be repeated', async () => {
		const workflow = await createWorkflow(agents(A, B, C));
		const fault = { kind: 'status' as const, status: 500 };
		simulator.faults.add({ method: 'POST', path: '/webhooks/subscribe', after: 1, times: Infinity, fault });
		await expect(n8n.client.activate(workflow)).rejects.toThrow('Thoughtly could not process the request (500)');
		expectSubscribed();
		simulator.faults.clear();
		await n8n.client.activate(workflow);
		expectSubscribed(...wanted(workflow, [A, B, C]));
		expect(await answers()).toEqual([200, 200, 200]);
	}, 90_000);

	// n8n keeps the webhook of an activation whose `delete` fails, and then has nothing to add in the next one
	test('an activation while nothing works fails and can be repeated', async () => {
		const workflow = await createWorkflow(agents(A, B));
		simulator.faults.add({ times: Infinity, fault: { kind: 'status', status: 500 } });
		await expect(n8n.client.activate(workflow)).rejects.toThrow('Thoughtly could not process the request (500)');
		expectSubscribed();
		simulator.faults.clear();
		await n8n.client.activate(workflow);
		expectSubscribed(...wanted(workflow, [A, B]));
		expect(await answers()).toEqual([200, 200]);
	}, 90_000);

	test('what a deactivation could not remove is right again after the next activation', async () => {
		const workflow = await createWorkflow(agents(A, B));
		await n8n.client.activate(workflow);
		simulator.faults.add({ times: Infinity, fault: { kind: 'status', status: 500 } });
		await n8n.client.deactivate(workflow);
		expectSubscribed(...wanted(workflow, [A, B]));
		expect(await answers()).toEqual([404, 404]);
		simulator.faults.clear();
		await n8n.client.activate(await changeParameters(workflow, agents(B, C)));
		expectSubscribed(...wanted(workflow, [B, C]));
		expect(await answers()).toEqual([200, 200]);
	}, 60_000);

	test('subscribing that takes longer than n8n waits continues where it was', async () => {
		const many = Array.from({ length: 14 }, (_, number) => `a0000000-0000-4000-8000-0000000001${number + 10}`);
		const workflow = await createWorkflow(agents(...many));
		// of these twelve, four read the list, of which every page is certain
		simulator.options.webhookListing = 'paged';
		simulator.options.quota = { requests: 12, windowMs: 70_000, retryAfter: 'seconds' };
		await expect(n8n.client.activate(workflow)).rejects.toThrow(
			'8 of 14 subscriptions were created and kept, 6 are missing. Publish the workflow again',
		);
		expectSubscribed(...wanted(workflow, many.slice(0, 8)));
		await n8n.client.activate(workflow);
		expectSubscribed(...wanted(workflow, many));
		expect(await answers()).toEqual(many.map(() => 200));
		const tried = simulator.requests.filter(({ path }) => path === '/webhooks/subscribe');
		expect(tried.filter(({ status }) => status === 200)).toHaveLength(many.length);
	}, 150_000);
});

// at the end, since n8n goes on with the settings of its last start
describe('what n8n does not tell the trigger', () => {
	test('a restart changes nothing', async () => {
		const workflow = await createWorkflow(agents(A, B));
		await n8n.client.activate(workflow);
		await n8n.stop();
		expectSubscribed(...wanted(workflow, [A, B]));
		await n8n.start();
		expectSubscribed(...wanted(workflow, [A, B]));
		expect(await answers()).toEqual([200, 200]);
		await reactivate(workflow);
		expectSubscribed(...wanted(workflow, [A, B]));
	}, 90_000);

	test('an activation that a crash has interrupted is completed by the next one', async () => {
		const workflow = await createWorkflow(agents(A, B, C));
		const fault = { kind: 'latency' as const, ms: 60_000 };
		simulator.faults.add({ method: 'POST', path: '/webhooks/subscribe', after: 1, fault });
		const activation = n8n.client.activate(workflow).catch(() => undefined);
		await until('The second subscription', AT_ONCE_MS, () => ours().length === 2 || undefined);
		await n8n.kill();
		await activation;
		const made = wanted(workflow, [A, B]);
		expectSubscribed(...made);
		// n8n takes up what a crashed one was at when its lease is over, by default after two minutes
		await n8n.start({ env: { N8N_WORKFLOW_PUBLICATION_OUTBOX_LEASE_SECONDS: '15' } });
		await reactivate(workflow);
		expectSubscribed(...wanted(workflow, [A, B, C]));
	}, 90_000);

	test('a new token counts from the next activation on', async () => {
		const renewed = await createCredential();
		const workflow = await createWorkflow(agents(A, B), renewed);
		await n8n.client.activate(workflow);
		simulator.options.token = 'renewed-token';
		await n8n.client.updateCredential(renewed, account());
		expectSubscribed(...wanted(workflow, [A, B]));
		expect(await answers()).toEqual([401, 401]);
		await reactivate(workflow);
		expectSubscribed(...wanted(workflow, [A, B]));
		expect(await answers()).toEqual([200, 200]);
	});

	// a copy of n8n's data at another address must not silence the original
	test('so does a new address, which names the old one and leaves it alone', async () => {
		const workflow = await createWorkflow(agents(A, B));
		await n8n.client.activate(workflow);
		const before = wanted(workflow, [A, B]);
		const old = ours();
		const { host } = new URL(n8n.address);
		await n8n.stop();
		await n8n.start({ webhookUrl: 'https://workflows.example.com/' });
		expectSubscribed(...before);
		await n8n.client.deactivate(workflow);
		expectSubscribed(...before);
		await n8n.client.activate(workflow);
		expectSubscribed(...before, ...wanted(workflow, [A, B]));
		expect(n8n.printed()).toContain(`this workflow is also subscribed at ${host}.`);
		simulator.store.subscriptions = simulator.store.subscriptions.filter((one) => !old.includes(one));
		expect(await answers()).toEqual([200, 200]);
	}, 90_000);
});
