import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';
import {
	CONTINUE,
	activeAgentIds,
	byId,
	callNode,
	contactIds,
	contactItems,
	credential,
	failCalls,
	placed,
	requested,
	simulator,
	until,
	useSimulator,
} from './fixtures.mts';
import { runNode, searchList, startNode } from './n8n/index.mts';

/** Every item answers for itself: lists, order, input that is refused, errors; and the lists of the editor. */

useSimulator({ firstBackoff: 5 });

function addContacts(count: number) {
	const [first] = simulator.store.contacts;
	simulator.store.contacts = Array.from({ length: count }, (_, index) => ({ ...first, id: `contact-${index}` }));
}

describe('Get Many', () => {
	const many = (fields: INodeParameters) => ({ resource: 'contact', operation: 'getAll', ...fields });

	test.each([
		{ there: 120, fields: { returnAll: true }, given: 120, pages: [50, 50, 50] },
		{ there: 100, fields: { returnAll: true }, given: 100, pages: [50, 50, 50] },
		{ there: 0, fields: { returnAll: true }, given: 0, pages: [50] },
		{ there: 120, fields: { limit: 100 }, given: 100, pages: [50, 50] },
		{ there: 120, fields: { limit: 70 }, given: 70, pages: [50, 50] },
		{ there: 120, fields: { limit: 7 }, given: 7, pages: [7] },
		{ there: 5, fields: { limit: 7 }, given: 5, pages: [7] },
	])('of $there contacts with $fields gives $given', async ({ there, fields, given, pages }) => {
		addContacts(there);
		const { json } = await runNode({ parameters: many(fields), credential: credential() });
		expect(json.map(({ id }) => id)).toEqual(simulator.store.contacts.slice(0, given).map(({ id }) => id));
		expect(simulator.requests.map(({ query }) => query)).toEqual(
			pages.map((limit, page) => ({ page: String(page), limit: String(limit) })),
		);
	});

	test('reads webhooks plainly where one answer holds all, and in pages where it does not', async () => {
		simulator.store.subscriptions = Array.from({ length: 45 }, (_, index) => ({
			id: `subscription-${index}`,
			type: 'NEW_RESPONSE',
			url: `https://example.com/${index}`,
			data: null,
			created: new Date().toISOString(),
		}));
		const read = async () => {
			const parameters = { resource: 'webhook', operation: 'getAll', returnAll: true };
			return (await runNode({ parameters, credential: credential() })).json.length;
		};
		const given: number[] = [];
		for (const listing of ['all', 'paged', 'ignoresPage'] as const) {
			simulator.options.webhookListing = listing;
			given.push(await read());
		}
		expect(given).toEqual([45, 45, 20]);
	});
});

describe('input items', () => {
	const getContact = { resource: 'contact', operation: 'get', contact: byId('={{ $json.contact }}') };
	const withOneUnknown = () => {
		const [ada, ben] = contactIds();
		return [{ contact: ada }, { contact: 'nobody' }, { contact: ben }];
	};

	test('each gives its outputs in order, linked to it', async () => {
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

	test('read side by side still come in order', async () => {
		addContacts(100);
		// about every second answer is late
		simulator.faults.random(0.5, () => ({ kind: 'latency', ms: 30 }));
		const items = contactItems(100);
		const { json } = await runNode({ parameters: getContact, items, credential: credential() });
		expect(json.map(({ id }) => id)).toEqual(items.map(({ contact }) => contact));
	});

	test.each([
		{ requestsPerMinute: 100, sideBySide: 50 },
		{ requestsPerMinute: 5, sideBySide: 3 },
		{ requestsPerMinute: 10_000, sideBySide: 200 },
	])(
		'with $requestsPerMinute requests a minute $sideBySide are read at once',
		async ({ requestsPerMinute, sideBySide }) => {
			// no answer comes before the test ends
			simulator.options.latencyMs = 60_000;
			const { done, cancel } = await startNode({
				parameters: getContact,
				items: contactItems(230),
				credential: credential({ requestsPerMinute }),
			});
			await until(() => simulator.requests.length >= sideBySide);
			const later = await startNode({ parameters: { resource: 'user', operation: 'get' }, credential: credential() });
			await until(() => requested().includes('GET /user'));
			expect(simulator.requests).toHaveLength(sideBySide + 1);
			cancel();
			later.cancel();
			await Promise.all([done, later.done]);
		},
	);

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
		expect(error?.message).toBe('Thoughtly has no contact nobody (404) [item 1]');
		expect(error?.context).toMatchObject({ itemIndex: 1 });
		expect(error?.description).toMatch(/Items done: \d of 3, not done: \d$/);
	});

	test('with Continue On Fail it gives its own error and the others go on', async () => {
		const { items } = await runNode({
			parameters: getContact,
			items: withOneUnknown(),
			credential: credential(),
			settings: CONTINUE,
		});
		expect(items.map(({ json, pairedItem }) => [json.id ?? json.error, pairedItem])).toEqual([
			[simulator.store.contacts[0].id, { item: 0 }],
			[expect.stringMatching(/^Thoughtly has no contact nobody \(404\) \[item 1\]\. Check the ID/), { item: 1 }],
			[simulator.store.contacts[1].id, { item: 2 }],
		]);
	});

	test("a record's own `error` does not look like a failed item", async () => {
		Object.assign(simulator.store.contacts[0], { error: 'do not call' });
		const { json } = await runNode({
			parameters: getContact,
			items: withOneUnknown().slice(0, 1),
			credential: credential(),
		});
		expect(json[0]).not.toHaveProperty('error');
		expect(json[0].apiError).toBe('do not call');
	});
});

