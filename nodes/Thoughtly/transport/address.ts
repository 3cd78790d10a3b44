/** Host names that mean something on one computer or in one network only, and names without a dot. */
const LOCAL_NAME = /^[^.]*$|(^|\.)(localhost|local|internal|lan|home\.arpa)$/;

/** This computer, private networks (RFC 1918, RFC 6598), link-local addresses. */
const LOCAL_IPV4 =
	/^(0|10|127)\.|^169\.254\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./;

/** The same in IPv6: unspecified, loopback, unique local, link-local. */
const LOCAL_IPV6 = /^\[(::1?|f[cd][\da-f]{2}:.*|fe[89ab][\da-f]:.*|::ffff:.*)\]$/;

/** Whether nobody outside this computer or its network can reach the URL. */
export function isLocal(url: string): boolean {
	const host = new URL(url).hostname.replace(/\.$/, '');
	if (host.startsWith('[')) return LOCAL_IPV6.test(host);
	return /^[\d.]+$/.test(host) ? LOCAL_IPV4.test(host) : LOCAL_NAME.test(host);
}
