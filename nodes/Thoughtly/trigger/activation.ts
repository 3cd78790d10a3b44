import { NodeOperationError } from 'n8n-workflow';
import type { IDataObject, IHookFunctions } from 'n8n-workflow';
import {
	alreadyExists,
	isFolderEvent,
	listSubscriptions,
	readSubscription,
	subscribe,
	unsubscribe,
	unsubscribeAll,
} from '../api/webhook';
import { logText } from '../api/ThoughtlyApiError';
import type { Subscription } from '../api/webhook';
import { EVENTS } from '../fields/events';
import { readList } from '../fields/parameters';
import { connectionOf, isUnreachable } from '../transport/connection';
import { log } from '../transport/log';
import { inputError, toNodeError } from '../transport/nodeErrors';
import type { Scope } from '../transport/scope';
import { times } from '../transport/times';
import { isExpired } from '../webhookUrls/expiringUrl';
import { instanceHash, isAtOtherAddress, isOwnUrl, signedUrl, withData } from '../webhookUrls/signedUrl';
import { chosenAgentIds, refuseNoAgent } from './agentChoice';
import { AUTOMATION, eventSentWithSecret, instanceOf } from './authentication';
import { readFilters } from './filters';
import { isSameSubscription, planSubscriptions, wantedSubscriptions } from './subscriptionPlan';
import type { SubscriptionPlan } from './subscriptionPlan';

interface HookScope extends Scope {
	context: IHookFunctions;
}

/** Whether exactly the subscriptions exist that should; n8n asks this first whenever it activates the node. */
export async function isSubscribed(context: IHookFunctions): Promise<boolean> {
	const exists = await activating(context, async (scope) => {
		const { create, remove, existing } = await planOf(scope);
		warnOfOtherAddresses(context, existing);
		return create.length === 0 && remove.length === 0;
	});
	if (exists) endActivation(context);
	return exists;
}

/**
 * Removes subscriptions of this node that are stale and creates missing ones. A refusal takes back what was created; if time
 * runs out it is kept, and the next activation goes on from there.
 */
export async function activate(context: IHookFunctions): Promise<void> {
	await activating(context, async (scope, progress) => {
		const { create, remove, wanted } = await planOf(scope);
		Object.assign(progress, { wanted: wanted.length, missing: create.length });
		for (const subscription of remove) await unsubscribe(scope, subscription);
		const attempted: Subscription[] = [];
		try {
			for (const subscription of create) {
				attempted.push(subscription);
				await ensureSubscribed(scope, subscription);
				progress.missing--;
			}
			endActivation(context);
		} catch (error) {
			// the refusal is what the user has to know, not what could not be taken back
			if (!scope.signal?.aborted) await unsubscribeAll(scope, attempted, 'a subscription was left behind');
			throw toNodeError(scope, error);
		}
	});
}

/** Removes what this node subscribed; what does not exist counts as removed. */
export async function deactivate(context: IHookFunctions): Promise<void> {
	const failure = activationOf(context)?.failure;
	if (eventSentWithSecret(context) || failure?.isLeftAsItIs) return;
	const signal = AbortSignal.timeout(times.longestHook);
	const scope = { context, signal };
	let left: number | undefined;
	try {
		const subscriptions = await ownSubscriptions(scope);
		left = subscriptions.length;
		for (const subscription of subscriptions) {
			await unsubscribe(scope, subscription);
			left--;
		}
	} catch (error) {
		const message = leftMessage(left);
		// if this failed after an activation did, n8n would take the workflow for subscribed when it is activated again
		if (failure) {
			const reason = signal.aborted ? message : logText(error);
			log(context, `could not unsubscribe after a failed activation: ${reason}`, 'warn');
		} else if (signal.aborted) throw inputError(scope, message, MAY_BE_RATE_LIMITED, 'publish-the-workflow-again');
		else throw toNodeError(scope, error);
	}
}

/** An activation as n8n performs it: `checkExists` and `create`, and `delete` if they fail, all up to five times. */
interface Activation extends IDataObject {
	/** ms epoch */
	began: number;
	failure?: {
		/** Nothing was changed, or what was created is kept for the next activation: `delete` has nothing to do. */
		isLeftAsItIs: boolean;
		/** What n8n's next attempts are told at once after time has run out */
		message?: string;
	};
}

/** n8n passes the node's static data to all hooks of one activation. */
const activationOf = (context: IHookFunctions) =>
	context.getWorkflowStaticData('node').activation as Activation | undefined;

