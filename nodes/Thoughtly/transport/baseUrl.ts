/**
 * Where requests may go: https, or plain http on this computer. A pattern rather than `new URL()`, because the
 * credential's test has to decide inside an n8n expression.
 */
export const ALLOWED_BASE_URL = /^(https:\/\/[^/\s]+|http:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?)(\/|$)/i;

/**
 * Takes the credential's base URL as typed; gives it without blanks and closing slashes, or null where it is neither
 * https nor http on loopback.
 */
export function readBaseUrl(value: unknown): string | null {
	const baseUrl = String(value ?? '').trim();
	return ALLOWED_BASE_URL.test(baseUrl) && URL.canParse(baseUrl) ? baseUrl.replace(/\/+$/, '') : null;
}
