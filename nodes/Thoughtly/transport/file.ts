import type { IExecuteFunctions, IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import { ALLOWED_BASE_URL } from './address';
import { signalOf } from './connection';
import type { Scope } from './connection';
import { readNetworkFailure, summarize } from './failure';
import { log } from './log';
import { pause } from './pause';
import { hasFailed, withRetries } from './retry';
import type { Failed, FailedAttempt } from './retry';
import { times } from './times';

/** What n8n's helper returns with `encoding: 'stream'` and what its binary helper takes. */
export type FileStream = Exclude<Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0], Buffer>;

const MAX_REDIRECTS = 5;

/** The file is at an address that is not fetched, since anyone on the network could read it. */
export interface Insecure {
	insecureUrl: string;
}

/**
 * Fetches a file that Thoughtly names the URL of, without the token: the file may be on another host. Follows redirects
 * to https only (http on loopback), and retries as for any read.
 * @param store takes the stream and its MIME type ('' if the server names none)
 * @returns what `store` returned, or why there is nothing
 */
export async function fetchFile<T>(
	scope: Scope,
	url: string,
	store: (stream: FileStream, mimeType: string) => Promise<T>,
): Promise<{ stored: T } | Insecure | Failed> {
	const attempt = async () => {
		// the helper's own time-out ends when the response begins
		const limit = AbortSignal.timeout(times.fileTimeout);
		const response = await follow(scope, url, limit);
		return 'statusCode' in response ? await save(response, store, limit) : response;
	};
	return await withRetries('read', attempt, async (failure, wait) => {
		log(scope.context, `could not fetch a recording (${summarize(failure)}), retrying in ${Math.ceil(wait / 1000)} s`);
		await pause(wait, signalOf(scope));
	});
}

async function save<T>(
	{ body, headers }: IN8nHttpFullResponse,
	store: (stream: FileStream, mimeType: string) => Promise<T>,
	limit: AbortSignal,
): Promise<{ stored: T } | FailedAttempt> {
	try {
		const [mimeType] = String(headers['content-type'] ?? '').split(';');
		return { stored: await store(body as unknown as FileStream, mimeType.trim().toLowerCase()) };
	} catch (error) {
		if (limit.aborted) return { failure: { kind: 'timeout', afterMs: times.fileTimeout } };
		return { failure: readNetworkFailure(error, times.requestTimeout) };
	}
}

async function follow(
	scope: Scope,
	firstUrl: string,
	limit: AbortSignal,
): Promise<IN8nHttpFullResponse | Insecure | FailedAttempt> {
	const cancelled = signalOf(scope);
	const abortSignal = cancelled ? AbortSignal.any([cancelled, limit]) : limit;
	let url = firstUrl;
	for (let redirects = 0; ; redirects++) {
		if (!ALLOWED_BASE_URL.test(url)) return { insecureUrl: url };
		const response = await requestFile(scope, url, abortSignal);
		if (hasFailed(response)) return response;
		const { statusCode: status, headers } = response;
		if (status >= 200 && status < 300) return response;
		(response.body as unknown as FileStream).destroy();
		const location = String(headers.location ?? '');
		const isRedirect = status >= 300 && status < 400 && location !== '' && URL.canParse(location, url);
		if (!isRedirect || redirects === MAX_REDIRECTS) return { failure: { kind: 'status', status, body: null } };
		url = new URL(location, url).href;
	}
}

async function requestFile(
	{ context }: Scope,
	url: string,
	abortSignal: AbortSignal,
): Promise<IN8nHttpFullResponse | FailedAttempt> {
	const options: IHttpRequestOptions = {
		url,
		encoding: 'stream',
		timeout: times.requestTimeout,
		abortSignal,
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
	};
	try {
		return (await context.helpers.httpRequest(options)) as IN8nHttpFullResponse;
	} catch (error) {
		return { failure: readNetworkFailure(error, times.requestTimeout) };
	}
}
