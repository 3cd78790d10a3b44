import { sameSubscription } from '../api/webhook';
import type { Subscription } from '../api/webhook';

export interface Plan {
	create: Subscription[];
	remove: Subscription[];
}

/** Folder events are subscribed with a folder's ID, all others with an agent's. */
export const isFolderEvent = (event: string) => event.startsWith('FOLDER_');

/** Gives what should exist: each event for each agent or folder, at a URL of the event's own. */
export function wantedSubscriptions(
	events: string[],
	agentIds: string[],
	folderIds: string[],
	urlOf: (event: string) => string,
): Subscription[] {
	return events.flatMap((type) =>
		(isFolderEvent(type) ? folderIds : agentIds).map((data) => ({ type, url: urlOf(type), data })),
	);
}

/**
 * Whether a subscription was made by this very node: the same path and kind (test or production) as n8n gives it now,
 * and the same instance. The host does not count, since n8n's address may have changed.
 */
export function isOurs({ url }: Subscription, webhookUrl: string, instance: string): boolean {
	const parsed = URL.canParse(url) ? new URL(url) : undefined;
	return parsed?.pathname === new URL(webhookUrl).pathname && parsed.searchParams.get('instance') === instance;
}

/**
 * Gives what to remove (ours, but not wanted) and what to create (wanted and not there). Doubles are removed altogether
 * and created anew: unsubscribing cannot name one of them.
 */
export function planSubscriptions(
	wanted: Subscription[],
	existing: Subscription[],
	ours: (subscription: Subscription) => boolean,
): Plan {
	const copiesOf = (subscription: Subscription, among: Subscription[]) =>
		among.filter((other) => sameSubscription(other, subscription)).length;
	return {
		remove: existing.filter((subscription) =>
			copiesOf(subscription, wanted) ? copiesOf(subscription, existing) > 1 : ours(subscription),
		),
		create: wanted.filter((subscription) => copiesOf(subscription, existing) !== 1),
	};
}
