import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import type { Call, Fault } from '../simulator/simulator.mts';
import {
	CONTINUE,
	REFUSAL,
	RETRY,
	agentIds,
	byId,
	callLists,
	callNode,
	contactIds,
	dials,
	failCalls,
	requested,
	simulator,
	underWay,
	useSimulator,
} from './fixtures.mts';
import { runNode, runTool } from './n8n/index.mts';

/** Whom a call goes to, and why it may not be placed: phone numbers, Skip if Called Within, Only Call Between. */

useSimulator({ firstBackoff: 2 });

const toNumbers = (numbers: string[], options: INodeParameters = {}, settings?: Partial<INode>) =>
	callNode(
		numbers.map((number) => ({ number })),
		{ callTo: 'phoneNumber', phoneNumber: '={{ $json.number }}', options },
		settings,
	);
const toContacts = (ids: string[], options: INodeParameters = {}, settings?: Partial<INode>) =>
	callNode(
		ids.map((contact) => ({ contact })),
		{ options },
		settings,
	);

describe('a phone number', () => {
	const NEW = '+14155550177';

	test('of a contact takes two requests, and leaves the contact as it is', async () => {
		const fields = { contactFields: { name: 'Someone Else' } };
		const { json } = await runNode(toNumbers(['+14155550101'], fields));
		expect(requested()).toEqual(['GET /contact', 'POST /contact/call']);
		expect(json).toEqual([expect.objectContaining({ contactId: contactIds()[0], phoneNumber: '+14155550101' })]);
		expect(simulator.store.contacts[0].name).toBe('Ada Park');
	});

	test('of nobody has its contact created first, with its fields', async () => {
		const { json } = await runNode(toNumbers([NEW], { contactFields: { name: 'New Lead', tags: 'lead' } }));
		expect(requested()).toEqual(['GET /contact', 'POST /contact/create', 'POST /contact/call']);
		const created = simulator.store.contacts.at(-1)!;
		expect(created).toMatchObject({ phone_number: NEW, name: 'New Lead', tags: ['lead'] });
		expect(json).toEqual([expect.objectContaining({ contactId: created.id, phoneNumber: NEW })]);
	});

	test.each<[string, string, Fault, RegExp]>([
		[
			'looking for the contact',
			'/contact',
			REFUSAL,
			/^On finding or creating the contact, before anybody was called: .*No credit/,
		],
		[
			'creating the contact',
			'/contact/create',
			REFUSAL,
			/^On finding or creating the contact, before anybody was called: .*No credit/,
		],
		[
			'creating it, unclear',
			'/contact/create',
			{ kind: 'reset' },
			/before anybody was called: .*The contact may have been created/,
		],
		['calling', '/contact/call', REFUSAL, /^On calling contact [\w-]+, found or created before: .*No credit/],
		['calling, unclear', '/contact/call', { kind: 'reset' }, /^On calling contact .*The call may have been placed/],
	])('fails with the step in which it did: %s', async (_name, path, fault, message) => {
		simulator.faults.add({ path, fault });
		const { error } = await runNode(toNumbers([NEW]));
		expect(error?.message).toMatch(message);
		expect(error?.message).toMatch(/\[item 0\]$|before placing it again|before creating it again/);
		expect(underWay()).toEqual([]);
	});

	test('that exists already is found where creating is refused', async () => {
		simulator.options.existingContact = 'refused';
		await runNode(toNumbers(['+14155550101']));
		expect(underWay().map(({ contact }) => contact!.id)).toEqual([contactIds()[0]]);
		simulator.options.searchFindsNumbers = false;
		const { error } = await runNode(toNumbers(['+14155550102']));
		expect(error?.message).toMatch(/before anybody was called: .*already exists/);
		expect(underWay()).toHaveLength(1);
	});

	test('is called once where creating gives a second contact', async () => {
		Object.assign(simulator.options, { existingContact: 'duplicated', searchFindsNumbers: false });
		await runNode(toNumbers(['+14155550101']));
		expect(underWay()).toHaveLength(1);
		expect(underWay()[0].contact!.id).toBe(simulator.store.contacts.at(-1)!.id);
	});

	test('that no call can go to is refused before any request', async () => {
		const { error } = await runNode(toNumbers(['555-0123']));
		expect(error?.message).toMatch(/^'Phone Number' has no country code: 555-0123 \[item 0\]$/);
		expect(requested()).toEqual([]);
	});

	test('written in several ways is worked on one after another: one contact, however many calls at once', async () => {
		simulator.options.latencyMs = 20;
		const numbers = [NEW, '(415) 555-0177', '415 555 0177'];
		const { json } = await runNode(toNumbers(numbers, { callsAtOnce: 3, defaultCountry: 'US' }));
		expect(requested().filter((request) => request.endsWith('/create'))).toHaveLength(1);
		expect(new Set(json.map(({ contactId }) => contactId)).size).toBe(1);
		expect(underWay()).toHaveLength(3);
	});

	test.each<[string, Fault]>([
		['was refused', REFUSAL],
		['was placed before the connection broke', { kind: 'resetAfter' }],
	])('is dialled once with Retry On Fail where the second call %s', async (_name, fault) => {
		failCalls(fault, 1);
		const numbers = [NEW, '+14155550178', '+14155550179'];
		const { json, error } = await runNode(toNumbers(numbers, {}, RETRY));
		expect(error).toBeUndefined();
		expect(json.map(({ phoneNumber }) => phoneNumber)).toEqual(numbers);
		expect(underWay().map(({ phone_number }) => phone_number)).toEqual(numbers);
		expect(simulator.store.contacts.slice(5).map(({ phone_number }) => phone_number)).toEqual(numbers);
	});

	test.each(['functionAgent', 'engineAgent'] as const)('is called once by an AI Agent (%s)', async (way) => {
		const answers = await runTool(way, 2, callNode([{}], { callTo: 'phoneNumber', phoneNumber: NEW }));
		expect(underWay()).toHaveLength(1);
		for (const answer of answers) expect(answer).toContain(underWay()[0].id);
	});
});

