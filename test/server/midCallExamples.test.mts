import { randomUUID } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import type { Simulator } from '../simulator/simulator.mts';
import { newContact } from '../simulator/store.mts';
import { outputOf } from './client.mts';
import { simulatorAccount, startDemo, type Demo } from './demo.mts';
import {
	calling,
	changing,
	ExampleRuns,
	given,
	pinning,
	ranLast,
	setting,
	timesRun,
	unpinning,
	type Run,
} from './exampleRuns.mts';

/** The examples in which an agent asks during a call, and those that call again, later, or once. */

/** A call is over soon, but its first check comes after 15 s. */
const POLLED_WITHIN_MS = 60_000;
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const ALWAYS = { from: '00:00', to: '00:00', weekdays: EVERY_DAY };
const SECRET = 'webhook-secret-of-the-tests';

let demo: Demo;
let simulator: Simulator;
let examples: ExampleRuns;
/** Those that wait run at the same time. */
let unanswered: Promise<Run>;
let answered: Promise<Run>;
let atNight: Promise<Run>;
let campaign: Promise<Run>;
let appointments: Promise<Run>;

beforeAll(async () => {
	demo = await startDemo({ loopbackOnly: true });
	examples = new ExampleRuns(demo);
	simulator = examples.simulator;
	Object.assign(simulator.options, { callPace: 100, quota: null });
	await demo.client.updateCredential(demo.credential, { ...simulatorAccount(simulator), webhookSecret: SECRET });
	addContact('+14155550144', ['spring-campaign'], 'Ada Lovelace');
	addContact('+14155550147', ['spring-campaign', 'do-not-call']);
	addContact(null, ['spring-campaign']);
	addContact('+14155550148', ['newsletter']);
	unanswered = parcelFor('+1 415 555 0110', POLLED_WITHIN_MS * 3);
	answered = parcelFor('+1 415 555 0142');
	atNight = quoteFor('+1 415 555 0143', hoursThatBeginSoon(), 200_000);
	campaign = examples.run('tagged-contacts-campaign.json', 'Every weekday at 10', calling(ALWAYS));
	appointments = examples.run('once-per-appointment.json', 'Every hour from 9 to 17');
	// whoever waits for them hears of it
	await Promise.allSettled([unanswered, answered, atNight, campaign, appointments]);
}, 1_800_000);

afterAll(async () => {
	const outbound = demo.n8n.outbound();
	await demo.stop();
	expect(outbound).toEqual([]);
}, 30_000);

describe('who is calling', () => {
	const FILE = 'who-is-calling.json';
	const ASKS = 'The agent asks';
	const asked = (body: IDataObject) => pinning(ASKS, [{ event: 'MID_CALL_ACTION', body, query: {} }]);
	const known = {
		known: true,
		first_name: 'Ada',
		company: 'Analytical Engines',
		greeting: 'Hello Ada, how can I help you today?',
	};
	const stranger = { known: false, first_name: '', company: '', greeting: 'Hello, who am I talking to?' };

	test('greets a contact by name', async () => {
		const { execution } = await examples.run(FILE, ASKS);
		expect(outputOf(execution, 'Greeting')).toEqual([known]);
		expect(given(execution, 'Search HubSpot')).toEqual([{ 'additionalFields.query': '+14155550140' }]);
	});

	test.each([
		['a number that nobody has', asked({ phone_number: '+14155550199' })],
		['a caller who hides the number', asked({})],
		['a HubSpot that cannot be reached', pinning('Search HubSpot', [{ error: 'Timeout' }])],
		['nothing found', pinning('Search HubSpot', [{}])],
		['a contact without a number', pinning('Search HubSpot', [{ id: '1', properties: { firstname: 'Joan' } }])],
	])('greets %s as a stranger', async (_name, change) => {
		const { execution } = await examples.run(FILE, ASKS, change);
		expect(outputOf(execution, 'Greeting')).toEqual([stranger]);
	});

	test('is what the agent gets', async () => {
		expect(await ask(FILE, ASKS, 'POST', { phone_number: '+1 (415) 555-0140' })).toEqual(known);
		expect(await ask(FILE, ASKS, 'POST', {})).toEqual(stranger);
	});
});

