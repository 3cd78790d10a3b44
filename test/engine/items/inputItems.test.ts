import {
	CONTINUE,
	byId,
	contactIds,
	contactItems,
	credential,
	requested,
	simulator,
	until,
	useSimulator,
} from '../fixtures.mts';
import { runNode, startNode } from '../n8n/index.mts';

/** Every input item answers for itself, in order, however many are worked on at once. */

useSimulator({ firstBackoff: 5 });

const getContact = { resource: 'contact', operation: 'get', contact: byId('={{ $json.contact }}') };
const withOneUnknown = () => {
	const [ada, ben] = contactIds();
	return [{ contact: ada }, { contact: 'nobody' }, { contact: ben }];
};
function addContacts(count: number) {
	const [first] = simulator.store.contacts;
	simulator.store.contacts = Array.from({ length: count }, (_, index) => ({ ...first, id: `contact-${index}` }));
}

describe('input items', () => {
	test('each returns its outputs in order, linked to it', async () => {
		const [a, b] = contactIds();
		const { items } = await runNode({
			parameters: getContact,
			items: [{ contact: b }, { contact: a }],
			credential: credential(),
		});
		expect(items.map(({ json, pairedItem }) => [json.id, pairedItem])).toEqual([
			[b, { item: 0 }],
			[a, { item: 1 }],
		]);
	});

	test('several outputs of one item are all linked to it', async () => {
		const { items } = await runNode({
			parameters: { resource: 'agent', operation: 'getAll', limit: 2 },
			items: [{}, {}],
			credential: credential(),
		});
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 0 }, { item: 1 }, { item: 1 }]);
	});

	test('worked on at once still come in order', async () => {
		addContacts(100);
		// about every second response is late
		simulator.faults.random(0.5, () => ({ kind: 'latency', ms: 30 }));
		const items = contactItems(100);
		const { json } = await runNode({ parameters: getContact, items, credential: credential() });
		expect(json.map(({ id }) => id)).toEqual(items.map(({ contact }) => contact));
	});

	test.each([
		{ requestsPerMinute: 100, atOnce: 50 },
		{ requestsPerMinute: 5, atOnce: 3 },
		{ requestsPerMinute: 10_000, atOnce: 500 },
	])('with $requestsPerMinute requests a minute $atOnce are read at once', async ({ requestsPerMinute, atOnce }) => {
		// no response comes before the test ends
		simulator.options.latencyMs = 60_000;
		const { done, cancel } = await startNode({
			parameters: getContact,
			items: contactItems(530),
			credential: credential({ requestsPerMinute }),
		});
		await until(() => simulator.requests.length >= atOnce);
		const later = await startNode({ parameters: { resource: 'user', operation: 'get' }, credential: credential() });
		await until(() => requested().includes('GET /user'));
		expect(simulator.requests).toHaveLength(atOnce + 1);
		cancel();
		later.cancel();
		await Promise.all([done, later.done]);
	});

	test('equal phone numbers are created one after another in input order, however they are written', async () => {
		simulator.options.latencyMs = 30;
		const { json } = await runNode({
			parameters: {
				resource: 'contact',
				operation: 'findOrCreate',
				phoneNumber: '={{ $json.phone }}',
				options: { defaultCountry: '={{ $json.country }}' },
			},
			items: [
				{ phone: '(415) 555-0170', country: 'US' },
				{ phone: '+1 415 555 0170' },
				{ phone: 4155550170, country: 'US' },
				{ phone: '+14155550171' },
			],
			credential: credential(),
		});
		expect(json.map(({ wasCreated }) => wasCreated)).toEqual([true, false, false, true]);
		expect(new Set(json.slice(0, 3).map(({ id }) => id)).size).toBe(1);
	});

	test('a failure ends the node and names the item', async () => {
		const { error, json } = await runNode({
			parameters: getContact,
			items: withOneUnknown(),
			credential: credential(),
		});
		expect(json).toEqual([]);
		expect(error?.message).toBe('Contact nobody was not found (404) [item 1]');
		expect(error?.context).toMatchObject({ itemIndex: 1 });
		expect(error?.description).toMatch(/\d of 3 items completed$/);
	});

	test('with Continue On Fail it returns its own error and the others go on', async () => {
		const { items } = await runNode({
			parameters: getContact,
			items: withOneUnknown(),
			credential: credential(),
			settings: CONTINUE,
		});
		expect(items.map(({ json, pairedItem }) => [json.id ?? json.error, pairedItem])).toEqual([
			[simulator.store.contacts[0].id, { item: 0 }],
			[
				expect.stringMatching(/^Contact nobody was not found \(404\) \[item 1\]\. Check the contact ID[^<]*$/),
				{ item: 1 },
			],
			[simulator.store.contacts[1].id, { item: 2 }],
		]);
	});

	test.each(['do not call', '', null])(
		"a record's own `error` (%j) does not look like a failed item",
		async (error) => {
			Object.assign(simulator.store.contacts[0], { error });
			const { json } = await runNode({
				parameters: { ...getContact, simplify: false },
				items: withOneUnknown().slice(0, 1),
				credential: credential(),
			});
			expect(json[0]).not.toHaveProperty('error');
			expect(json[0].apiError).toBe(error);
		},
	);
});
