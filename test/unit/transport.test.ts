import type { IDataObject } from 'n8n-workflow';
import { ID_IN_URL } from '../../nodes/Thoughtly/fields/locators';
import { readBaseUrl } from '../../nodes/Thoughtly/transport/baseUrl';
import { errorText } from '../../nodes/Thoughtly/transport/errors';
import { paginate } from '../../nodes/Thoughtly/transport/pagination';

test.each<[unknown, string | null]>([
	['https://api.thoughtly.com', 'https://api.thoughtly.com'],
	[' https://api.thoughtly.com/ ', 'https://api.thoughtly.com'],
	['https://example.com/thoughtly//', 'https://example.com/thoughtly'],
	['HTTPS://example.com', 'HTTPS://example.com'],
	['http://localhost:4010', 'http://localhost:4010'],
	['http://127.0.0.1:4010/', 'http://127.0.0.1:4010'],
	['http://[::1]:4010', 'http://[::1]:4010'],
	['http://api.thoughtly.com', null],
	['http://localhost.example.com', null],
	['http://localhost@example.com', null],
	['http://127.0.0.1:4010@example.com', null],
	['http://192.168.1.5', null],
	['ftp://localhost', null],
	['api.thoughtly.com', null],
	['https://', null],
	['https://[bad', null],
	['', null],
	[undefined, null],
])('base URL %s becomes %s', (value, expected) => {
	expect(readBaseUrl(value)).toBe(expected);
});

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

const ID = '0b8c1a52-7d34-4a1f-9a3e-5f2d6c7b8e90';
test.each<[string, string | undefined]>([
	[`https://app.thoughtly.com/agents/${ID}`, ID],
	[`https://app.thoughtly.com/agents/${ID}/edit`, ID],
	[`https://app.thoughtly.com/team/12345678/agents/${ID}?tab=voice`, ID],
	[`https://app.thoughtly.com/editor?agent=${ID}`, ID],
	['https://app.thoughtly.com/agents/agent_42x', 'agent_42x'],
	['https://app.thoughtly.com/agents', undefined],
	[`${ID}`, undefined],
])('the agent in %s', (url, expected) => {
	expect(new RegExp(ID_IN_URL).exec(url)?.[1]).toBe(expected);
});

describe('a paged list', () => {
	const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => ({ id: from + index }));
	test.each<[string, (page: number) => IDataObject[], number, number]>([
		['ends with a short page', (page) => (page < 2 ? ids(page * 3, page * 3 + 3) : ids(6, 7)), 7, 3],
		['ends with an empty page', (page) => (page < 2 ? ids(page * 3, page * 3 + 3) : []), 6, 3],
		['ends where the page is ignored', () => ids(0, 3), 3, 2],
		['ends where the page is ignored and nothing has an ID', () => [{ a: 1 }, { a: 2 }, { a: 3 }], 3, 2],
		['gives once what moves to the next page', (page) => [ids(0, 3), ids(2, 5), ids(5, 6)][page], 6, 3],
	])('%s', async (_name, page, records, pages) => {
		let fetched = 0;
		const given: unknown[] = [];
		for await (const record of paginate(async (number) => (fetched++, page(number)), 3)) given.push(record);
		expect([given.length, fetched]).toEqual([records, pages]);
	});
});
