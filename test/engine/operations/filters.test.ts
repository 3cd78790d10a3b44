import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { agentIds, byId, contactIds, credential, requested, simulator, useSimulator } from '../fixtures.mts';
import { runNode } from '../n8n/index.mts';

/** Filters of lists: what users and expressions enter in them, and that none silently filters nothing. */

useSimulator();

const listCalls = async (filters: INodeParameters, others: INodeParameters = {}, item: IDataObject = {}) =>
	await runNode({
		parameters: { resource: 'call', operation: 'getAll', agent: byId(agentIds()[0]), filters, ...others },
		items: [item],
		credential: credential(),
	});

/** Runs a list with one of its filters from an expression. */
async function listFiltered(resource: string, filter: string, value: unknown) {
	return await runNode({
		parameters: {
			resource,
			operation: 'getAll',
			...(resource === 'call' && { agent: byId(agentIds()[0]) }),
			filters: { [filter]: '={{ $json.value }}' },
		},
		items: [{ value } as IDataObject],
		credential: credential(),
	});
}

describe.each([
	['call', 'tags', 'Tags', 'response_tags'],
	['call', 'status', 'Status', 'status'],
	['contact', 'tags', 'Tags', 'tags'],
	['contact', 'excludedTags', 'Excluded Tags', 'excluded_tags'],
])('%s: getAll by %s', (resource, filter, displayName, sentAs) => {
	test.each<[string, unknown, string | string[]]>([
		['text', ' vip ', 'vip'],
		['text with commas', 'vip, call back,,vip', ['vip', 'call back']],
		['a list', ['vip', 'call back'], ['vip', 'call back']],
		['a list with holes', ['vip', null, '', 'lead'], ['vip', 'lead']],
		['objects, as tags may come', [{ name: 'vip' }, { name: 'lead' }], ['vip', 'lead']],
		['one object', { name: 'vip' }, 'vip'],
		['a number', 7, '7'],
		['numbers', [7, 8], ['7', '8']],
	])('takes %s', async (_name, value, sent) => {
		const { error } = await listFiltered(resource, filter, value);
		expect(error).toBeUndefined();
		expect(simulator.requests[0].query[sentAs]).toEqual(sent);
	});

	test.each<[string, unknown, string]>([
		['an expression without a value', undefined, 'is empty'],
		['null', null, 'is empty'],
		['empty text', '', 'is empty'],
		['nothing but commas', ' , ', 'is empty'],
		['an empty list', [], 'is empty'],
		['a list of nothing', [null, ''], 'is empty'],
		['an object without a name', [{ title: 'vip' }], 'has an entry that cannot be read: {"title":"vip"}'],
		['a list in a list', [['vip']], 'has an entry that cannot be read: ["vip"]'],
	])('refuses %s', async (_name, value, message) => {
		const { error } = await listFiltered(resource, filter, value);
		expect(error?.message).toBe(`'${displayName}' ${message} [item 0]`);
		expect(requested()).toEqual([]);
	});
});

test.each([
	['agent', 'search', 'Search'],
	['agent', 'status', 'Status'],
	['call', 'search', 'Search'],
	['call', 'jobId', 'Job ID'],
	['call', 'results', 'Results'],
	['call', 'startedAfter', 'Started After'],
	['call', 'startedBefore', 'Started Before'],
	['contact', 'search', 'Search'],
])('%s: getAll refuses an empty %s', async (resource, filter, displayName) => {
	for (const value of [undefined, null, '']) {
		const { error } = await listFiltered(resource, filter, value);
		expect(error?.message).toBe(`'${displayName}' is empty [item 0]`);
	}
	expect(requested()).toEqual([]);
});

