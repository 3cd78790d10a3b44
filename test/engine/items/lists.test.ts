import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { activeAgentIds, credential, simulator, useSimulator } from '../fixtures.mts';
import { runNode, searchList } from '../n8n/index.mts';

/** Lists are read to their end, in the pages in which the API gives them; and the lists of the editor. */

useSimulator({ firstBackoff: 5 });

function addContacts(count: number) {
	const [first] = simulator.store.contacts;
	simulator.store.contacts = Array.from({ length: count }, (_, index) => ({ ...first, id: `contact-${index}` }));
}
const contactIds = () => simulator.store.contacts.map(({ id }) => id);

describe('Get Many', () => {
	const getContacts = async (fields: INodeParameters) => {
		const parameters = { resource: 'contact', operation: 'getAll', ...fields };
		return (await runNode({ parameters, credential: credential() })).json;
	};
	const requestedPages = () => simulator.requests.map(({ query }) => query);

	test.each([
		{ there: 120, fields: { returnAll: true }, given: 120, pages: [50, 50, 50] },
		{ there: 100, fields: { returnAll: true }, given: 100, pages: [50, 50, 50] },
		{ there: 0, fields: { returnAll: true }, given: 0, pages: [50] },
		{ there: 9, fields: { returnAll: true }, given: 9, pages: [50] },
		// 10 could be a page that the API caps
		{ there: 10, fields: { returnAll: true }, given: 10, pages: [50, 50] },
		{ there: 120, fields: { limit: 100 }, given: 100, pages: [50, 50] },
		{ there: 120, fields: { limit: 70 }, given: 70, pages: [50, 50] },
		{ there: 120, fields: { limit: 7 }, given: 7, pages: [7] },
		{ there: 5, fields: { limit: 7 }, given: 5, pages: [7] },
	])('of $there contacts with $fields returns $given', async ({ there, fields, given, pages }) => {
		addContacts(there);
		const json = await getContacts(fields);
		expect(json.map(({ id }) => id)).toEqual(contactIds().slice(0, given));
		expect(requestedPages()).toEqual(pages.map((limit, page) => ({ page: String(page), limit: String(limit) })));
	});

	test.each([
		{ largestPage: 10, fields: { returnAll: true }, given: 95, requests: 10 },
		{ largestPage: 20, fields: { returnAll: true }, given: 95, requests: 5 },
		{ largestPage: 25, fields: { limit: 50 }, given: 50, requests: 2 },
		{ largestPage: 20, fields: { limit: 50 }, given: 50, requests: 3 },
	])(
		'goes on where the API caps its pages at $largestPage: $fields',
		async ({ largestPage, fields, given, requests }) => {
			simulator.options.largestPage = largestPage;
			addContacts(95);
			const json = await getContacts(fields);
			expect(json.map(({ id }) => id)).toEqual(contactIds().slice(0, given));
			expect(simulator.requests).toHaveLength(requests);
		},
	);

	/** Answers for the pages of the list, one after another; what follows is empty. */
	function givePages(...pages: unknown[]): void {
		for (const contacts of [...pages, []]) {
			simulator.faults.add({ path: '/contact', fault: { kind: 'status', status: 200, body: { data: { contacts } } } });
		}
	}
	const records = (count: number, from = 0): Array<IDataObject | null | string> =>
		Array.from({ length: count }, (_, index) => ({ id: `contact-${from + index}` }));

	test.each<[string, Array<IDataObject | null | string>]>([
		['a null', [null, ...records(49)]],
		['several of them', [...records(20), null, null, ...records(28, 20)]],
		['text', [...records(49), 'deleted']],
		['a record that was on it before', [...records(49), { id: 'contact-0' }]],
	])('goes on where a full page holds %s, be it the first or a later one', async (_name, odd) => {
		givePages(odd, records(50, 49), odd.map(renumbered(99)), records(3, 148));
		const json = await getContacts({ returnAll: true });
		const given = new Set(odd.flatMap((entry) => (typeof entry === 'object' && entry?.id) || []));
		expect(json).toHaveLength(2 * given.size + 53);
		expect(simulator.requests).toHaveLength(4);
	});
	/** The same entry of a later page. */
	function renumbered(from: number) {
		return (entry: IDataObject | null | string) =>
			typeof entry === 'object' && entry
				? { id: `contact-${from + Number(String(entry.id).slice('contact-'.length))}` }
				: entry;
	}

	test('ends where the API ignores the page', async () => {
		givePages(records(50), records(50));
		expect(await getContacts({ returnAll: true })).toHaveLength(50);
		expect(simulator.requests).toHaveLength(2);
	});

	test.each([null, []])('of a list that is %j returns nothing', async (contacts) => {
		givePages(contacts);
		expect(await getContacts({ returnAll: true })).toEqual([]);
	});

	test('reads webhooks plainly where one response holds all, and in pages where it does not', async () => {
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

describe('lists to choose from', () => {
	test('agents, searched as one types', async () => {
		const all = await searchList('searchAgents', credential());
		expect(all.results.map(({ value }) => value).sort()).toEqual(activeAgentIds().sort());
		expect(all.paginationToken).toBeUndefined();
		const { title, id } = simulator.store.agents[1];
		expect((await searchList('searchAgents', credential(), title)).results).toEqual([{ name: title, value: id }]);
	});

	test.each([
		[60, 50, [50, 10]],
		[60, 20, [20, 20, 20, 0]],
		[59, 20, [20, 20, 19]],
		[9, 50, [9]],
	])('%d contacts, page by page, %d a page', async (there, largestPage, lengths) => {
		simulator.options.largestPage = largestPage;
		addContacts(there);
		const found: number[] = [];
		const values: unknown[] = [];
		let token: unknown;
		do {
			const { results, paginationToken } = await searchList(
				'searchContacts',
				credential(),
				undefined,
				token as string | undefined,
			);
			found.push(results.length);
			values.push(...results.map(({ value }) => value));
			token = paginationToken;
		} while (token !== undefined);
		expect(found).toEqual(lengths);
		expect(values).toEqual(contactIds());
	});

	test('a contact is named with its number', async () => {
		const { results } = await searchList('searchContacts', credential());
		expect(results[0].name).toBe('Ada Park (+14155550101)');
	});

	test.each([
		['findCountries', 'cote', { name: 'Côte d’Ivoire', value: 'CI' }],
		['findTimeZones', 'new york', { name: 'America/New_York', value: 'America/New_York' }],
	])('%s, searched as one types', async (method, filter, choice) => {
		expect((await searchList(method, credential(), filter)).results).toEqual([choice]);
		expect((await searchList(method, credential())).results.length).toBeGreaterThan(200);
	});

	test('a refusal is shown, not an empty list', async () => {
		await expect(searchList('searchAgents', credential({ apiToken: 'wrong' }))).rejects.toThrow(
			'Thoughtly did not accept the credential (401)',
		);
	});
});
