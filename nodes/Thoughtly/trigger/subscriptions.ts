import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';
import { activeAgentIds } from '../records/agent';
import {
	alreadyExists,
	listSubscriptions,
	readSubscription,
	sameSubscription,
	subscribe,
	unsubscribe,
} from '../records/subscription';
import type { Subscription } from '../records/subscription';
import { inputError, toNodeError } from '../transport/errors';
import { instanceHash, signedUrl } from './signature';

export interface Plan {
	create: Subscription[];
	remove: Subscription[];
}

/** Gives what should exist: each event for each agent, at a URL of its own. */
export function wantedSubscriptions(
	events: string[],
	agentIds: string[],
	urlOf: (event: string) => string,
): Subscription[] {
	return events.flatMap((type) => agentIds.map((data) => ({ type, url: urlOf(type), data })));
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

/** Removes what is wrong, then creates what is missing; a refusal takes back what was created and is thrown. */
export async function applyPlan(context: IHookFunctions, { create, remove }: Plan): Promise<void> {
	for (const subscription of remove) await unsubscribe(context, subscription);
	const tried: Subscription[] = [];
	try {
		for (const subscription of create) {
			tried.push(subscription);
			await ensureSubscribed(context, subscription);
		}
	} catch (error) {
		await takeBack(context, tried);
		throw toNodeError(context, error);
	}
}

/** What cannot be taken back is left in the log: the refusal before it is what the user has to know. */
async function takeBack(context: IHookFunctions, subscriptions: Subscription[]): Promise<void> {
	for (const subscription of subscriptions) {
		await unsubscribe(context, subscription).catch((error: Error) =>
			context.logger.warn(`Thoughtly (${context.getNode().name}): a subscription was left behind: ${error.message}`),
		);
	}
}

/** "Already exists" is success only where the very same one exists. */
async function ensureSubscribed(context: IHookFunctions, subscription: Subscription): Promise<void> {
	try {
		await subscribe(context, subscription);
	} catch (error) {
		const existing = alreadyExists(error) ? await readAll(context) : [];
		if (!existing.some((other) => sameSubscription(other, subscription))) throw toNodeError(context, error);
	}
}

const readAll = async (context: IHookFunctions) => (await listSubscriptions(context)).map(readSubscription);

/** Reads the parameters and the account; gives what has to change for the trigger to be subscribed as it should be. */
export async function planOf(context: IHookFunctions): Promise<Plan> {
	const { webhookUrl, instance } = identityOf(context);
	const { apiToken, webhookSecret } = await context.getCredentials('thoughtlyApi');
	if (isFromAutomation(context)) {
		if (webhookSecret) return NOTHING;
		throw inputError(
			context.getNode(),
			"'Webhook Secret' in the credential is empty: anyone could start this workflow",
			"Set it, and give the Automation's 'Send Webhook' step the same value in its header x-webhook-secret",
		);
	}
	const events = context.getNodeParameter('events') as string[];
	if (!events.length) throw inputError(context.getNode(), "'Trigger On' is empty", 'Choose at least one event');
	const urlOf = (event: string) => signedUrl(webhookUrl, event, instance, String(apiToken));
	const wanted = wantedSubscriptions(events, await agentIdsOf(context), urlOf);
	return planSubscriptions(wanted, await readAll(context), (other) => isOurs(other, webhookUrl, instance));
}

/** Gives the plan that leaves nothing of this node behind. */
export async function removalPlanOf(context: IHookFunctions): Promise<Plan> {
	if (isFromAutomation(context)) return NOTHING;
	const { webhookUrl, instance } = identityOf(context);
	return planSubscriptions([], await readAll(context), (other) => isOurs(other, webhookUrl, instance));
}

const NOTHING: Plan = { create: [], remove: [] };

/** Whether an Automation posts to the node, which then has nothing to subscribe. */
export const isFromAutomation = (context: IHookFunctions | IWebhookFunctions) =>
	context.getNodeParameter('receiveFrom', 'subscription') === 'automation';

function identityOf(context: IHookFunctions) {
	return { webhookUrl: context.getNodeWebhookUrl('default') ?? '', instance: instanceHash(context.getInstanceId()) };
}

/** Subscriptions are made one per agent, with its ID as `data`: only so are events certain (source: pipedream, clients). */
async function agentIdsOf(context: IHookFunctions): Promise<string[]> {
	if (context.getNodeParameter('agentScope') === 'all') {
		const ids = await activeAgentIds(context);
		if (!ids.length) {
			throw inputError(
				context.getNode(),
				'There is no active agent in Thoughtly',
				'Create one, then activate this workflow again',
			);
		}
		return ids;
	}
	const ids = context.getNodeParameter('agentIds', []) as string[];
	if (!ids.length)
		throw inputError(
			context.getNode(),
			"'Agent Names or IDs' is empty",
			"Choose at least one agent, or set 'Agents' to all",
		);
	return [...new Set(ids)];
}
