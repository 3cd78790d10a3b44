import type { IDataObject } from 'n8n-workflow';
import {
	CONTINUE,
	REFUSAL,
	RETRY,
	agentIds,
	byId,
	callLists,
	contactIds,
	dials,
	failCalls,
	requested,
	simulator,
	underWay,
	useSimulator,
} from '../fixtures.mts';
import { runNode } from '../n8n/index.mts';
import { HOUR, MINUTE, addCall, calledRecently, isCalled, toContacts, toNumbers, within } from './recipients.mts';

/** Skip if Called Within: who is passed on without being called, and what that costs. */

useSimulator({ firstBackoff: 2 });

describe('Skip if Called Within', () => {
	test('passes on who was called in the last 24 hours, by contact or by number, and calls nobody', async () => {
		const { id } = addCall(0, 1, HOUR);
		const byContact = await runNode(toContacts([contactIds()[1], contactIds()[2]], within()));
		const ben = { contactId: contactIds()[1], phoneNumber: '+14155550102', contactName: 'Ben Ortiz' };
		expect(byContact.json).toEqual([calledRecently(id, ben), isCalled()]);
		expect(byContact.items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		simulator.requests.length = 0;
		const byNumber = await runNode(toNumbers(['+1 (415) 555-0102'], within()));
		expect(byNumber.json).toEqual([calledRecently(id, ben)]);
		expect(requested()).toEqual(['GET /contact', `GET /interview/${agentIds()[0]}/responses`]);
	});

	test('creates no contact for a number that it skips', async () => {
		const { id } = addCall(0, 4, MINUTE);
		const [{ phone_number }] = simulator.store.contacts.splice(4);
		const { json } = await runNode(toNumbers([phone_number!], within()));
		expect(json).toEqual([calledRecently(id, { contactId: null, phoneNumber: phone_number, contactName: null })]);
		expect(simulator.store.contacts).toHaveLength(4);
	});

	test('passes on who is only found by creating the contact, and whose calls are listed by contact only', async () => {
		Object.assign(simulator.options, { searchFindsNumbers: false, listedCalls: 'profile' });
		addCall(0, 1, HOUR, { start_time: new Date(Date.now() - HOUR).toISOString() });
		const { json } = await runNode(toNumbers(['+14155550102'], within()));
		expect(json).toEqual([expect.objectContaining({ result: 'skipped', skipReason: 'called_recently' })]);
		expect(dials()).toBe(0);
	});

	test.each([
		['at the very moment', 5 * MINUTE, 0],
		['a millisecond longer ago', 5 * MINUTE + 1, 1],
	])('counts a call from %s', async (_name, ago, calls) => {
		jest.spyOn(Date, 'now').mockReturnValue(Date.now());
		addCall(0, 1, ago);
		await runNode(toContacts([contactIds()[1]], within({ amount: 5, unit: 'minutes' })));
		expect(dials()).toBe(calls);
	});

	test.each([
		[2, 'minutes', 2 * MINUTE],
		[2, 'hours', 2 * HOUR],
		[2, 'days', 48 * HOUR],
		[1.5, 'hours', 90 * MINUTE],
		['2', 'hours', 2 * HOUR],
	])('counts %s %s', async (amount, unit, ms) => {
		addCall(0, 1, ms - MINUTE / 2);
		addCall(0, 2, ms + MINUTE / 2);
		const { json } = await runNode(toContacts(contactIds().slice(1, 3), within({ amount, unit })));
		expect(json).toEqual([calledRecently(`0-1-${ms - MINUTE / 2}`), isCalled()]);
	});

	test('reads each list and each contact once for an execution, in a loop too, and knows whom it called itself', async () => {
		const { id } = addCall(0, 1, MINUTE);
		const { json } = await runNode({ ...toContacts(contactIds().slice(0, 3), within()), rounds: 3 });
		expect(callLists()).toHaveLength(1);
		expect(requested().filter((request) => request.startsWith('GET /contact/'))).toHaveLength(3);
		expect(dials()).toBe(2);
		const [first, second] = underWay();
		expect(json).toEqual([calledRecently(first.id), calledRecently(id), calledRecently(second.id)]);
		expect((json[0].lastCall as IDataObject).startedAt).toMatch(/Z$/);
	});

	test('takes a call that may have been placed for one', async () => {
		failCalls({ kind: 'reset' });
		const [contact] = contactIds();
		const { json } = await runNode(toContacts([contact, contact], within(), CONTINUE));
		expect(json).toEqual([
			{ error: expect.stringMatching(/may have been placed/) },
			expect.objectContaining({ result: 'skipped', skipReason: 'called_recently' }),
		]);
		expect(dials()).toBe(1);
	});

	test('knows whom it is calling right now, blanks around the ID or not', async () => {
		const [ada] = contactIds();
		simulator.options.latencyMs = 20;
		const { json } = await runNode(toContacts([ada, ` ${ada} `], { ...within(), callsAtOnce: 2 }));
		expect(json).toEqual([isCalled(), calledRecently(underWay()[0].id)]);
	});

	test('passes on the same when Retry On Fail repeats the node', async () => {
		failCalls(REFUSAL, 1);
		const [ada, ben] = contactIds();
		const { json } = await runNode(toContacts([ada, ada, ben], within(), RETRY));
		expect(json).toEqual([isCalled(), calledRecently(underWay()[0].id), isCalled()]);
		expect(underWay()).toHaveLength(2);
	});

	test('reads a list again that could not be read', async () => {
		simulator.faults.add({ path: /responses$/, fault: REFUSAL });
		const { json } = await runNode(toContacts(contactIds().slice(0, 2), within(), CONTINUE));
		expect(json).toEqual([{ error: expect.stringMatching(/No credit/) }, isCalled()]);
	});

	test('forgets in a long loop what is too long ago by then', async () => {
		addCall(0, 0, 4 * MINUTE);
		const now = Date.now();
		const clock = jest.spyOn(Date, 'now').mockImplementation(() => now + (callLists().length ? 2 * MINUTE : 0));
		const { json } = await runNode({ ...toContacts([contactIds()[0]], within({ amount: 5, unit: 'minutes' })) });
		expect(clock).toHaveBeenCalled();
		expect(json).toEqual([isCalled()]);
	});

	describe('with Same Agent Only', () => {
		const twoAgents = (sameAgentOnly: boolean) => {
			const node = toContacts([contactIds()[0], contactIds()[0]], within({ sameAgentOnly }));
			node.parameters.agent = byId('={{ $json.agent }}');
			node.items.forEach((item, index) => (item.agent = agentIds()[index]));
			return node;
		};

		test("on, another agent's calls do not count, neither listed ones nor those of this execution", async () => {
			addCall(2, 0, MINUTE);
			const { json } = await runNode(twoAgents(true));
			expect(json).toEqual([isCalled(), isCalled()]);
			expect(callLists()).toHaveLength(2);
		});

		test('off, those of this execution count', async () => {
			const { json } = await runNode(twoAgents(false));
			expect(json).toEqual([isCalled(), calledRecently(underWay()[0].id)]);
		});

		test('off, those of all agents count, archived ones too', async () => {
			const { id } = addCall(3, 0, MINUTE);
			const { json } = await runNode(twoAgents(false));
			expect(json).toEqual([calledRecently(id), calledRecently(id)]);
			expect(callLists()).toHaveLength(4);
		});
	});

	test.each<[string, IDataObject, string]>([
		[
			'an amount of 0',
			{ amount: 0 },
			"'Skip if Called Within' is not a valid period: 0 hours. Nobody was called [item 0]",
		],
		[
			'a negative amount',
			{ amount: -1 },
			"'Skip if Called Within' is not a valid period: -1 hours. Nobody was called [item 0]",
		],
		['no amount', { amount: '' }, "'Skip if Called Within' is not a valid period:  hours. Nobody was called [item 0]"],
		[
			'an amount in words',
			{ amount: 'two' },
			"'Skip if Called Within' is not a valid period: two hours. Nobody was called [item 0]",
		],
		[
			'more than a century',
			{ amount: 999_999_999, unit: 'days' },
			"'Skip if Called Within' is not a valid period: 999999999 days. Nobody was called [item 0]",
		],
		[
			'an unknown unit',
			{ unit: 'weeks' },
			"The unit of 'Skip if Called Within' must be minutes, hours or days, not weeks. Nobody was called [item 0]",
		],
	])('with %s is refused before any request', async (_name, time, message) => {
		const { error } = await runNode(toContacts([contactIds()[0]], within(time)));
		expect(error?.message).toBe(message);
		expect(requested()).toEqual([]);
	});
});
