import { NodeOperationError } from 'n8n-workflow';
import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';
import { activeAgentIds } from '../api/agent';
import {
	alreadyExists,
	instanceHash,
	isExpired,
	listSubscriptions,
	readSubscription,
	sameSubscription,
	subscribe,
	unsubscribe,
	unsubscribeAll,
} from '../api/webhook';
import type { Subscription } from '../api/webhook';
import { listOf } from '../api/text';
import { isUnreachable, signalOf, stopOn } from '../transport/connection';
import { inputError, toNodeError } from '../transport/errors';
import { log } from '../transport/log';
import { times } from '../transport/times';
import { signedUrl } from '../webhookUrls/signature';
import { isFolderEvent, isOurs, planSubscriptions, wantedSubscriptions } from './subscriptionPlan';
import type { Plan } from './subscriptionPlan';

/** Whether exactly the subscriptions exist that should. */
export async function isSubscribed(context: IHookFunctions): Promise<boolean> {
	return await activating(context, async () => {
		const { create, remove } = await planOf(context);
		return create.length === 0 && remove.length === 0;
	});
}

/**
 * Subscribes what is missing and unsubscribes what is ours and wrong. A refusal takes back what was made; where time
 * runs out it is kept, and the next activation goes on from there.
 */
export async function activate(context: IHookFunctions): Promise<void> {
	await activating(context, async (progress) => {
		const { create, remove, wanted } = await planOf(context);
		Object.assign(progress, { wanted: wanted.length, missing: create.length });
		for (const subscription of remove) await unsubscribe(context, subscription);
		const tried: Subscription[] = [];
		try {
			for (const subscription of create) {
				tried.push(subscription);
				await ensureSubscribed(context, subscription);
				progress.missing--;
			}
		} catch (error) {
			// the refusal is what the user has to know, not what could not be taken back
			if (!signalOf(context)?.aborted) await unsubscribeAll(context, tried, 'a subscription was left behind');
			throw toNodeError(context, error);
		}
	});
}

/** Unsubscribes what this node subscribed; what is not there counts as removed. */
export async function deactivate(context: IHookFunctions): Promise<void> {
	const failed = activations.get(keyOf(context))?.failure;
	if (isFromAutomation(context) || failed?.isLeftAsItIs) return;
	const signal = AbortSignal.timeout(times.longestHook);
	stopOn(context, signal);
	let left: number | undefined;
	try {
		const made = await madeSubscriptions(context);
		left = made.length;
		for (const subscription of made) {
			await unsubscribe(context, subscription);
			left--;
		}
	} catch (error) {
		const reason = signal.aborted ? leftMessage(left) : (error as Error).message;
		// if this failed after an activation did, n8n would take the workflow for subscribed when it is activated again
		if (failed) log(context, `could not unsubscribe after an activation that failed: ${reason}`, 'warn');
		else if (signal.aborted) throw inputError(context.getNode(), reason, QUOTA_MAY_BE_USED_UP);
		else throw toNodeError(context, error);
	}
}

/** An activation as n8n goes about it: `checkExists` and `create`, and where they fail `delete`, all up to five times. */
interface Activation {
	/** ms epoch */
	began: number;
	failure?: {
		/** Nothing was changed, or what was made is kept for the next activation: `delete` has nothing to do */
		isLeftAsItIs: boolean;
		/** What n8n's next tries are told at once, once time has run out */
		outOfTime?: string;
	};
}

/** All hooks of one activation are given the same static data object. */
const activations = new WeakMap<object, Activation>();
const keyOf = (context: IHookFunctions) => context.getWorkflowStaticData('node');

/** What there is to say where an activation does not end in time. */
interface Progress {
	wanted: number;
	missing: number;
}

/**
 * Does a part of an activation in the time that is left of it: n8n gives up after 84 seconds, and then tells nobody what
 * happened.
 */
