import type {
	IAllExecuteFunctions,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { findCalls, idOfCall, isCall, readCall } from '../../api/call';
import { logText } from '../../api/ThoughtlyApiError';
import { CALL_ENDED, listSubscriptions, readSubscription, subscribe, unsubscribeAll } from '../../api/webhook';
import type { Subscription } from '../../api/webhook';
import { nodeContext } from '../../execution/atMostOnce';
import type { Operation } from '../../execution/operation';
import { failAll, runItems, withoutErrorKey } from '../../execution/runItems';
import { requiredId, switchParameter } from '../../fields/parameters';
import { isUnreachable } from '../../transport/connection';
import { log } from '../../transport/log';
import { inputError, toNodeError } from '../../transport/nodeErrors';
import { pause } from '../../transport/pause';
import { signalOf } from '../../transport/scope';
import { times } from '../../transport/times';
import { expiringUrl, isExpired } from '../../webhookUrls/expiringUrl';
import { instanceHash, withData } from '../../webhookUrls/signedUrl';
import { isSkipped, waitedCall } from './callOutput';
import { beforeCall } from './start';
import { endOfWait, readWaitLimit } from './waitLimit';

/** Has Thoughtly's events reach the waiting execution; a constant, since n8n's lint takes a literal for a trigger's. */
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

/** One input item: a call that is waited for, or what is passed on instead. n8n stores it with the execution. */
type Entry = { placed: IDataObject; simplify: boolean } | { output: IDataObject };

interface Suspended {
	entries: Entry[];
	subscriptions: Subscription[];
}

/**
 * Places the calls of all items and pauses the execution until they have ended: it then holds no worker, and continues when
 * Thoughtly reports their end (`resume`), or at the limit, without us. The events are subscribed first, so that nobody is
 * called if that is refused.
 */
export async function placeAndSuspend<Input>(
	context: IExecuteFunctions,
	{ concurrency, read, serialKey, run }: Operation<Input>,
): Promise<INodeExecutionData[]> {
	let subscriptions: Subscription[];
	try {
		subscriptions = await beforeCall({ context }, async () => await subscribeAll(context));
	} catch (error) {
		if (!context.continueOnFail()) throw toNodeError({ context }, error);
		// n8n would pass the input on as if nothing had failed
		return failAll(context, error);
	}
	let outputs: INodeExecutionData[];
	try {
		outputs = await runItems(context, { concurrency, read, serialKey, run });
	} catch (error) {
		await unsubscribeAll({ context }, subscriptions, LEFT);
		throw toNodeError({ context }, error);
	}
	const entries = outputs.map(({ json }, item) => entryOf(context, json, item));
	const records = await checkOnce(context, entries);
	if (haveEnded(entries, records)) {
		await unsubscribeAll({ context }, subscriptions, LEFT);
		return outputsOf(entries, records);
	}
	const suspended: Suspended = { entries, subscriptions };
	Object.assign(nodeContext(context), { suspended });
	await context.putExecutionToWait(new Date(latestLimit(context)));
	// n8n drops what a waiting node returns, but would take the input's items out of its list and their errors for ours
	return [];
}

/**
 * Takes an event that reached the waiting execution's URL. It is only a hint: what counts is what the API says. If all calls
 * have ended the execution continues with one item per input item, otherwise it keeps waiting. Never throws, since n8n would
 * end the execution.
 */
export async function resume(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		// in an expression, two braces in the node's name would end it
		const name = JSON.stringify(context.getNode().name).replaceAll('}', '\\u007d');
		const { entries, subscriptions } = context.evaluateExpression(
			`{{ $(${name}).context.suspended }}`,
			0,
		) as unknown as Suspended;
		const records = await checkCoalesced(context, entries);
		if (!records) return { webhookResponse: 'Waiting' };
		await unsubscribeAll({ context }, subscriptions, LEFT);
		return { webhookResponse: 'OK', workflowData: [outputsOf(entries, records)] };
	} catch (error) {
		log(context, `could not check whether the calls have ended: ${logText(error)}`, 'warn');
		return { webhookResponse: 'Waiting' };
	}
}

/** The execution waits as long as the most patient of its items; counted from now. */
const latestLimit = (context: IExecuteFunctions) =>
	Math.max(Date.now(), ...ofAllItems(context, (item) => endOfWait(readWaitLimit(context, item))));

/** Subscribes this execution to the events of each agent. */
async function subscribeAll(context: IExecuteFunctions): Promise<Subscription[]> {
	const expires = latestLimit(context) + times.subscriptionGrace;
	const instance = instanceHash(context.getInstanceId());
	const resumeUrl = String(context.evaluateExpression('{{ $execution.resumeUrl }}', 0));
	if (await isUnreachable({ context }, resumeUrl)) {
		throw inputError(
			{ context },
			`Thoughtly cannot reach this n8n at ${new URL(resumeUrl).origin}`,
			"Set 'Wait By' to 'Polling', or set N8N_WEBHOOK_URL (in older n8n versions WEBHOOK_URL) to its public address",
			'publish-the-workflow-again',
		);
	}
	await removeExpired(context, resumeUrl, instance).catch((error) =>
		log(context, `subscriptions of an earlier run could not be removed: ${logText(error)}`, 'warn'),
	);
	const subscriptions: Subscription[] = [];
	try {
		for (const data of agentIdsOf(context)) {
			const subscription = { type: CALL_ENDED, url: expiringUrl(resumeUrl, data, instance, expires), data };
			subscriptions.push(subscription);
			await subscribe({ context }, subscription);
		}
	} catch (error) {
		await unsubscribeAll({ context }, subscriptions, LEFT);
		throw toNodeError({ context }, error);
	}
	return subscriptions;
}