/** Forgets an activation that has succeeded: n8n would store it with the workflow. */
const endActivation = (context: IHookFunctions) => void delete context.getWorkflowStaticData('node').activation;

/** What there is to say if an activation does not end in time. */
interface Progress {
	wanted: number;
	missing: number;
}

/**
 * Does a part of an activation in the time that is left of it: n8n gives up after 84 seconds, and then tells nobody what
 * happened.
 */
async function activating<T>(
	context: IHookFunctions,
	work: (scope: HookScope, progress: Progress) => Promise<T>,
): Promise<T> {
	const now = Date.now();
	const earlier = activationOf(context);
	const activation: Activation = earlier && now - earlier.began < times.wholeActivation ? earlier : { began: now };
	context.getWorkflowStaticData('node').activation = activation;
	const message = activation.failure?.message;
	if (message) throw inputError({ context }, message, MAY_BE_RATE_LIMITED, 'publish-the-workflow-again');
	delete activation.failure;
	const signal = AbortSignal.timeout(Math.max(0, activation.began + times.longestHook - now));
	const scope = { context, signal };
	const progress: Progress = { wanted: 0, missing: 0 };
	try {
		return await work(scope, progress);
	} catch (error) {
		if (!signal.aborted) {
			// refused for its parameters or its address, before any request
			activation.failure = { isLeftAsItIs: error instanceof NodeOperationError };
			throw toNodeError(scope, error);
		}
		const message = outOfTimeMessage(progress);
		// a test is not repeated: what it created is removed
		const isRepeated = context.getActivationMode() !== 'manual';
		activation.failure = { isLeftAsItIs: isRepeated, ...(isRepeated && { message }) };
		throw inputError(scope, message, MAY_BE_RATE_LIMITED, 'publish-the-workflow-again');
	}
}

const MAY_BE_RATE_LIMITED = "Something else may be using up this token's requests per minute";

const TOOK_TOO_LONG = () => `Thoughtly took longer than ${times.longestHook / 1000} seconds`;

function outOfTimeMessage({ wanted, missing }: Progress): string {
	const created = wanted
		? `${wanted - missing} of ${wanted} subscriptions were created and kept, ${missing} are missing`
		: 'no subscription was created yet';
	return `${TOOK_TOO_LONG()}: ${created}. Publish the workflow again to continue`;
}

const leftMessage = (left?: number) =>
	`${TOOK_TOO_LONG()}. Subscriptions left: ${left ?? 'unknown'}. To remove them, publish and unpublish the workflow again`;

/** "Already exists" is a success only if the very same one exists. */
async function ensureSubscribed(scope: Scope, subscription: Subscription): Promise<void> {
	try {
		await subscribe(scope, subscription);
	} catch (error) {
		const { subscriptions } = alreadyExists(error) ? await listed(scope) : { subscriptions: [] };
		if (!subscriptions.some((other) => isSameSubscription(other, subscription))) throw toNodeError(scope, error);
	}
}

async function listed(scope: Scope) {
	const { records, mayBeCut } = await listSubscriptions(scope);
	return { subscriptions: records.map(readSubscription), mayBeCut };
}

const webhookUrlOf = (context: IHookFunctions) => context.getNodeWebhookUrl('default') ?? '';

/** Compares what should be subscribed with what is; what cannot be subscribed is refused before any request. */
async function planOf(
	scope: HookScope,
): Promise<SubscriptionPlan & { wanted: Subscription[]; existing: Subscription[] }> {
	const { context } = scope;
	const webhookUrl = webhookUrlOf(context);
	await refuseLocalAddress(scope, webhookUrl);
	const eventWithSecret = eventSentWithSecret(context);
	if (eventWithSecret) {
		await refuseMissingSecret(scope, eventWithSecret);
		return { wanted: [], existing: [], create: [], remove: [] };
	}
	refuseUnusableParameters(context);
	const wanted = await wantedOf(scope);
	if (!wanted.length) {
		throw inputError(
			scope,
			'There is no active agent in Thoughtly: create one, then publish this workflow again',
			'The trigger subscribes to the calls of active agents',
			'publish-the-workflow-again',
		);
	}
	const { subscriptions: existing, mayBeCut } = await listed(scope);
	const instance = instanceOf(context);
	const thisN8n = instanceHash(context.getInstanceId());
	const isOurs = ({ url }: Subscription) => isOwnUrl(url, webhookUrl, instance) || isExpired(url, webhookUrl, thisN8n);
	const plan = planSubscriptions(wanted, existing, isOurs);
	// what a cut list does not show may exist all the same: removed first, it cannot exist twice
	const unseen = mayBeCut ? plan.create : [];
	return { wanted, existing, create: plan.create, remove: [...plan.remove, ...unseen] };
}