describe('booking an appointment during the call', () => {
	const FILE = 'book-an-appointment-during-the-call.json';
	const ASKS = 'Which times are free?';
	const BOOKS = 'Book this time';
	const DAY = '2030-06-03';
	const at = (time: string, say: string) => ({ start: `${DAY}T${time}:00.000-04:00`, say: `Monday, 3 June, ${say}` });
	const wish = (body: IDataObject) => pinning(BOOKS, [{ event: 'MID_CALL_ACTION', body, query: {} }]);
	const ada = { name: 'Ada Lovelace', phone_number: '+14155550141' };
	const event = (description: string) => ({
		start: { dateTime: `${DAY}T09:00:00-04:00` },
		end: { dateTime: `${DAY}T10:00:00-04:00` },
		description,
	});

	test('offers the first times between the events', async () => {
		const { execution } = await examples.run(FILE, ASKS);
		const free = [at('09:30', '9:30 AM'), at('11:30', '11:30 AM'), at('12:00', '12:00 PM')];
		expect(outputOf(execution, 'Free times')).toEqual([{ times: free }]);
		expect(given(execution, 'Events of the day')).toEqual([
			{ timeMin: `${DAY}T09:00:00.000-04:00`, timeMax: `${DAY}T17:00:00.000-04:00` },
		]);
	});

	test.each([
		['a day without events', [{}], ['09:00', '09:30', '10:00']],
		['an event that does not block', [{ ...event(''), transparency: 'transparent' }], ['09:00', '09:30', '10:00']],
		['a day that is booked out', [{ start: { date: DAY }, end: { date: '2030-06-04' } }], []],
		['the end of the day', [{ ...event(''), end: { dateTime: `${DAY}T16:15:00-04:00` } }], ['16:30']],
	])('%s', async (_name, events, times) => {
		const { execution } = await examples.run(FILE, ASKS, pinning('Events of the day', events));
		const [{ times: free }] = outputOf(execution, 'Free times') as Array<{ times: Array<{ start: string }> }>;
		expect(free.map(({ start }) => start.slice(11, 16))).toEqual(times);
	});

	test.each([[{}], [{ day: 'on Monday' }]])('asked for %j, it offers tomorrow', async (query) => {
		const asked = pinning(ASKS, [{ event: 'MID_CALL_ACTION', body: {}, query }]);
		const { execution } = await examples.run(FILE, ASKS, changing(asked, pinning('Events of the day', [{}])));
		const [{ times }] = outputOf(execution, 'Free times') as Array<{ times: Array<{ start: string }> }>;
		const tomorrow = new Date(Date.now() + 86_400_000).toLocaleDateString('sv', { timeZone: 'America/New_York' });
		expect(times.map(({ start }) => start.slice(0, 10))).toEqual(Array(3).fill(tomorrow));
	});

	test('books a time that is free', async () => {
		const { execution } = await examples.run(FILE, BOOKS);
		expect(given(execution, 'Create the event')).toEqual([
			{
				start: `${DAY}T09:30:00.000-04:00`,
				end: `${DAY}T10:00:00.000-04:00`,
				'additionalFields.summary': 'Ada Lovelace',
				'additionalFields.description': 'Booked during a call\nPhone: +14155550141',
			},
		]);
		expect(outputOf(execution, 'Say that it is booked')).toEqual([
			{ booked: true, say: 'Your appointment is on Monday, 3 June, 9:30 AM.' },
		]);
	});

	const EVENTS = 'Events at that time';
	test('asked again for the same caller, books nothing and says that it is booked', async () => {
		const { execution } = await examples.run(FILE, BOOKS, pinning(EVENTS, [event('Phone: +14155550141')]));
		expect(timesRun(execution, 'Create the event')).toBe(0);
		expect(outputOf(execution, 'Say that it is booked')[0].booked).toBe(true);
	});

	test.each([
		['a time that is taken', pinning(EVENTS, [event('Phone: +14155550149')])],
		['two events at that time', pinning(EVENTS, [event('One'), event('Other')])],
		['a calendar that cannot be read', pinning(EVENTS, [{ error: 'Timeout' }])],
		['a time before the opening', wish({ ...ada, start: `${DAY}T08:30:00-04:00` })],
		['a time after the last one', wish({ ...ada, start: `${DAY}T16:45:00-04:00` })],
		['a time in the past', wish({ ...ada, start: '2020-06-03T09:30:00-04:00' })],
		['no time at all', wish(ada)],
	])('does not book %s', async (_name, change) => {
		const { execution } = await examples.run(FILE, BOOKS, change);
		expect(timesRun(execution, 'Create the event')).toBe(0);
		const [{ booked, say }] = outputOf(execution, 'Say that it is taken');
		expect([booked, say]).toEqual([false, expect.stringMatching(/^I am sorry, .+ is not available\.$/)]);
	});

	test('is what the agent gets', async () => {
		const { times } = (await ask(FILE, ASKS, 'GET', { day: DAY })) as { times: Array<{ start: string }> };
		expect(times[0]).toEqual(at('09:30', '9:30 AM'));
		expect(await ask(FILE, BOOKS, 'POST', { ...ada, start: times[0].start })).toEqual({
			booked: true,
			say: 'Your appointment is on Monday, 3 June, 9:30 AM.',
		});
	});
});

