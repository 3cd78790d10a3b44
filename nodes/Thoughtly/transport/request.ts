import type { IDataObject, IHttpRequestMethods, IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import { connectionOf } from './connection';
import type { Connection } from './connection';
import { outcomeOf, readNetworkFailure, summarize } from './failure';
import type { Failure } from './failure';
import { log, seconds } from './log';
import { maskToken } from './maskToken';
import { pause } from './pause';
import { hasFailed, readRetryAfter, withRetries } from './retry';
import type { Failed, FailedAttempt, RequestKind } from './retry';
import { signalOf } from './scope';
import type { Scope } from './scope';
import { times } from './times';

export interface ApiRequest {
	kind: RequestKind;
	method: IHttpRequestMethods;
	path: string;
	query?: IDataObject;
	body?: IDataObject;
	/** Sent without the credential: an automation's webhook needs no token by default (source: spec). */
	anonymous?: boolean;
	/** Called when the request's turn has come, before it goes out; what it throws ends the request unsent. */
	beforeSend?: () => void;
}

/** A 2xx response, its body as n8n's helper parsed it. */
export interface Response {
	body: unknown;
}

/**
 * Sends a request with the credential's token and team ID when the quota allows it, and again where the retry rules and
 * the scope do.
 * @returns the 2xx response, or why there is none
 * @throws NodeOperationError for a credential that cannot be used; the signal's reason if the scope ends early
 */
export async function sendRequest(scope: Scope, request: ApiRequest): Promise<Response | Failed> {
	const connection = await connectionOf(scope);
	const { quota } = connection.account;
	const signal = signalOf(scope);
	const attempt = async () => {
		const turn = await connection.quotaWait.during(
			quota.turn(connection.lane, signal, (ms) => {
				if (ms > times.worthLogging) log(scope.context, `waiting ${seconds(ms)} for the rate limit`);
			}),
		);
		// Thoughtly has said to come back later than this request may wait
		if (!turn) return { failure: RATE_LIMITED, retryAfter: quota.heldFor() };
		try {
			request.beforeSend?.();
			if (scope.once) scope.once.sent++;
			return await sendOnce(scope, connection, request);
		} finally {
			turn.done();
		}
	};
	if (scope.once) {
		const result = await attempt();
		return hasFailed(result) ? { ...result, followsUnclear: false } : result;
	}
	return await withRetries(request.kind, attempt, async (failure, wait) => {
		const name = `${request.method} ${request.path.split('/')[1]}`;
		log(scope.context, `${name} failed (${summarize(failure)}), retrying in ${seconds(wait)}`);
		if (outcomeOf(failure) === 'rate limited') quota.holdBack(wait);
		else await pause(wait, signal);
	});
}

async function sendOnce(scope: Scope, connection: Connection, request: ApiRequest): Promise<Response | FailedAttempt> {
	const { context } = scope;
	const timeout = request.kind === 'call' ? times.callTimeout : times.requestTimeout;
	// the helper's own time-out ends when the response begins
	const limit = AbortSignal.timeout(timeout);
	const cancelled = signalOf(scope);
	const options: IHttpRequestOptions = {
		method: request.method,
		url: connection.baseUrl + request.path,
		qs: request.query,
		arrayFormat: 'repeat',
		// as text, since n8n's helper sends an empty object as no body at all
		...(request.body && { body: JSON.stringify(request.body) }),
		headers: { accept: 'application/json', ...(request.body && { 'content-type': 'application/json' }) },
		// read here, since the helper reads a response of any size
		encoding: 'stream',
		timeout,
		abortSignal: cancelled ? AbortSignal.any([cancelled, limit]) : limit,
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// n8n's helper would send the token along to wherever a redirect points
		disableFollowRedirect: true,
	};
	const sentAt = Date.now();
	try {
		const response: IN8nHttpFullResponse = request.anonymous
			? await context.helpers.httpRequest(options)
			: await context.helpers.httpRequestWithAuthentication.call(context, 'thoughtlyApi', options);
		const { statusCode: status, headers } = response;
		connection.account.clock.observe(headers.date, sentAt, Date.now());
		const text = await readText(response.body as unknown as AsyncIterable<Buffer>);
		if (text === undefined) return { failure: { kind: 'tooLarge' } };
		const body = maskToken(parse(text), connection.token);
		if (status >= 200 && status < 300) return { body };
		const retryAfter = readRetryAfter(headers['retry-after'], connection.account.clock.now());
		// all requests of the account, even if this one does not wait that long
		if (status === 429 && retryAfter) connection.account.quota.holdBack(retryAfter);
		return { failure: { kind: 'status', status, body }, retryAfter };
	} catch (error) {
		if (limit.aborted) return { failure: { kind: 'timeout', afterMs: timeout } };
		return { failure: readNetworkFailure(error, timeout) };
	}
}

/** A page of 50 calls of an hour has some 5 MB. */
const MAX_RESPONSE_BYTES = 50 * 1024 ** 2;

/** Reads a response's text; ends the request and returns undefined if it is too large. */
async function readText(stream: AsyncIterable<Buffer>): Promise<string | undefined> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of stream) {
		size += chunk.length;
		// leaving the loop destroys the stream
		if (size > MAX_RESPONSE_BYTES) return undefined;
		chunks.push(chunk);
	}
	// without a byte order mark, unlike toString()
	return new TextDecoder().decode(Buffer.concat(chunks));
}

/** The body as JSON, or as text if it is not: errors may be plain text or HTML. */
function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

const RATE_LIMITED: Failure = { kind: 'status', status: 429, body: null };
