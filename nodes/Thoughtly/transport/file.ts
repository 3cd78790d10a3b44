import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import { ALLOWED_BASE_URL, isLocal } from './address';
import { connectionOf } from './connection';
import { readNetworkFailure, summarize } from './failure';
import type { Failure } from './failure';
import { FileTooLargeError, limitSize, whyNotAudio } from './fileStream';
import type { FileStream } from './fileStream';
import { log, seconds } from './log';
import { pause } from './pause';
import { hasFailed, withRetries } from './retry';
import type { FailedAttempt } from './retry';
import { signalOf } from './scope';
import type { Scope } from './scope';
import { times } from './times';

const MAX_REDIRECTS = 5;

/** Ten hours of uncompressed telephone audio; more is surely not a recording. */
const MAX_BYTES = 1024 ** 3;
const TOO_LARGE = { unusable: 'it is larger than 1 GB' };

/** Why a URL is not fetched: anyone on the network could read it, or it is inside the network of this n8n. */
export type RefusedUrl = 'insecure' | 'local';

/** A file's content, or why there is none. */
export type FetchedFile<T> =
	| { stored: T }
	| { refused: RefusedUrl }
	| { failure: Failure }
	/** Something else than a recording came, such as a web page: asking again would not help */
	| { unusable: string };

/**
 * Fetches an audio file that Thoughtly names the URL of, without the token: the file may be on another host. Follows
 * redirects to https on public addresses only (http on loopback if the API itself is there), and retries as for any read.
 * @param store takes the stream and its MIME type ('' if the server names none)
 */
export async function fetchFile<T>(
	scope: Scope,
	url: string,
	store: (stream: FileStream, mimeType: string) => Promise<T>,
): Promise<FetchedFile<T>> {
	const isLocalAllowed = isLocal((await connectionOf(scope)).baseUrl);
	const cancelled = signalOf(scope);
	const attempt = async () => {
		// the helper's own time-out ends when the response begins
		const limit = AbortSignal.timeout(times.fileTimeout);
		const over = new AbortController();
		const signals = [limit, over.signal, ...(cancelled ? [cancelled] : [])];
		try {
			const response = await follow(scope, url, AbortSignal.any(signals), isLocalAllowed);
			return 'statusCode' in response ? await save(response, store, limit) : response;
		} finally {
			// destroying a stream that was not read would leave its connection open
			over.abort();
		}
	};
	return await withRetries('read', attempt, async (failure, wait) => {
		log(scope.context, `could not fetch a recording (${summarize(failure)}), retrying in ${seconds(wait)}`);
		await pause(wait, cancelled);
	});
}

async function save<T>(
	{ body, headers }: IN8nHttpFullResponse,
	store: (stream: FileStream, mimeType: string) => Promise<T>,
	limit: AbortSignal,
): Promise<{ stored: T } | { unusable: string } | FailedAttempt> {
	const stream = body as unknown as FileStream;
	try {
		const [contentType] = String(headers['content-type'] ?? '').split(';');
		const mimeType = contentType.trim().toLowerCase();
		if (Number(headers['content-length']) > MAX_BYTES) return TOO_LARGE;
		const unusable = await whyNotAudio(stream, mimeType);
		if (unusable) return { unusable };
		return { stored: await store(limitSize(stream, MAX_BYTES), mimeType) };
	} catch (error) {
		if (error instanceof FileTooLargeError) return TOO_LARGE;
		if (limit.aborted) return { failure: { kind: 'timeout', afterMs: times.fileTimeout } };
		return { failure: readNetworkFailure(error, times.requestTimeout) };
	}
}

async function follow(
	scope: Scope,
	firstUrl: string,
	abortSignal: AbortSignal,
	isLocalAllowed: boolean,
): Promise<IN8nHttpFullResponse | { refused: RefusedUrl } | { unusable: string } | FailedAttempt> {
	let url = firstUrl;
	for (let redirects = 0; ; redirects++) {
		if (!ALLOWED_BASE_URL.test(url) || !URL.canParse(url)) return { refused: 'insecure' };
		if (isLocal(url) && !isLocalAllowed) return { refused: 'local' };
		const response = await requestFile(scope, url, abortSignal);
		if (hasFailed(response)) return response;
		const { statusCode: status, headers } = response;
		if (status >= 200 && status < 300) return response;
		const location = String(headers.location ?? '');
		if (status < 300 || status >= 400) return { failure: { kind: 'status', status, body: null } };
		const leadsOn = location !== '' && URL.canParse(location, url) && redirects < MAX_REDIRECTS;
		if (!leadsOn) return { unusable: `status ${status}` };
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
		const response = (await context.helpers.httpRequest(options)) as IN8nHttpFullResponse;
		// n8n would end if a stream that nobody reads failed
		(response.body as unknown as FileStream).on('error', () => {});
		return response;
	} catch (error) {
		return { failure: readNetworkFailure(error, times.requestTimeout) };
	}
}
