import type { IDataObject } from 'n8n-workflow';
import { isCall, isOver, readCall } from '../../../nodes/Thoughtly/api/call';

const nothing = {
	id: null,
	agentId: null,
	contactId: null,
	phoneNumber: null,
	status: null,
	startedAt: null,
	endedAt: null,
	durationSeconds: null,
	summary: null,
	transcript: null,
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
			{ id: 'c1', agentId: 'a1', contactId: 'p1', phoneNumber: '+14155550101', status: 'NOT_STARTED' },
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
					status: 'completed',
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
			},
			{
				id: 'c3',
				agentId: 'a3',
				contactId: 'p3',
				status: 'completed',
				startedAt: '2026-01-31T08:00:00.000Z',
				endedAt: '2026-01-31T08:00:42.000Z',
				durationSeconds: 42,
				transcript: 'Agent: Hello\nUser: Hi',
			},
		],
		['just placed', { call_id: 'c4' }, { id: 'c4' }],
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

describe('over or not over', () => {
	test.each<[string | null, string | null, boolean]>([
		['NOT_STARTED', null, false],
		['not started', null, false],
		['In Progress', null, false],
		['in-progress', null, false],
		['QUEUED', null, false],
		['scheduled', null, false],
		['Ringing', null, false],
		['initiated', null, false],
		['pending', null, false],
		[null, null, false],
		['', null, false],
		['completed', null, true],
		['COMPLETED', null, true],
		['failed', null, true],
		['no answer', null, true],
		['LEFT_VOICEMAIL', null, true],
		['transferred', null, true],
		['busy', null, true],
		['suppressed', null, true],
		['something new', null, true],
		['IN_PROGRESS', '2026-01-31T08:00:42Z', true],
		[null, '2026-01-31T08:00:42Z', true],
	])('status %s, ended at %s: %s', (status, endedAt, over) => {
		expect(isOver({ status, endedAt })).toBe(over);
	});
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
