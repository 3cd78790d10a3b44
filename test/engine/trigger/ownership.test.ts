import { activeAgentIds, requested, simulator, useSimulator } from '../fixtures.mts';
import { logLines } from '../n8n/index.mts';
import { hosts, selected, stranger, subscribed, trigger } from './nodes';

/** Which subscriptions are the trigger's own: no other is ever removed, and its own are there once. */

useSimulator();

const agent = () => activeAgentIds()[0];
const at = async (n8nUrl: string) => await trigger(selected(agent()), { n8nUrl });
const urls = () => simulator.store.subscriptions.map(({ url }) => url.split('?')[0]);

test('deactivation leaves nothing of ours and all of the others', async () => {
	const other = await trigger({}, { webhookId: 'c2b3d4e5-0000-4000-8000-000000000001' });
	const node = await trigger();
	simulator.store.subscriptions.push(stranger('https://example.com/hook'), stranger('not a URL'));
	await node.activate();
	await other.activate();
	for (let round = 0; round < 2; round++) {
		await node.deactivate();
		expect(urls()).toEqual(['https://example.com/hook', 'not a URL', ...activeAgentIds().map(() => other.url)]);
	}
});

test('activation corrects what is ours and stale: another signature, an agent that is no longer selected', async () => {
	const [first, second] = activeAgentIds();
	await (await trigger(selected(first, second))).activate();
	const [ours] = simulator.store.subscriptions;
	ours.url = ours.url.replace(/signature=.*/, `signature=${'0'.repeat(64)}`);
	const node = await trigger(selected(first));
	expect(await node.exists()).toBe(false);
	await node.activate();
	expect(subscribed()).toEqual([`NEW_RESPONSE ${first}`]);
	expect(simulator.store.subscriptions[0].url).not.toMatch('signature=000');
	expect(await node.exists()).toBe(true);
});

test.each([
	['a copy of the workflow', /instance=\w+/, 'instance=another'],
	['another node', /webhook\/[\w-]+/, 'webhook/another'],
	['the test URL', '/webhook/', '/webhook-test/'],
	['another port', ':5678', ':5679'],
])('what %s has subscribed stays', async (_name, ours, theirs) => {
	const node = await trigger(selected(agent()));
	await node.activate();
	const [subscription] = simulator.store.subscriptions;
	const other = { ...subscription, id: 'theirs', url: subscription.url.replace(ours, theirs) };
	simulator.store.subscriptions.push(other);
	await node.activate();
	await node.deactivate();
	expect(simulator.store.subscriptions).toEqual([other]);
});

test('test and production never remove each other', async () => {
	const production = await trigger(selected(agent()));
	const editor = await trigger(selected(agent()), {}, 'manual');
	expect(editor.url).toContain('/webhook-test/');
	await production.activate();
	await editor.activate();
	expect(simulator.store.subscriptions).toHaveLength(2);
	await editor.deactivate();
	expect(urls()).toEqual([production.url]);
});

describe('an n8n at two addresses', () => {
	test('a copy of its database at another host does not silence the original', async () => {
		const production = await at('https://n8n.example.com');
		const staging = await at('https://staging.example.com');
		await production.activate();
		await staging.activate();
		expect(hosts()).toEqual(['n8n.example.com', 'staging.example.com']);
		await staging.deactivate();
		expect(hosts()).toEqual(['n8n.example.com']);
		expect(await production.exists()).toBe(true);
	});

	test('what a former address left is named in the log once an activation, with how to remove it', async () => {
		for (const host of ['old.example.com', 'older.example.com']) await (await at(`https://${host}`)).activate();
		const lines = await logLines();
		await (await at('https://new.example.com')).activate();
		expect(lines).toEqual([
			expect.stringMatching(
				/also subscribed at old\.example\.com, older\.example\.com\. .* remove those subscriptions with .* Webhook: Unsubscribe$/,
			),
		]);
		expect(hosts()).toHaveLength(3);
	});

	test('a strange URL, another workflow or another node at another address is not named', async () => {
		const node = await at('https://n8n.example.com');
		await node.activate();
		const [{ url }] = simulator.store.subscriptions;
		const moved = url.replace('n8n.example.com', 'old.example.com');
		simulator.store.subscriptions.push(
			stranger('https://old.example.com/hook'),
			stranger(moved.replace(/instance=\w+/, 'instance=another')),
			stranger(moved.replace('/webhook/', '/webhook/another-')),
		);
		const lines = await logLines();
		await node.activate();
		expect(lines).toEqual([]);
	});

	test('the same host over https after http is the same address', async () => {
		await (await at('http://n8n.example.com')).activate();
		const node = await at('https://n8n.example.com');
		await node.activate();
		expect(urls()).toEqual([node.url]);
	});
});

test.each([
	['without pages', 'all', 26, 0],
	['for every page', 'allOnEveryPage', 26, 0],
	['in pages', 'paged', 40, 0],
	['without pages, and as long as one', 'all', 25, 1],
	['for every page, and as long as one', 'allOnEveryPage', 40, 1],
	['cut', 'cut', 26, 1],
	['with its first page for every page', 'ignoresPage', 26, 1],
] as const)(
	'from a list that is given %s, a missing subscription is only unsubscribed first where it may be cut',
	async (_name, webhookListing, count, unsubscribed) => {
		Object.assign(simulator.options, { webhookListing });
		simulator.store.subscriptions = Array.from({ length: count }, (_, index) =>
			stranger(`https://example.com/${index}`),
		);
		await (await trigger(selected(agent()))).activate();
		expect(requested().filter((request) => request.startsWith('DELETE'))).toHaveLength(unsubscribed);
		expect(simulator.store.subscriptions).toHaveLength(count + 1);
	},
);

describe.each(['returned', 'refused', 'duplicated'] as const)('a subscription that exists is %s, and', (existing) => {
	beforeEach(() => (simulator.options.existingSubscription = existing));

	test.each([
		['the list is whole', {}],
		['the list leaves out their data', { webhookData: false }],
		['the list is whole for every page', { webhookListing: 'allOnEveryPage' }],
		['the list shows its first page again and again', { webhookListing: 'ignoresPage' }],
		['the list is cut', { webhookListing: 'cut' }],
		['the list is cut and leaves out their data', { webhookListing: 'cut', webhookData: false }],
	] as const)('%s: ours are there once, and then gone', async (_name, listing) => {
		Object.assign(simulator.options, listing);
		const others = Array.from({ length: 25 }, (_, index) => stranger(`https://example.com/${index}`));
		simulator.store.subscriptions.push(...others);
		const ours = activeAgentIds().flatMap((id) => [`NEW_RESPONSE ${id}`, `PHONE_TRANSFER ${id}`]);
		const node = await trigger({ events: ['NEW_RESPONSE', 'PHONE_TRANSFER'] });
		for (let round = 0; round < 3; round++) {
			await node.activate();
			expect(subscribed().filter((subscription) => !subscription.endsWith('null'))).toEqual(ours.sort());
		}
		await node.deactivate();
		expect(simulator.store.subscriptions).toEqual(others);
	});

	test('a duplicate is made one again, whatever the API removes when it is asked to', async () => {
		const node = await trigger(selected(agent()));
		await node.activate();
		simulator.store.subscriptions.push({ ...simulator.store.subscriptions[0], id: 'double' });
		expect(await node.exists()).toBe(false);
		await node.activate();
		expect(subscribed()).toEqual([`NEW_RESPONSE ${agent()}`]);
		expect(await node.exists()).toBe(true);
	});
});
