import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Deliveries carry neither event nor signature (source: pipedream, a real delivery), so both stand in the URL that is
 * subscribed: nothing has to be stored, and any n8n process can check a delivery.
 */
export interface UrlClaims {
	event: string;
	/** As `instanceHash` gives it */
	instance: string;
	signature: string;
}

/** The node's own part of its webhook URL, `<webhook ID>/webhook`: the same in test and production, behind any proxy. */
const nodePath = (webhookUrl: string) => new URL(webhookUrl).pathname.split('/').slice(-2).join('/');

/** Gives the signature in hex: HMAC-SHA256 of path, event and instance, with the token as key. */
function sign(webhookUrl: string, event: string, instance: string, token: string): string {
	return createHmac('sha256', token)
		.update([nodePath(webhookUrl), event, instance].join('\n'))
		.digest('hex');
}

/** Gives the URL to subscribe for an event: the node's own with the claims in its query. */
export function signedUrl(webhookUrl: string, event: string, instance: string, token: string): string {
	const url = new URL(webhookUrl);
	url.searchParams.set('event', event);
	url.searchParams.set('instance', instance);
	url.searchParams.set('signature', sign(webhookUrl, event, instance, token));
	return url.href;
}

/** Reads the claims of a delivery's query; what is missing or no text is ''. */
export function readClaims(query: Record<string, unknown>): UrlClaims {
	const text = (value: unknown) => (typeof value === 'string' ? value : '');
	return { event: text(query.event), instance: text(query.instance), signature: text(query.signature) };
}

/** Whether the claims were signed by this node with this token; compared in constant time. */
export function isSigned(claims: UrlClaims, webhookUrl: string, token: string): boolean {
	return token !== '' && isEqual(claims.signature, sign(webhookUrl, claims.event, claims.instance, token));
}

/** Whether a header's value is the credential's webhook secret, which must not be empty; compared in constant time. */
export function isSecret(given: unknown, secret: string): boolean {
	return secret !== '' && typeof given === 'string' && isEqual(given, secret);
}

/** Hashes first, since a comparison in constant time wants equal lengths. */
function isEqual(a: string, b: string): boolean {
	const hash = (text: string) => createHash('sha256').update(text).digest();
	return timingSafeEqual(hash(a), hash(b));
}
