/** Why a request has no usable response. */
export type Failure =
	| { kind: 'status'; status: number; body: unknown }
	| { kind: 'errorInBody'; text: string }
	| { kind: 'unreadable' }
	| { kind: 'incomplete'; missing: string }
	| { kind: 'timeout'; afterMs: number }
	| { kind: 'network'; code: string; connected: boolean };

/** What a failure says about whether Thoughtly acted. After the first two it certainly did not. */
export type Outcome = 'rate limited' | 'not connected' | 'refused' | 'unclear';

export function outcomeOf(failure: Failure): Outcome {
	switch (failure.kind) {
		case 'status':
			if (failure.status === 429) return 'rate limited';
			return failure.status >= 500 ? 'unclear' : 'refused';
		case 'network':
			return failure.connected ? 'unclear' : 'not connected';
		case 'errorInBody':
		case 'unreadable':
		case 'incomplete':
		case 'timeout':
			return 'unclear';
	}
}

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
		case 'incomplete':
			return `the response has no ${failure.missing}`;
	}
}

/** Errors that only occur before a connection is open, certificate errors included. */
const NEVER_CONNECTED =
	/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|ERR_INVALID_URL)/;

interface ErrorLayer {
	code?: unknown;
	syscall?: unknown;
	cause?: unknown;
	/** Set if several addresses were tried */
	errors?: ErrorLayer[];
}

/**
 * Reads what n8n's HTTP helper threw. The helper wraps axios's error once or twice: the code and the system call are on one
 * of the layers.
 * @param timeout the request's time-out in ms
 */
export function readNetworkFailure(error: unknown, timeout: number): Failure {
	let code = '';
	let systemCall = '';
	for (let layer = error as ErrorLayer | undefined; layer; layer = layer.cause as ErrorLayer | undefined) {
		if (!code && typeof layer.code === 'string') code = layer.code;
		const call = layer.errors?.[0]?.syscall ?? layer.syscall;
		if (!systemCall && typeof call === 'string') systemCall = call;
	}
	if (NEVER_CONNECTED.test(code) || systemCall === 'connect') return { kind: 'network', code, connected: false };
	if (code === 'ECONNABORTED' || code === 'ETIMEDOUT') return { kind: 'timeout', afterMs: timeout };
	return { kind: 'network', code: code || 'no response', connected: true };
}
