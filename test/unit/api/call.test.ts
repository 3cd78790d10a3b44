import type { IDataObject } from 'n8n-workflow';
import { idOfCall, isCall, readCall, tagsOf } from '../../../nodes/Thoughtly/api/call';

const nothing = {
	id: null,
	result: 'unknown',
	status: null,
	outcome: null,
	ended: false,
	direction: null,
	phoneNumber: null,
	contactName: null,
	agentName: null,
	startedAt: null,
	endedAt: null,
	durationSeconds: null,
	summary: null,
	transcript: null,
	recordingUrl: null,
	metadata: null,
	tags: null,
	customFields: null,
	agentId: null,
	contactId: null,
};

describe('a call in every known shape', () => {
	test.each<[string, IDataObject, Partial<ReturnType<typeof readCall>>]>([
		[
			'flat, as delivered while it waits',
			{
				id: 'c1',
				interview: { id: 'a1' },
				contact: { id: 'p1', phone_number: '+14155550101' },
				status: 'NOT_STARTED',
				start_time: null,
				end_time: null,
				duration_ms: null,
				conversation_history: [],
				phone_number: '+14155550199',
				summary_data: null,
				transcript: null,
			},
			{
				id: 'c1',
				result: 'in_progress',
				status: 'NOT_STARTED',
				phoneNumber: '+14155550101',
				agentId: 'a1',
				contactId: 'p1',
			},
		],
		[
			'flat and over, duration as a number in a string',
			{
				id: 'c2',
				status: 'COMPLETED',
				start_time: '2026-01-31T09:00:00+01:00',
				end_time: '2026-01-31T08:01:30.500Z',
				duration_ms: '90500',
				phone_number: '+14155550102',
				summary_data: { summary: 'Wants a call back' },
				transcript: 'Agent: Hello',
			},
			{
				id: 'c2',
				result: 'completed',
				ended: true,
				phoneNumber: '+14155550102',
				status: 'COMPLETED',
				startedAt: '2026-01-31T08:00:00.000Z',
				endedAt: '2026-01-31T08:01:30.500Z',
				durationSeconds: 90.5,
				summary: 'Wants a call back',
				transcript: 'Agent: Hello',
			},
		],
		[
			'nested',
			{
				event: 'call.completed',
				call: {
					id: 'c3',
					interview_id: 'a3',
					contact_id: 'p3',
					status: 'success',
					outcome: 'qualified',
					direction: 'outbound',
					recording_url: 'https://recordings.example.com/c3.mp3',
					tags: ['vip', { name: 'lead' }],
					metadata: { deal: '7' },
					duration_seconds: 42,
					started_at: '2026-01-31T08:00:00Z',
					ended_at: '2026-01-31T08:00:42Z',
				},
				agent: { id: 'a3', title: 'Ann', phone_number: '+14155550100' },
				transcript: [
					{ transcript: 'Hello', speaker: 'ai' },
					{ transcript: 'Hi', speaker: 'user' },
					{ transcript: '', speaker: 'user' },
				],
				custom_fields: { lead_score: '82' },
			},
			{
				id: 'c3',
				result: 'completed',
				status: 'success',
				outcome: 'qualified',
				ended: true,
				direction: 'outbound',
				agentName: 'Ann',
				recordingUrl: 'https://recordings.example.com/c3.mp3',
				metadata: { deal: '7' },
				tags: ['vip', 'lead'],
				customFields: { lead_score: '82' },
				agentId: 'a3',
				contactId: 'p3',
				startedAt: '2026-01-31T08:00:00.000Z',
				endedAt: '2026-01-31T08:00:42.000Z',
				durationSeconds: 42,
				transcript: 'Agent: Hello\nUser: Hi',
			},
		],
		[
			'just placed',
			{ call_id: 'c4', status: 'queued', interview_id: 'a4', contact_id: 'p4' },
			{ id: 'c4', result: 'in_progress', status: 'queued', agentId: 'a4', contactId: 'p4' },
		],
		[
			'names, and a duration without a unit',
			{ id: 'c7', ai_name: 'Maya', contact: { id: 'p7', name: 'Jane Doe' }, duration: '42' },
			{ id: 'c7', agentName: 'Maya', contactName: 'Jane Doe', contactId: 'p7', durationSeconds: 42 },
		],
		[
			'empty fields that hide nothing',
			{
				call: { id: 'c8', transcript: '', recording_url: '', started_at: '' },
				transcript: 'Agent: Hello',
				recording_url: 'https://recordings.example.com/c8.mp3',
				start_time: '2026-01-31T08:00:00Z',
			},
			{
				id: 'c8',
				transcript: 'Agent: Hello',
				recordingUrl: 'https://recordings.example.com/c8.mp3',
				startedAt: '2026-01-31T08:00:00.000Z',
			},
		],
		[
			'turns only, a third speaker, a summary in pieces',
			{
				id: 'c5',
				conversation_history: [
					{ text: 'Hello', author: 'ai' },
					{ text: 'One moment', author: 'supervisor' },
				],
				summary_data: { mood: 'good' },
			},
			{ id: 'c5', transcript: 'Agent: Hello\nsupervisor: One moment', summary: '{"mood":"good"}' },
		],
		[
			'odd values',
			{ id: 7, start_time: 'soon', duration_ms: 'long', summary_data: {}, transcript: {} },
			{ id: '7', startedAt: 'soon' },
		],
		[
			'objects where texts are expected, even such as cannot be made text',
			{
				id: 'c6',
				status: { toString: 1, valueOf: 2 },
				start_time: [{ toString: 1 }],
				contact: { id: {} },
				phone_number: [],
			},
			{ id: 'c6' },
		],
	])('%s', (_name, record, expected) => {
		expect(readCall(record)).toEqual({ ...nothing, ...expected });
	});
});

test('its fields are in the order of the documentation', () => {
	expect(Object.keys(readCall({}))).toEqual(Object.keys(nothing));
});

test.each<[IDataObject, string | null]>([
	[{ id: 'c1' }, 'c1'],
	[{ call_id: 'c1' }, 'c1'],
	[{ call: { id: 'c1' }, id: 'event' }, 'c1'],
	[{ call: { call_id: 'c1' } }, 'c1'],
	[{ id: '', call_id: 'c1' }, 'c1'],
	[{}, null],
])('the ID of %j is %s', (record, expected) => {
	expect(idOfCall(record)).toBe(expected);
});

test("a call's tags include those of its contact", () => {
	expect(tagsOf({ id: 'c1', tags: ['a'], contact: { tags: [{ name: 'b' }] } })).toEqual(['a', 'b']);
	expect(tagsOf({ call: { id: 'c1', tags: ['a'] } })).toEqual(['a']);
	expect(tagsOf({ id: 'c1', tags: 'a' })).toEqual([]);
});

test.each<[IDataObject, boolean]>([
	[{ id: 'c1', interview: { id: 'a1' } }, true],
	[{ id: 'c1', interview_id: 'a1' }, true],
	[{ id: 'c1', start_time: null }, true],
	[{ event: 'x', call: { id: 'c1' } }, true],
	[{ id: 'c1' }, false],
	[{ interview: { id: 'a1' } }, false],
	[{ call: 'c1' }, false],
	[{}, false],
])('%j is a call: %s', (body, expected) => {
	expect(isCall(body)).toBe(expected);
});
