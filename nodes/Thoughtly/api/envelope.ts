import type { IAllExecuteFunctions, IDataObject } from 'n8n-workflow';
import { connectionOf } from '../transport/connection';
import { apiError, errorText } from '../transport/errors';
import { LARGEST_PAGE, paginate } from '../transport/pagination';
import { sendRequest } from '../transport/request';
import type { ApiRequest } from '../transport/request';

export const isRecord = (value: unknown): value is IDataObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads `{data, error}` (source: spec). A non-empty `error` is a failure even on a 2xx; `{}`, `''` and `null` are not
 * (source: docs, clients). A body without the envelope is taken as the data itself, a record's own `error` included.
 */
export function readEnvelope(body: unknown): { data: unknown; error: unknown } {
	if (!isRecord(body)) return { data: body, error: null };
	const error = 'data' in body || !('id' in body) ? body.error : null;
	return { data: 'data' in body ? body.data : body, error };
}

/**
 * Sends a request and gives the `data` of its answer, whatever that is.
 * @throws NodeApiError also where a 2xx carries an error
 */
export async function fetchData(
	context: IAllExecuteFunctions,
	request: ApiRequest,
	itemIndex?: number,
): Promise<unknown> {
	const body = await sendRequest(context, request, itemIndex);
	// an automation answers what its author likes; everything else answers JSON or nothing
	if (typeof body === 'string' && body !== '' && request.kind !== 'automation') {
		throw apiError(context, { kind: 'unreadable' }, request, itemIndex);
	}
	const { data, error } = readEnvelope(body);
	const text = errorText(error, (await connectionOf(context, itemIndex)).withoutToken);
	if (text) throw apiError(context, { kind: 'errorInBody', text }, request, itemIndex);
	return data;
}

/** As `fetchData`, for answers that are one record; any other, an empty one too, is an error. */
export async function fetchRecord(
	context: IAllExecuteFunctions,
	request: ApiRequest,
	itemIndex?: number,
): Promise<IDataObject> {
	const data = await fetchData(context, request, itemIndex);
	if (!isRecord(data) || !Object.keys(data).length) throw apiError(context, { kind: 'unreadable' }, request, itemIndex);
	return data;
}

/**
 * As `fetchData`, for answers that are a list: under `key` (source: pipedream, clients), bare, or under whatever key
 * holds one. Data that has none is an error, not an empty list.
 */
export async function fetchList(
	context: IAllExecuteFunctions,
	request: ApiRequest,
	key: string,
	itemIndex?: number,
): Promise<IDataObject[]> {
	const list = listIn(await fetchData(context, request, itemIndex), key);
	if (list === undefined) throw apiError(context, { kind: 'unreadable' }, request, itemIndex);
	return list;
}

function listIn(data: unknown, key: string): IDataObject[] | undefined {
	if (data === null || (isRecord(data) && data[key] === null)) return [];
	const list = isRecord(data) ? (data[key] ?? Object.values(data).find(Array.isArray)) : data;
	return Array.isArray(list) ? list.filter(isRecord) : undefined;
}

/** Where a list stands in the API and how it is asked for. */
export interface ListRequest {
	path: string;
	key: string;
	subject: string;
	query?: IDataObject;
	/** Records a page, at most 50; smaller ones only where no second page can be wanted. */
	pageSize?: number;
	/** Where to begin, counted from 0 */
	firstPage?: number;
}

/** Gives one page of a list, counted from 0. */
export async function fetchPage(
	context: IAllExecuteFunctions,
	{ path, key, subject, query, pageSize = LARGEST_PAGE }: ListRequest,
	page: number,
	itemIndex?: number,
): Promise<IDataObject[]> {
	const request: ApiRequest = {
		kind: 'read',
		method: 'GET',
		path,
		subject,
		query: { ...query, page, limit: pageSize },
	};
	return await fetchList(context, request, key, itemIndex);
}

/** Gives the records of a paged list one by one; see `paginate`. */
export function listRecords(
	context: IAllExecuteFunctions,
	list: ListRequest,
	itemIndex?: number,
): AsyncGenerator<IDataObject> {
	const { pageSize = LARGEST_PAGE, firstPage } = list;
	return paginate(async (page) => await fetchPage(context, list, page, itemIndex), pageSize, firstPage);
}

/**
 * When a record was made, in ms; `created` is what the API sends (source: pipedream), `created_at` what its profile writes.
 * @param otherwise a time to take where there is neither
 */
export function createdAt(record: IDataObject, otherwise?: string | null): number {
	const time = record.created ?? record.created_at ?? otherwise;
	return typeof time === 'number' ? time : Date.parse(String(time));
}
