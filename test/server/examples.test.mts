import axios from 'axios';
import type { IDataObject, INode, INodeTypeDescription } from 'n8n-workflow';
import type { Simulator } from '../simulator/simulator.mts';
import { outputOf, type Execution, type Workflow, type WorkflowDraft } from './client.mts';
import { startDemo, type Demo } from './demo.mts';
import { startModel, type ScriptedModel } from './model.mts';
import { unknownParameters } from './parameters.mts';
import { until } from './until.mts';
import { changeNodes, EXAMPLES, example, MANUAL_TRIGGER } from './workflows.mts';

/** Calls are over soon, but are waited for by polling: the first look comes after 15 s. */
const POLLED_WITHIN_MS = 60_000;

let demo: Demo;
let simulator: Simulator;
/** Those that wait for calls do so at the same time. */
let speedToLead: Promise<Run>;
let reminders: Promise<Run>;
let supportQueue: Promise<Run>;
let leadList: Promise<Run>;

interface Run {
	workflow: Workflow;
	execution: Execution;
}

type Change = (draft: WorkflowDraft) => WorkflowDraft;

beforeAll(async () => {
	demo = await startDemo({ loopbackOnly: true });
	if (!demo.simulator) throw new Error('No simulator');
	simulator = demo.simulator;
	Object.assign(simulator.options, { callPace: 100, quota: null });
	speedToLead = run('speed-to-lead.json', 'New HubSpot contact');
	reminders = run(
		'appointment-reminders.json',
		'Every morning at 10',
		calling({ from: '00:00', to: '00:00', weekdays: EVERY_DAY }),
	);
	supportQueue = run('support-queue.json', 'Call me back');
	leadList = run('lead-list.json', MANUAL_TRIGGER);
	// whoever waits for them hears of it
	await Promise.allSettled([speedToLead, reminders, supportQueue, leadList]);
}, 1_800_000);

afterAll(async () => {
	const outbound = demo.n8n.outbound();
	await demo.stop();
	expect(outbound).toEqual([]);
}, 30_000);

test.each(EXAMPLES)('%s has nothing that its nodes do not know', async (file) => {
	const { data: types } = await axios.get<INodeTypeDescription[]>(`${demo.n8n.url}/types/nodes.json`, {
		headers: { cookie: demo.client.session, 'browser-id': demo.client.browserId },
	});
	for (const { name, type, typeVersion, parameters } of (await draftOf(file)).nodes) {
		const node = types.find((each) => each.name === type && [each.version].flat().includes(typeVersion));
		expect([name, node && unknownParameters(parameters, node.properties)]).toEqual([name, []]);
	}
});

describe('speed to lead', () => {
	test(
		'calls the new contact and tells HubSpot and Slack',
		async () => {
			const { execution } = await speedToLead;
			expect(callsTo('+14155550120')).toEqual(['COMPLETED']);
			expect(simulator.store.contacts).toContainEqual(
				expect.objectContaining({ phone_number: '+14155550120', name: 'Ada Lovelace', tags: ['hubspot'] }),
			);
			expect(ranLast(execution)).toBe('Tell the sales team');
			expect(given(execution, 'Mark as connected')).toMatchObject([{ email: 'ada.lovelace@example.com' }]);
			expect(given(execution, 'Tell the sales team')[0].text).toMatch(
				/Talked to \*Ada\* \(\+14155550120\)[^]+ended as COMPLETED/,
			);
		},
		POLLED_WITHIN_MS,
	);

	test('calls nobody again that day, and says so', async () => {
		const execution = await again(await speedToLead, 'New HubSpot contact');
		expect(callsTo('+14155550120')).toHaveLength(1);
		expect(given(execution, 'Ask to call by hand')[0].text).toMatch(
			/Ada was not reached: Called already[^]+\+14155550120/,
		);
	});

	test('leaves a contact without a number alone', async () => {
		const { execution } = await run(
			'speed-to-lead.json',
			'New HubSpot contact',
			pinning('Read the contact', [{ vid: 1, properties: {} }]),
		);
		expect(ranLast(execution)).toBe('Has phone and email');
	});
});