describe('calling until answered', () => {
	test('calls three times, then asks to call by hand', async () => {
		const { execution } = await unanswered;
		expect(callsTo('+14155550110').map(({ metadata }) => metadata)).toEqual(Array(3).fill({ order: '1042' }));
		expect(given(execution, 'Ask to call by hand')).toEqual([
			{ text: 'Order 1042: not reached (no_answer)\nPlease call Grace Hopper, +1 415 555 0110' },
		]);
	});

	test('calls once if it is answered', async () => {
		const { execution } = await answered;
		expect(callsTo('+14155550142')).toHaveLength(1);
		expect(given(execution, 'Tell the team')[0].text).toMatch(/^Order 1042: talked to Grace Hopper\nThe call with/);
	});

	test('calls nobody whose number is unclear', async () => {
		const { execution } = await parcelFor('ask Mary');
		expect(timesRun(execution, 'Call the customer')).toBe(1);
		expect(given(execution, 'Ask to call by hand')[0].text).toMatch(
			/^Order 1042: 'Phone Number' is not a valid phone number[^]+Please call Grace Hopper, ask Mary$/,
		);
	});
});

describe('calling within hours', () => {
	test('waits for the hours, then calls once', async () => {
		const { execution } = await atNight;
		expect(timesRun(execution, 'Call the lead')).toBe(2);
		expect(callsTo('+14155550143').map(({ metadata }) => metadata)).toEqual([{ topic: 'A roof' }]);
		expect(given(execution, 'Tell the team')).toEqual([{ text: 'The agent is calling Ada Lovelace about: A roof' }]);
	});

	test('calls immediately within them', async () => {
		const { execution } = await quoteFor('+1 415 555 0149', ALWAYS);
		expect(timesRun(execution, 'Call the lead')).toBe(1);
		expect(callsTo('+14155550149')).toHaveLength(1);
	});

	test('asks to call by hand where nobody can be called', async () => {
		const { execution } = await quoteFor('ask Mary', ALWAYS);
		expect(given(execution, 'Ask to call by hand')[0].text).toMatch(
			/^Please call Ada Lovelace \(ask Mary\): 'Phone Number' is not a valid phone number/,
		);
	});
});

describe('the campaign', () => {
	test('calls who has the tag, except who must not be called', async () => {
		const { execution } = await campaign;
		expect(['+14155550144', '+14155550147', '+14155550148'].map((number) => callsTo(number).length)).toEqual([1, 0, 0]);
		expect(callsTo('+14155550144')[0].metadata).toEqual({ first_name: 'Ada', campaign: 'spring' });
		const [row, ...others] = given(execution, 'Add to the sheet');
		expect(others).toEqual([]);
		expect(row).toMatchObject({
			'columns.value.Name': 'Ada Lovelace',
			'columns.value.Phone': '+14155550144',
			'columns.value.Result': 'completed',
			'columns.value.Call ID': callsTo('+14155550144')[0].id,
		});
	});

	test('calls nobody again the next morning', async () => {
		const execution = await examples.again(await campaign, 'Every weekday at 10');
		expect(callsTo('+14155550144')).toHaveLength(1);
		expect(ranLast(execution)).toBe('Leave for another day');
	});

	test('calls nobody if the tag is empty', async () => {
		const filters = { tags: '={{ undefined }}', excludedTags: 'do-not-call', phoneNumbersOnly: true };
		const change = changing(calling(ALWAYS), setting('Contacts to call', { filters }));
		const before = simulator.store.calls.length;
		await expect(examples.run('tagged-contacts-campaign.json', 'Every weekday at 10', change)).rejects.toThrow(
			"'Tags' is empty",
		);
		expect(simulator.store.calls).toHaveLength(before);
	});
});

