import { UserError } from 'n8n-workflow';

/** Why a request has no usable response. */
export type Failure =
	| { kind: 'status'; status: number; body: unknown }
	| { kind: 'errorInBody'; text: string }
	| { kind: 'unreadable' }
	| { kind: 'tooLarge' }
	| { kind: 'incomplete'; missing: string }
	| { kind: 'timeout'; afterMs: number }
	| { kind: 'network'; code: string; connected: boolean };

/** What a failure says about whether Thoughtly acted. After the first two it certainly did not. */
export type Outcome = 'rate limited' | 'not connected' | 'refused' | 'unclear';

export function outcomeOf(failure: Failure): Outcome {
	switch (failure.kind) {
		case 'status':
			if (failure.status === 429) return 'rate limited';
			return isRefusal(failure.status) ? 'refused' : 'unclear';
		case 'network':
			return failure.connected ? 'unclear' : 'not connected';
		case 'errorInBody':
		case 'unreadable':
		case 'tooLarge':
		case 'incomplete':
		case 'timeout':
			return 'unclear';
	}
}

/** A server may go on with a request that it, or a proxy, gave up waiting for. */
const GAVE_UP_WAITING = [408, 425, 499];

const isRefusal = (status: number) => status >= 400 && status < 500 && !GAVE_UP_WAITING.includes(status);

export const isRedirect = (status: number) => status >= 300 && status < 400;

/** Describes a failure in a few words, without anything that Thoughtly said. */
export function summarize(failure: Failure): string {
	switch (failure.kind) {
		case 'status':
			return `status ${failure.status}`;
		case 'network':
			return `connection failed: ${failure.code}`;
		case 'timeout':
			return `no response within ${failure.afterMs / 1000} s`;
		case 'errorInBody':
			return 'the response reports an error';
		case 'unreadable':
			return 'the response could not be parsed';
		case 'tooLarge':
			return 'the response is too large';
		case 'incomplete':
			return `the response has no ${failure.missing}`;
	}
}

/** System calls that fail before a connection is open. */
const CONNECTING = new Set(['connect', 'getaddrinfo', 'queryA', 'queryAaaa']);

/** Codes that only occur before a connection is open: names that do not resolve, refusals, TLS handshakes, URLs. */
const NEVER_CONNECTED =
	/^(ECONNREFUSED|ENOTFOUND|EAI_|EPROTO|ERR_TLS_CERT_|ERR_TLS_HANDSHAKE_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_INVALID_URL|ERR_INVALID_PROTOCOL)/;

/** Errors of OpenSSL that belong to a handshake; others, such as a record that cannot be decrypted, may come after the request. */
const FAILED_HANDSHAKE = /^ERR_SSL_\w*(WRONG_VERSION|PROTOCOL|HANDSHAKE|CERTIFICATE|UNKNOWN_CA|UNRECOGNIZED_NAME)/;

/** Node's only sign of a connection that broke during the TLS handshake. */
const BROKEN_HANDSHAKE = 'before secure TLS connection was established';

/** Node's messages begin with the system call that failed: "connect ETIMEDOUT 203.0.113.7:443". */
const SYSTEM_CALL = /^(\w+) E[A-Z]/;

interface ErrorLayer {
	message?: unknown;
	code?: unknown;
	/** n8n's cores 1.104 to 2.33 drop the cause and keep its code and message in these two */
	httpCode?: unknown;
	messages?: unknown;
	syscall?: unknown;
	cause?: unknown;
	/** Set if several addresses were tried */
	errors?: ErrorLayer[];
}

/**
 * Reads what n8n's HTTP helper threw. The helper wraps axios's error once or twice: the code and the system call are on one
 * of the layers. Only the system call that failed tells a route that was lost while reading from one that never existed.
 * @param timeout the request's time-out in ms
 */
export function readNetworkFailure(error: unknown, timeout: number): Failure {
	const layers: ErrorLayer[] = [];
	for (let layer = error; typeof layer === 'object' && layer !== null && layers.length < 10;) {
		layers.push(layer as ErrorLayer, ...((layer as ErrorLayer).errors?.slice(0, 1) ?? []));
		layer = (layer as ErrorLayer).cause;
	}
	// n8n itself refused to send the request, such as by its SSRF protection
	if (layers.some((layer) => layer instanceof UserError)) {
		return { kind: 'network', code: 'blocked by n8n', connected: false };
	}
	const firstText = (read: (layer: ErrorLayer) => unknown) =>
		layers.map(read).find((value): value is string => typeof value === 'string' && /^[A-Za-z]/.test(value)) ?? '';
	const code = firstText((layer) => layer.code ?? layer.httpCode);
	const texts = layers.flatMap(({ message, messages }) => [message, messages].flat().map(String));
	const systemCall =
		firstText((layer) => layer.syscall) || texts.map((text) => SYSTEM_CALL.exec(text)?.[1]).find(Boolean) || '';
	const isHandshake = FAILED_HANDSHAKE.test(code) || texts.some((text) => text.includes(BROKEN_HANDSHAKE));
	if (isHandshake || CONNECTING.has(systemCall) || NEVER_CONNECTED.test(code)) {
		return { kind: 'network', code, connected: false };
	}
	if (code === 'ECONNABORTED' || code === 'ETIMEDOUT') return { kind: 'timeout', afterMs: timeout };
	return { kind: 'network', code: code || 'no response', connected: true };
}
