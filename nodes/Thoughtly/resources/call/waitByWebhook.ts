import type {
	IAllExecuteFunctions,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { findCalls, idOfCall, isCall, isOver, readCall } from '../../api/call';
import {
	expiringUrl,
	instanceHash,
	isExpired,
	listSubscriptions,
	readSubscription,
	subscribe,
	unsubscribeAll,
} from '../../api/webhook';
import type { Subscription } from '../../api/webhook';
import { connectionOf, isUnreachable, signalOf } from '../../transport/connection';
import { inputError, toNodeError } from '../../transport/errors';
import { log } from '../../transport/log';
import { pause } from '../../transport/pause';
import { times } from '../../transport/times';
import { runItems, withoutErrorKey } from '../../execution/runItems';
import { executionOf } from '../../execution/atMostOnce';
import type { Operation } from '../../execution/operation';
import { requiredId } from '../../fields/parameters';
import { endedCall, readWaitLimit } from './waiting';

/** Has Thoughtly's events reach the execution that waits; a constant, since n8n's lint takes a literal for a trigger's. */
export const resumeWebhooks: INodeTypeDescription['webhooks'] = [
	{
		name: 'default',
		httpMethod: 'POST',
		responseMode: 'onReceived',
		responseData: '',
		path: '',
		restartWebhook: true,
	},
];

/** One input item: a call that is waited for, or what goes on in its place. Kept by n8n with the execution. */
type Entry = { placed: IDataObject; simplify: boolean } | { output: IDataObject };

interface Suspended {
	entries: Entry[];
	subscriptions: Subscription[];
}

/**
 * Places the calls of all items and puts the execution to wait until they are over: it then holds no worker, and goes on
 * when Thoughtly reports their end (`resume`), or at the limit, without us. What is needed for that is subscribed first:
 * where that is refused, nobody has been called in vain.
 */
export async function placeAndSuspend(
	context: IExecuteFunctions,
	{ sideBySide, lane, run }: Pick<Operation, 'sideBySide' | 'lane' | 'run'>,
): Promise<INodeExecutionData[]> {
	const subscriptions = await subscribeAll(context, await expiryOf(context));
	let outputs: INodeExecutionData[];
	try {
		outputs = await runItems(context, { sideBySide, lane, run });
	} catch (error) {
		await unsubscribeAll(context, subscriptions, LEFT);
		throw toNodeError(context, error);
	}
	const entries = outputs.map(({ json }, item) => entryOf(context, json, item));
	const ends = await lookForEnds(context, entries);
	if (areOver(entries, ends)) {
		await unsubscribeAll(context, subscriptions, LEFT);
		return outputsOf(entries, ends);
	}
	const suspended: Suspended = { entries, subscriptions };
	Object.assign(executionOf(context), { suspended });
	await context.putExecutionToWait(new Date(latestLimit(context)));
	// n8n drops what a node gives that waits, but would take the input's items out of its list and their errors for ours
	return [];
}

/**
 * Takes an event that reached the waiting execution's URL. It is only a hint: what counts is what the API says. Where all
 * calls are over the execution goes on with one item per input item, otherwise it keeps waiting. Never throws, since n8n
 * would end the execution.
 */
export async function resume(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		const { entries, subscriptions } = context.evaluateExpression(
			`{{ $(${JSON.stringify(context.getNode().name)}).context.suspended }}`,
			0,
		) as unknown as Suspended;
		if (!isWorthALook(context, entries)) return { webhookResponse: 'Ignored' };
		const ends = await endsIfOver(context, entries);
		if (!ends) return { webhookResponse: 'Waiting' };
		await unsubscribeAll(context, subscriptions, LEFT);
		return { webhookResponse: 'OK', workflowData: [outputsOf(entries, ends)] };
	} catch (error) {
		log(context, `could not look whether the calls are over: ${(error as Error).message}`, 'warn');
		return { webhookResponse: 'Waiting' };
	}
}

/** The execution sleeps as long as the most patient of its items; counted from now. */
const latestLimit = (context: IExecuteFunctions) =>
	Math.max(...context.getInputData().map((_, item) => readWaitLimit(context, item)));

/** How many requests an item's call takes at most: finding, creating and calling the contact. */
const REQUESTS_PER_CALL = 3;

/** Until when the events are needed: the limit counts from the last call on, and the quota may keep that waiting. */
async function expiryOf(context: IExecuteFunctions): Promise<number> {
	const { limit } = (await connectionOf(context)).quota;
	const placing = (context.getInputData().length * REQUESTS_PER_CALL * times.quotaWindow) / limit;
	return Math.ceil(latestLimit(context) + placing);
}

/** One subscription per agent, to a URL of this execution. */
async function subscribeAll(context: IExecuteFunctions, expires: number): Promise<Subscription[]> {
	const instance = instanceHash(context.getInstanceId());
	const resumeUrl = String(context.evaluateExpression('{{ $execution.resumeUrl }}', 0));
	if (await isUnreachable(context, resumeUrl)) {
		throw inputError(
			context.getNode(),
			`Thoughtly cannot reach this n8n at ${new URL(resumeUrl).origin}, so nobody was called`,
			"Set 'Wait By' to polling, or set N8N_WEBHOOK_URL (on older n8n WEBHOOK_URL) to its public address",
		);
	}
	await removeExpired(context, instance).catch((error: Error) =>
		log(context, `what an earlier run left subscribed could not be removed: ${error.message}`, 'warn'),
	);
	const url = expiringUrl(resumeUrl, instance, expires);
	const subscriptions: Subscription[] = [];
	try {
		for (const data of agentIdsOf(context)) {
			const subscription = { type: 'NEW_RESPONSE', url, data };
			subscriptions.push(subscription);
			await subscribe(context, subscription);
		}
	} catch (error) {
		await unsubscribeAll(context, subscriptions, LEFT);
		throw toNodeError(context, error);
	}
	return subscriptions;
}