describe('appointment reminders', () => {
	test(
		'call each attendee once and note it on the event',
		async () => {
			const { execution } = await reminders;
			expect(callsTo('+14155550121')).toEqual(['COMPLETED']);
			expect(callsTo('+14155550122')).toEqual(['COMPLETED']);
			const notes = given(execution, 'Note on the event');
			expect(notes.map(({ eventId }) => eventId)).toEqual(['evt-1', 'evt-3']);
			expect(notes[0]['updateFields.description']).toMatch(
				/^Booked online[^]+Reminder call: COMPLETED\nThe call with Ada Lovelace/,
			);
			expect(simulator.store.calls.at(-1)?.metadata).toBeDefined();
			expect(metadataTo('+14155550121')).toEqual({ appointment: 'Dental check-up', starts_at: 'Tuesday, 09:30' });
		},
		POLLED_WITHIN_MS,
	);

	test('call nobody outside the hours', async () => {
		const inThreeDays = ((new Date().getUTCDay() + 2) % 7) + 1;
		const { execution } = await run(
			'appointment-reminders.json',
			'Every morning at 10',
			calling({ weekdays: [inThreeDays] }),
		);
		expect(
			outputOf(execution, 'Remind by phone').map(({ skipped, nextAllowedAt }) => [skipped, typeof nextAllowedAt]),
		).toEqual(Array(3).fill([true, 'string']));
		expect(ranLast(execution)).toBe('Was called');
		expect(callsTo('+14155550122')).toHaveLength(1);
	});
});

describe('support queue', () => {
	test(
		'calls back and opens a ticket with the transcript',
		async () => {
			const { execution } = await supportQueue;
			expect(callsTo('+14155550124')).toEqual(['COMPLETED']);
			const [ticket] = given(execution, 'Open a ticket');
			expect(ticket['additionalFields.subject']).toBe(
				'Call back: My parcel has not arrived yet. The order number is 1042.',
			);
			expect(ticket.description).toMatch(
				/^Grace Hopper \(\(415\) 555-0124, grace.hopper@example.com\)[^]+Call: COMPLETED[^]+User: Yes, go on/,
			);
			expect(ticket['additionalFields.externalId']).toBe(outputOf(execution, 'Call back')[0].id);
			expect(ranLast(execution)).toBe('Open a ticket');
		},
		POLLED_WITHIN_MS,
	);

	test('opens one as well where nobody can be called', async () => {
		const request = { phone: 'ask Mary', topic: 'Anything' };
		const { execution } = await run('support-queue.json', 'Call me back', pinning('Call me back', [request]));
		expect(given(execution, 'Open a ticket')[0].description).toMatch(
			/^Someone \(ask Mary\)[^]+Nobody was called: 'Phone Number' is no phone number/,
		);
	});
});

describe('after the call', () => {
	const ended = async () => (await draftOf('after-the-call.json')).pinData!['Call ended'][0].json;

	test(
		'logs a talk in HubSpot and keeps its recording',
		async () => {
			const { execution } = await run('after-the-call.json', 'Call ended');
			expect(given(execution, 'Find the contact in HubSpot')[0]['additionalFields.query']).toBe('+14155550101');
			expect(given(execution, 'Log the call in HubSpot')[0]).toMatchObject({
				'metadata.durationMilliseconds': '32000',
			});
			const [file] = given(execution, 'Save it to Google Drive');
			expect(file.name).toBe('call-2026-11-11-d0000000-0000-4000-8000-000000000001.wav');
			expect(Object.keys(execution.data.resultData.runData)).not.toContain('Say who was not reached');
		},
		POLLED_WITHIN_MS,
	);

	test.each([
		['TRANSFERRED', 'Say who was transferred', 'A caller was transferred to you: +14155550101'],
		['NO_ANSWER', 'Say who was not reached', 'Not reached: +14155550101 (NO_ANSWER)'],
	])('tells the team of %s', async (status, node, text) => {
		const { execution } = await run(
			'after-the-call.json',
			'Call ended',
			pinning('Call ended', [{ ...(await ended()), status }]),
		);
		expect(given(execution, node)[0].text).toContain(text);
	});

	test('takes a call of which nothing is known', async () => {
		const nothing = Object.fromEntries(Object.keys(await ended()).map((name) => [name, null]));
		const { execution } = await run('after-the-call.json', 'Call ended', pinning('Call ended', [nothing]));
		expect(given(execution, 'Say who was not reached')[0].text).toBe('Not reached: number unknown (status unknown)');
	});
});