describe('once per appointment', () => {
	const NUMBERS = ['+14155550145', '+14155550146'];
	const counts = () => NUMBERS.map((number) => callsTo(number).length);

	test('calls each attendee', async () => {
		const { execution } = await appointments;
		expect(counts()).toEqual([1, 1]);
		expect(given(execution, 'Tell the front desk').map(({ text }) => text.split('\n')[0])).toEqual([
			'Dental check-up, Ada Lovelace: completed',
			'X-ray, Grace Hopper: completed',
		]);
	});

	test(
		'calls nobody again, unless the appointment moves',
		async () => {
			const run = await appointments;
			const { workflow } = run;
			await examples.again(run, 'Every hour from 9 to 17');
			expect(counts()).toEqual([1, 1]);
			const events = workflow.pinData!['Coming events'].map(({ json }) => json);
			const moved = { ...events[0], start: { dateTime: '2026-11-25T09:30:00-05:00' } };
			const sameMoment = { ...events[1], start: { dateTime: '2026-11-24T16:00:00+01:00' } };
			const pinData = pinning('Coming events', [moved, sameMoment])(workflow).pinData;
			await demo.client.request('PATCH', `/rest/workflows/${workflow.id}`, { ...workflow, pinData });
			await examples.again(run, 'Every hour from 9 to 17');
			expect(counts()).toEqual([2, 1]);
			expect(callsTo(NUMBERS[0]).at(-1)!.metadata).toEqual({
				appointment: 'Dental check-up',
				starts_at: 'Wednesday, 09:30',
			});
		},
		POLLED_WITHIN_MS,
	);
});

async function parcelFor(phone: string, withinMs?: number): Promise<Run> {
	const body = { order: '1042', name: 'Grace Hopper', phone };
	const change = changing(
		pinning('Parcel not delivered', [{ body }]),
		setting('Wait an hour', { amount: 1, unit: 'seconds' }),
	);
	return await examples.run('call-until-answered.json', 'Parcel not delivered', change, withinMs);
}

async function quoteFor(phone: string, hours: IDataObject, withinMs?: number): Promise<Run> {
	const request = { name: 'Ada Lovelace', phone, topic: 'A roof' };
	const change = changing(
		pinning('Request a quote', [request]),
		calling({ ...hours, timeZone: { __rl: true, mode: 'name', value: 'UTC' } }),
	);
	return await examples.run('call-within-hours.json', 'Request a quote', change, withinMs);
}

/** Hours that begin at the next minute that is at least half a minute away. */
function hoursThatBeginSoon(): IDataObject {
	const minuteAt = (ms: number) => new Date(ms).toISOString().slice(11, 16);
	const from = Date.now() + 90_000;
	return { from: minuteAt(from), to: minuteAt(from + 3_600_000), weekdays: EVERY_DAY };
}

function addContact(phoneNumber: string | null, tags: string[], name = 'Someone'): void {
	const { store, teamId } = simulator;
	const contact = newContact({ phone_number: phoneNumber ?? '', name, tags, team_id: teamId });
	store.contacts.push({ ...contact, phone_number: phoneNumber });
}

/** The calls that were placed to a number. */
const callsTo = (number: string) =>
	simulator.placements.map(({ call }) => call).filter((call) => call.phone_number === number);

/** Asks an example at its test URL, as an agent does, and returns its response; other services stay pinned. */
async function ask(
	file: string,
	trigger: string,
	method: 'GET' | 'POST',
	payload: Record<string, unknown>,
): Promise<unknown> {
	const webhookId = randomUUID();
	const draft = unpinning(trigger)(await examples.draftOf(file));
	const nodes = draft.nodes.map((node) => (node.name === trigger ? { ...node, webhookId } : node));
	await demo.client.listen(await demo.client.createWorkflow({ ...draft, nodes }), trigger);
	const url = `${demo.n8n.url}/webhook-test/${webhookId}/webhook`;
	const { status, body } = await simulator.askDuringCall({
		method,
		url,
		headers: { 'x-webhook-secret': SECRET },
		payload,
	});
	expect(status).toBe(200);
	return body;
}
