import { errorText } from '../../../nodes/Thoughtly/api/errorText';

test.each<[unknown, string]>([
	['Unauthorized', 'Unauthorized'],
	['  two \n lines ', 'two lines'],
	[
		'<html><head><style>p{}</style></head><body><h1>Bad&nbsp;Gateway</h1>\n<p>nginx</p></body></html>',
		'Bad Gateway nginx',
	],
	[{ message: 'No' }, 'No'],
	[{ data: null, error: 'No' }, 'No'],
	[{ data: null, error: { title: 'No' } }, 'No'],
	[{ error: { message: '', detail: 'No' } }, 'No'],
	[{ errors: ['a', { message: 'b' }] }, 'a; b'],
	[{ code: 7 }, '{"code":7}'],
	[{ message: null, code: null }, ''],
	[`<script>${'<'.repeat(150_000)}`, `${'<'.repeat(299)}…`],
	[{ data: null, error: null }, ''],
	[{}, ''],
	['', ''],
	[null, ''],
	[undefined, ''],
	[404, '404'],
	['x'.repeat(400), `${'x'.repeat(299)}…`],
])('the text of the error %j', (body, expected) => {
	expect(errorText(body)).toBe(expected);
});
