/** Gives what the API may send as text, number or nothing; null where there is nothing, or nothing of the kind. */
export function text(value: unknown): string | null {
	const isText = ['string', 'number', 'boolean'].includes(typeof value);
	return isText && value !== '' ? String(value) : null;
}

/** Takes text with commas, or a list from an expression; gives the entries, undefined where there are none. */
export function listOf(value: unknown): string[] | undefined {
	const entries = Array.isArray(value) ? value.map(String) : String(value ?? '').split(',');
	const filled = entries.map((entry) => entry.trim()).filter(Boolean);
	return filled.length ? filled : undefined;
}

/** Gives a status as it is compared: NO_ANSWER, "no answer" and "No-Answer" are the same. */
export const plainWord = (word: string) => word.toLowerCase().replace(/[^a-z0-9]/g, '');
