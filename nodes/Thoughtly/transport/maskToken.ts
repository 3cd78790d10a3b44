/**
 * Replaces a token by `***` in all strings of a value that came in, so that it ends up in no item, error or log.
 * Changes objects and lists in place, level by level: however deeply they are nested, the stack does not grow.
 */
export function maskToken<T>(value: T, token: string): T {
	if (token === '') return value;
	const root = { value };
	const pending: object[] = [root];
	for (let parent = pending.pop(); parent; parent = pending.pop()) {
		for (const [key, entry] of Object.entries(parent)) {
			if (typeof entry === 'object' && entry !== null) pending.push(entry as object);
			else if (typeof entry === 'string' && entry.includes(token)) {
				Object.assign(parent, { [key]: entry.replaceAll(token, '***') });
			}
		}
	}
	return root.value;
}