async function activating<T>(context: IHookFunctions, work: (progress: Progress) => Promise<T>): Promise<T> {
	const now = Date.now();
	const earlier = activations.get(keyOf(context));
	const activation = earlier && now - earlier.began < times.wholeActivation ? earlier : { began: now };
	activations.set(keyOf(context), activation);
	const outOfTime = activation.failure?.outOfTime;
	if (outOfTime) throw inputError(context.getNode(), outOfTime, QUOTA_MAY_BE_USED_UP);
	delete activation.failure;
	const signal = AbortSignal.timeout(Math.max(0, activation.began + times.longestHook - now));
	stopOn(context, signal);
	const progress: Progress = { wanted: 0, missing: 0 };
	try {
		return await work(progress);
	} catch (error) {
		if (!signal.aborted) {
			// refused for its parameters or its address, before anything was asked
			activation.failure = { isLeftAsItIs: error instanceof NodeOperationError };
			throw toNodeError(context, error);
		}
		const message = outOfTimeMessage(progress);
		// a test that is listened for is not tried again: what it made is removed
		const isTriedAgain = context.getActivationMode() !== 'manual';
		activation.failure = { isLeftAsItIs: isTriedAgain, outOfTime: isTriedAgain ? message : undefined };
		throw inputError(context.getNode(), message, QUOTA_MAY_BE_USED_UP);
	}
}

const QUOTA_MAY_BE_USED_UP = "Something else may be using up the requests per minute of this token's account";

const TOOK_TOO_LONG = () => `Thoughtly took longer than ${times.longestHook / 1000} seconds`;

function outOfTimeMessage({ wanted, missing }: Progress): string {
	const made = wanted
		? `${wanted - missing} of ${wanted} subscriptions are made and kept, ${missing} are missing`
		: 'no subscription was made yet';
	return `${TOOK_TOO_LONG()}: ${made}. Activate the workflow again to go on from there`;
}

const leftMessage = (left?: number) =>
	`${TOOK_TOO_LONG()}, subscriptions that are left: ${left ?? 'unknown'}. To remove them, activate the workflow and deactivate it again`;

/**
 * "Already exists" is success only where the very same one exists; where it may be one that the list does not show, it is
 * made anew.
 */
async function ensureSubscribed(context: IHookFunctions, subscription: Subscription): Promise<void> {
	try {
		await subscribe(context, subscription);
	} catch (error) {
		if (!alreadyExists(error)) throw toNodeError(context, error);
		const { subscriptions, mayBeCut } = await readAll(context);
		if (subscriptions.some((other) => sameSubscription(other, subscription))) return;
		if (!mayBeCut) throw toNodeError(context, error);
		await unsubscribe(context, subscription);
		await subscribe(context, subscription);
	}
}

async function readAll(context: IHookFunctions) {
	const { records, mayBeCut } = await listSubscriptions(context);
	return { subscriptions: records.map(readSubscription), mayBeCut };
}

/** Whether an Automation posts to the node, which then has nothing to subscribe. */
export const isFromAutomation = (context: IHookFunctions | IWebhookFunctions) =>
	context.getNodeParameter('receiveFrom', 'subscription') === 'automation';

/** What makes a subscription this node's own. A copy of a workflow may have the same path, on this n8n or another. */
export const instanceOf = (context: IHookFunctions | IWebhookFunctions) =>
	instanceHash(`${context.getInstanceId()} ${context.getWorkflow().id}`);

const webhookUrlOf = (context: IHookFunctions) => context.getNodeWebhookUrl('default') ?? '';

