// Every example on a real n8n, with the simulator's status words in both vocabularies.
import axios from 'axios';
import type { IDataObject, INodeTypeDescription } from 'n8n-workflow';
import type { Simulator } from '../simulator/simulator.mts';
import { outputOf, type Execution } from './client.mts';
import { startDemo, type Demo } from './demo.mts';
import { calling, ExampleRuns, given, nodesRun, pinning, ranLast, type Change, type Run } from './exampleRuns.mts';
import { startModel, type ScriptedModel } from './model.mts';
import { unknownParameters } from './parameters.mts';
import { until } from './until.mts';
import { changeNodes, EXAMPLES, MANUAL_TRIGGER } from './workflows.mts';

// calls end soon, but the examples poll: the first check comes after 15 s
jest.setTimeout(60_000);

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

let demo: Demo;
let simulator: Simulator;
let examples: ExampleRuns;
/** Those that wait for calls do so at the same time. */
let speedToLead: Promise<Run>;
let notReached: Promise<Run>;
let reminders: Promise<Run>;
let supportQueue: Promise<Run>;
let leadList: Promise<Run>;

describe.each(['dashboard', 'api'] as const)('with the status words of the %s', (vocabulary) => {
	beforeAll(async () => {
		demo = await startDemo({ loopbackOnly: true, vocabulary });
		examples = new ExampleRuns(demo);
		simulator = examples.simulator;
		Object.assign(simulator.options, { callPace: 100, quota: null });
		speedToLead = examples.run('speed-to-lead.json', 'New HubSpot contact');
		notReached = examples.run(
			'speed-to-lead.json',
			'New HubSpot contact',
			pinning('Read the contact', [hubSpotContact('+1 415 555 0110')]),
		);
		const always = calling({ from: '00:00', to: '00:00', weekdays: EVERY_DAY });
		reminders = examples.run('appointment-reminders.json', 'Every weekday at 10', always);
		supportQueue = examples.run('support-queue.json', 'Call me back');
		leadList = examples.run('lead-list.json', MANUAL_TRIGGER);
		// the tests that wait for them report their failures
		await Promise.allSettled([speedToLead, notReached, reminders, supportQueue, leadList]);
	}, 1_800_000);

	afterAll(async () => {
		const outbound = demo.n8n.outbound();
		await demo.stop();
		expect(outbound).toEqual([]);
	}, 30_000);

	test.each(EXAMPLES)('%s has nothing that its nodes do not know', hasOnlyKnownParameters);
	describe('speed to lead', testSpeedToLead);
	describe('appointment reminders', testReminders);
	describe('support queue', testSupportQueue);
	describe('after the call', testAfterTheCall);
	describe('lead list', testLeadList);
	describe('missed events', testMissedEvents);
	describe('handing over to an automation', testHandOver);
	describe('the AI Agent', testAgent);
});

async function hasOnlyKnownParameters(file: string) {
	const { data: types } = await axios.get<INodeTypeDescription[]>(`${demo.n8n.url}/types/nodes.json`, {
		headers: { cookie: demo.client.session, 'browser-id': demo.client.browserId },
	});
	for (const { name, type, typeVersion, parameters } of (await examples.draftOf(file)).nodes) {
		const node = types.find((each) => each.name === type && [each.version].flat().includes(typeVersion));
		expect([name, node && unknownParameters(parameters, node.properties)]).toEqual([name, []]);
	}
}

const hubSpotContact = (phone: string): IDataObject => ({
	vid: 1502,
	properties: { firstname: { value: 'Carla' }, email: { value: 'carla@example.com' }, phone: { value: phone } },
});

