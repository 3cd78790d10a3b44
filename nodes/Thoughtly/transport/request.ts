import type {
	IAllExecuteFunctions,
	IDataObject,
	IHttpRequestMethods,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import { readBaseUrl } from './baseUrl';
import { apiError, errorText, inputError } from './errors';
import type { Failure } from './errors';
import { times } from './times';

export interface ApiRequest {
	/** What it does in Thoughtly, which decides how careful a failure has to be treated. */
	kind: 'read' | 'delete' | 'subscription' | 'contact' | 'call' | 'automation';
	method: IHttpRequestMethods;
	path: string;
	query?: IDataObject;
	body?: IDataObject;
	/** What it is about, for error texts: 'contact 123'. */
	subject: string;
	/** An automation's webhook asks for no token by default (source: spec); everything else does. */
	anonymous?: boolean;
}

/**
 * Sends one request with the credential's token and team ID; gives the body of a 2xx answer as it came.
 * @throws NodeApiError for any other answer or none; NodeOperationError for a base URL that no token may go to
 */
export async function sendRequest(
	context: IAllExecuteFunctions,
	request: ApiRequest,
	itemIndex?: number,
): Promise<unknown> {
	const timeout = request.kind === 'call' ? times.callTimeout : times.requestTimeout;
	const options: IHttpRequestOptions = {
		method: request.method,
		url: (await baseUrlOf(context, itemIndex)) + request.path,
		qs: request.query,
		arrayFormat: 'repeat',
		body: request.body,
		json: true,
		timeout,
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// n8n's helper sends the token along to wherever a redirect points
		disableFollowRedirect: true,
	};
	let answer: IN8nHttpFullResponse;
	try {
		answer = request.anonymous
			? await context.helpers.httpRequest(options)
			: await context.helpers.httpRequestWithAuthentication.call(context, 'thoughtlyApi', options);
	} catch (error) {
		throw apiError(context, networkFailure(error, timeout), request, itemIndex);
	}
	const { statusCode: status, body } = answer;
	if (status < 200 || status > 299) {
		throw apiError(context, { kind: 'status', status, text: errorText(body) }, request, itemIndex);
	}
	return body;
}

async function baseUrlOf(context: IAllExecuteFunctions, itemIndex?: number): Promise<string> {
	const credential = await context.getCredentials('thoughtlyApi');
	const baseUrl = readBaseUrl(credential.baseUrl);
	if (baseUrl === null) {
		throw inputError(
			context.getNode(),
			"'Base URL' in the credential must start with https://",
			'Plain http would show the token to everyone on the way; it is allowed for localhost only',
			itemIndex,
		);
	}
	return baseUrl;
}

/** n8n's helper wraps what axios threw, once or twice: the code is on one of the layers. */
function networkFailure(error: unknown, timeout: number): Failure {
	let code = '';
	for (let layer = error; layer instanceof Error && !code; layer = layer.cause) {
		code = 'code' in layer && typeof layer.code === 'string' ? layer.code : '';
	}
	return code === 'ECONNABORTED' || code === 'ETIMEDOUT'
		? { kind: 'timeout', afterMs: timeout }
		: { kind: 'network', code: code || 'no answer' };
}
