// What of the stored records a list holds: search, order, age and pages.
import { createHash } from 'node:crypto';
import type { ListOptions } from './options.mts';

export interface Paging {
	page?: number;
	limit: number;
}

/** One page of the records. */
export function pageOf<T>(records: T[], { page = 0, limit }: Paging, largestPage = limit): T[] {
	const size = Math.min(limit, largestPage);
	return records.slice(page * size, (page + 1) * size);
}

export const sharesOne = (some: string[], others: string[]) => some.some((one) => others.includes(one));

/** Does one of the texts hold the search term, whatever the case? No term is in every text. */
export function found(term: string | undefined, texts: Array<string | null | undefined>): boolean {
	return texts.some((text) => text?.toLowerCase().includes((term ?? '').toLowerCase())) || !term;
}

/** The records in the order of a field; `desc` turns it round. */
export function sorted<T>(records: T[], field: keyof T, direction = 'asc'): T[] {
	const ascending = [...records].sort((one, other) =>
		String(one[field] ?? '').localeCompare(String(other[field] ?? '')),
	);
	return direction === 'desc' ? ascending.reverse() : ascending;
}

/** The records in the order of the option; unordered is the same every time, since pages depend on it. */
export function inOrder<T extends { id: string; created: string }>(records: T[], order: ListOptions['callOrder']): T[] {
	if (order !== 'unordered') return sorted(records, 'created', order === 'newest' ? 'desc' : 'asc');
	const key = ({ id }: T) => createHash('sha1').update(id).digest('hex');
	return [...records].sort((one, other) => key(one).localeCompare(key(other)));
}

/** Is a record old enough to be listed, and not too old? */
export function isListed({ created }: { created: string }, at: Date, youngest: number, oldest = Infinity): boolean {
	const age = at.getTime() - Date.parse(created);
	return (youngest === 0 || age >= youngest) && age <= oldest;
}
