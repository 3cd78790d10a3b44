import type { IDataObject } from 'n8n-workflow';
import { fetchList } from './envelope';
import { isRecord } from './records';
import { text } from './values';
import type { Scope } from '../transport/scope';

/** The most records that the API returns at once (source: spec). */
export const MAX_PAGE_SIZE = 50;

/** A first page that is shorter than requested ends the list, unless it is as long as an API may cap its pages. */
export const MIN_PAGE_CAP = 10;

/** Where a list is in the API and how it is requested. */
export interface ListRequest {
	path: string;
	/** The key in `data` */
	key: string;
	/** What errors say it is about */
	subject: string;
	ifNotFound?: string;
	query?: IDataObject;
	/** Records a page, 50 at most; fewer only if no second page can be wanted. */
	pageSize?: number;
	/** Where to begin, counted from 0 */
	firstPage?: number;
	/** Reads a record's ID, in whatever shape it comes */
	idOf?: (record: IDataObject) => string | null;
}

/** Requests one page of a list, counted from 0. Entries that are not records are still there, see `paginate`. */
export async function fetchPage(scope: Scope, list: ListRequest, page: number): Promise<unknown[]> {
	const { path, key, subject, ifNotFound, query, pageSize = MAX_PAGE_SIZE } = list;
	return await fetchList(
		scope,
		{ kind: 'read', method: 'GET', path, subject, ifNotFound, query: { ...query, page, limit: pageSize } },
		key,
	);
}

/** Yields the records of a paged list one by one; see `paginate`. */
export async function* listRecords(scope: Scope, list: ListRequest): AsyncGenerator<IDataObject, void, void> {
	for await (const { records } of listPages(scope, list)) yield* records;
}

/** Yields the pages of a paged list; see `paginate`. */
export function listPages(scope: Scope, list: ListRequest): AsyncGenerator<ListPage, void, void> {
	return paginate(async (page) => await fetchPage(scope, list, page), list);
}

export interface ListPage {
	/** Counted from 0 */
	number: number;
	/** Those that no page before had */
	records: IDataObject[];
	/** Whether the list ends here; otherwise it may go on */
	isLast: boolean;
}

/**
 * Yields the pages of a list, and requests the next one only when it is wanted. The API gives no
 * total (source: spec) and may cap pages below what was requested: a list ends with a page that is shorter than the one
 * before, or that has nothing new, in case the API ignores `page`. A record that moves to the next page while we read is
 * yielded once.
 *
 * @param fetchEntries requests the page with that number, counted from 0; what is not a record only counts for its length
 */
export async function* paginate(
	fetchEntries: (page: number) => Promise<unknown[]>,
	{ pageSize = MAX_PAGE_SIZE, firstPage = 0, idOf = (record) => text(record.id) }: Partial<ListRequest> = {},
): AsyncGenerator<ListPage, void, void> {
	const seen = new Set<unknown>();
	const isNew = (record: IDataObject) => {
		const identity = idOf(record) ?? record.id ?? JSON.stringify(record);
		return !seen.has(identity) && seen.add(identity);
	};
	let fullPage = Math.min(pageSize, MIN_PAGE_CAP);
	for (let number = firstPage; ; number++) {
		const entries = await fetchEntries(number);
		const records = entries.filter(isRecord).filter(isNew);
		const isLast = entries.length < fullPage || !records.length;
		yield { number, records, isLast };
		if (isLast) return;
		fullPage = Math.max(fullPage, Math.min(entries.length, pageSize));
	}
}

/**
 * Reads a list up to a limit, a short one in a short page.
 * @param keep filters what the API cannot filter by itself
 */
export async function collectRecords(
	scope: Scope,
	list: ListRequest,
	limit: number,
	keep?: (record: IDataObject) => boolean,
): Promise<IDataObject[]> {
	const records: IDataObject[] = [];
	const pageSize = keep ? MAX_PAGE_SIZE : Math.min(limit, MAX_PAGE_SIZE);
	for await (const record of listRecords(scope, { ...list, pageSize })) {
		if (!keep || keep(record)) records.push(record);
		if (records.length === limit) break;
	}
	return records;
}