describe('lead list', () => {
	test(
		'calls every lead without an outcome once and writes it to the row',
		async () => {
			const { execution } = await leadList;
			expect(callsTo('+14155550125')).toEqual(['COMPLETED']);
			expect(callsTo('+14155550126')).toEqual(['COMPLETED']);
			expect(callsTo('+14155550111')).toEqual(['BUSY']);
			expect(callsTo('+14155550127')).toEqual([]);
			const rows = given(execution, 'Write to the row').map((row) => [
				row['columns.value.row_number'],
				row['columns.value.Outcome'],
			]);
			expect(rows).toEqual([
				['2', 'COMPLETED'],
				['3', 'COMPLETED'],
				['4', 'BUSY'],
				['6', expect.stringContaining('Called already') as string],
				['7', expect.stringContaining('is no phone number: ask the office') as string],
			]);
		},
		POLLED_WITHIN_MS,
	);

	test('calls nobody again where the rows were not written', async () => {
		const execution = await again(await leadList, MANUAL_TRIGGER);
		expect(callsTo('+14155550125')).toHaveLength(1);
		expect(callsTo('+14155550126')).toHaveLength(1);
		expect(callsTo('+14155550111')).toHaveLength(1);
		expect(given(execution, 'Write to the row')[0]['columns.value.Outcome']).toContain('Called already');
	});
});

describe('missed events', () => {
	let found: Run;

	test('finds every call of the last hours, each once', async () => {
		// what the other examples have called
		await Promise.all([speedToLead, reminders, supportQueue, leadList]);
		await simulator.idle();
		found = await run('missed-events.json', 'Every hour');
		const recent = simulator.store.calls.filter(({ created }) => Date.parse(created) > Date.now() - 3_600_000);
		expect(recent.length).toBeGreaterThan(5);
		expect(idsOf(found.execution)).toEqual(recent.map(({ id }) => id).sort());
		expect(given(found.execution, 'Tell the team')).toHaveLength(recent.length);
	});

	test('finds none of them again', async () => {
		const execution = await again(found, 'Every hour');
		expect(outputOf(execution, 'Has ended').length).toBeGreaterThan(5);
		expect(idsOf(execution)).toEqual([]);
	});

	test('and neither does the trigger, once it has reported one', async () => {
		expect(idsOf(await again(found, 'Call ended'))).toHaveLength(1);
		expect(idsOf(await again(found, 'Call ended'))).toEqual([]);
	});

	const idsOf = (execution: Execution) =>
		outputOf(execution, 'Not seen before')
			.map(({ id }) => id)
			.sort();
});

describe('handing over to an automation', () => {
	const starting: Change = (draft) =>
		changeNodes(draft, ({ parameters }) =>
			'automationId' in parameters
				? { parameters: { ...parameters, automationId: simulator.store.automations[0].id } }
				: {},
		);

	test('starts it with the order', async () => {
		const { execution } = await run('hand-over-to-automation.json', 'New order', starting);
		expect(execution.status).toBe('success');
		const [request] = simulator.requests.filter(({ path }) => path.startsWith('/webhook/automation/'));
		expect(request.body).toEqual({
			order_id: '1042',
			name: 'Ada Lovelace',
			phone_number: '+14155550129',
			total: 129.9,
		});
	});

	test('goes on when it reports back', async () => {
		const { execution } = await run('hand-over-to-automation.json', 'Automation reports back', starting);
		expect(given(execution, 'Tell the team')[0].text).toBe('Order 1042: Ada Lovelace confirmed the delivery on Monday');
	});
});

describe('the AI Agent', () => {
	// nobody has the chat open that the answer goes to: n8n waits for them
	const ANSWER = 'Answer in the chat';
	const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36';
	let model: ScriptedModel;

	afterEach(async () => await model.stop());

	test.each([
		['calls once it is approved', 'Approve', '+14155550128', ['COMPLETED'], /phoneNumber/],
		['calls nobody where it is declined', 'Decline', '+14155550130', [], /rejected/],
	])(
		'%s',
		async (_, button, number, calls, toldModel) => {
			const wish = { phone_number: number, reason: 'Does Monday suit you?', name: 'Ada Lovelace' };
			model = await startModel([
				{ uses: 'Place_a_phone_call', with: { toolParameters: wish, hitlParameters: {} } },
				{ says: 'Done.' },
			]);
			const openAi = await demo.client.createCredential('Scripted model', 'openAiApi', {
				apiKey: 'none',
				url: model.url,
			});
			const draft = changeNodes(await draftOf('ai-agent-with-approval.json'), ({ name }) =>
				name === 'OpenAI Chat Model' ? { credentials: { openAiApi: { id: openAi.id, name: openAi.name } } } : {},
			);
			const id = await demo.client.run(await demo.client.createWorkflow(draft), 'When chat message received');
			const asking = await waitingAt(id, 'Approve the call');
			expect(callsTo(number)).toEqual([]);
			const { sendMessage } = asking as unknown as {
				sendMessage: { text: string; buttons: Array<{ text: string; link: string }> };
			};
			expect(sendMessage.text).toContain(`phone number: ${number}`);
			const { link } = sendMessage.buttons.find(({ text }) => text === button)!;
			// n8n takes no approval from what looks like a bot
			await axios.get(link, { headers: { 'user-agent': BROWSER } });
			await waitingAt(id, ANSWER);
			await simulator.idle();
			expect(callsTo(number)).toEqual(calls);
			expect(JSON.stringify(model.requests.at(-1))).toMatch(toldModel);
		},
		POLLED_WITHIN_MS,
	);

	async function waitingAt(id: string, node: string): Promise<unknown> {
		return await until(`"${node}"`, 30_000, async () => {
			const { status, data } = await demo.client.execution(id);
			if (status === 'error') throw new Error(data.resultData.error?.message);
			return status === 'waiting' && data.resultData.lastNodeExecuted === node
				? Object.values(data.resultData.runData[node].at(-1)!.data!)[0][0]![0]
				: undefined;
		});
	}
});