describe('input is refused before any request', () => {
	const start = { resource: 'call', operation: 'start', agent: byId('agent-1'), contact: byId('contact-1') };
	const create = { resource: 'contact', operation: 'create', phoneNumber: '+14155550123' };
	test.each([
		['an empty agent from an expression', { ...start, agent: byId('={{ $json.agent }}') }, "'Agent' is empty [item 0]"],
		['an empty contact', { ...start, contact: byId('={{ "" }}') }, "'Contact' is empty [item 0]"],
		['an empty call ID', { ...start, operation: 'get', callId: '={{ " " }}' }, "'Call ID' is empty [item 0]"],
		[
			'metadata that is a list',
			{ ...start, specifyMetadata: 'json', jsonMetadata: '[1]' },
			"'JSON Metadata' is no JSON object [item 0]",
		],
		[
			'metadata that is broken',
			{ ...start, specifyMetadata: 'json', jsonMetadata: '{"a":' },
			"'JSON Metadata' is no JSON object [item 0]",
		],
		[
			'metadata that is nested',
			{ ...start, specifyMetadata: 'json', jsonMetadata: '{"a":{"b":1}}' },
			"'a' in 'JSON Metadata' is an object [item 0]",
		],
		[
			'an attribute without a name',
			{ ...create, additionalFields: { attributes: { attributeValues: [{ name: '', value: 'x' }] } } },
			"A field of 'Attributes' has a value but no name [item 0]",
		],
		[
			'a limit below 1',
			{ resource: 'agent', operation: 'getAll', limit: 0 },
			"'Limit' must be a whole number from 1 on [item 0]",
		],
		['an empty phone number', { ...create, phoneNumber: '={{ null }}' }, "'Phone Number' is empty [item 0]"],
		[
			'a phone number without country',
			{ ...create, phoneNumber: '415 555 0123' },
			"'Phone Number' has no country code: 415 555 0123 [item 0]",
		],
		[
			'the same, to be found',
			{ ...create, operation: 'findOrCreate', phoneNumber: '={{ 4155550123 }}' },
			"'Phone Number' has no country code: 4155550123 [item 0]",
		],
		[
			'a phone number that its country cannot have',
			{ ...create, phoneNumber: '555-0123', options: { defaultCountry: 'US' } },
			"'Phone Number' is no possible phone number: 555-0123 [item 0]",
		],
		[
			'a phone number with an extension',
			{ ...create, phoneNumber: '+1 415 555 0123 ext. 12' },
			"'Phone Number' has an extension, which a call cannot dial: +1 415 555 0123 ext. 12 [item 0]",
		],
		[
			'a phone number in letters',
			{ ...create, phoneNumber: '1-800-FLOWERS', options: { defaultCountry: 'US' } },
			"'Phone Number' is no phone number: 1-800-FLOWERS [item 0]",
		],
		[
			'a default country that is none',
			{ ...create, phoneNumber: '415 555 0123', options: { defaultCountry: '={{ "USA" }}' } },
			"'Default Country' is no country: USA [item 0]",
		],
		[
			'a date that is none',
			{ ...start, operation: 'getAll', filters: { startedAfter: 'yesterday' } },
			"'Started After' is no date [item 0]",
		],
		[
			'a URL that is none',
			{ resource: 'webhook', operation: 'subscribe', event: 'NEW_RESPONSE', url: 'example.com' },
			"'URL' must start with https:// or http:// [item 0]",
		],
		[
			'an operation that is none',
			{ resource: 'call', operation: 'cancel' },
			"There is no operation 'cancel' of 'call'",
		],
	])('%s', async (_name, parameters, message) => {
		const { error } = await runNode({ parameters: parameters as INodeParameters, credential: credential() });
		expect(error?.message).toBe(message);
		expect(error?.description).toBeTruthy();
		expect(simulator.requests).toEqual([]);
	});

	test('a base URL that is plain http to a foreign host', async () => {
		const { error } = await runNode({
			parameters: { resource: 'user', operation: 'get' },
			credential: credential({ baseUrl: 'http://api.example.com' }),
		});
		expect(error?.message).toBe("'Base URL' in the credential must start with https:// [item 0]");
	});
});

