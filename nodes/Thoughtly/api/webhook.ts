import { createHash } from 'node:crypto';
import { NodeApiError } from 'n8n-workflow';
import type { IAllExecuteFunctions, IDataObject } from 'n8n-workflow';
import { apiErrorText, isStatus, toNodeError } from '../transport/errors';
import { log } from '../transport/log';
import type { ApiRequest } from '../transport/request';
import type { Failure } from '../transport/retry';
import { fetchData, fetchList } from './envelope';

/** A webhook subscription: nothing but these three identifies it (source: spec; subscribing gives no ID that counts). */
export interface Subscription {
	/** The event: NEW_RESPONSE, PHONE_TRANSFER, … */
	type: string;
	url: string;
	/** The agent's ID for agent events (source: pipedream), the folder's for folder events */
	data: string | null;
}

export const sameSubscription = (a: Subscription, b: Subscription) =>
	a.type === b.type && a.url === b.url && a.data === b.data;

/** Reads one entry of `GET /webhooks`; no public source shows its exact shape. */
export function readSubscription(record: IDataObject): Subscription {
	return {
		type: String(record.type ?? record.event ?? ''),
		url: String(record.url ?? ''),
		data: record.data === undefined || record.data === null || record.data === '' ? null : String(record.data),
	};
}

/** From how many records on an answer may be only the first page: the API's default page size (source: spec). */
const MAYBE_A_PAGE = 20;

/** All subscriptions of the account, as far as the API shows them. */
export interface Listing {
	records: IDataObject[];
	/** Whether there may be more: it gave a full page, and nothing new on the next one. */
	mayBeCut: boolean;
}

/**
 * Lists the subscriptions of the account as the API's records. Paging is undocumented: asked plainly first, for further
 * pages only where a full one came, until nothing new comes; a 400 means that there are no pages.
 */
export async function listSubscriptions(context: IAllExecuteFunctions, itemIndex?: number): Promise<Listing> {
	const fetchPage = async (query: IDataObject) => {
		const request: ApiRequest = { kind: 'read', method: 'GET', path: '/webhooks', subject: 'list of webhooks', query };
		return await fetchList(context, request, 'webhooks', itemIndex);
	};
	const identity = (record: IDataObject) => JSON.stringify(readSubscription(record));
	const records = await fetchPage({});
	const seen = new Set(records.map(identity));
	for (let page = 1, last = records; last.length >= MAYBE_A_PAGE; page++) {
		try {
			last = await fetchPage({ page });
		} catch (error) {
			if (!isStatus(error, 400)) throw toNodeError(context, error, itemIndex);
			return { records, mayBeCut: true };
		}
		const fresh = last.filter((record) => !seen.has(identity(record)));
		if (!fresh.length) return { records, mayBeCut: last.length > 0 };
		for (const record of fresh) seen.add(identity(record));
		records.push(...fresh);
	}
	return { records, mayBeCut: false };
}

/** @throws NodeApiError where the API refuses, also what exists already: see `alreadyExists` */
export async function subscribe(
	context: IAllExecuteFunctions,
	subscription: Subscription,
	itemIndex?: number,
): Promise<void> {
	const request = change('POST', '/webhooks/subscribe', subscription);
	const doneBefore = (failure: Failure) =>
		failure.kind === 'status' && isExistsAlready(String(failure.status), failure.text);
	await fetchData(context, { ...request, doneBefore }, itemIndex);
}

/** Removes a subscription; one that is not there counts as removed. */
export async function unsubscribe(
	context: IAllExecuteFunctions,
	subscription: Subscription,
	itemIndex?: number,
): Promise<void> {
	try {
		await fetchData(context, change('DELETE', '/webhooks/unsubscribe', subscription), itemIndex);
	} catch (error) {
		const missing = isStatus(error, 404) || (isStatus(error, 400) && /not found|not exist/i.test(apiErrorText(error)));
		if (!missing) throw toNodeError(context, error, itemIndex);
	}
}

/**
 * Removes subscriptions as far as that goes; what could not be removed leaves a line in the log.
 * @param left what the line says of it
 */
export async function unsubscribeAll(
	context: IAllExecuteFunctions,
	subscriptions: Subscription[],
	left: string,
): Promise<void> {
	for (const subscription of subscriptions) {
		await unsubscribe(context, subscription).catch((error: Error) => log(context, `${left}: ${error.message}`, 'warn'));
	}
}

/** Whether the API refused to subscribe because it has that subscription, or one like it (source: clients). */
export const alreadyExists = (error: unknown) =>
	error instanceof NodeApiError && isExistsAlready(error.httpCode, apiErrorText(error));

const isExistsAlready = (status: string | null, text: string) =>
	(status === '409' || status === '400') && /already exists/i.test(text);

function change(method: 'POST' | 'DELETE', path: string, { type, url, data }: Subscription): ApiRequest {
	const body = data === null ? { type, url } : { type, url, data };
	return { kind: 'subscription', method, path, body, subject: `subscription to ${type}` };
}

/** Short hash of n8n's instance ID, or of it and more, to stand in URLs: what another n8n has subscribed is a stranger's. */
export const instanceHash = (instanceId: string) => createHash('sha256').update(instanceId).digest('hex').slice(0, 12);

/**
 * Gives a URL that says itself until when it is subscribed, should nobody be there then to unsubscribe it.
 * @param expires ms epoch
 */
export function expiringUrl(url: string, instance: string, expires: number): string {
	const expiring = new URL(url);
	expiring.searchParams.set('instance', instance);
	expiring.searchParams.set('expires', String(expires));
	return expiring.href;
}

/** Whether a subscription was made by this n8n for a time that is over. */
export function isExpired({ url }: Subscription, instance: string): boolean {
	const query = URL.canParse(url) ? new URL(url).searchParams : undefined;
	const expires = query?.get('expires');
	return query?.get('instance') === instance && !!expires && Number(expires) < Date.now();
}