function testSpeedToLead() {
	test('calls the new contact and tells HubSpot and Slack', async () => {
		const { execution } = await speedToLead;
		expect(examples.callsTo('+14155550120')).toEqual(['COMPLETED']);
		expect(simulator.store.contacts).toContainEqual(
			expect.objectContaining({ phone_number: '+14155550120', name: 'Ada Lovelace', tags: ['hubspot'] }),
		);
		expect(ranLast(execution)).toBe('Tell the sales team');
		expect(given(execution, 'Mark as connected')).toMatchObject([{ email: 'ada.lovelace@example.com' }]);
		expect(given(execution, 'Tell the sales team')[0].text).toMatch(
			/Talked to \*Ada\* \(\+14155550120\)[^]+ended as COMPLETED/,
		);
	});

	test('asks to call someone by hand who was not reached', async () => {
		const { execution } = await notReached;
		expect(nodesRun(execution).slice(-2)).toEqual(['Mark as attempted', 'Ask to call by hand']);
		expect(given(execution, 'Ask to call by hand')[0].text).toBe(
			'Carla was not reached (no answer)\nPlease call +14155550110',
		);
	});

	test('calls nobody again that day, and says so', async () => {
		const execution = await examples.again(await speedToLead, 'New HubSpot contact');
		expect(examples.callsTo('+14155550120')).toHaveLength(1);
		expect(ranLast(execution)).toBe('Say who was not called');
		expect(given(execution, 'Say who was not called')[0].text).toBe(
			'Ada was not called: already called in the last 24 hours',
		);
	});

	test('leaves a contact without a number alone', async () => {
		const { execution } = await examples.run(
			'speed-to-lead.json',
			'New HubSpot contact',
			pinning('Read the contact', [{ vid: 1, properties: {} }]),
		);
		expect(ranLast(execution)).toBe('Has phone and email');
	});
}

function testReminders() {
	test('call each attendee once and note it on the event', async () => {
		const { execution } = await reminders;
		for (const number of ['+14155550121', '+14155550122', '+14155550132']) {
			expect(examples.callsTo(number)).toEqual(['COMPLETED']);
		}
		const notes = given(execution, 'Note on the event');
		expect(notes.map(({ eventId }) => eventId)).toEqual(['evt-1', 'evt-3', 'evt-5']);
		expect(notes[0]['updateFields.description']).toMatch(
			/^Booked online[^]+Reminder call: completed\nThe call with Ada Lovelace/,
		);
		expect(examples.metadataTo('+14155550121')).toEqual({
			appointment: 'Dental check-up',
			starts_at: 'Tuesday, 09:30',
		});
		expect(examples.metadataTo('+14155550132')).toEqual({ appointment: 'Blood donation', starts_at: 'Tuesday' });
		expect(given(execution, 'Note why not')).toEqual([
			{
				eventId: 'evt-2',
				'updateFields.description': 'Phone: +1 (415) 555-0121\n\nNo reminder call: already called in the last 20 hours',
			},
		]);
	});

	test('call nobody whose number does not stand alone', async () => {
		const { execution } = await reminders;
		const numbers = outputOf(execution, 'Has a phone number').map(({ eventId }) => eventId);
		expect(numbers).toEqual(['evt-1', 'evt-2', 'evt-3', 'evt-5']);
		expect(examples.callsTo('+14155550131')).toEqual([]);
	});

	test('call nobody outside the hours, and note that too', async () => {
		const inThreeDays = ((new Date().getUTCDay() + 2) % 7) + 1;
		const { execution } = await examples.run(
			'appointment-reminders.json',
			'Every weekday at 10',
			calling({ weekdays: [inThreeDays] }),
		);
		expect(
			outputOf(execution, 'Remind by phone').map(({ result, skipReason, nextAllowedAt }) => [
				result,
				skipReason,
				typeof nextAllowedAt,
			]),
		).toEqual(Array(4).fill(['skipped', 'outside_hours', 'string']));
		expect(ranLast(execution)).toBe('Note why not');
		expect(given(execution, 'Note why not')[2]['updateFields.description']).toContain(
			'No reminder call: outside calling hours',
		);
		expect(examples.callsTo('+14155550122')).toHaveLength(1);
	});
}

function testSupportQueue() {
	test('calls back and opens a ticket with the transcript', async () => {
		const { execution } = await supportQueue;
		expect(examples.callsTo('+14155550124')).toEqual(['COMPLETED']);
		const [ticket] = given(execution, 'Open a ticket');
		expect(ticket['additionalFields.subject']).toBe(
			'Call back: My parcel has not arrived yet. The order number is 1042.',
		);
		expect(ticket.description).toMatch(
			/^Grace Hopper \(\(415\) 555-0124, grace.hopper@example.com\)[^]+Call: completed[^]+User: Yes, go on/,
		);
		expect(ticket['additionalFields.externalId']).toBe(outputOf(execution, 'Call back')[0].id);
		expect(ranLast(execution)).toBe('Open a ticket');
	});

	test('opens one as well if nobody can be called', async () => {
		const request = { phone: 'ask Mary', topic: 'Anything' };
		const { execution } = await examples.run('support-queue.json', 'Call me back', pinning('Call me back', [request]));
		expect(given(execution, 'Open a ticket')[0].description).toMatch(
			/^Someone \(ask Mary\)[^]+Call: 'Phone Number' is not a valid phone number: 'ask Mary'/,
		);
	});
}

