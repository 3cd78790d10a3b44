import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';
import { activeAgentIds } from '../records/agent';
import {
	alreadyExists,
	instanceHash,
	isExpired,
	listSubscriptions,
	readSubscription,
	sameSubscription,
	subscribe,
	unsubscribe,
} from '../records/subscription';
import type { Subscription } from '../records/subscription';
import { listOf } from '../records/text';
import { connectionOf, signalOf, stopOn } from '../transport/connection';
import { inputError, toNodeError } from '../transport/errors';
import { log } from '../transport/log';
import { times } from '../transport/times';
import { isLocal } from '../transport/address';
import { signedUrl } from './signature';
import { isFolderEvent, isOurs, planSubscriptions, wantedSubscriptions } from './subscriptions';

/** Whether exactly the subscriptions exist that should. */
export async function isSubscribed(context: IHookFunctions): Promise<boolean> {
	return await activating(context, async () => {
		const { create, remove } = planSubscriptions(...(await readSets(context)));
		return create.length === 0 && remove.length === 0;
	});
}

/**
 * Subscribes what is missing and unsubscribes what is ours and wrong. A refusal takes back what was made; where time
 * runs out it is kept, and the next activation goes on from there.
 */
export async function activate(context: IHookFunctions): Promise<void> {
	await activating(context, async (progress) => {
		const sets = await readSets(context);
		const { create, remove } = planSubscriptions(...sets);
		Object.assign(progress, { wanted: sets[0].length, missing: create.length });
		for (const subscription of remove) await unsubscribe(context, subscription);
		const tried: Subscription[] = [];
		try {
			for (const subscription of create) {
				tried.push(subscription);
				await ensureSubscribed(context, subscription);
				progress.missing--;
			}
		} catch (error) {
			if (!signalOf(context)?.aborted) await takeBack(context, tried);
			throw toNodeError(context, error);
		}
	});
}

/** Unsubscribes what this node subscribed; what is not there counts as removed. */
export async function deactivate(context: IHookFunctions): Promise<void> {
	// n8n calls this after an activation that failed, before it tries again
	if (isFromAutomation(context) || activations.get(keyOf(context))?.outOfTime) return;
	const signal = AbortSignal.timeout(times.longestHook);
	stopOn(context, signal);
	let left: number | undefined;
	try {
		const { webhookUrl, instance } = identityOf(context);
		const ours = (await readAll(context)).filter((other) => isOurs(other, webhookUrl, instance));
		left = ours.length;
		for (const subscription of ours) {
			await unsubscribe(context, subscription);
			left--;
		}
	} catch (error) {
		if (!signal.aborted) throw toNodeError(context, error);
		throw inputError(
			context.getNode(),
			`Thoughtly took longer than ${times.longestHook / 1000} seconds, subscriptions that are left: ${left ?? 'unknown'}. To remove them, activate the workflow and deactivate it again`,
			QUOTA_MAY_BE_USED_UP,
		);
	}
}

/** What there is to say where an activation does not end in time. */
interface Progress {
	wanted: number;
	missing: number;
}

/** An activation as n8n goes about it: `checkExists` and `create`, and both again, up to five times, when they fail. */
interface Activation {
	/** ms epoch */
	began: number;
	outOfTime?: string;
}

/** All hooks of one activation are given the same static data object. */
const activations = new WeakMap<object, Activation>();
const keyOf = (context: IHookFunctions) => context.getWorkflowStaticData('node');

/**
 * Does a part of an activation in the time that is left of it: n8n gives up after 84 seconds, and then tells nobody what
 * happened. Once time has run out, n8n's next tries are refused at once.
 */
async function activating<T>(context: IHookFunctions, work: (progress: Progress) => Promise<T>): Promise<T> {
	const now = Date.now();
	const earlier = activations.get(keyOf(context));
	const activation = earlier && now - earlier.began < times.wholeActivation ? earlier : { began: now };
	activations.set(keyOf(context), activation);
	if (activation.outOfTime) throw inputError(context.getNode(), activation.outOfTime, QUOTA_MAY_BE_USED_UP);
	const signal = AbortSignal.timeout(Math.max(0, activation.began + times.longestHook - now));
	stopOn(context, signal);
	const progress: Progress = { wanted: 0, missing: 0 };
	try {
		return await work(progress);
	} catch (error) {
		if (!signal.aborted) throw toNodeError(context, error);
		const message = outOfTimeMessage(progress);
		// a test that is listened for is not tried again: what it made is removed
		if (context.getActivationMode() !== 'manual') activation.outOfTime = message;
		throw inputError(context.getNode(), message, QUOTA_MAY_BE_USED_UP);
	}
}

