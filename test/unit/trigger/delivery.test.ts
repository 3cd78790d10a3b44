import type { IDataObject } from 'n8n-workflow';
import { readCall } from '../../../nodes/Thoughtly/api/call';
import { judge } from '../../../nodes/Thoughtly/trigger/delivery';
import type { DeliveryRules } from '../../../nodes/Thoughtly/trigger/delivery';
import type { CallFilters } from '../../../nodes/Thoughtly/trigger/filters';

const ended: IDataObject = {
	id: 'call-1',
	interview: { id: 'agent-1' },
	contact: { id: 'contact-1', phone_number: '+14155550123', tags: [{ name: 'vip' }, 'newsletter'] },
	status: 'NO_ANSWER',
	start_time: '2026-01-31T09:00:00.000Z',
	end_time: '2026-01-31T09:00:42.000Z',
	duration_ms: '42000',
	conversation_history: [],
};
const running = { ...ended, status: 'IN_PROGRESS', end_time: null, duration_ms: null };
const nested = {
	event: 'call.ended',
	call: { id: 'call-1', status: 'success', outcome: 'Voicemail', duration_seconds: 42, tags: ['vip'] },
};

const judged = (event: string, body: IDataObject, rules: Partial<DeliveryRules> = {}) =>
	judge(event, 'agent-1', body, {
		onlyEnded: false,
		simplify: true,
		filters: {},
		isDuplicate: () => false,
		...rules,
	});

describe('whether a call starts the workflow', () => {
	const withStatus = (status: string | null) => ({ ...ended, status, end_time: null });
	test.each<[string, IDataObject, string, boolean]>([
		['an ended call', ended, 'NEW_RESPONSE', true],
		['a running call', running, 'NEW_RESPONSE', false],
		['a running call in a folder', running, 'FOLDER_NEW_RESPONSE', false],
		['a call on hold', withStatus('on hold'), 'NEW_RESPONSE', false],
		['a word that nobody knows', withStatus('something new'), 'NEW_RESPONSE', true],
		['no status', withStatus(null), 'NEW_RESPONSE', true],
		['a transfer of a running call', running, 'PHONE_TRANSFER', true],
	])('only ended calls: %s', (_name, body, event, starts) => {
		const verdict = judged(event, body, { onlyEnded: true });
		expect(verdict).toMatchObject(starts ? { kind: 'start' } : { kind: 'drop', reason: 'the call has not ended' });
	});

	test.each<[string, IDataObject, CallFilters, string | undefined]>([
		['no filter', running, {}, undefined],
		['its result', ended, { results: ['completed', 'no_answer'] }, undefined],
		['another result', ended, { results: ['completed'] }, 'its result is filtered out'],
		['a result that the outcome refines', nested, { results: ['voicemail'] }, undefined],
		['its outcome, in other words', nested, { outcomes: ['voice-mail'] }, undefined],
		['another outcome', nested, { outcomes: ['booked'] }, 'its outcome is filtered out'],
		['no outcome', ended, { outcomes: ['booked'] }, 'its outcome is filtered out'],
		['an outcome of another script', nested, { outcomes: ['完了'] }, 'its outcome is filtered out'],
		["a tag of the call's contact", ended, { tags: ['lead', 'vip'] }, undefined],
		['a tag of the call', nested, { tags: ['VIP'] }, undefined],
		['other tags', ended, { tags: ['lead'] }, 'its tags are filtered out'],
		['no tags', { ...ended, contact: null }, { tags: ['lead'] }, 'its tags are filtered out'],
		['long enough', ended, { minimumDuration: 42 }, undefined],
		['too short', ended, { minimumDuration: 43 }, 'it is too short'],
		['too short, nested', nested, { minimumDuration: 43 }, 'it is too short'],
		['an odd duration, with no minimum', { ...ended, duration_ms: '-1' }, {}, undefined],
	])('filters: %s', (_name, body, filters, reason) => {
		const verdict = judged('NEW_RESPONSE', body, { filters });
		expect(verdict).toMatchObject(reason ? { kind: 'drop', reason } : { kind: 'start', item: { id: 'call-1' } });
	});

	test('filters are for response events', () => {
		const filters: CallFilters = { results: ['completed'], tags: ['lead'], minimumDuration: 60 };
		expect(judged('PHONE_TRANSFER', running, { filters })).toMatchObject({ kind: 'start' });
		expect(judged('ACTION_FAILED', { reason: 'timeout' }, { filters })).toMatchObject({ kind: 'start' });
	});

	test('a duplicate does not', () => {
		expect(judged('NEW_RESPONSE', ended, { isDuplicate: () => true })).toMatchObject({
			kind: 'drop',
			reason: 'it is a duplicate',
		});
	});

	test.each<[string, IDataObject]>([
		['NEW_RESPONSE', { call: { status: 'success' } }],
		['ACTION_FAILED', { action: { name: 'Book' }, reason: 'full' }],
		['PHONE_TRANSFER', { transferred_to: '+14155550102' }],
	])('%s without the ID of a call is no duplicate: the same may have happened again', (event, body) => {
		expect(judged(event, body, { isDuplicate: () => true })).toMatchObject({ kind: 'start' });
	});

	test('only what starts it is remembered', () => {
		const isDuplicate = jest.fn(() => false);
		judged('NEW_RESPONSE', running, { onlyEnded: true, isDuplicate });
		expect(isDuplicate).not.toHaveBeenCalled();
	});
});

describe('the item', () => {
	const itemOf = (event: string, body: IDataObject, rules?: Partial<DeliveryRules>) =>
		(judged(event, body, rules) as { item: IDataObject }).item;

	test('of a response is the call, under the event that its URL was subscribed for', () => {
		expect(itemOf('NEW_RESPONSE', ended)).toEqual({ event: 'NEW_RESPONSE', ...readCall(ended) });
		expect(Object.keys(itemOf('NEW_RESPONSE', nested))[0]).toBe('event');
	});

	test("names the URL's agent where the body names none", () => {
		expect(itemOf('NEW_RESPONSE', nested)).toMatchObject({ agentId: 'agent-1' });
		expect(itemOf('NEW_RESPONSE', { ...ended, interview: { id: 'agent-2' } })).toMatchObject({ agentId: 'agent-2' });
	});

	test('of a response is the body as it was, not simplified', () => {
		expect(itemOf('NEW_RESPONSE', nested, { simplify: false })).toEqual({ event: 'NEW_RESPONSE', call: nested.call });
	});

	test('of a transfer is the whole body with the call beside it', () => {
		const body = { ...nested, transfer_to: '+14155550199' };
		const call = { ...readCall(body), agentId: 'agent-1' };
		expect(itemOf('PHONE_TRANSFER', body)).toEqual({ event: 'PHONE_TRANSFER', call, body });
	});

	test('of what is not a call is the whole body', () => {
		const body = { action: { name: 'Book' }, reason: 'full' };
		expect(itemOf('ACTION_FAILED', body)).toEqual({ event: 'ACTION_FAILED', call: null, body });
		expect(itemOf('NEW_RESPONSE', body)).toEqual({ event: 'NEW_RESPONSE', call: null, body });
	});
});