function testAfterTheCall() {
	const callTo = async (number: string) => {
		const contact = simulator.store.contacts.find(({ phone_number: each }) => each === number)!;
		return await examples.runForCall('after-the-call.json', 'Call ended', contact);
	};

	test('logs a talk in HubSpot and keeps its recording', async () => {
		const execution = await callTo('+14155550101');
		const [event] = outputOf(execution, 'Call ended');
		expect(event).toMatchObject({ event: 'NEW_RESPONSE', result: 'completed', outcome: 'qualified' });
		expect(given(execution, 'Find the contact in HubSpot')[0]['additionalFields.query']).toBe('+14155550101');
		expect(given(execution, 'Log the call in HubSpot')[0]).toMatchObject({
			'metadata.durationMilliseconds': String(Number(event.durationSeconds) * 1000),
		});
		const [file] = given(execution, 'Save it to Google Drive');
		expect(file.name).toBe(`call-${String(event.startedAt).slice(0, 10)}-${String(event.id)}.wav`);
		expect(nodesRun(execution)).not.toContain('Say who was not reached');
	});

	test.each([
		['transferred', '+14155550113', 'Say who was transferred', 'A call was transferred to you: +14155550113'],
		['not answered', '+14155550110', 'Say who was not reached', 'Not reached: +14155550110 (no answer)'],
		['left on voicemail', '+14155550112', 'Say who was not reached', 'Not reached: +14155550112 (voicemail)'],
	])('tells the team of a call that was %s', async (_, number, node, text) => {
		const execution = await callTo(number);
		expect(given(execution, node)[0].text).toContain(text);
		expect(ranLast(execution)).toBe(node);
	});

	test('takes a call of which nothing is known', async () => {
		const [{ json: ended }] = (await examples.draftOf('after-the-call.json')).pinData!['Call ended'];
		const nothing = Object.fromEntries(Object.keys(ended).map((name) => [name, null]));
		const { execution } = await examples.run(
			'after-the-call.json',
			'Call ended',
			pinning('Call ended', [{ ...nothing, result: 'unknown', ended: false }]),
		);
		expect(given(execution, 'Say who was not reached')[0].text).toBe('Not reached: number unknown (unknown)');
	});
}

function testLeadList() {
	const rowsIn = (execution: Execution, node: string) =>
		given(execution, node).map((row) => [row['columns.value.row_number'], row['columns.value.Outcome']]);

	test('calls every lead without an outcome once and writes it to the row', async () => {
		const { execution } = await leadList;
		expect(examples.callsTo('+14155550125')).toEqual(['COMPLETED']);
		expect(examples.callsTo('+14155550126')).toEqual(['COMPLETED']);
		expect(examples.callsTo('+14155550111')).toEqual(['BUSY']);
		expect(examples.callsTo('+14155550127')).toEqual([]);
		expect(rowsIn(execution, 'Write to the row')).toEqual([
			['2', 'completed'],
			['3', 'completed'],
			['4', 'busy'],
			['7', expect.stringContaining("is not a valid phone number: 'ask the office'") as string],
		]);
		const [written] = given(execution, 'Write to the row');
		const [notCalled, ...others] = given(execution, 'Write why not');
		expect(others).toEqual([]);
		expect(notCalled).toMatchObject({
			'columns.value.row_number': '6',
			'columns.value.Call ID': written['columns.value.Call ID'],
		});
	});

	test('calls nobody again if the rows were not written', async () => {
		const execution = await examples.again(await leadList, MANUAL_TRIGGER);
		for (const number of ['+14155550125', '+14155550126', '+14155550111']) {
			expect(examples.callsTo(number)).toHaveLength(1);
		}
		const skipped = given(execution, 'Write why not').map((row) => row['columns.value.row_number']);
		expect(skipped).toEqual(['2', '3', '4', '6']);
	});
}

