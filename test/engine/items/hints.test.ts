import type { INodeParameters } from 'n8n-workflow';
import {
	agentIds,
	byId,
	callNode,
	contactIds,
	contactItems,
	CONTINUE,
	credential,
	failCalls,
	limitWaitTime,
	REFUSAL,
	simulator,
	times,
	useSimulator,
} from '../fixtures.mts';
import { runNode } from '../n8n/index.mts';
import type { NodeUnderTest } from '../n8n/index.mts';
import { addCall, between, toContacts, within } from '../placing/recipients.mts';
import { LIMIT, reading, WINDOW } from '../quota/reading.mts';

/** What the editor explains beside the output of a run. */

useSimulator();

const hintsOf = async (node: NodeUnderTest) => (await runNode(node)).hints.map(({ message }) => message);

test('nothing where nothing needs it', async () => {
	expect(await hintsOf(toContacts(contactIds()))).toEqual([]);
});

describe('calls', () => {
	test('that were not placed: how many, and why', async () => {
		jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-11-25T17:00:00.000Z'));
		const { hints } = await runNode(toContacts(contactIds(3), between({}, 'Europe/Berlin')));
		expect(hints).toEqual([
			{
				message:
					"Skipped 3 of 3 items: outside the hours in 'Only Call Between'. 'nextAllowedAt' says when each of them may be called.",
				type: 'info',
				location: 'outputPane',
			},
		]);
	});

	test('that came recently', async () => {
		addCall(0, 0, 1000);
		addCall(0, 1, 1000);
		expect(await hintsOf(toContacts(contactIds(3), within()))).toEqual([
			"Skipped 2 of 3 items: called within the period in 'Skip if Called Within'. 'lastCall' is the call that counted.",
		]);
	});

	test('that go on when the wait ends, and not those that failed or were skipped', async () => {
		failCalls(REFUSAL, 1);
		addCall(0, 2, 1000);
		const wait = { operation: 'startAndWait', options: { ...limitWaitTime(0), ...within() } };
		const { hints } = await runNode(callNode(contactItems(4), wait, CONTINUE));
		expect(hints).toEqual([
			expect.objectContaining({ message: expect.stringMatching(/^Skipped 1 of 4 items/) as string }),
			{
				message:
					"2 of 2 calls did not end within 'Limit Wait Time'. They continue in Thoughtly: read their results later with the operation 'Get'.",
				type: 'warning',
				location: 'outputPane',
			},
		]);
	});

	test('that have ended need no hint', async () => {
		Object.assign(times, { pollInterval: 5 });
		simulator.options.callPace = 1;
		const wait = { operation: 'startAndWait', options: limitWaitTime(1) };
		expect(await hintsOf(callNode(contactItems(2), wait))).toEqual([]);
	});
});

describe('a list', () => {
	const list = (search: string[], fields: INodeParameters = {}): NodeUnderTest => ({
		parameters: { resource: 'contact', operation: 'getAll', filters: { search: '={{ $json.search }}' }, ...fields },
		items: search.map((text) => ({ search: text, agent: agentIds()[0] })),
		credential: credential(),
	});

	test.each([
		['agents', { resource: 'agent' }],
		['calls', { resource: 'call', agent: byId('={{ $json.agent }}') }],
		['contacts', {}],
	])('of no %s that match', async (records, fields) => {
		expect(await hintsOf(list(['nobody'], fields))).toEqual([`No ${records} match the filters.`]);
	});

	test.each([
		['calls', { resource: 'call', agent: byId('={{ $json.agent }}') }],
		['contacts', {}],
		['subscriptions', { resource: 'webhook' }],
	])('of no %s at all', async (records, fields) => {
		Object.assign(simulator.store, { calls: [], contacts: [] });
		expect(await hintsOf(list(['nobody'], { ...fields, filters: {} }))).toEqual([`No ${records} were found.`]);
	});

	test('that matches for some of the items', async () => {
		expect(await hintsOf(list(['Ada', 'nobody', 'no one']))).toEqual([
			'No contacts match the filters for 2 of 3 items.',
		]);
	});

	test('of which an item has failed costs no item', async () => {
		const search = '={{ $json.search === "bad" ? $("Nowhere").item.json.id : $json.search }}';
		const { json } = await runNode({ ...list(['bad', 'nobody', 'Ada'], { filters: { search } }), settings: CONTINUE });
		expect(json).toMatchObject([{ error: expect.any(String) as string }, { name: 'Ada Park' }]);
	});

	test('that has records needs no hint', async () => {
		expect(await hintsOf(list(['Ada', 'Park']))).toEqual([]);
	});
});

describe('the rate limit', () => {
	const minute = { quotaWindow: WINDOW, longestWayThere: WINDOW };
	const waited = /^Waited (\d) seconds for Thoughtly's rate limit of 10 requests a minute\./;

	test('that held the run up: how long', async () => {
		Object.assign(times, { ...minute, worthLogging: 200 });
		const [hint, ...others] = await hintsOf(reading(2 * LIMIT));
		expect(others).toEqual([]);
		expect(Number(waited.exec(hint)?.[1])).toBeLessThanOrEqual(3);
	});

	test('needs no hint if the wait was short', async () => {
		Object.assign(times, { ...minute, worthLogging: 20 * WINDOW });
		expect(await hintsOf(reading(2 * LIMIT))).toEqual([]);
	});
});
