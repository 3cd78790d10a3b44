/**
 * Where requests may go: https, or plain http on this computer. A pattern rather than `new URL()`, because the
 * credential's test has to decide inside an n8n expression.
 */
export const ALLOWED_BASE_URL = /^(https:\/\/[^/\s]+|http:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?)(\/|$)/i;

/**
 * Reads the credential's base URL as typed.
 * @returns the URL without blanks and trailing slashes, or null if it is neither https nor http on loopback
 */
export function readBaseUrl(value: unknown): string | null {
	const baseUrl = String(value ?? '').trim();
	return ALLOWED_BASE_URL.test(baseUrl) && URL.canParse(baseUrl) ? baseUrl.replace(/\/+$/, '') : null;
}

/** Host names that mean something on one computer or in one network only, and names without a dot. */
const LOCAL_NAME = /^[^.]*$|(^|\.)(localhost|local|localdomain|internal|intranet|private|corp|home|lan|home\.arpa)$/;

/** This computer, private networks (RFC 1918, RFC 6598), link-local, benchmarking, multicast and reserved addresses. */
const LOCAL_IPV4 =
	/^(0|10|127|22[4-9]|2[3-5]\d)\.|^169\.254\.|^192\.(168|0\.0)\.|^172\.(1[6-9]|2\d|3[01])\.|^198\.1[89]\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./;

/** The same in IPv6: unspecified, loopback, unique and site local, link-local, multicast, and what may hold an IPv4 address. */
const LOCAL_IPV6 = /^\[(::.*|64:ff9b:.*|2002:.*|f[cd][\da-f]{2}:.*|fe[89a-f][\da-f]:.*|ff[\da-f]{2}:.*)\]$/;

/** Whether nobody outside this computer or its network can reach the URL. */
export function isLocal(url: string): boolean {
	const host = new URL(url).hostname.replace(/\.$/, '');
	if (host.startsWith('[')) return LOCAL_IPV6.test(host);
	return /^[\d.]+$/.test(host) ? LOCAL_IPV4.test(host) : LOCAL_NAME.test(host);
}
