import type { Call } from '../../simulator/simulator.mts';
import { callLists, contactIds, dials, simulator, useSimulator } from '../fixtures.mts';
import { runNode } from '../n8n/index.mts';
import { HOUR, MINUTE, addCall, calledRecently, isCalled, toContacts, toNumbers, within } from './recipients.mts';

/** Skip if Called Within: which calls of an agent's list count, and whose they are. */

useSimulator({ firstBackoff: 2 });

const running = { end_time: null, outcome: null };
const over = { outcome: null };

/** A call, whether it counts, and whether it does with Count Only Answered Calls. */
const CALLS: Array<[Partial<Call>, boolean, boolean]> = [
	[{ ...over, status: 'COMPLETED' }, true, true],
	[{ ...over, status: 'success' }, true, true],
	[{ ...over, status: 'TRANSFERRED' }, true, true],
	[{ ...over, status: 'LEFT_VOICEMAIL' }, true, false],
	[{ ...over, status: 'success', outcome: 'voicemail' }, true, false],
	[{ ...over, status: 'NO_ANSWER' }, true, false],
	[{ ...over, status: 'failure', outcome: 'no_answer' }, true, false],
	[{ ...over, status: 'BUSY' }, true, false],
	[{ ...over, status: 'CANCELED' }, true, false],
	[{ ...over, status: 'FAILED' }, false, false],
	[{ ...over, status: 'failure' }, false, false],
	[{ ...over, status: 'SUPPRESSED' }, false, false],
	[{ ...over, status: 'failure', outcome: 'suppressed' }, false, false],
	[{ ...over, status: 'COMPLETED', direction: 'inbound' }, false, false],
	[{ ...running, status: 'NOT_STARTED' }, true, true],
	[{ ...running, status: 'IN_PROGRESS' }, true, true],
	[{ ...running, status: 'IN_PROGRESS', direction: 'inbound' }, false, false],
	[{ ...running, status: 'A_NEW_WORD' }, true, true],
	[{ ...over, status: 'A_NEW_WORD' }, true, true],
];

describe.each([false, true])('with Count Only Answered Calls: %s', (countOnlyAnswered) => {
	test.each(CALLS)('%j', async (known, counts, countsIfAnswered) => {
		const { id } = addCall(0, 0, MINUTE, known);
		const { json } = await runNode(toContacts([contactIds()[0]], within({ countOnlyAnswered })));
		expect(json).toEqual([(countOnlyAnswered ? countsIfAnswered : counts) ? calledRecently(id) : isCalled()]);
	});

	test('a call that counts is not hidden by a later one that does not', async () => {
		const { id } = addCall(0, 0, HOUR);
		addCall(0, 0, MINUTE, { ...over, status: 'FAILED' });
		const { json } = await runNode(toContacts([contactIds()[0]], within({ countOnlyAnswered })));
		expect(json).toEqual([calledRecently(id)]);
	});
});

describe('a person is recognised', () => {
	const ADA = 'c0000000-0000-4000-8000-000000000001';

	test('by the number, of another contact with the same one', async () => {
		const { id } = addCall(0, 0, MINUTE);
		simulator.store.contacts[1].phone_number = simulator.store.contacts[0].phone_number;
		const { json } = await runNode(toContacts([contactIds()[1]], within()));
		expect(json).toEqual([calledRecently(id)]);
		expect(dials()).toBe(0);
	});

	test('by the contact, where a listed call names nothing else', async () => {
		const { id } = addCall(0, 1, MINUTE, { phone_number: null });
		Object.assign(simulator.store.calls.at(-1)!, { contact: { id: contactIds()[1] } });
		const { json } = await runNode(toNumbers(['+14155550102', '+14155550110'], within()));
		expect(json).toEqual([calledRecently(id), isCalled()]);
		expect(callLists()).toHaveLength(1);
	});

	test.each([ADA, ADA.toUpperCase()])('by the contact %s, in small or capital letters', async (listedAs) => {
		const { id } = addCall(0, 0, MINUTE, { phone_number: null });
		Object.assign(simulator.store.calls.at(-1)!, { contact: { id: listedAs } });
		simulator.store.contacts[0].phone_number = null;
		const asked = listedAs === ADA ? ADA.toUpperCase() : ADA;
		simulator.store.contacts[0].id = asked;
		const { json } = await runNode(toContacts([asked], within()));
		expect(json).toEqual([calledRecently(id, { phoneNumber: null })]);
	});

	test("in an agent's list, however it writes the agent's ID", async () => {
		const { id } = addCall(0, 0, MINUTE);
		const call = simulator.store.calls.at(-1)!;
		const responses = [{ ...call, interview: { ...call.interview, id: call.interview.id.toUpperCase() } }];
		const fault = { kind: 'status', status: 200, body: { data: { responses } } } as const;
		simulator.faults.add({ path: /responses$/, fault });
		expect((await runNode(toContacts([contactIds()[0]], within()))).json).toEqual([calledRecently(id)]);
	});

	test.each([
		'+1 415 555 0101',
		'(415) 555-0101',
		'4155550101',
		'14155550101',
		'001 415 555 0101',
		'tel:+1-415-555-0101',
	])('by the number, written in the list as %s', async (phoneNumber) => {
		const { id } = addCall(0, 0, MINUTE, { phone_number: phoneNumber });
		Object.assign(simulator.store.calls.at(-1)!, { contact: undefined });
		const { json } = await runNode(toNumbers(['+14155550101'], within()));
		expect(json).toEqual([calledRecently(id)]);
	});

	test.each(['+1 415 555 0102', '+44 4155550101', '555-0101', '+14155550101 9', ''])(
		'not by the number %s in the list',
		async (phoneNumber) => {
			addCall(0, 0, MINUTE, { phone_number: phoneNumber });
			Object.assign(simulator.store.calls.at(-1)!, { contact: undefined });
			const { json } = await runNode(toNumbers(['+14155550101'], within()));
			expect(json).toEqual([isCalled()]);
		},
	);
});