describe('Skip if Called Within', () => {
	const MINUTE = 60_000;
	const within = (time: IDataObject = {}) => ({ skipIfCalledWithin: { time } }) as INodeParameters;
	/** Puts a call into the store that is over. */
	function addCall(agent: number, contact: number, agoMs: number, id = `${agent}-${contact}-${agoMs}`): Call {
		const [template] = simulator.store.calls;
		const created = new Date(Date.now() - agoMs).toISOString();
		const { id: contactId, phone_number } = simulator.store.contacts[contact];
		const call = {
			...template,
			id,
			created,
			interview: { id: agentIds()[agent] },
			contact: { ...template.contact!, id: contactId, phone_number },
			phone_number,
		};
		simulator.store.calls.push(call);
		return call;
	}
	const skipped = (id: string) => ({
		skipped: true,
		reason: 'Called already within the time of "Skip if Called Within"',
		lastCall: expect.objectContaining({ id }),
	});
	const called = expect.objectContaining({ status: 'NOT_STARTED' });

	test('gives on who was called in the last 24 hours, by contact or by number, and dials nobody', async () => {
		const { id } = addCall(0, 1, 60 * MINUTE);
		const byContact = await runNode(toContacts([contactIds()[1], contactIds()[2]], within()));
		expect(byContact.json).toEqual([skipped(id), called]);
		expect(byContact.items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		simulator.requests.length = 0;
		const byNumber = await runNode(toNumbers(['+1 (415) 555-0102'], within()));
		expect(byNumber.json).toEqual([skipped(id)]);
		expect(requested()).toEqual([`GET /interview/${agentIds()[0]}/responses`]);
	});

	test('creates no contact for a number that it skips', async () => {
		const { id } = addCall(0, 4, MINUTE);
		const [{ phone_number }] = simulator.store.contacts.splice(4);
		const { json } = await runNode(toNumbers([phone_number!], within()));
		expect(json).toEqual([skipped(id)]);
		expect(simulator.store.contacts).toHaveLength(4);
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
		['minutes', MINUTE],
		['hours', 60 * MINUTE],
		['days', 24 * 60 * MINUTE],
	])('counts in %s', async (unit, ms) => {
		addCall(0, 1, 2 * ms - MINUTE / 2);
		addCall(0, 2, 2 * ms + MINUTE / 2);
		const { json } = await runNode(toContacts(contactIds().slice(1, 3), within({ amount: 2, unit })));
		expect(json).toEqual([expect.objectContaining({ skipped: true }), called]);
	});

	test('reads each list once for an execution, in a loop too, and knows whom it called itself', async () => {
		const { id } = addCall(0, 1, MINUTE);
		const { json } = await runNode({ ...toContacts(contactIds().slice(0, 3), within()), rounds: 3 });
		expect(callLists()).toHaveLength(1);
		expect(dials()).toBe(2);
		const [first, second] = underWay();
		expect(json).toEqual([skipped(first.id), skipped(id), skipped(second.id)]);
		expect((json[0].lastCall as IDataObject).startedAt).toMatch(/Z$/);
	});

	test('takes a call that may have been placed for one', async () => {
		failCalls({ kind: 'reset' });
		const [contact] = contactIds();
		const { json } = await runNode(toContacts([contact, contact], within(), CONTINUE));
		expect(json).toEqual([
			{ error: expect.stringMatching(/may have been placed/) },
			expect.objectContaining({ skipped: true }),
		]);
		expect(dials()).toBe(1);
	});

	test('knows the calls of a number by its contact too, since a listed call may name nothing else', async () => {
		const call = addCall(0, 1, MINUTE);
		Object.assign(call, { contact: { id: contactIds()[1] }, phone_number: null });
		const { json } = await runNode(toNumbers(['+14155550102', '+14155550110'], within()));
		expect(json).toEqual([skipped(call.id), called]);
		expect(dials()).toBe(1);
		expect(callLists()).toHaveLength(1);
	});

	test('knows whom it is calling right now, blanks around the ID or not', async () => {
		const [ada] = contactIds();
		simulator.options.latencyMs = 20;
		const { json } = await runNode(toContacts([ada, ` ${ada} `], { ...within(), callsAtOnce: 2 }));
		expect(json).toEqual([called, skipped(underWay()[0].id)]);
	});

	test('gives the same on when Retry On Fail repeats the node', async () => {
		failCalls(REFUSAL, 1);
		const [ada, ben] = contactIds();
		const { json } = await runNode(toContacts([ada, ada, ben], within(), RETRY));
		expect(json).toEqual([called, skipped(underWay()[0].id), called]);
		expect(underWay()).toHaveLength(2);
	});

	test('reads a list again that could not be read', async () => {
		simulator.faults.add({ path: /responses$/, fault: REFUSAL });
		const { json } = await runNode(toContacts(contactIds().slice(0, 2), within(), CONTINUE));
		expect(json).toEqual([{ error: expect.stringMatching(/No credit/) }, called]);
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
			expect(json).toEqual([called, called]);
			expect(callLists()).toHaveLength(2);
		});

		test('off, those of this execution count', async () => {
			const { json } = await runNode(twoAgents(false));
			expect(json).toEqual([called, skipped(underWay()[0].id)]);
		});

		test('off, those of all agents count, archived ones too', async () => {
			const { id } = addCall(3, 0, MINUTE);
			const { json } = await runNode(twoAgents(false));
			expect(json).toEqual([skipped(id), skipped(id)]);
			expect(callLists()).toHaveLength(4);
		});
	});

	describe('in a long list', () => {
		const manyOld = (count: number) => {
			for (let index = 0; index < count; index++) addCall(0, 0, 48 * 60 * MINUTE + index * MINUTE);
		};

		test('stops where the time ends, if the newest come first', async () => {
			manyOld(120);
			for (let index = 0; index < 60; index++) addCall(0, 1, MINUTE + index * MINUTE);
			const { json } = await runNode(toContacts([contactIds()[1], contactIds()[0]], within()));
			expect(callLists().map(({ query }) => query.page)).toEqual(['0', '1']);
			expect(json).toEqual([skipped(`0-1-${MINUTE}`), called]);
		});

		test('reads on to the end, if they come in another order; the last call is the latest all the same', async () => {
			simulator.options.callOrder = 'oldest';
			manyOld(120);
			addCall(0, 1, 30 * MINUTE);
			addCall(0, 1, MINUTE);
			const { json } = await runNode(toContacts([contactIds()[1]], within()));
			expect(callLists()).toHaveLength(3);
			expect(json).toEqual([skipped(`0-1-${MINUTE}`)]);
		});

		test('is not left early where one newer call stands among older ones', async () => {
			manyOld(120);
			const late = addCall(0, 1, 49 * 60 * MINUTE);
			simulator.store.calls.push({ ...late, id: 'late', created: new Date(Date.now() - MINUTE).toISOString() });
			simulator.options.callOrder = 'oldest';
			const { json } = await runNode(toContacts([contactIds()[1]], within()));
			expect(json).toEqual([skipped('late')]);
		});
	});

	test('forgets in a long loop what is too long ago by then', async () => {
		addCall(0, 0, 4 * MINUTE);
		const now = Date.now();
		const clock = jest.spyOn(Date, 'now').mockImplementation(() => now + (callLists().length ? 2 * MINUTE : 0));
		const { json } = await runNode({ ...toContacts([contactIds()[0]], within({ amount: 5, unit: 'minutes' })) });
		expect(clock).toHaveBeenCalled();
		expect(json).toEqual([called]);
	});

	test.each<[string, IDataObject, string]>([
		['no amount', { amount: 0 }, "'Skip if Called Within' must be a whole number from 1 on [item 0]"],
		['a fraction', { amount: 1.5 }, "'Skip if Called Within' must be a whole number from 1 on [item 0]"],
		[
			'an unknown unit',
			{ unit: 'weeks' },
			"'Unit' of 'Skip if Called Within' is none of minutes, hours and days: weeks [item 0]",
		],
	])('with %s is refused before any request', async (_name, time, message) => {
		const { error } = await runNode(toContacts([contactIds()[0]], within(time)));
		expect(error?.message).toBe(message);
		expect(requested()).toEqual([]);
	});
});

