import type { IDataObject } from 'n8n-workflow';
import type { Failure } from '../transport/failure';
import { sendRequest } from '../transport/request';
import type { Scope } from '../transport/scope';
import { errorText } from './errorText';
import { isRecord } from './records';
import { ThoughtlyApiError } from './ThoughtlyApiError';
import type { ApiCall } from './ThoughtlyApiError';
import { firstText } from './values';

/**
 * Reads `{data, error}` (source: spec). A non-empty error is a failure even on a 2xx, be it in the envelope or in its data;
 * `{}`, `''` and `null` are not (source: docs, clients). A body without the envelope is the data itself.
 * @returns the data, and the error's text, '' for none
 */
export function readEnvelope(body: unknown): { data: unknown; error: string } {
	if (!isRecord(body)) return { data: body, error: '' };
	if (!('data' in body)) return { data: body, error: errorOf(body) };
	const { data } = body;
	const error = errorText([body.error, body.errors]) || refusal(body) || (isRecord(data) ? errorOf(data) : '');
	return { data, error };
}

/** A record with an ID may have an `error` of its own, such as why a call failed. */
const errorOf = (data: IDataObject) =>
	firstText(data.id, data.call_id) === null ? errorText([data.error, data.errors]) || refusal(data) : '';

const refusal = ({ success, message }: IDataObject) =>
	success === false ? errorText(message) || 'the request was not successful' : '';

/**
 * Sends a request and returns the `data` of its response, whatever that is.
 * @throws ThoughtlyApiError also if a 2xx carries an error
 */
export async function fetchData(scope: Scope, call: ApiCall): Promise<unknown> {
	const response = await sendRequest(scope, call);
	if ('failure' in response) throw new ThoughtlyApiError(scope, response, call);
	const fail = (failure: Failure) => new ThoughtlyApiError(scope, { failure }, call);
	const { body } = response;
	// an automation responds with what its author likes; everything else with JSON or nothing
	if (typeof body === 'string' && body !== '' && call.kind !== 'automation') throw fail({ kind: 'unreadable' });
	const { data, error } = readEnvelope(body);
	if (error) throw fail({ kind: 'errorInBody', text: error });
	return data;
}

/** As `fetchData`, for responses that are one record; any other, or an empty one, is an error. */
export async function fetchRecord(scope: Scope, call: ApiCall): Promise<IDataObject> {
	const data = await fetchData(scope, call);
	if (isRecord(data) && Object.keys(data).length) return data;
	throw new ThoughtlyApiError(scope, { failure: { kind: 'unreadable' } }, call);
}

/**
 * As `fetchData`, for responses that are a list: under `key` (source: pipedream, clients), bare, or under whatever key
 * holds one. Data without a list is an error, not an empty list.
 */
export async function fetchList(scope: Scope, call: ApiCall, key: string): Promise<unknown[]> {
	const data = await fetchData(scope, call);
	if (data === null || (isRecord(data) && data[key] === null)) return [];
	const list = isRecord(data) ? (data[key] ?? Object.values(data).find(Array.isArray)) : data;
	if (Array.isArray(list)) return list;
	throw new ThoughtlyApiError(scope, { failure: { kind: 'unreadable' } }, call);
}