async function draftOf(file: string): Promise<WorkflowDraft> {
	return await example(file, demo.credential, simulator.store.agents[1]);
}

/** Imports an example, with a change to it where one is given, and runs it from its trigger to its end. */
async function run(file: string, trigger: string, change: Change = (draft) => draft): Promise<Run> {
	const workflow = await demo.client.createWorkflow(withProbes(change(await draftOf(file))));
	const execution = await demo.client.execute(workflow, trigger);
	const { error, lastNodeExecuted } = execution.data.resultData;
	expect([error?.message, error && lastNodeExecuted, execution.status]).toEqual([undefined, undefined, 'success']);
	return { workflow, execution };
}

async function again({ workflow }: Run, trigger: string): Promise<Execution> {
	const execution = await demo.client.execute(workflow, trigger);
	expect(execution.status).toBe('success');
	return execution;
}

const pinning =
	(node: string, items: IDataObject[]): Change =>
	(draft) => ({ ...draft, pinData: { ...draft.pinData, [node]: items.map((json) => ({ json })) } });

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

const calling =
	(hours: IDataObject): Change =>
	(draft) =>
		changeNodes(draft, ({ parameters }) => {
			const options = parameters.options as { onlyCallBetween?: { hours: object } } | undefined;
			if (!options?.onlyCallBetween) return {};
			const onlyCallBetween = { hours: { ...options.onlyCallBetween.hours, ...hours } };
			return { parameters: { ...parameters, options: { ...options, onlyCallBetween } } } as Partial<INode>;
		});

/** How the calls to a number have ended. */
const callsTo = (number: string) =>
	simulator.store.calls.filter((call) => call.phone_number === number).map(({ status }) => status);

const metadataTo = (number: string) => simulator.store.calls.find((call) => call.phone_number === number)?.metadata;

const PROBE = ' (what it is given)';

/** Beside every pinned node, which n8n does not run, one that shows what its expressions come to. */
function withProbes(draft: WorkflowDraft): WorkflowDraft {
	const connections = structuredClone(draft.connections);
	const probes = draft.nodes
		.filter(({ name }) => draft.pinData?.[name])
		.flatMap((node): INode[] => {
			const inputs = Object.values(connections)
				.flatMap(({ main }) => main ?? [])
				.filter((output) => output?.some((target) => target.node === node.name));
			const assignments = expressionsIn(node.parameters).map(([name, value]) => ({
				id: name,
				name,
				value,
				type: 'string',
			}));
			for (const output of inputs) output?.push({ node: node.name + PROBE, type: 'main', index: 0 });
			const parameters = { assignments: { assignments }, options: { dotNotation: false } };
			const { id, name, position } = node;
			return inputs.length
				? [{ id: id + PROBE, name: name + PROBE, type: 'n8n-nodes-base.set', typeVersion: 3.4, position, parameters }]
				: [];
		});
	return { ...draft, nodes: [...draft.nodes, ...probes], connections };
}

function expressionsIn(value: unknown, path = ''): Array<[string, string]> {
	if (typeof value === 'string') return value.startsWith('=') ? [[path, value]] : [];
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([name, inner]) => expressionsIn(inner, path ? `${path}.${name}` : name));
}

/** What a pinned node's expressions came to, item by item: texts by the paths of their parameters. */
function given(execution: Execution, node: string): Array<Record<string, string>> {
	const items = outputOf(execution, node + PROBE) as Array<Record<string, string>>;
	for (const text of items.flatMap((item) => Object.values(item)))
		expect(text).not.toMatch(/\b(undefined|null|NaN)\b|\[object/);
	return items;
}

/** The last node that ran, probes apart. */
const ranLast = ({ data }: Execution) =>
	Object.entries(data.resultData.runData)
		.filter(([name]) => !name.endsWith(PROBE))
		.sort(([, [one]], [, [other]]) => one.executionIndex - other.executionIndex)
		.at(-1)?.[0];
