import { declare, explain, topicOf } from '../../../nodes/Thoughtly/api/ThoughtlyApiError';
import { outcomeOf } from '../../../nodes/Thoughtly/transport/failure';
import type { Failure } from '../../../nodes/Thoughtly/transport/failure';

const status = (code: number, body: unknown = null): Failure => ({ kind: 'status', status: code, body });
const FAILURES: Failure[] = [
	status(302),
	status(400),
	status(401),
	status(404),
	status(408),
	status(422),
	status(429),
	status(500),
	{ kind: 'timeout', afterMs: 1000 },
	{ kind: 'network', code: 'ECONNRESET', connected: true },
	{ kind: 'network', code: 'ECONNREFUSED', connected: false },
	{ kind: 'unreadable' },
	{ kind: 'incomplete', missing: 'call ID' },
	{ kind: 'errorInBody', text: 'x' },
];

test.each(FAILURES)('placing a call: %j says whether anyone was called', (failure) => {
	const { message } = explain(failure, { kind: 'call', subject: 'contact 1' });
	const isUnclear = outcomeOf(failure) === 'unclear';
	expect(/\. The call may have been placed: check in Thoughtly/.test(message)).toBe(isUnclear);
	expect(/\. Nobody was called$/.test(message)).toBe(!isUnclear);
});

test.each(FAILURES)('reading: %j says nothing about calls', (failure) => {
	const { message } = explain(failure, { kind: 'read', subject: 'contact 1' });
	expect(message).not.toMatch(/may have|called/);
});

test.each<[string, Failure, string, RegExp]>([
	[
		'a record',
		status(404, { error: 'nope' }),
		'Contact 1 was not found (404)',
		/^Check the contact\. Thoughtly said: nope$/,
	],
	['words', status(422, { message: 'No credit' }), 'Thoughtly refused the request (422): No credit', /contact 1/],
	[
		'a firewall',
		status(403, '<!DOCTYPE html><title>Just a moment...</title>'),
		'A firewall in front of Thoughtly blocked the request (403)',
		/Just a moment/,
	],
])('%s', (_name, failure, message, description) => {
	const explained = explain(failure, { kind: 'read', subject: 'contact 1', ifNotFound: 'Check the contact' });
	expect(explained.message).toBe(message);
	expect(explained.description).toMatch(description);
});

test.each<[string | undefined, Failure[]]>([
	['rate-limited', [status(429)]],
	['temporarily-unavailable', [status(500), status(503), status(403, '<html></html>')]],
	['temporarily-unavailable', [{ kind: 'timeout', afterMs: 1000 }]],
	['temporarily-unavailable', [{ kind: 'network', code: 'ECONNREFUSED', connected: false }]],
	['credential-invalid', [status(401), status(403), status(302)]],
	['configuration-invalid', [status(404)]],
	[undefined, [status(400), status(422), { kind: 'unreadable' }, { kind: 'errorInBody', text: 'x' }]],
])('n8n is told that it is %s: %j', (cause, failures) => {
	for (const failure of failures) expect(declare(failure)?.cause).toBe(cause);
});

test('n8n is told when Thoughtly wants to be asked again', () => {
	expect(declare(status(429), 9000)).toEqual({ cause: 'rate-limited', retryAfterMs: 9000 });
	expect(declare(status(503), 9000)).toEqual({ cause: 'temporarily-unavailable', retryAfterMs: 9000 });
});

test('a list that is not found is not a wrong ID', () => {
	const { message, description } = explain(status(404), { kind: 'read', subject: 'the list of agents' });
	expect(message).toBe('The list of agents was not found (404)');
	expect(description).toBe("Check 'Base URL' in the credential");
});

test.each<[Failure, string]>([
	[status(302), 'correct-the-credential'],
	[status(401), 'correct-the-credential'],
	[status(403), 'correct-the-credential'],
	[status(403, '<title>Just a moment...</title>'), 'check-the-network-or-try-again-later'],
	[status(404), 'read-what-thoughtly-says'],
	[status(404, '<title>Not here</title>'), 'read-what-thoughtly-says'],
	[status(408), 'check-the-network-or-try-again-later'],
	[status(422), 'read-what-thoughtly-says'],
	[status(429), 'check-the-network-or-try-again-later'],
	[status(500), 'check-the-network-or-try-again-later'],
	[{ kind: 'timeout', afterMs: 1000 }, 'check-the-network-or-try-again-later'],
	[{ kind: 'network', code: 'ECONNREFUSED', connected: false }, 'check-the-network-or-try-again-later'],
	[{ kind: 'unreadable' }, 'check-the-network-or-try-again-later'],
	[{ kind: 'errorInBody', text: 'x' }, 'read-what-thoughtly-says'],
])('reading: %j leads to %s', (failure, topic) => {
	expect(topicOf(failure, { kind: 'read' })).toBe(topic);
});

test('what may have rung someone leads to what to do first', () => {
	const failure: Failure = { kind: 'timeout', afterMs: 1000 };
	expect(topicOf(failure, { kind: 'call' })).toBe('check-in-thoughtly-whether-it-happened');
	expect(topicOf(status(422), { kind: 'call' })).toBe('read-what-thoughtly-says');
});