const QUOTA_MAY_BE_USED_UP = "Something else may be using up the requests per minute of this token's account";

function outOfTimeMessage({ wanted, missing }: Progress): string {
	const made = wanted
		? `${wanted - missing} of ${wanted} subscriptions are made and kept, ${missing} are missing`
		: 'no subscription was made yet';
	return `Thoughtly took longer than ${times.longestHook / 1000} seconds: ${made}. Activate the workflow again to go on from there`;
}

/** What cannot be taken back is left in the log: the refusal before it is what the user has to know. */
async function takeBack(context: IHookFunctions, subscriptions: Subscription[]): Promise<void> {
	for (const subscription of subscriptions) {
		await unsubscribe(context, subscription).catch((error: Error) =>
			log(context, `a subscription was left behind: ${error.message}`, 'warn'),
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

/** Whether an Automation posts to the node, which then has nothing to subscribe. */
export const isFromAutomation = (context: IHookFunctions | IWebhookFunctions) =>
	context.getNodeParameter('receiveFrom', 'subscription') === 'automation';

function identityOf(context: IHookFunctions) {
	return { webhookUrl: context.getNodeWebhookUrl('default') ?? '', instance: instanceHash(context.getInstanceId()) };
}

/** Reads parameters and account: which subscriptions should exist, which do, and which of those are ours. */
async function readSets(context: IHookFunctions): Promise<Parameters<typeof planSubscriptions>> {
	const { webhookUrl, instance } = identityOf(context);
	await refuseLocalAddress(context, webhookUrl);
	const { apiToken, webhookSecret } = await context.getCredentials('thoughtlyApi');
	if (isFromAutomation(context)) {
		if (webhookSecret) return [[], [], () => false];
		throw inputError(
			context.getNode(),
			"'Webhook Secret' in the credential is empty: anyone could start this workflow",
			"Set it, and give the Automation's 'Send Webhook' step the same value in its header x-webhook-secret",
		);
	}
	const events = context.getNodeParameter('events') as string[];
	if (!events.length) throw inputError(context.getNode(), "'Trigger On' is empty", 'Choose at least one event');
	const folderIds = events.some(isFolderEvent) ? folderIdsOf(context) : [];
	const agentIds = events.every(isFolderEvent) ? [] : await agentIdsOf(context);
	const urlOf = (event: string) => signedUrl(webhookUrl, event, instance, String(apiToken));
	const wanted = wantedSubscriptions(events, agentIds, folderIds, urlOf);
	const ours = (other: Subscription) => isOurs(other, webhookUrl, instance) || isExpired(other, instance);
	return [wanted, await readAll(context), ours];
}

/** n8n shows nothing but the message of an activation that failed, so all that is to be done stands in it. */
async function refuseLocalAddress(context: IHookFunctions, webhookUrl: string): Promise<void> {
	const { baseUrl } = await connectionOf(context);
	// a Thoughtly on this computer, such as the simulator, reaches it
	if (!isLocal(webhookUrl) || isLocal(baseUrl)) return;
	throw inputError(
		context.getNode(),
		`Thoughtly cannot reach this n8n at ${new URL(webhookUrl).origin}: set N8N_WEBHOOK_URL (on older n8n WEBHOOK_URL) to its public address and restart it, or use a tunnel`,
		'Thoughtly sends events to that address over the internet',
	);
}

function folderIdsOf(context: IHookFunctions): string[] {
	const ids = listOf(context.getNodeParameter('folderIds', ''));
	if (ids) return [...new Set(ids)];
	throw inputError(
		context.getNode(),
		"'Folder IDs' is empty",
		"Enter the ID of at least one folder, or choose no folder event in 'Trigger On'",
	);
}

/** Subscriptions are made one per agent, with its ID as `data`: only so are events certain (source: pipedream, clients). */
async function agentIdsOf(context: IHookFunctions): Promise<string[]> {
	if (context.getNodeParameter('agentScope') === 'all') {
		const ids = await activeAgentIds(context);
		if (ids.length) return ids;
		throw inputError(
			context.getNode(),
			'There is no active agent in Thoughtly',
			'Create one, then activate this workflow again',
		);
	}
	const ids = context.getNodeParameter('agentIds', []) as string[];
	if (ids.length) return [...new Set(ids)];
	throw inputError(
		context.getNode(),
		"'Agent Names or IDs' is empty",
		"Choose at least one agent, or set 'Agents' to all",
	);
}