/** A copy of this n8n's database must not silence the original, so what another address has subscribed is only named. */
function warnOfOtherAddresses(context: IHookFunctions, subscriptions: Subscription[]): void {
	const others = subscriptions.filter(({ url }) => isAtOtherAddress(url, webhookUrlOf(context), instanceOf(context)));
	const hosts = [...new Set(others.map(({ url }) => new URL(url).host))].join(', ');
	if (!hosts) return;
	log(
		context,
		`this workflow is also subscribed at ${hosts}. If that is a former address of this n8n, remove those subscriptions with the operations Webhook: Get Many and Webhook: Unsubscribe`,
		'warn',
	);
}

/** What this node has subscribed: what the list shows and, if it may be cut, what should exist besides. */
async function ownSubscriptions(scope: HookScope): Promise<Subscription[]> {
	const { context } = scope;
	const { subscriptions, mayBeCut } = await listed(scope);
	const shown = subscriptions
		.filter(({ url }) => isOwnUrl(url, webhookUrlOf(context), instanceOf(context)))
		.map(withData);
	const wanted = mayBeCut ? await wantedOf(scope) : [];
	return [...shown, ...wanted.filter((one) => !shown.some((other) => isSameSubscription(one, other)))];
}

/** The subscriptions that the parameters stand for: one per agent, as only then are its events certain (source: pipedream, clients). */
async function wantedOf(scope: HookScope): Promise<Subscription[]> {
	const { context } = scope;
	const { token } = await connectionOf(scope);
	const events = eventsOf(context);
	const agentIds = events.every(isFolderEvent) ? [] : await chosenAgentIds(scope);
	const urlOf = (event: string, source: string) =>
		signedUrl(webhookUrlOf(context), { event, source, instance: instanceOf(context) }, token);
	return wantedSubscriptions(events, agentIds, folderIdsOf(context), urlOf);
}

const eventsOf = (context: IHookFunctions) => readList(context, context.getNodeParameter('events'), 'Trigger On');

const folderIdsOf = (context: IHookFunctions) =>
	readList(context, context.getNodeParameter('folderIds', ''), 'Folder IDs');

/** n8n shows only the message of a failed activation, so the next step stands in it. */
async function refuseLocalAddress(scope: Scope, webhookUrl: string): Promise<void> {
	if (!(await isUnreachable(scope, webhookUrl))) return;
	throw inputError(
		scope,
		`Thoughtly cannot reach this n8n at ${new URL(webhookUrl).origin}: set N8N_WEBHOOK_URL (in older n8n versions WEBHOOK_URL) to its public address and restart it, use a tunnel, or use the Thoughtly Poll Trigger, which needs no public address`,
		'Thoughtly sends events to that address over the internet',
		'publish-the-workflow-again',
	);
}

async function refuseMissingSecret(scope: HookScope, event: string): Promise<void> {
	const { webhookSecret } = await scope.context.getCredentials('thoughtlyApi');
	if (String(webhookSecret ?? '').trim()) return;
	throw inputError(
		scope,
		"'Webhook Secret' in the credential is empty, so anyone could start this workflow: enter a long random text",
		`Add the header x-webhook-secret with the same text to the ${event === AUTOMATION ? "Automation's 'Send Webhook' step" : 'webhook action in the Agent Builder'}`,
		'correct-the-credential',
	);
}

function refuseUnusableParameters(context: IHookFunctions): void {
	const refuse = (message: string, advice: string) => {
		throw inputError({ context }, message, advice);
	};
	const events = eventsOf(context);
	if (!events.length) refuse("'Trigger On' is empty: choose at least one event", 'The workflow would never start');
	const unknown = events.find((event) => !EVENTS.includes(event));
	if (unknown) refuse(`'Trigger On' has an unknown event: ${unknown}`, `Choose from ${EVENTS.join(', ')}`);
	if (events.some(isFolderEvent) && !folderIdsOf(context).length) {
		refuse(
			"'Folder IDs' is empty: enter the ID of at least one folder",
			"Or remove the folder events from 'Trigger On'",
		);
	}
	if (!events.every(isFolderEvent)) refuseNoAgent(context);
	readFilters(context, context.getNodeParameter('options', {}) as IDataObject);
}
