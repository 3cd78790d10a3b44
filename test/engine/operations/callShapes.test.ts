import type { IDataObject } from 'n8n-workflow';
import {
	activeAgentIds,
	agentIds,
	byId,
	callNode,
	contactItems,
	credential,
	endedCall,
	simulator,
	useSimulator,
} from '../fixtures.mts';
import { runNode, triggerOf } from '../n8n/index.mts';

/** One shape of a call in the output, whatever shape the API sends it in. */

useSimulator();

const FIELDS =
	'id, result, status, outcome, ended, direction, phoneNumber, contactName, agentName, startedAt, endedAt, durationSeconds, summary, transcript, recordingUrl, metadata, tags, customFields, agentId, contactId'.split(
		', ',
	);

/** The first seeded call as *Get* reads it from a list. */
async function listed(): Promise<IDataObject> {
	const { json } = await runNode({
		parameters: { resource: 'call', operation: 'get', agent: byId(agentIds()[0]), callId: endedCall().id },
		credential: credential(),
	});
	return json[0];
}

/** A body as the trigger passes it on. */
async function delivered(body: unknown): Promise<IDataObject> {
	const parameters = { agentScope: 'selected', agentIds: [activeAgentIds()[0]], options: { ignoreDuplicates: false } };
	const trigger = await triggerOf({ parameters, credential: credential() });
	await trigger.activate();
	const { items } = await trigger.deliver(simulator.store.subscriptions[0].url, body);
	const { event, ...call } = items![0];
	expect(event).toBe('NEW_RESPONSE');
	return call;
}

/** The first seeded call in a delivery of the simulator. */
async function deliveredCall(shape: 'flat' | 'nested'): Promise<IDataObject> {
	simulator.options.listedCalls = shape;
	const response = await fetch(`${simulator.url}/interview/${agentIds()[0]}/responses`, {
		headers: { 'x-api-token': simulator.token, team_id: simulator.teamId },
	});
	const { data } = (await response.json()) as { data: { responses: object[] } };
	return await delivered(data.responses.at(-1));
}

const withoutContact = { phoneNumber: null, contactName: null };

test.each<[string, () => Promise<IDataObject>, IDataObject]>([
	['listed flat', async () => await listed(), {}],
	[
		'listed flat, without its contact',
		async () => {
			simulator.options.contactInCalls = false;
			return await listed();
		},
		// its own number is left
		{ contactName: null, contactId: null },
	],
	[
		"listed in the profile's shape",
		async () => {
			simulator.options.listedCalls = 'profile';
			return await listed();
		},
		{ ...withoutContact, agentName: null, summary: null, customFields: null },
	],
	[
		'listed nested',
		async () => {
			simulator.options.listedCalls = 'nested';
			return await listed();
		},
		{ ...withoutContact, summary: null },
	],
	['delivered flat', async () => await deliveredCall('flat'), {}],
	['delivered nested', async () => await deliveredCall('nested'), { ...withoutContact, summary: null }],
])('%s, a call has all of its fields', async (_shape, read, missing) => {
	const call = await read();
	expect(call).toEqual({ ...endedCall(), ...missing });
	expect(Object.keys(call)).toEqual(FIELDS);
});

test.each<[string, 'flat' | 'profile', IDataObject]>([
	['flat', 'flat', { ...withoutContact, phoneNumber: '+14155550101', contactName: 'Ada Park', tags: [] }],
	["in the profile's shape", 'profile', { ...withoutContact, agentName: null, tags: null }],
])('just placed, %s, it has them as well', async (_name, shape, known) => {
	simulator.options.placedCalls = shape;
	const { json } = await runNode(callNode(contactItems(1)));
	expect(json).toEqual([
		{
			...Object.fromEntries(FIELDS.map((field) => [field, null])),
			id: simulator.store.calls.at(-1)!.id,
			result: 'in_progress',
			status: 'NOT_STARTED',
			ended: false,
			direction: 'outbound',
			agentName: 'Appointment Reminder',
			agentId: agentIds()[0],
			contactId: simulator.store.contacts[0].id,
			...known,
		},
	]);
	expect(Object.keys(json[0])).toEqual(FIELDS);
});

test("the profile's example is read without loss", async () => {
	const call = await delivered({
		event: 'NEW_RESPONSE',
		call: {
			id: 'call_01J0',
			interview_id: 'agt_01HZ',
			contact_id: 'cnt_01HXY',
			direction: 'outbound',
			status: 'success',
			outcome: 'qualified',
			duration_seconds: 184,
			recording_url: 'https://recordings.thoughtly.com/call_01J0.mp3',
			started_at: '2026-05-24T15:31:10Z',
			ended_at: '2026-05-24T15:34:14Z',
		},
		agent: { id: 'agt_01HZ', title: 'Spring Outbound — Tier 1', phone_number: '+14155550188' },
		transcript: [
			{
				transcript: 'Hi, is now a good time?',
				speaker: 'ai',
				createdAt: '2026-05-24T15:31:14Z',
				step: 1,
				node_id: 'node_intro',
			},
			{ transcript: "Yes, what's this about?", speaker: 'user', createdAt: '2026-05-24T15:31:18Z' },
		],
		custom_fields: { campaign: 'spring-outbound', lead_score: '82' },
	});
	expect(call).toEqual({
		id: 'call_01J0',
		result: 'completed',
		status: 'success',
		outcome: 'qualified',
		ended: true,
		direction: 'outbound',
		phoneNumber: null,
		contactName: null,
		agentName: 'Spring Outbound — Tier 1',
		startedAt: '2026-05-24T15:31:10.000Z',
		endedAt: '2026-05-24T15:34:14.000Z',
		durationSeconds: 184,
		summary: null,
		transcript: "Agent: Hi, is now a good time?\nUser: Yes, what's this about?",
		recordingUrl: 'https://recordings.thoughtly.com/call_01J0.mp3',
		metadata: null,
		tags: null,
		customFields: { campaign: 'spring-outbound', lead_score: '82' },
		agentId: 'agt_01HZ',
		contactId: 'cnt_01HXY',
	});
});

test('empty text hides no other field, in whatever shape', async () => {
	simulator.options.emptyFields = 'emptyText';
	expect(await listed()).toEqual({ ...endedCall(), metadata: null });
	const call = { id: 'call-1', interview_id: '', status: '', started_at: '2026-01-31T09:00:00Z', start_time: '' };
	expect(await delivered({ ...call, interview: { id: 'agent-9' } })).toMatchObject({
		agentId: 'agent-9',
		status: null,
		startedAt: '2026-01-31T09:00:00.000Z',
	});
});
