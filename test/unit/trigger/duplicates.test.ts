import type { IDataObject } from 'n8n-workflow';
import { readCall } from '../../../nodes/Thoughtly/api/call';
import { isDuplicate, stateOfBody, stateOfCall } from '../../../nodes/Thoughtly/trigger/duplicates';

const ended: IDataObject = {
	id: 'call-1',
	interview: { id: 'agent-1' },
	status: 'NO_ANSWER',
	end_time: '2026-01-31T09:00:42.000Z',
	version: 3,
	updated: '2026-01-31T09:00:43.000Z',
	metadata: { version: '1', deal: '7' },
};
const callState = (change: IDataObject) => stateOfCall(readCall({ ...ended, ...change }));

describe('the same state of a call', () => {
	test.each<[string, IDataObject]>([
		['a newer version of the record', { version: 4, updated: '2026-02-01T00:00:00.000Z' }],
		["the user's own metadata", { metadata: { version: '2', deal: '7' } }],
		['another order of fields', { metadata: { deal: '7', version: '1' } }],
	])('%s', (_name, change) => {
		expect(callState(change)).toBe(callState({}));
	});

	test('a newly signed recording link', () => {
		const link = (signature: string) => ({ recording_url: `https://recordings.example.com/1.mp3?s=${signature}` });
		expect(callState(link('a'))).toBe(callState(link('b')));
	});
});

test.each<[string, IDataObject]>([
	['another call', { id: 'call-2' }],
	['another result', { status: 'completed' }],
	['another outcome', { outcome: 'qualified' }],
	['another end time', { end_time: '2026-01-31T09:00:43.000Z' }],
	['a transcript', { transcript: 'Agent: Hello' }],
	['a summary', { summary_data: { summary: 'Glad' } }],
	['a recording', { recording_url: 'https://recordings.example.com/1.mp3' }],
])('%s is another state', (_name, change) => {
	expect(callState(change)).not.toBe(callState({}));
});

test('what is more than the state of a call goes by its whole body', () => {
	const failed = { ...ended, action: { name: 'Book', reason: 'full' } };
	expect(stateOfBody({ ...failed, version: 4, action: { reason: 'full', name: 'Book' } })).toBe(stateOfBody(failed));
	expect(stateOfBody({ ...failed, action: { name: 'Cancel', reason: 'full' } })).not.toBe(stateOfBody(failed));
	expect(stateOfBody({ call: { id: 'c', version: 1 } })).toBe(stateOfBody({ call: { id: 'c', version: 2 } }));
});

test('only the same state of the same event at the same node is a duplicate', () => {
	expect(isDuplicate('node', 'NEW_RESPONSE', 'once')).toBe(false);
	expect(isDuplicate('node', 'NEW_RESPONSE', 'once')).toBe(true);
	expect(isDuplicate('node', 'PHONE_TRANSFER', 'once')).toBe(false);
	expect(isDuplicate('other', 'NEW_RESPONSE', 'once')).toBe(false);
});

test('what is remembered is bounded', () => {
	expect(isDuplicate('node', 'NEW_RESPONSE', 'first')).toBe(false);
	for (let count = 0; count < 10_000; count++) isDuplicate('node', 'NEW_RESPONSE', String(count));
	expect(isDuplicate('node', 'NEW_RESPONSE', '9999')).toBe(true);
	expect(isDuplicate('node', 'NEW_RESPONSE', 'first')).toBe(false);
});
