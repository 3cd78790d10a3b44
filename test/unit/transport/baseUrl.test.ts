import { readBaseUrl } from '../../../nodes/Thoughtly/transport/baseUrl';

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
