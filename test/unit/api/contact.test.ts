import { readContact, readTags, sameNumber } from '../../../nodes/Thoughtly/api/contact';

test('a contact in the shape of workflows', () => {
	const record = {
		id: 'p1',
		name: 'Jane Doe',
		phone_number: '+14155550101',
		email: '',
		tags: [{ name: 'vip' }, 'lead'],
		attributes: { plan: 'premium' },
		status: 'ACTIVE',
		created: '2026-01-31T09:00:00Z',
		updated_at: '2026-02-01T09:00:00Z',
	};
	expect(readContact(record)).toEqual({
		id: 'p1',
		name: 'Jane Doe',
		phoneNumber: '+14155550101',
		email: null,
		tags: ['vip', 'lead'],
		attributes: { plan: 'premium' },
		status: 'ACTIVE',
		createdAt: '2026-01-31T09:00:00.000Z',
		updatedAt: '2026-02-01T09:00:00.000Z',
	});
});

test.each<[unknown, string[]]>([
	[
		['a', 'b'],
		['a', 'b'],
	],
	[
		[{ name: 'a' }, { id: 'x' }, 'b'],
		['a', 'x', 'b'],
	],
	[[null, '', { name: '' }, [], 7], ['7']],
	[undefined, []],
	['a', []],
])('tags %j become %j', (tags, expected) => {
	expect(readTags(tags)).toEqual(expected);
});

test.each([
	['+14155550101', '(1) 415 555-0101', true],
	['+14155550101', '+14155550102', false],
	['+14155550101', '(415) 555-0101', true],
	['0171 3920012', '+491713920012', true],
	['+14155550101', '+4155550101', false],
	['+14155550101', '5550101', false],
	['', '', false],
	[null, '+14155550101', false],
])('%s and %s are the same number: %s', (a, b, expected) => {
	expect(sameNumber(a, b)).toBe(expected);
});