describe('Results', () => {
	const results = async (entered: unknown, options: INodeParameters = {}) =>
		await listCalls({ results: '={{ $json.results }}' }, { returnAll: true, ...options }, {
			results: entered,
		} as IDataObject);

	test.each(['dashboard', 'api'] as const)("is matched here, in the %s's words", async (vocabulary) => {
		simulator.options.vocabulary = vocabulary;
		const { json } = await results(['no_answer', 'voicemail']);
		expect(json).toMatchObject([{ result: 'no_answer', contactId: contactIds()[2] }]);
		expect(simulator.requests[0].query).toEqual({ page: '0', limit: '50' });
	});

	test.each(['completed', 'completed, no answer', ['Completed', 'No Answer', null], ['completed']])(
		'takes %j',
		async (entered) => {
			const { json } = await results(entered);
			expect(json).toHaveLength(String(entered).toLowerCase().includes('no') ? 3 : 2);
		},
	);

	test('refuses a word that is not a result', async () => {
		const { error } = await results('completed, success');
		expect(error?.message).toBe("'Results' has an unknown value: success [item 0]");
		expect(requested()).toEqual([]);
	});

	test('fills the limit from later pages', async () => {
		const [first] = simulator.store.calls;
		const busy = Array.from({ length: 60 }, (_, index) => ({
			...first,
			id: `busy ${index}`,
			status: 'BUSY',
			created: `2026-11-20T09:00:${String(index % 60).padStart(2, '0')}.000Z`,
		}));
		simulator.store.calls.push(...busy);
		const { json } = await results(['completed'], { returnAll: false, limit: 2 });
		expect(json).toHaveLength(2);
		expect(requested()).toHaveLength(2);
	});
});

describe('Started After and Started Before', () => {
	const STARTED = '2026-11-11T09:00:02.000Z';
	const SECOND_LATER = '2026-11-11T09:00:03.000Z';
	const idsOf = async (filters: INodeParameters) =>
		(await listCalls(filters, { returnAll: true })).json.map(({ id }) => id);

	test('include their own moment, and go by the start', async () => {
		const [call] = simulator.store.calls;
		expect(await idsOf({ startedAfter: STARTED, startedBefore: STARTED })).toEqual([call.id]);
		expect(await idsOf({ startedBefore: STARTED })).toEqual([call.id]);
		expect(await idsOf({ startedAfter: SECOND_LATER })).not.toContain(call.id);
		expect(await idsOf({ startedAfter: SECOND_LATER })).toHaveLength(2);
	});

	test('go by the creation of a call that never started', async () => {
		const [call] = simulator.store.calls;
		Object.assign(call, { start_time: null, status: 'NO_ANSWER', created: STARTED });
		expect(await idsOf({ startedAfter: STARTED, startedBefore: STARTED })).toEqual([call.id]);
		expect(await idsOf({ startedAfter: SECOND_LATER })).not.toContain(call.id);
	});

	test('leave out a call without any time', async () => {
		Object.assign(simulator.store.calls[0], { start_time: null, created: '' });
		expect(await idsOf({ startedAfter: '2020-01-01' })).toHaveLength(2);
	});

	test('refuse what is not a date', async () => {
		const { error } = await listCalls({ startedAfter: 'last week' });
		expect(error?.message).toBe("'Started After' is not a valid date [item 0]");
		expect(requested()).toEqual([]);
	});
});

describe.each([
	['contact', 'phoneNumbersOnly', 'Phone Numbers Only', 'phone_numbers_only'],
	['agent', 'includeArchived', 'Include Archived', 'all_interviews'],
])('%s: getAll with %s', (resource, filter, displayName, sentAs) => {
	test.each<[unknown, string | undefined]>([
		[true, 'true'],
		['true', 'true'],
		[false, undefined],
		['false', undefined],
	])('takes %j', async (value, sent) => {
		expect((await listFiltered(resource, filter, value)).error).toBeUndefined();
		expect(simulator.requests[0].query[sentAs]).toBe(sent);
	});

	test.each([undefined, null, '', 'yes', 1, []])('refuses %j, which must not pass for off', async (value) => {
		const { error } = await listFiltered(resource, filter, value);
		expect(error?.message).toBe(`'${displayName}' is neither on nor off [item 0]`);
		expect(requested()).toEqual([]);
	});
});