/** What a wait that ran out or was cancelled has left subscribed; n8n tells nobody of those. */
async function removeExpired(context: IExecuteFunctions, instance: string): Promise<void> {
	const { records } = await listSubscriptions(context);
	const expired = records.map(readSubscription).filter((other) => isExpired(other, instance));
	await unsubscribeAll(context, expired, LEFT);
}

/** The agents of all items; an item whose agent is missing or cannot be read fails when its turn comes. */
function agentIdsOf(context: IExecuteFunctions): Set<string> {
	const ids = new Set<string>();
	for (const item of context.getInputData().keys()) {
		try {
			ids.add(requiredId(context, 'agent', 'Agent', item));
		} catch {
			continue;
		}
	}
	return ids;
}

/** One that is left is recognised by its expiry and removed by the next run or activation on the account. */
const LEFT = 'a subscription is left until a later run removes it';

function entryOf(context: IExecuteFunctions, json: IDataObject, item: number): Entry {
	if (json.skipped || 'error' in json) return { output: json };
	return { placed: json, simplify: context.getNodeParameter('simplify', item) as boolean };
}

type Ends = Map<unknown, IDataObject>;

/** Gives the API's records of the calls, as far as their agents' lists have them. */
async function readEnds(context: IAllExecuteFunctions, entries: Entry[]): Promise<Ends> {
	const ends: Ends = new Map();
	const placed = entries.flatMap((entry) => ('placed' in entry ? [entry.placed] : []));
	for (const agentId of new Set(placed.map((call) => String(call.agentId)))) {
		const ids = placed.filter((call) => call.agentId === agentId).map(({ id }) => id);
		for (const [id, record] of await findCalls(context, agentId, ids)) ends.set(id, record);
	}
	return ends;
}

/** Looks at one event of a call whose end the list does not show yet. */
const MOST_LOOKS = 3;

/** Executions whose calls are being read, and whether another event came meanwhile. */
const looking = new Map<string, 'once' | 'once more'>();

/** As `readEnds`, undefined where calls are not over: they may end by the dozen, so all events during a look share the next. */
async function endsIfOver(context: IWebhookFunctions, entries: Entry[]): Promise<Ends | undefined> {
	const execution = context.getExecutionId();
	if (looking.has(execution)) {
		looking.set(execution, 'once more');
		return undefined;
	}
	const announced = readCall(context.getBodyData());
	// the list may be behind the event, and no other event may follow
	const isBehind = (ends: Ends) => isOver(announced) && ends.has(announced.id) && !isEnded(ends, announced.id);
	try {
		for (let looks = 1; ; looks++) {
			looking.set(execution, 'once');
			const ends = await readEnds(context, entries);
			if (areOver(entries, ends)) return ends;
			const isWorthAnother = looks < MOST_LOOKS && isBehind(ends);
			if (isWorthAnother) await pause(times.listLag);
			else if (looking.get(execution) === 'once') return undefined;
		}
	} finally {
		looking.delete(execution);
	}
}

/** As `readEnds`, for a moment when waiting for an event is no worse. */
async function lookForEnds(context: IExecuteFunctions, entries: Entry[]): Promise<Ends> {
	try {
		return await readEnds(context, entries);
	} catch (error) {
		signalOf(context)?.throwIfAborted();
		log(context, `could not look whether the calls are over: ${(error as Error).message}`);
		return new Map();
	}
}

const isEnded = (ends: Ends, id: unknown) => isOver(readCall(ends.get(id) ?? {}));

const areOver = (entries: Entry[], ends: Ends) =>
	entries.every((entry) => 'output' in entry || isEnded(ends, entry.placed.id));

const outputsOf = (entries: Entry[], ends: Ends): INodeExecutionData[] =>
	entries.map((entry, item) => ({
		json:
			'output' in entry
				? entry.output
				: withoutErrorKey(endedCall(ends.get(entry.placed.id), entry.placed, entry.simplify)),
		pairedItem: { item },
	}));

/** When the events of other calls last had an execution look, ms epoch by execution. */
const looks = new Map<string, number>();

/** An agent that calls all day would have every waiting execution read its calls each time: others' count now and then. */
function isWorthALook(context: IWebhookFunctions, entries: Entry[]): boolean {
	const body = context.getBodyData();
	const id = idOfCall(body);
	if (!isCall(body) || entries.some((entry) => 'placed' in entry && entry.placed.id === id)) return true;
	const execution = context.getExecutionId();
	const now = Date.now();
	if (now - (looks.get(execution) ?? -Infinity) < times.pollInterval) return false;
	for (const [other, at] of looks) if (now - at > times.pollInterval) looks.delete(other);
	looks.set(execution, now);
	return true;
}
