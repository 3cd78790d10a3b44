const MAX_LENGTH = 300;
/** Enough for any error page's own words; stripping tags from megabytes would block n8n. */
const MAX_HTML = 20_000;
const TEXT_KEYS = ['message', 'error', 'errors', 'title', 'detail', 'description', 'reason', 'data'];

/**
 * Reads an error in whatever form the API puts it: string, HTML, object, list or nothing (source: docs, clients).
 * @returns its text in one line of at most 300 characters; '' for none, which `false` and `0` are as well
 */
export function errorText(body: unknown): string {
	const text = findText(body).replace(/\s+/g, ' ').trim();
	return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1)}…` : text;
}

export const isHtml = (body: unknown): boolean => typeof body === 'string' && /^\s*</.test(body);

function findText(body: unknown): string {
	if (body === null || body === undefined || body === false || body === 0) return '';
	if (typeof body === 'string') return isHtml(body) ? textOfHtml(body) : body.slice(0, MAX_HTML);
	if (typeof body !== 'object') return String(body);
	if (Array.isArray(body)) return body.map(findText).filter(Boolean).join('; ');
	const fields = body as Record<string, unknown>;
	for (const key of TEXT_KEYS) {
		const text = findText(fields[key]);
		if (text) return text;
	}
	const rest = Object.entries(fields).filter(([key, value]) => !TEXT_KEYS.includes(key) && value !== null);
	return rest.length ? JSON.stringify(Object.fromEntries(rest)) : '';
}

const textOfHtml = (html: string) =>
	html
		.slice(0, MAX_HTML)
		.replace(/<(script|style)\b[^>]*>[^<]*<\/\1>/gi, ' ')
		.replace(/<[^<>]*>/g, ' ')
		.replace(/&nbsp;/g, ' ');