describe('Only Call Between', () => {
	const at = (iso: string) => jest.spyOn(Date, 'now').mockReturnValue(Date.parse(iso));
	const between = (hours: IDataObject = {}, timeZone?: string) =>
		({ onlyCallBetween: { hours }, ...(timeZone !== undefined && { timeZone }) }) as INodeParameters;
	const WEDNESDAY_17 = '2026-11-25T17:00:00.000Z';
	const outside = (nextAllowedAt: string) => ({ skipped: true, reason: 'Outside "Only Call Between"', nextAllowedAt });

	test.each([
		['inside', '2026-11-25T16:59:59.999Z', 'Europe/Berlin', undefined],
		['when they end', WEDNESDAY_17, 'Europe/Berlin', '2026-11-26T08:00:00.000Z'],
		['before the weekend', '2026-11-27T17:00:00.000Z', 'Europe/Berlin', '2026-11-30T08:00:00.000Z'],
		['in another zone', WEDNESDAY_17, 'America/New_York', undefined],
		['over a change of summer time', '2026-10-23T17:00:00.000Z', 'Europe/Berlin', '2026-10-26T08:00:00.000Z'],
	])('holds in the time zone that is set: %s', async (_name, now, timeZone, next) => {
		at(now);
		const { json } = await runNode(toContacts([contactIds()[0]], between({}, timeZone)));
		expect(json).toEqual([next ? outside(next) : expect.objectContaining({ status: 'NOT_STARTED' })]);
		expect(requested()).toEqual(next ? [] : ['POST /contact/call']);
	});

	test.each([
		['one zone', '+49 30 23125001', WEDNESDAY_17, '2026-11-26T08:00:00.000Z'],
		['several, which must all agree', '+14155550177', WEDNESDAY_17, '2026-11-25T19:00:00.000Z'],
	])("is meant in the number's country: %s", async (_name, number, now, next) => {
		at(now);
		const { json } = await runNode(toNumbers([number], between()));
		expect(json).toEqual([outside(next)]);
		expect(requested()).toEqual([]);
		at(next);
		await runNode(toNumbers([number], between()));
		expect(underWay()).toHaveLength(1);
	});

	test("takes a contact's number for its country, which is one request", async () => {
		at(WEDNESDAY_17);
		const { json } = await runNode(toContacts([contactIds()[0]], between({}, '')));
		expect(json).toEqual([outside('2026-11-25T19:00:00.000Z')]);
		expect(requested()).toEqual([`GET /contact/${contactIds()[0]}`]);
	});

	test.each([null, '', '+80012345678', '415 555 0101'])('fails where %j tells no country', async (phoneNumber) => {
		simulator.store.contacts[0].phone_number = phoneNumber;
		const { error } = await runNode(toContacts([contactIds()[0]], between()));
		expect(error?.message).toBe(
			"'Only Call Between' needs a time zone, and the phone number's country is not known [item 0]",
		);
		expect(error?.description).toMatch(/'Time Zone'/);
		expect(dials()).toBe(0);
	});

	test('fails outside, where that is set, and says when it would not', async () => {
		at(WEDNESDAY_17);
		const { error } = await runNode(
			toContacts([contactIds()[0]], between({ outsideTheseHours: 'fail' }, 'Europe/Berlin')),
		);
		expect(error?.message).toBe(
			"It is outside 'Only Call Between': the call may be placed from 2026-11-26T08:00:00.000Z on [item 0]",
		);
		expect(requested()).toEqual([]);
	});

	test('fails where the hours never hold in all zones of the country', async () => {
		const hours = { from: '09:00', to: '09:30' };
		const { error } = await runNode(toNumbers(['+14155550177'], between(hours)));
		expect(error?.message).toMatch(/never holds in all time zones/);
		expect(requested()).toEqual([]);
	});

	test('comes before Skip if Called Within, which then reads nothing', async () => {
		at(WEDNESDAY_17);
		const options = { ...between({}, 'Europe/Berlin'), skipIfCalledWithin: { time: {} } };
		const { json } = await runNode(toContacts([contactIds()[0]], options));
		expect(json).toEqual([outside('2026-11-26T08:00:00.000Z')]);
		expect(requested()).toEqual([]);
	});

	test.each<[string, INodeParameters, RegExp]>([
		['From', between({ from: '25:00' }), /^'From' in 'Only Call Between' is no time of day: 25:00 \[item 0\]$/],
		['To', between({ to: '6 pm' }), /^'To' in 'Only Call Between' is no time of day: 6 pm \[item 0\]$/],
		['Time Zone', between({}, 'Mars/Base'), /^'Time Zone' is none that is known: Mars\/Base \[item 0\]$/],
		[
			'Weekdays, empty',
			between({ weekdays: [] }),
			/^'Weekdays' in 'Only Call Between' must be numbers from 1 \(Monday\) to 7/,
		],
		['Weekdays, unknown', between({ weekdays: [1, 8] }), /^'Weekdays' in 'Only Call Between' must be numbers/],
		['Weekdays, names', between({ weekdays: 'Monday' }), /^'Weekdays' in 'Only Call Between' must be numbers/],
	])('refuses before any request what cannot be read: %s', async (_name, options, message) => {
		const { error } = await runNode(toContacts([contactIds()[0]], options));
		expect(error?.message).toMatch(message);
		expect(requested()).toEqual([]);
	});
});
