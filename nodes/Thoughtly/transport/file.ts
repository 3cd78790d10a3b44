import type { IExecuteFunctions, IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import { ALLOWED_BASE_URL } from './baseUrl';
import { signalOf } from './connection';
import { fileError, inputError } from './errors';
import { log } from './log';
import { pause } from './pause';
import { networkFailure } from './request';
import { backoff, outcomeOf } from './retry';
import type { Failure } from './retry';
import { times } from './times';

/** What n8n's helper gives with `encoding: 'stream'` and what its binary helper takes. */
type Stream = Exclude<Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0], Buffer>;

const MOST_REDIRECTS = 5;
const MOST_TRIES = 3;

/**
 * Fetches a file that Thoughtly names the address of, without the token: the file may be at another host. Follows
 * redirects to https only (http on loopback). What breaks off or fails at the server is tried three times.
 * @param subject what it is: 'recording of call 123'
 * @param store takes the stream and its MIME type ('' where the server gives none)
 */
export async function fetchFile<T>(
	context: IExecuteFunctions,
	address: string,
	subject: string,
	store: (stream: Stream, mimeType: string) => Promise<T>,
	itemIndex: number,
): Promise<T> {
	for (let tries = 1; ; tries++) {
		// the helper's own time-out ends when the answer begins
		const limit = AbortSignal.timeout(times.fileTimeout);
		const answer = await follow(context, address, subject, limit, itemIndex);
		const stored = 'failure' in answer ? answer : await save(answer, store, limit);
		if ('result' in stored) return stored.result;
		const mayPass = outcomeOf(stored.failure) !== 'refused';
		if (!mayPass || tries === MOST_TRIES) throw fileError(context, stored.failure, subject, itemIndex);
		const wait = backoff(tries, Math.random());
		log(context, `could not fetch a recording, trying again after ${Math.ceil(wait / 1000)} s`);
		await pause(wait, signalOf(context));
	}
}

type Failed = { failure: Failure };

async function save<T>(
	{ body, headers }: IN8nHttpFullResponse,
	store: (stream: Stream, mimeType: string) => Promise<T>,
	limit: AbortSignal,
): Promise<{ result: T } | Failed> {
	try {
		const [mimeType] = String(headers['content-type'] ?? '').split(';');
		return { result: await store(body as unknown as Stream, mimeType.trim().toLowerCase()) };
	} catch (error) {
		if (limit.aborted) return { failure: { kind: 'timeout', afterMs: times.fileTimeout } };
		return { failure: networkFailure(error, times.requestTimeout) };
	}
}

async function follow(
	context: IExecuteFunctions,
	address: string,
	subject: string,
	limit: AbortSignal,
	itemIndex: number,
): Promise<IN8nHttpFullResponse | Failed> {
	const cancelled = signalOf(context);
	const abortSignal = cancelled ? AbortSignal.any([cancelled, limit]) : limit;
	let url = address;
	for (let redirects = 0; ; redirects++) {
		if (!ALLOWED_BASE_URL.test(url)) {
			throw inputError(
				context.getNode(),
				`The ${subject} is not at an https address`,
				'It is not fetched, since anyone on the way could read it',
				itemIndex,
			);
		}
		const options: IHttpRequestOptions = {
			url,
			encoding: 'stream',
			timeout: times.requestTimeout,
			abortSignal,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		};
		let answer: IN8nHttpFullResponse;
		try {
			answer = (await context.helpers.httpRequest(options)) as IN8nHttpFullResponse;
		} catch (error) {
			return { failure: networkFailure(error, times.requestTimeout) };
		}
		const { statusCode: status, headers } = answer;
		if (status >= 200 && status < 300) return answer;
		(answer.body as unknown as Stream).destroy();
		const location = String(headers.location ?? '');
		const isRedirect = status >= 300 && status < 400 && location !== '' && URL.canParse(location, url);
		if (!isRedirect || redirects === MOST_REDIRECTS) return { failure: { kind: 'status', status, text: '' } };
		url = new URL(location, url).href;
	}
}
