import { judge } from '../../../nodes/Thoughtly/trigger/delivery';

const ended = {
	id: 'call-1',
	interview: { id: 'agent-1' },
	contact: { id: 'contact-1', phone_number: '+14155550123', tags: [{ name: 'vip' }, 'newsletter'] },
	status: 'NO_ANSWER',
	start_time: '2026-01-31T09:00:00.000Z',
	end_time: '2026-01-31T09:00:42.000Z',
	duration_ms: '42000',
	conversation_history: [],
	version: 3,
	updated: '2026-01-31T09:00:43.000Z',
};
const running = { ...ended, status: 'IN_PROGRESS', end_time: null, duration_ms: null };
const nested = {
	event: 'call.ended',
	call: { id: 'call-1', status: 'no answer', duration_seconds: 42, tags: ['vip'] },
};
const everything = { onlyEnded: false, simplify: true, minimumDuration: 0 };

describe('the filters', () => {
	test.each([
		['nothing is filtered', running, {}, 'NEW_RESPONSE', undefined],
		['a running call', running, { onlyEnded: true }, 'NEW_RESPONSE', 'the call is not over'],
		['a running call in a folder', running, { onlyEnded: true }, 'FOLDER_NEW_RESPONSE', 'the call is not over'],
		['a transfer of a running call', running, { onlyEnded: true }, 'PHONE_TRANSFER', undefined],
		['an ended call', ended, { onlyEnded: true }, 'NEW_RESPONSE', undefined],
		['a status in other words', ended, { statuses: ['completed', 'no answer'] }, 'NEW_RESPONSE', undefined],
		['a nested status', nested, { statuses: ['NO-ANSWER'] }, 'NEW_RESPONSE', undefined],
		['another status', ended, { statuses: ['completed'] }, 'NEW_RESPONSE', 'another status'],
		['no status', { ...ended, status: null }, { statuses: ['completed'] }, 'NEW_RESPONSE', 'another status'],
		["a tag of the call's contact", ended, { tags: ['lead', 'vip'] }, 'NEW_RESPONSE', undefined],
		['a tag of the call', nested, { tags: ['vip'] }, 'NEW_RESPONSE', undefined],
		['other tags', ended, { tags: ['lead'] }, 'NEW_RESPONSE', 'other tags'],
		['no tags', { ...ended, contact: null }, { tags: ['lead'] }, 'NEW_RESPONSE', 'other tags'],
		['long enough', ended, { minimumDuration: 42 }, 'NEW_RESPONSE', undefined],
		['an odd duration, with no minimum', { ...ended, duration_ms: '-1' }, {}, 'NEW_RESPONSE', undefined],
		['too short', ended, { minimumDuration: 43 }, 'NEW_RESPONSE', 'too short'],
		['too short, nested', nested, { minimumDuration: 43 }, 'NEW_RESPONSE', 'too short'],
		['no duration yet', running, { minimumDuration: 1 }, 'PHONE_TRANSFER', 'too short'],
	])('%s', (_name, body, rules, event, reason) => {
		expect(judge(event, body, { ...everything, ...rules })).toMatchObject(
			reason === undefined ? { kind: 'start', item: { event, id: 'call-1' } } : { kind: 'drop', reason },
		);
	});

	test('what was not recognised as a call passes all of them', () => {
		const body = { reason: 'timeout' };
		const rules = { onlyEnded: true, simplify: true, statuses: ['completed'], tags: ['vip'], minimumDuration: 60 };
		expect(judge('ACTION_FAILED', body, rules)).toEqual({ kind: 'start', item: { event: 'ACTION_FAILED', body } });
	});
});

test('not simplified a body comes as it was, under the event that its URL was subscribed for', () => {
	const rules = { ...everything, simplify: false };
	expect(judge('NEW_RESPONSE', nested, rules)).toEqual({
		kind: 'start',
		item: { event: 'NEW_RESPONSE', call: nested.call },
	});
	expect(Object.keys((judge('NEW_RESPONSE', nested, rules) as { item: object }).item)[0]).toBe('event');
});