/** Removes what waits that timed out or were cancelled have left subscribed: n8n notifies nobody of those. */
async function removeExpired(context: IExecuteFunctions, resumeUrl: string, instance: string): Promise<void> {
	const { records } = await listSubscriptions({ context });
	const expired = records.map(readSubscription).filter(({ url }) => isExpired(url, resumeUrl, instance));
	await unsubscribeAll({ context }, expired.map(withData), LEFT);
}

const agentIdsOf = (context: IExecuteFunctions) =>
	new Set(ofAllItems(context, (item) => requiredId(context, 'agent', 'Agent', item)));

/** Reads a parameter of all items. With *Continue On Fail*, an item whose parameter cannot be read fails when its turn comes. */
const ofAllItems = <T>(context: IExecuteFunctions, read: (itemIndex: number) => T): T[] =>
	[...context.getInputData().keys()].flatMap((item) => {
		try {
			return [read(item)];
		} catch (error) {
			if (!context.continueOnFail()) throw toNodeError({ context, itemIndex: item }, error);
			return [];
		}
	});

/** Its expiry tells the next run or activation on the account to remove it. */
const LEFT = 'a subscription is left until a later run removes it';

function entryOf(context: IExecuteFunctions, json: IDataObject, item: number): Entry {
	if (isSkipped(json) || 'error' in json) return { output: json };
	return { placed: json, simplify: switchParameter(context, 'simplify', 'Simplify', item) };
}

/** The API's records of calls by their ID */
type Records = Map<unknown, IDataObject>;

/** Reads the records of the calls that are waited for, as far as their agents' lists have them. */
async function readRecords(context: IAllExecuteFunctions, entries: Entry[]): Promise<Records> {
	const records: Records = new Map();
	const placed = entries.flatMap((entry) => ('placed' in entry ? [entry.placed] : []));
	for (const agentId of new Set(placed.map((call) => String(call.agentId)))) {
		const ids = placed.filter((call) => call.agentId === agentId).map(({ id }) => id);
		for (const [id, record] of await findCalls({ context }, agentId, ids)) records.set(id, record);
	}
	return records;
}

/** As `readRecords`, at a moment when waiting for an event is as good. */
async function checkOnce(context: IExecuteFunctions, entries: Entry[]): Promise<Records> {
	try {
		return await readRecords(context, entries);
	} catch (error) {
		signalOf({ context })?.throwIfAborted();
		log(context, `could not check whether the calls have ended: ${logText(error)}`);
		return new Map();
	}
}

/** The checks of one waiting execution. */
interface Checks {
	/** ms epoch of the last one */
	at: number;
	isRunning: boolean;
	/** Whether an event came during the running check, so that another one follows */
	isWantedAgain: boolean;
	/** The IDs of our calls whose end was announced: the list may lag behind, and no other event may follow */
	announced: Set<unknown>;
}

/** By execution ID, for as long as one may have to wait for the next check */
const checks = new Map<string, Checks>();

/** How often to check for the end of a call that an event has announced, if the list does not show it yet. */
const MAX_CHECKS_PER_EVENT = 3;

/**
 * Checks whether all calls have ended. Calls may end by the dozen, and an agent may call all day: events during a check share
 * the next one, and those of calls that are not waited for lead to a check every 15 seconds at most.
 * @returns the records if all have ended, otherwise undefined
 */
async function checkCoalesced(context: IWebhookFunctions, entries: Entry[]): Promise<Records | undefined> {
	const execution = context.getExecutionId();
	const body = context.getBodyData();
	const now = Date.now();
	for (const [id, { at, isRunning }] of checks) if (!isRunning && now - at > times.pollInterval) checks.delete(id);
	const current = checks.get(execution);
	const callId = isCall(body) ? idOfCall(body) : undefined;
	const isOurs = entries.some((entry) => 'placed' in entry && entry.placed.id === callId);
	const ended = isOurs && readCall(body).ended ? [callId] : [];
	if (current && callId !== undefined && !isOurs) return undefined;
	if (current?.isRunning) {
		current.isWantedAgain = true;
		for (const id of ended) current.announced.add(id);
		return undefined;
	}
	const running: Checks = { at: now, isRunning: true, isWantedAgain: false, announced: new Set(ended) };
	checks.set(execution, running);
	const isBehind = (records: Records) => [...running.announced].some((id) => !hasEnded(records, id));
	const read = async () =>
		await readRecords(context, entries).catch((error: Error) => {
			if (!running.isWantedAgain) throw error;
			log(context, `could not check whether the calls have ended, checking again: ${logText(error)}`, 'warn');
			return new Map() as Records;
		});
	try {
		for (let left = MAX_CHECKS_PER_EVENT; ; left--) {
			if (running.isWantedAgain) left = MAX_CHECKS_PER_EVENT;
			running.isWantedAgain = false;
			const records = await read();
			if (haveEnded(entries, records)) return records;
			if (left > 1 && isBehind(records)) await pause(times.listLag);
			else if (!running.isWantedAgain) return undefined;
		}
	} catch (error) {
		// the next event is worth a check at once
		checks.delete(execution);
		throw toNodeError({ context }, error);
	} finally {
		running.isRunning = false;
	}
}

const hasEnded = (records: Records, id: unknown) => readCall(records.get(id) ?? {}).ended;

const haveEnded = (entries: Entry[], records: Records) =>
	entries.every((entry) => 'output' in entry || hasEnded(records, entry.placed.id));

const outputsOf = (entries: Entry[], records: Records): INodeExecutionData[] =>
	entries.map((entry, item) => ({
		json:
			'output' in entry
				? entry.output
				: withoutErrorKey(waitedCall(records.get(entry.placed.id), entry.placed, entry.simplify)),
		pairedItem: { item },
	}));
