import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { isFolderEvent } from '../api/webhook';
import type { Subscription } from '../api/webhook';

/**
 * What the URL of a subscription says. Deliveries carry neither event nor signature (source: pipedream, a real delivery), so
 * all of it is in the subscribed URL: nothing has to be stored, and any n8n process can check a delivery.
 */
export interface UrlClaims {
	event: string;
	/** The agent's ID, or the folder's for folder events: the subscription's `data` */
	source: string;
	/** As `instanceHash` returns it */
	instance: string;
}

/** Short hash of what makes a subscription one's own: n8n's instance ID, or that and more. */
export const instanceHash = (instanceId: string) => createHash('sha256').update(instanceId).digest('hex').slice(0, 12);

/** The node's own part of its webhook URL, `<webhook ID>/webhook`: the same behind any proxy. */
const nodePath = (webhookUrl: string) => new URL(webhookUrl).pathname.split('/').slice(-2).join('/');

const signatureOf = (webhookUrl: string, { event, source, instance }: UrlClaims, token: string) =>
	createHmac('sha256', token)
		.update([nodePath(webhookUrl), event, source, instance].join('\n'))
		.digest('hex');

/** The URL to subscribe: the node's own with the claims and their HMAC-SHA256, whose key is the token, in its query. */
export function signedUrl(webhookUrl: string, claims: UrlClaims, token: string): string {
	const url = new URL(webhookUrl);
	const { event, source, instance } = claims;
	url.searchParams.set('event', event);
	url.searchParams.set(isFolderEvent(event) ? 'folder' : 'agent', source);
	url.searchParams.set('instance', instance);
	url.searchParams.set('signature', signatureOf(webhookUrl, claims, token));
	return url.href;
}

/** Reads the claims and the signature of a delivery's query; '' for what is missing or not text. */
export function readClaims(query: Record<string, unknown>): UrlClaims & { signature: string } {
	const text = (value: unknown) => (typeof value === 'string' ? value : '');
	return {
		event: text(query.event),
		source: text(query.agent) || text(query.folder),
		instance: text(query.instance),
		signature: text(query.signature),
	};
}

/** Reads the claims of a subscribed URL, undefined if it is not a URL. */
const claimsOf = (url: string) =>
	URL.canParse(url) ? readClaims(Object.fromEntries(new URL(url).searchParams)) : undefined;

/** Completes a listed subscription of ours by what its URL says: unsubscribing needs `data`, which a list may leave out. */
export const withData = (subscription: Subscription): Subscription => ({
	...subscription,
	data: subscription.data ?? (claimsOf(subscription.url)?.source || null),
});

/** Whether the claims were signed by this node with this token; compared in constant time. */
export function isSigned(claims: UrlClaims & { signature: string }, webhookUrl: string, token: string): boolean {
	return token !== '' && isEqual(claims.signature, signatureOf(webhookUrl, claims, token));
}

/** Whether a header's value is the credential's webhook secret, which must not be empty; compared in constant time. */
export function isSecret(given: unknown, secret: string): boolean {
	return secret !== '' && typeof given === 'string' && isEqual(given.trim(), secret);
}

/** Hashes first, since a comparison in constant time needs equal lengths. */
function isEqual(a: string, b: string): boolean {
	const hash = (text: string) => createHash('sha256').update(text).digest();
	return timingSafeEqual(hash(a), hash(b));
}

/** Whether a subscribed URL is that of this very node: the same host, path and kind (test or production), and the same instance. */
export const isOwnUrl = (url: string, webhookUrl: string, instance: string): boolean =>
	isSamePath(url, webhookUrl, instance) && new URL(url).host === new URL(webhookUrl).host;

/** Whether a subscribed URL is that of this node at another address, such as a former one or that of a copy of this n8n. */
export const isAtOtherAddress = (url: string, webhookUrl: string, instance: string): boolean =>
	isSamePath(url, webhookUrl, instance) && new URL(url).host !== new URL(webhookUrl).host;

const isSamePath = (url: string, webhookUrl: string, instance: string) =>
	URL.canParse(url) && new URL(url).pathname === new URL(webhookUrl).pathname && claimsOf(url)?.instance === instance;
