import { firstText, isoTime, normalizeWord, text } from '../../../nodes/Thoughtly/api/values';

test.each<[unknown, string | null]>([
	['a', 'a'],
	[7, '7'],
	[0, '0'],
	[false, 'false'],
	['', null],
	[null, null],
	[undefined, null],
	[{}, null],
	[['a'], null],
])('%j as text is %j', (value, expected) => {
	expect(text(value)).toBe(expected);
});

test('an empty field hides no other', () => {
	expect(firstText('', null, 'a', 'b')).toBe('a');
	expect(firstText('', undefined)).toBeNull();
});

test.each<[unknown, string | null]>([
	['2026-01-31T09:00:00+01:00', '2026-01-31T08:00:00.000Z'],
	['2026-01-31T08:00:00', '2026-01-31T08:00:00.000Z'],
	['2026-01-31 08:00:00.5', '2026-01-31T08:00:00.500Z'],
	['2026-01-31', '2026-01-31T00:00:00.000Z'],
	[1_769_846_400_000, '2026-01-31T08:00:00.000Z'],
	[1_769_846_400, '2026-01-31T08:00:00.000Z'],
	['1769846400', '2026-01-31T08:00:00.000Z'],
	['soon', 'soon'],
	['', null],
	[null, null],
	[{ toString: 1 }, null],
])('the time %j is %s', (value, expected) => {
	expect(isoTime(value)).toBe(expected);
});

test.each([
	['NO_ANSWER', 'no answer'],
	['No-Answer', 'noanswer'],
	['完了', '完了'],
])('%s and %s are the same word', (a, b) => {
	expect(normalizeWord(a)).toBe(normalizeWord(b));
});

test('words of other scripts differ', () => {
	expect(normalizeWord('完了')).not.toBe(normalizeWord('失敗'));
});