describe('the time of a call is read', () => {
	/** The simulator would not list a call whose time it cannot read itself. */
	const listAsStored = () => {
		const body = { data: { responses: simulator.store.calls.slice(4) } };
		simulator.faults.add({ path: /responses$/, times: Infinity, fault: { kind: 'status', status: 200, body } });
	};
	const at = (ago: number) => new Date(Date.now() - ago).toISOString();
	test.each<[string, (ago: number) => unknown]>([
		['as ISO 8601', at],
		['with an offset', (ago) => at(ago - 2 * HOUR).replace('Z', '+02:00')],
		['without a zone', (ago) => at(ago).slice(0, 19)],
		['without a zone and with a blank', (ago) => at(ago).slice(0, 19).replace('T', ' ')],
		['in milliseconds', (ago) => Date.parse(at(ago))],
		['in seconds', (ago) => Math.floor(Date.parse(at(ago)) / 1000)],
		['in seconds as text', (ago) => String(Math.floor(Date.parse(at(ago)) / 1000))],
	])('%s', async (_name, written) => {
		const option = within({ amount: 30, unit: 'minutes' });
		addCall(0, 0, 0, { id: 'old', created: written(31 * MINUTE) as string });
		addCall(0, 1, 0, { id: 'lately', created: written(29 * MINUTE) as string });
		listAsStored();
		const { json } = await runNode(toContacts(contactIds().slice(0, 2), option));
		expect(json).toEqual([isCalled(), calledRecently('lately')]);
	});

	test('as lately where there is none', async () => {
		addCall(0, 0, 0, { id: 'new', created: undefined, start_time: null } as unknown as Partial<Call>);
		listAsStored();
		const { json } = await runNode(toContacts([contactIds()[0]], within()));
		expect(json).toEqual([calledRecently('new')]);
	});

	test.each([-1, 1])("by the API's clock, which is %d hours ahead of n8n's", async (hours) => {
		simulator.options.clockOffsetMs = hours * HOUR;
		const ago = (ms: number) => ({ created: new Date(Date.now() + hours * HOUR - ms).toISOString() });
		addCall(0, 0, 0, { id: 'old', ...ago(31 * MINUTE) });
		addCall(0, 1, 0, { id: 'lately', ...ago(29 * MINUTE) });
		const { json } = await runNode(toContacts(contactIds().slice(0, 2), within({ amount: 30, unit: 'minutes' })));
		expect(json).toEqual([isCalled(), calledRecently('lately')]);
	});
});

describe('in a long list', () => {
	const manyOld = (count: number) => {
		for (let index = 0; index < count; index++) addCall(0, 0, 48 * HOUR + index * MINUTE);
	};
	const pages = () => callLists().map(({ query }) => query.page);

	test('reading stops where the time ends, if the newest come first', async () => {
		manyOld(120);
		for (let index = 0; index < 60; index++) addCall(0, 1, MINUTE + index * MINUTE);
		const { json } = await runNode(toContacts([contactIds()[1], contactIds()[0]], within()));
		expect(pages()).toEqual(['0', '1']);
		expect(json).toEqual([calledRecently(`0-1-${MINUTE}`), isCalled()]);
	});

	test('reading goes on to the end, if they come in another order; the last call is the latest all the same', async () => {
		simulator.options.callOrder = 'oldest';
		manyOld(120);
		addCall(0, 1, 30 * MINUTE);
		addCall(0, 1, MINUTE);
		const { json } = await runNode(toContacts([contactIds()[1]], within()));
		expect(callLists()).toHaveLength(3);
		expect(json).toEqual([calledRecently(`0-1-${MINUTE}`)]);
	});

	test('it is not left early where one newer call stands among older ones', async () => {
		manyOld(120);
		const late = addCall(0, 1, 49 * HOUR);
		simulator.store.calls.push({ ...late, id: 'late', created: new Date(Date.now() - MINUTE).toISOString() });
		simulator.options.callOrder = 'oldest';
		const { json } = await runNode(toContacts([contactIds()[1]], within()));
		expect(json).toEqual([calledRecently('late')]);
	});

	test.each(['newest', 'oldest', 'unordered'] as const)(
		'whose pages the server caps at 20, in the order "%s"',
		async (callOrder) => {
			Object.assign(simulator.options, { callOrder, largestPage: 20 });
			for (let index = 0; index < 60; index++) addCall(0, 0, HOUR + index * MINUTE);
			const { id } = addCall(0, 1, 2 * HOUR);
			const { json } = await runNode(toContacts([contactIds()[1]], within()));
			expect(json).toEqual([calledRecently(id)]);
		},
	);
});
