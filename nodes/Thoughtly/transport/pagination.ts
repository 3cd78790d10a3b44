import type { IDataObject } from 'n8n-workflow';

/** The most that the API gives at once (source: spec). */
export const LARGEST_PAGE = 50;

/**
 * Gives the records of a paged list one by one, asking for the next page only when one is wanted. Only a short page
 * ends a list, since the API gives no total (source: spec); so does one with nothing new, should it ignore `page`.
 * A record that moves to the next page while we read comes once.
 *
 * @param fetchPage gives the page with that number, counted from 0
 * @param pageSize what was asked for, in records
 * @param firstPage where to begin, where what comes before is of no interest
 */
export async function* paginate(
	fetchPage: (page: number) => Promise<IDataObject[]>,
	pageSize: number,
	firstPage = 0,
): AsyncGenerator<IDataObject, void, void> {
	const seen = new Set<unknown>();
	for (let page = firstPage; ; page++) {
		const records = await fetchPage(page);
		const before = seen.size;
		for (const record of records) {
			const identity = record.id ?? JSON.stringify(record);
			if (seen.has(identity)) continue;
			seen.add(identity);
			yield record;
		}
		if (records.length < pageSize || seen.size === before) return;
	}
}
