import type { IDataObject } from 'n8n-workflow';
import { log } from '../transport/log';
import { toNodeError } from '../transport/nodeErrors';
import type { Scope } from '../transport/scope';
import { fetchData, fetchList } from './envelope';
import { isRecord } from './records';
import type { ReceivedSubscription } from './records';
import { logText, ThoughtlyApiError } from './ThoughtlyApiError';
import type { ApiCall } from './ThoughtlyApiError';
import { firstText, text } from './values';

/** The event of a call that ended or changed. */
export const CALL_ENDED = 'NEW_RESPONSE';

/** Folder events are subscribed with a folder's ID, all others with an agent's. */
export const isFolderEvent = (event: string) => event.startsWith('FOLDER_');

/** Whether what is sent with an event is a call that ended or changed. */
export const isResponseEvent = (event: string) => event.endsWith('NEW_RESPONSE');

/** A webhook subscription: these three identify it (source: spec). */
export interface Subscription {
	/** The event: NEW_RESPONSE, PHONE_TRANSFER, … */
	type: string;
	url: string;
	/** The agent's ID for agent events (source: pipedream), the folder's for folder events */
	data: string | null;
}

/** Reads one entry of `GET /webhooks`; no public source shows its exact shape. */
export const readSubscription = (record: ReceivedSubscription): Subscription => ({
	type: firstText(record.type, record.event) ?? '',
	url: text(record.url) ?? '',
	data: text(record.data),
});

/** From this many records on, a response may be only the first page: the API's default page size (source: spec). */
const POSSIBLE_PAGE = 20;

/** The size of a page, or of some, is a round number: 20, 25, 50, 100, or 32, 64. */
const isRound = (length: number) => length % 5 === 0 || Number.isInteger(Math.log2(length));

/** All subscriptions of the account, as far as the API shows them. */
export interface SubscriptionListing {
	/** The API's records */
	records: IDataObject[];
	/** Whether there may be more, which no page shows */
	mayBeCut: boolean;
}

/**
 * `GET /webhooks` (source: spec). Paging is undocumented: requested without a page first, and further pages only after a
 * full one, until nothing new comes; a 400 means that there are no pages. Then the list may be cut, unless its length is no
 * page's.
 */
export async function listSubscriptions(scope: Scope): Promise<SubscriptionListing> {
	const requestPage = async (query: IDataObject) =>
		(
			await fetchList(
				scope,
				{ kind: 'read', method: 'GET', path: '/webhooks', subject: 'the list of webhooks', query },
				'webhooks',
			)
		).filter(isRecord);
	const identity = (record: IDataObject) => JSON.stringify(readSubscription(record));
	const records = await requestPage({});
	const seen = new Set(records.map(identity));
	for (let page = 1, last = records; last.length >= POSSIBLE_PAGE; page++) {
		try {
			last = await requestPage({ page });
		} catch (error) {
			if (!(error instanceof ThoughtlyApiError && error.hasStatus(400))) throw toNodeError(scope, error);
			return { records, mayBeCut: isRound(records.length) };
		}
		const fresh = last.filter((record) => !seen.has(identity(record)));
		if (!fresh.length) return { records, mayBeCut: last.length > 0 && isRound(records.length) };
		for (const record of fresh) seen.add(identity(record));
		records.push(...fresh);
	}
	return { records, mayBeCut: false };
}

/**
 * `POST /webhooks/subscribe` (source: spec). A retry that finds the subscription follows one that created it.
 * @returns the API's record, which may hold an `id`
 * @throws ThoughtlyApiError if the API refuses, also what already exists: see `alreadyExists`
 */
export async function subscribe(scope: Scope, subscription: Subscription): Promise<IDataObject> {
	try {
		const data = await fetchData(scope, changeOf('POST', '/webhooks/subscribe', subscription));
		return isRecord(data) ? data : {};
	} catch (error) {
		if (alreadyExists(error) && error.followsUnclear) return {};
		throw toNodeError(scope, error);
	}
}

/** `DELETE /webhooks/unsubscribe` (source: spec). A subscription that does not exist counts as removed. */
export async function unsubscribe(scope: Scope, subscription: Subscription): Promise<void> {
	try {
		await fetchData(scope, changeOf('DELETE', '/webhooks/unsubscribe', subscription));
	} catch (error) {
		if (!isMissing(error)) throw toNodeError(scope, error);
	}
}

/**
 * Removes subscriptions as far as possible; each that cannot be removed leaves a line in the log.
 * @param left what the line says about it
 */
export async function unsubscribeAll(scope: Scope, subscriptions: Subscription[], left: string): Promise<void> {
	for (const subscription of subscriptions) {
		await unsubscribe(scope, subscription).catch((error) => log(scope.context, `${left}: ${logText(error)}`, 'warn'));
	}
}

/** Whether the API refused to subscribe because it has this subscription, or one like it (source: clients). */
export const alreadyExists = (error: unknown): error is ThoughtlyApiError =>
	error instanceof ThoughtlyApiError &&
	(error.hasStatus(409) || error.hasStatus(400)) &&
	/already exists/i.test(error.apiText);

const isMissing = (error: unknown) =>
	error instanceof ThoughtlyApiError &&
	(error.hasStatus(404) || (error.hasStatus(400) && /not found|not exist/i.test(error.apiText)));

const changeOf = (method: 'POST' | 'DELETE', path: string, { type, url, data }: Subscription): ApiCall => ({
	kind: 'subscription',
	method,
	path,
	body: data === null ? { type, url } : { type, url, data },
	subject: `the subscription to ${type}`,
});