describe('an error says what to do', () => {
	const get = async (overrides: ICredentialDataDecryptedObject = {}) =>
		await runNode({ parameters: { resource: 'user', operation: 'get' }, credential: credential(overrides) });

	test('a wrong token, sent once', async () => {
		const { error, run } = await get({ apiToken: 'wrong-token' });
		expect(error?.message).toMatch(
			/^Thoughtly refused the token \(401\): check 'API Token' and 'Team ID'.* \[item 0\]$/,
		);
		expect(error?.description).toMatch(/Settings → Developer\. Thoughtly said: Unauthorized$/);
		expect(simulator.requests).toHaveLength(1);
		expect(JSON.stringify(run)).not.toContain('wrong-token');
	});

	test('a wrong team', async () => {
		const { error } = await get({ teamId: 'other' });
		expect(error?.message).toMatch(/^Thoughtly denied access \(403\): check that 'Team ID'.* \[item 0\]$/);
	});

	test('nothing listens there', async () => {
		const { error } = await get({ baseUrl: 'http://127.0.0.1:9' });
		expect(error?.message).toBe('Thoughtly could not be reached [item 0]');
		expect(error?.description).toMatch(/'Base URL'.*ECONNREFUSED/);
	});

	test('a redirect is not followed, so the token stays', async () => {
		simulator.faults.add({ fault: { kind: 'redirect', location: `${simulator.url}/contact` } });
		const { error } = await get();
		expect(error?.message).toMatch(/redirects elsewhere \(30\d\) \[item 0\]$/);
		expect(simulator.requests).toHaveLength(1);
	});

	test('a 2xx that carries an error', async () => {
		simulator.faults.add({ fault: { kind: 'errorInBody', error: { title: 'Team is suspended' } } });
		expect((await get()).error?.message).toBe('Thoughtly answered with an error: Team is suspended [item 0]');
	});

	test('HTML, broken JSON and an empty body', async () => {
		simulator.faults.add({
			times: 3,
			fault: { kind: 'status', status: 502, body: '<html><h1>Bad Gateway</h1></html>' },
		});
		simulator.faults.add({ fault: { kind: 'brokenJson' } });
		simulator.faults.add({ fault: { kind: 'empty' } });
		const messages = [(await get()).error?.message, (await get()).error?.message, (await get()).error?.message];
		expect(messages).toEqual([
			'Thoughtly could not handle the request (502): Bad Gateway [item 0]',
			'Thoughtly sent an answer that could not be read [item 0]',
			'Thoughtly sent an answer that could not be read [item 0]',
		]);
	});

	test('a call whose fate is unclear is not to be repeated', async () => {
		failCalls({ kind: 'resetAfter' });
		const { error } = await runNode(callNode(contactItems(1)));
		expect(error?.message).toMatch(
			/The call may have been placed: look in Thoughtly before placing it again \[item 0\]$/,
		);
		expect(placed()).toHaveLength(1);
		expect(simulator.requests).toHaveLength(1);
	});
});

describe('lists to choose from', () => {
	test('agents, searched as one types', async () => {
		const all = await searchList('searchAgents', credential());
		expect(all.results.map(({ value }) => value).sort()).toEqual(activeAgentIds().sort());
		expect(all.paginationToken).toBeUndefined();
		const { title, id } = simulator.store.agents[1];
		expect((await searchList('searchAgents', credential(), title)).results).toEqual([{ name: title, value: id }]);
	});

	test('contacts, page by page', async () => {
		addContacts(60);
		const first = await searchList('searchContacts', credential());
		expect([first.results.length, first.paginationToken]).toEqual([50, '1']);
		const second = await searchList('searchContacts', credential(), undefined, first.paginationToken as string);
		expect([second.results.length, second.paginationToken]).toEqual([10, undefined]);
		const { name, phone_number: phoneNumber } = simulator.store.contacts[0];
		expect(first.results[0].name).toBe(`${name} (${phoneNumber})`);
	});

	test('a refusal is shown, not an empty list', async () => {
		await expect(searchList('searchAgents', credential({ apiToken: 'wrong' }))).rejects.toThrow(
			'Thoughtly refused the token (401)',
		);
	});
});
