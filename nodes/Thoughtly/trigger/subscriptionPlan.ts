import { isFolderEvent } from '../api/webhook';
import type { Subscription } from '../api/webhook';
import { withData } from '../webhookUrls/signedUrl';

export interface SubscriptionPlan {
	create: Subscription[];
	remove: Subscription[];
}

/** What should exist: each event for each agent or folder, each at a URL of its own. */
export function wantedSubscriptions(
	events: string[],
	agentIds: string[],
	folderIds: string[],
	urlOf: (event: string, source: string) => string,
): Subscription[] {
	return events.flatMap((type) =>
		(isFolderEvent(type) ? folderIds : agentIds).map((data) => ({ type, url: urlOf(type, data), data })),
	);
}

/** Subscriptions are told apart by event and URL, which names agent or folder: a list may leave out `data`. */
export const isSameSubscription = (a: Subscription, b: Subscription) =>
	a.type === b.type && a.url === b.url && (a.data === b.data || a.data === null || b.data === null);

/**
 * Plans what to remove (ours, but not wanted) and what to create (wanted, but missing). Duplicates are removed altogether and
 * created anew: unsubscribing cannot mean one of them.
 */
export function planSubscriptions(
	wanted: Subscription[],
	existing: Subscription[],
	isOurs: (subscription: Subscription) => boolean,
): SubscriptionPlan {
	const copiesOf = (subscription: Subscription, among: Subscription[]) =>
		among.filter((other) => isSameSubscription(other, subscription)).length;
	return {
		remove: existing
			.filter((subscription) =>
				copiesOf(subscription, wanted) ? copiesOf(subscription, existing) > 1 : isOurs(subscription),
			)
			.map(withData),
		create: wanted.filter((subscription) => copiesOf(subscription, existing) !== 1),
	};
}
