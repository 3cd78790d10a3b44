import { UserError } from 'n8n-workflow';
import { outcomeOf, readNetworkFailure, summarize } from '../../../nodes/Thoughtly/transport/failure';
import type { Failure, Outcome } from '../../../nodes/Thoughtly/transport/failure';

const status = (code: number): Failure => ({ kind: 'status', status: code, body: null });

test.each<[Failure, Outcome]>([
	[status(429), 'rate limited'],
	[status(400), 'refused'],
	[status(401), 'refused'],
	[status(404), 'refused'],
	[status(409), 'refused'],
	[status(422), 'refused'],
	[status(302), 'unclear'],
	[status(307), 'unclear'],
	[status(408), 'unclear'],
	[status(425), 'unclear'],
	[status(499), 'unclear'],
	[status(500), 'unclear'],
	[status(503), 'unclear'],
	[status(524), 'unclear'],
	[{ kind: 'timeout', afterMs: 1000 }, 'unclear'],
	[{ kind: 'network', code: 'ECONNRESET', connected: true }, 'unclear'],
	[{ kind: 'network', code: 'ECONNREFUSED', connected: false }, 'not connected'],
	[{ kind: 'unreadable' }, 'unclear'],
	[{ kind: 'incomplete', missing: 'call ID' }, 'unclear'],
	[{ kind: 'errorInBody', text: 'x' }, 'unclear'],
])('%j is %s', (failure, outcome) => {
	expect(outcomeOf(failure)).toBe(outcome);
});

test('a summary has nothing that Thoughtly said', () => {
	const words = 'cannot call +14155550101';
	const failures: Failure[] = [
		{ kind: 'errorInBody', text: words },
		{ kind: 'status', status: 500, body: { error: words } },
	];
	for (const failure of failures) expect(summarize(failure)).not.toContain('4155550101');
});

const TIMEOUT = 1000;
const error = (fields: object, message = '') => Object.assign(new Error(message), fields);
const timedOut: Failure = { kind: 'timeout', afterMs: TIMEOUT };
const lost = (code: string): Failure => ({ kind: 'network', code, connected: true });
const unreached = (code: string): Failure => ({ kind: 'network', code, connected: false });

test.each<[string, unknown, Failure]>([
	['refused', error({ code: 'ECONNREFUSED', syscall: 'connect' }), unreached('ECONNREFUSED')],
	['no route while connecting', error({ code: 'EHOSTUNREACH', syscall: 'connect' }), unreached('EHOSTUNREACH')],
	['no route while reading', error({ code: 'EHOSTUNREACH', syscall: 'read' }), lost('EHOSTUNREACH')],
	['no network while reading', error({ code: 'ENETUNREACH', syscall: 'read' }), lost('ENETUNREACH')],
	['too slow to connect', error({ code: 'ETIMEDOUT', syscall: 'connect' }), unreached('ETIMEDOUT')],
	['too slow to respond', error({ code: 'ETIMEDOUT', syscall: 'read' }), timedOut],
	["axios's time-out", error({ code: 'ECONNABORTED' }), timedOut],
	['a name that does not exist', error({ code: 'ENOTFOUND', syscall: 'getaddrinfo' }), unreached('ENOTFOUND')],
	['a name server that fails', error({ code: 'EAI_FAIL', syscall: 'getaddrinfo' }), unreached('EAI_FAIL')],
	['a TLS handshake that fails', error({ code: 'EPROTO', syscall: 'write' }), unreached('EPROTO')],
	[
		'a server that closes during the TLS handshake',
		error({ code: 'ECONNRESET' }, 'Client network socket disconnected before secure TLS connection was established'),
		unreached('ECONNRESET'),
	],
	...[
		'ERR_SSL_WRONG_VERSION_NUMBER',
		'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
		'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
		'ERR_TLS_CERT_ALTNAME_INVALID',
	].map((code): [string, unknown, Failure] => [
		`a TLS handshake that fails with ${code}`,
		error({ code }),
		unreached(code),
	]),
	...['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 'ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC'].map(
		(code): [string, unknown, Failure] => [`a broken TLS record: ${code}`, error({ code }), lost(code)],
	),
	['an expired certificate', error({ code: 'CERT_HAS_EXPIRED' }), unreached('CERT_HAS_EXPIRED')],
	['a reset', error({ code: 'ECONNRESET', syscall: 'read' }), lost('ECONNRESET')],
	['wrapped by n8n', error({ cause: error({ code: 'ECONNREFUSED', syscall: 'connect' }) }), unreached('ECONNREFUSED')],
	['wrapped by an older n8n', error({ httpCode: 'ECONNREFUSED' }), unreached('ECONNREFUSED')],
	[
		'wrapped by an older n8n, while connecting',
		error({ httpCode: 'ETIMEDOUT', messages: ['connect ETIMEDOUT 203.0.113.7:443'] }),
		unreached('ETIMEDOUT'),
	],
	[
		'wrapped by an older n8n, while reading',
		error({ httpCode: 'ECONNRESET', messages: ['read ECONNRESET'] }),
		lost('ECONNRESET'),
	],
	[
		'several addresses',
		error({ code: 'ETIMEDOUT', errors: [error({ code: 'ETIMEDOUT', syscall: 'connect' })] }),
		unreached('ETIMEDOUT'),
	],
	['blocked by n8n', error({ cause: new UserError('The request was blocked') }), unreached('blocked by n8n')],
	['nothing that is known', 'odd', lost('no response')],
])('%s', (_name, thrown, failure) => {
	expect(readNetworkFailure(thrown, TIMEOUT)).toEqual(failure);
});
