import { maskToken } from '../../../nodes/Thoughtly/transport/maskToken';

test('a token is masked wherever it is, and names are left alone', () => {
	const body = { password: 'own', 'tok-1': 'x', list: ['a tok-1 b', { deep: 'tok-1tok-1' }], none: null, count: 1 };
	expect(maskToken(body, 'tok-1')).toEqual({
		password: 'own',
		'tok-1': 'x',
		list: ['a *** b', { deep: '******' }],
		none: null,
		count: 1,
	});
	expect(maskToken('tok-1', 'tok-1')).toBe('***');
	expect(maskToken('text', '')).toBe('text');
});

test('depth does not matter', () => {
	let body: object = { end: 'tok-1' };
	for (let level = 0; level < 20_000; level++) body = { body };
	let inner = maskToken(body, 'tok-1') as { body?: object; end?: string };
	while (inner.body) inner = inner.body;
	expect(inner.end).toBe('***');
});
