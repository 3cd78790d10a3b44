/** Reads what the API may send as text, number or boolean; null for nothing ('' included) and for anything else. */
export function text(value: unknown): string | null {
	const isText = ['string', 'number', 'boolean'].includes(typeof value);
	return isText && value !== '' ? String(value) : null;
}

/** Reads the first of several fields that has a value: '' counts as missing. */
export function firstText(...values: unknown[]): string | null {
	for (const value of values) {
		const found = text(value);
		if (found !== null) return found;
	}
	return null;
}

/** A time without a zone is in UTC, as the API's own times are; a number is a time in ms, or in seconds if it is small. */
const WITHOUT_ZONE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/;
/** Numbers from 1973 (in seconds) on are times; from 2001 (in ms) on they are in ms. */
const SMALLEST_SECONDS = 1e8;
const SMALLEST_MS = 1e12;

/** Reads a time in any form that the API may send. @returns ms epoch, undefined if there is none that can be read */
export function readTime(value: unknown): number | undefined {
	const given = typeof value === 'string' ? value.trim() : text(value);
	if (given === null || given === '') return undefined;
	const number = Number(given);
	const time =
		number >= SMALLEST_SECONDS
			? number * (number < SMALLEST_MS ? 1000 : 1)
			: Date.parse(WITHOUT_ZONE.test(given) ? `${given.replace(' ', 'T')}Z` : given);
	return Number.isNaN(new Date(time).getTime()) ? undefined : time;
}

/** Reads a time in any form that the API may send. @returns ISO 8601; text that is not a time as it is; null for nothing */
export function isoTime(value: unknown): string | null {
	const time = readTime(value);
	return time === undefined ? text(value) : new Date(time).toISOString();
}

/** A word as it is compared: NO_ANSWER, "no answer" and "No-Answer" are the same; letters of all scripts count. */
export const normalizeWord = (word: string) => word.toLowerCase().replace(new RegExp('[^\\p{L}\\p{N}]', 'gu'), '');
