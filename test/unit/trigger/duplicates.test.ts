import { isRepeat } from '../../../nodes/Thoughtly/trigger/duplicates';

const ended = {
	id: 'call-1',
	interview: { id: 'agent-1' },
	status: 'NO_ANSWER',
	end_time: '2026-01-31T09:00:42.000Z',
	version: 3,
	updated: '2026-01-31T09:00:43.000Z',
};

const repeat = (body: object, event = 'NEW_RESPONSE', node = 'workflow node') => isRepeat(node, event, { ...body });

test('the same call in the same state comes once', () => {
	const call = { ...ended, id: 'once' };
	expect(repeat(call)).toBe(false);
	expect(repeat(call)).toBe(true);
	expect(repeat({ ...call, version: 4, updated: '2026-02-01T00:00:00.000Z' })).toBe(true);
});

test.each([
	['a later, fuller version', { summary_data: 'They were glad' }, 'NEW_RESPONSE', 'workflow node'],
	['another call', { id: 'another' }, 'NEW_RESPONSE', 'workflow node'],
	['another event of the call', {}, 'PHONE_TRANSFER', 'workflow node'],
	['another node', {}, 'NEW_RESPONSE', 'workflow other'],
])('%s is not a duplicate', (name, change, event, node) => {
	const call = { ...ended, id: name };
	expect(repeat(call)).toBe(false);
	expect(repeat({ ...call, ...change }, event, node)).toBe(false);
});

test('what is remembered is bounded', () => {
	expect(repeat({ id: 'first' })).toBe(false);
	for (let count = 0; count < 10_000; count++) repeat({ id: count });
	expect(repeat({ id: 9_999 })).toBe(true);
	expect(repeat({ id: 'first' })).toBe(false);
});
