import type { INodeParameters } from 'n8n-workflow';
import { contactIds, dials, requested, simulator, underWay, useSimulator } from '../fixtures.mts';
import { runNode } from '../n8n/index.mts';
import { between, isCalled, outsideHours, toContacts, toNumbers } from './recipients.mts';

/** Only Call Between: in which time zone the hours are meant, and what becomes of those outside. */

useSimulator({ firstBackoff: 2 });

const at = (iso: string) => jest.spyOn(Date, 'now').mockReturnValue(Date.parse(iso));
const WEDNESDAY_17 = '2026-11-25T17:00:00.000Z';
const toFirst = (options: INodeParameters) => toContacts([contactIds()[0]], options);

test.each([
	['inside', '2026-11-25T16:59:59.999Z', 'Europe/Berlin', undefined],
	['when they end', WEDNESDAY_17, 'Europe/Berlin', '2026-11-26T08:00:00.000Z'],
	['before the weekend', '2026-11-27T17:00:00.000Z', 'Europe/Berlin', '2026-11-30T08:00:00.000Z'],
	['in another zone', WEDNESDAY_17, 'America/New_York', undefined],
	['over a change of summer time', '2026-10-23T17:00:00.000Z', 'Europe/Berlin', '2026-10-26T08:00:00.000Z'],
])('hold in the time zone that is set: %s', async (_name, now, timeZone, next) => {
	at(now);
	const { json } = await runNode(toFirst(between({}, timeZone)));
	expect(json).toEqual([next ? outsideHours(next, { phoneNumber: null, contactName: null }) : isCalled()]);
	expect(requested()).toEqual(next ? [] : ['POST /contact/call']);
});

test("hold in the time zone of the number's country", async () => {
	at(WEDNESDAY_17);
	const number = '+493023125001';
	const next = '2026-11-26T08:00:00.000Z';
	const { json } = await runNode(toNumbers(['+49 30 23125001'], between()));
	expect(json).toEqual([outsideHours(next, { phoneNumber: number, contactId: null, contactName: null })]);
	expect(requested()).toEqual([]);
	at(next);
	await runNode(toNumbers([number], between()));
	expect(underWay()).toHaveLength(1);
});

test("hold in the time zone of a contact's number, which is one request", async () => {
	simulator.store.contacts[0].phone_number = '+493023125001';
	at(WEDNESDAY_17);
	const { json } = await runNode(toFirst(between({}, '')));
	const known = { contactId: contactIds()[0], phoneNumber: '+493023125001', contactName: 'Ada Park' };
	expect(json).toEqual([outsideHours('2026-11-26T08:00:00.000Z', known)]);
	expect(requested()).toEqual([`GET /contact/${contactIds()[0]}`]);
});

test.each([null, '', '+80012345678', '415 555 0101'])('fail where %j tells no country', async (phoneNumber) => {
	simulator.store.contacts[0].phone_number = phoneNumber;
	const { error } = await runNode(toFirst(between()));
	expect(error?.message).toMatch(
		/^'Only Call Between' needs a time zone, but .* is unknown\. Nobody was called \[item 0\]$/,
	);
	expect(error?.description).toMatch(/'Time Zone'/);
	expect(dials()).toBe(0);
});

test('fail the item outside, if that is set, with the time from which it may be called', async () => {
	at(WEDNESDAY_17);
	const { error } = await runNode(toFirst(between({ outsideTheseHours: 'fail' }, 'Europe/Berlin')));
	expect(error?.message).toBe(
		"It is outside the hours in 'Only Call Between', so nobody was called. The call may be placed at 2026-11-26T08:00:00.000Z or later [item 0]",
	);
	expect(requested()).toEqual([]);
});

test('come before Skip if Called Within, which then reads nothing', async () => {
	at(WEDNESDAY_17);
	const options = { ...between({}, 'Europe/Berlin'), skipIfCalledWithin: { time: {} } };
	const { json } = await runNode(toFirst(options));
	expect(json).toEqual([outsideHours('2026-11-26T08:00:00.000Z', { phoneNumber: null, contactName: null })]);
	expect(requested()).toEqual([]);
});

test('a skipped item carries what a later call needs', async () => {
	at(WEDNESDAY_17);
	const { items, ...node } = toFirst(between({}, 'Europe/Berlin'));
	Object.assign(node.parameters, { metadata: { metadataValues: [{ name: 'deal', value: '={{ $json.deal }}' }] } });
	const { json } = await runNode({ ...node, items: items.map((item) => ({ ...item, deal: 7 })) });
	expect(json).toEqual([
		outsideHours('2026-11-26T08:00:00.000Z', {
			contactId: contactIds()[0],
			phoneNumber: null,
			contactName: null,
			metadata: { deal: 7 },
		}),
	]);
});

const WEEKDAYS =
	/^'Weekdays' in 'Only Call Between' must be one or more numbers from 1 \(Monday\) to 7 \(Sunday\)\. Nobody was called \[item 0\]$/;
test.each<[string, INodeParameters, RegExp]>([
	[
		'From',
		between({ from: '25:00' }),
		/^'From' in 'Only Call Between' is not a valid time of day: 25:00\. Nobody was called \[item 0\]$/,
	],
	[
		'To',
		between({ to: '6 pm' }),
		/^'To' in 'Only Call Between' is not a valid time of day: 6 pm\. Nobody was called \[item 0\]$/,
	],
	['Time Zone', between({}, 'Mars/Base'), /^Unknown time zone 'Mars\/Base'\. Nobody was called \[item 0\]$/],
	['Weekdays, empty', between({ weekdays: [] }), WEEKDAYS],
	['Weekdays, unknown', between({ weekdays: [1, 8] }), WEEKDAYS],
	['Weekdays, names', between({ weekdays: 'Monday' }), WEEKDAYS],
])('that cannot be read are refused before any request: %s', async (_name, options, message) => {
	const { error } = await runNode(toFirst(options));
	expect(error?.message).toMatch(message);
	expect(requested()).toEqual([]);
});

test.each<[string, unknown]>([
	['a list as text', '1, 2, 3, 4, 5'],
	['texts', ['1', '2', '3', '4', '5']],
])('take weekdays from an expression: %s', async (_name, weekdays) => {
	at(WEDNESDAY_17);
	const { json } = await runNode(toFirst(between({ weekdays } as INodeParameters, 'America/New_York')));
	expect(json).toEqual([isCalled()]);
});
