import type {
	IAllExecuteFunctions,
	IDataObject,
	IHttpRequestMethods,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import { connectionOf, signalOf } from './connection';
import type { Connection } from './connection';
import { apiError, errorText, shortly } from './errors';
import type { Asked } from './errors';
import { log } from './log';
import { pause } from './pause';
import { backoff, mayRepeat, outcomeOf, readRetryAfter } from './retry';
import type { Failure, Outcome } from './retry';
import { times } from './times';

export interface ApiRequest extends Asked {
	method: IHttpRequestMethods;
	path: string;
	query?: IDataObject;
	body?: IDataObject;
	/** An automation's webhook asks for no token by default (source: spec); everything else does. */
	anonymous?: boolean;
	/** Where an unclear try is repeated: whether this failure of the repeat says that the first one did it all. */
	doneBefore?: (failure: Failure) => boolean;
}

type Answer = { body: unknown } | { failure: Failure; retryAfter?: number };

/**
 * Sends a request with the credential's token and team ID, in its turn within the quota, and again where the retry
 * rules allow it; gives the body of the 2xx answer as it came.
 * @throws NodeApiError for any other answer or none; NodeOperationError for a credential that cannot be used; the
 * signal's reason where the context is told to stop
 */
export async function sendRequest(
	context: IAllExecuteFunctions,
	request: ApiRequest,
	itemIndex?: number,
): Promise<unknown> {
	const connection = await connectionOf(context, itemIndex);
	const signal = signalOf(context);
	const failed: Record<Outcome, number> = { 'over quota': 0, 'never connected': 0, unclear: 0, refused: 0 };
	let firstRefusal = 0;
	for (;;) {
		const turn = await connection.quota.turn(connection.lane, signal, (ms) => {
			if (ms > times.worthLogging) log(context, `waiting ${seconds(ms)} for the quota`);
		});
		const answer = await sendOnce(context, connection, request).finally(turn.done);
		if ('body' in answer) return answer.body;
		const { failure } = answer;
		if (failed.unclear > 0 && request.doneBefore?.(failure)) return undefined;
		const outcome = outcomeOf(failure);
		failed[outcome]++;
		let wait = backoff(failed[outcome], Math.random());
		let repeat = mayRepeat(request.kind, outcome, failed[outcome]);
		if (outcome === 'over quota') {
			firstRefusal ||= Date.now();
			// a time that is over (the clocks differ) or 0 would have us ask without a pause
			wait = answer.retryAfter || wait;
			repeat = Date.now() - firstRefusal + wait <= times.longestRefusal;
		}
		if (!repeat) throw apiError(context, failure, request, itemIndex);
		const what = `${request.method} ${request.path.split('/')[1]}`;
		log(context, `${what} failed (${shortly(failure)}), repeating it after ${seconds(wait)}`);
		if (outcome === 'over quota') connection.quota.holdBack(wait);
		else await pause(wait, signal);
	}
}

async function sendOnce(context: IAllExecuteFunctions, connection: Connection, request: ApiRequest): Promise<Answer> {
	const timeout = request.kind === 'call' ? times.callTimeout : times.requestTimeout;
	const options: IHttpRequestOptions = {
		method: request.method,
		url: connection.baseUrl + request.path,
		qs: request.query,
		arrayFormat: 'repeat',
		// as text, since n8n's helper sends an empty object as no body at all
		...(request.body && { body: JSON.stringify(request.body), headers: { 'content-type': 'application/json' } }),
		json: true,
		timeout,
		abortSignal: signalOf(context),
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// n8n's helper sends the token along to wherever a redirect points
		disableFollowRedirect: true,
	};
	try {
		const answer: IN8nHttpFullResponse = request.anonymous
			? await context.helpers.httpRequest(options)
			: await context.helpers.httpRequestWithAuthentication.call(context, 'thoughtlyApi', options);
		const { statusCode: status, headers, body } = answer;
		if (status >= 200 && status < 300) return { body };
		const text = errorText(body, connection.withoutToken);
		return {
			failure: { kind: 'status', status, text },
			retryAfter: readRetryAfter(headers['retry-after'], Date.now()),
		};
	} catch (error) {
		return { failure: networkFailure(error, timeout) };
	}
}

/** Errors that only come up before a connection is there, those of certificates included. */
const NEVER_CONNECTED =
	/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|ERR_INVALID_URL)/;

interface Layer {
	code?: unknown;
	syscall?: unknown;
	cause?: unknown;
	/** Where several addresses were tried */
	errors?: Layer[];
}

/**
 * Takes what n8n's helper threw; gives why there is no answer. The helper wraps what axios threw, once or twice: code and
 * system call are on one of the layers.
 */
export function networkFailure(error: unknown, timeout: number): Failure {
	let code = '';
	let systemCall = '';
	for (let layer = error as Layer | undefined; layer; layer = layer.cause as Layer | undefined) {
		if (!code && typeof layer.code === 'string') code = layer.code;
		const call = layer.errors?.[0]?.syscall ?? layer.syscall;
		if (!systemCall && typeof call === 'string') systemCall = call;
	}
	if (NEVER_CONNECTED.test(code) || systemCall === 'connect') return { kind: 'network', code, connected: false };
	if (code === 'ECONNABORTED' || code === 'ETIMEDOUT') return { kind: 'timeout', afterMs: timeout };
	return { kind: 'network', code: code || 'no answer', connected: true };
}

const seconds = (ms: number) => `${Math.ceil(ms / 100) / 10} s`;