/** Gives what should be subscribed, and what has to change for that; what cannot be is refused before any request. */
async function planOf(context: IHookFunctions): Promise<Plan & { wanted: Subscription[] }> {
	const webhookUrl = webhookUrlOf(context);
	await refuseLocalAddress(context, webhookUrl);
	if (isFromAutomation(context)) {
		await refuseMissingSecret(context);
		return { wanted: [], create: [], remove: [] };
	}
	refuseMissingParameters(context);
	const wanted = await wantedOf(context);
	if (!wanted.length) {
		throw inputError(
			context.getNode(),
			'There is no active agent in Thoughtly',
			'Create one, then activate this workflow again',
		);
	}
	const { subscriptions } = await readAll(context);
	const instance = instanceOf(context);
	const thisN8n = instanceHash(context.getInstanceId());
	const ours = (other: Subscription) => isOurs(other, webhookUrl, instance) || isExpired(other, thisN8n);
	return { wanted, ...planSubscriptions(wanted, subscriptions, ours) };
}

/** Gives what this node has subscribed: what the list shows, and where it may not show all, what should be there too. */
async function madeSubscriptions(context: IHookFunctions): Promise<Subscription[]> {
	const { subscriptions, mayBeCut } = await readAll(context);
	const shown = subscriptions.filter((other) => isOurs(other, webhookUrlOf(context), instanceOf(context)));
	const wanted = mayBeCut ? await wantedOf(context) : [];
	return [...shown, ...wanted.filter((one) => !shown.some((other) => sameSubscription(one, other)))];
}

/** Gives the subscriptions that the parameters stand for. */
async function wantedOf(context: IHookFunctions): Promise<Subscription[]> {
	const { apiToken } = await context.getCredentials('thoughtlyApi');
	const events = context.getNodeParameter('events') as string[];
	const agentIds = events.every(isFolderEvent) ? [] : await agentIdsOf(context);
	const urlOf = (event: string) => signedUrl(webhookUrlOf(context), event, instanceOf(context), String(apiToken));
	return wantedSubscriptions(events, agentIds, folderIdsOf(context), urlOf);
}

const folderIdsOf = (context: IHookFunctions) => [...new Set(listOf(context.getNodeParameter('folderIds', '')))];

/** Subscriptions are made one per agent, with its ID as `data`: only so are events certain (source: pipedream, clients). */
async function agentIdsOf(context: IHookFunctions): Promise<string[]> {
	if (context.getNodeParameter('agentScope') === 'all') return await activeAgentIds(context);
	return [...new Set(context.getNodeParameter('agentIds', []) as string[])];
}

/** n8n shows nothing but the message of an activation that failed, so all that is to be done stands in it. */
async function refuseLocalAddress(context: IHookFunctions, webhookUrl: string): Promise<void> {
	if (!(await isUnreachable(context, webhookUrl))) return;
	throw inputError(
		context.getNode(),
		`Thoughtly cannot reach this n8n at ${new URL(webhookUrl).origin}: set N8N_WEBHOOK_URL (on older n8n WEBHOOK_URL) to its public address and restart it, or use a tunnel`,
		'Thoughtly sends events to that address over the internet',
	);
}

async function refuseMissingSecret(context: IHookFunctions): Promise<void> {
	const { webhookSecret } = await context.getCredentials('thoughtlyApi');
	if (webhookSecret) return;
	throw inputError(
		context.getNode(),
		"'Webhook Secret' in the credential is empty: anyone could start this workflow",
		"Set it, and give the Automation's 'Send Webhook' step the same value in its header x-webhook-secret",
	);
}

function refuseMissingParameters(context: IHookFunctions): void {
	const refuse = (message: string, advice: string) => {
		throw inputError(context.getNode(), message, advice);
	};
	const events = context.getNodeParameter('events') as string[];
	if (!events.length) refuse("'Trigger On' is empty", 'Choose at least one event');
	if (events.some(isFolderEvent) && !folderIdsOf(context).length) {
		refuse("'Folder IDs' is empty", "Enter the ID of at least one folder, or choose no folder event in 'Trigger On'");
	}
	const isForAgents = !events.every(isFolderEvent) && context.getNodeParameter('agentScope') !== 'all';
	if (isForAgents && !(context.getNodeParameter('agentIds', []) as string[]).length) {
		refuse("'Agent Names or IDs' is empty", "Choose at least one agent, or set 'Agents' to all");
	}
}