function testMissedEvents() {
	let found: Run;

	test('finds every call of the last hours, each once', async () => {
		// what the other examples have called
		await Promise.all([speedToLead, notReached, reminders, supportQueue, leadList]);
		await simulator.idle();
		found = await examples.run('missed-events.json', 'Every hour');
		const recent = simulator.store.calls.filter(({ created }) => Date.parse(created) > Date.now() - 3_600_000);
		expect(recent.length).toBeGreaterThan(5);
		expect(idsOf(found.execution)).toEqual(recent.map(({ id }) => id).sort());
		const told = given(found.execution, 'Tell the team').map(({ text }) => text.split('\n')[0]);
		expect(told).toHaveLength(recent.length);
		expect(told).toEqual(expect.arrayContaining(['Call with +14155550120: completed', 'Call with +14155550111: busy']));
	});

	test('finds none of them again', async () => {
		const execution = await examples.again(found, 'Every hour');
		expect(outputOf(execution, 'Has ended').length).toBeGreaterThan(5);
		expect(idsOf(execution)).toEqual([]);
	});

	test('and neither does the trigger, once it has reported one', async () => {
		expect(idsOf(await examples.again(found, 'Call ended'))).toHaveLength(1);
		expect(idsOf(await examples.again(found, 'Call ended'))).toEqual([]);
	});

	const idsOf = (execution: Execution) =>
		outputOf(execution, 'Not seen before')
			.map(({ id }) => id)
			.sort();
}

function testHandOver() {
	/** As someone does who pastes what the Automation shows. */
	const starting: Change = (draft) =>
		changeNodes(draft, ({ parameters }) => {
			const automationId = `${simulator.url}/webhook/automation/${simulator.store.automations[0].id}`;
			return 'automationId' in parameters ? { parameters: { ...parameters, automationId } } : {};
		});

	test('starts it with the order', async () => {
		await examples.run('hand-over-to-automation.json', 'New order', starting);
		const [request] = simulator.requests.filter(({ path }) => path.startsWith('/webhook/automation/'));
		expect(request.body).toEqual({
			order_id: '1042',
			name: 'Ada Lovelace',
			phone_number: '+14155550129',
			total: 129.9,
		});
	});

	test('continues when it reports back', async () => {
		const { execution } = await examples.run('hand-over-to-automation.json', 'Automation reports back', starting);
		expect(given(execution, 'Tell the team')[0].text).toBe('Order 1042: Ada Lovelace confirmed the delivery on Monday');
	});
}

function testAgent() {
	// nobody has the chat open that the answer goes to: n8n waits for them
	const ANSWER = 'Answer in the chat';
	const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36';
	let model: ScriptedModel;

	afterEach(async () => await model.stop());

	test.each([
		['calls once it is approved', 'Approve', '+14155550128', ['COMPLETED'], /phoneNumber/],
		['calls nobody if it is declined', 'Decline', '+14155550130', [], /rejected/],
	])('%s', async (_, button, number, calls, toldModel) => {
		const wish = { phone_number: number, reason: 'Does Monday suit you?', name: 'Ada Lovelace' };
		model = await startModel([
			{ uses: 'Place_a_phone_call', with: { toolParameters: wish, hitlParameters: {} } },
			{ says: 'Done.' },
		]);
		const openAi = await demo.client.createCredential('Scripted model', 'openAiApi', {
			apiKey: 'none',
			url: model.url,
		});
		const draft = changeNodes(await examples.draftOf('ai-agent-with-approval.json'), ({ name }) =>
			name === 'OpenAI Chat Model' ? { credentials: { openAiApi: { id: openAi.id, name: openAi.name } } } : {},
		);
		const id = await demo.client.run(await demo.client.createWorkflow(draft), 'When chat message received');
		const asking = await waitingAt(id, 'Approve the call');
		expect(examples.callsTo(number)).toEqual([]);
		const { sendMessage } = asking as unknown as {
			sendMessage: { text: string; buttons: Array<{ text: string; link: string }> };
		};
		expect(sendMessage.text).toContain(`phone number: ${number}`);
		const { link } = sendMessage.buttons.find(({ text }) => text === button)!;
		// n8n accepts no approval from what looks like a bot
		await axios.get(link, { headers: { 'user-agent': BROWSER } });
		await waitingAt(id, ANSWER);
		await simulator.idle();
		expect(examples.callsTo(number)).toEqual(calls);
		expect(JSON.stringify(model.requests.at(-1))).toMatch(toldModel);
	});

	async function waitingAt(id: string, node: string): Promise<unknown> {
		return await until(`"${node}"`, 30_000, async () => {
			const { status, data } = await demo.client.execution(id);
			if (status === 'error') throw new Error(data.resultData.error?.message);
			return status === 'waiting' && data.resultData.lastNodeExecuted === node
				? Object.values(data.resultData.runData[node].at(-1)!.data!)[0][0]![0]
				: undefined;
		});
	}
}
