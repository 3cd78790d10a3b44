import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';
import { isCall, isOver, readCall, tagsOf } from '../api/call';
import { isRecord } from '../api/envelope';
import { listOf, plainWord } from '../api/text';
import { log } from '../transport/log';
import { times } from '../transport/times';
import { instanceOf, isFromAutomation } from './activation';
import { isRepeat } from './duplicates';
import { withoutSecrets } from './secrets';
import { isSecret, isSigned, readClaims } from '../webhookUrls/signature';

/** What becomes of a delivery: an HTTP refusal, nothing at all, or an item for the workflow. */
export type Verdict =
	| { kind: 'refuse'; status: number; reason: string }
	| { kind: 'drop'; reason: string }
	| { kind: 'start'; item: IDataObject };

/** Which calls start the workflow, and how they are given. */
export interface DeliveryRules {
	onlyEnded: boolean;
	simplify: boolean;
	/** Any of these, in whatever spelling; all where there are none */
	statuses?: string[];
	/** Any of these; all where there are none */
	tags?: string[];
	/** In seconds */
	minimumDuration: number;
}

const RESPONSE_EVENTS = new Set(['NEW_RESPONSE', 'FOLDER_NEW_RESPONSE']);

/** Decides on the body of a delivery that is ours. What was not recognised as a call is passed on whole. */
export function judge(event: string, body: IDataObject, rules: DeliveryRules): Verdict {
	if (!isCall(body)) return { kind: 'start', item: { event, body } };
	const reason = reasonToDrop(event, body, rules);
	if (reason) return { kind: 'drop', reason };
	const given = rules.simplify ? readCall(body) : body;
	// first, and whatever the body says: the event that the URL was subscribed for
	return { kind: 'start', item: { ...{ event }, ...given, ...{ event } } };
}

function reasonToDrop(event: string, body: IDataObject, rules: DeliveryRules): string | undefined {
	const call = readCall(body);
	// a transfer happens while a call runs
	if (rules.onlyEnded && RESPONSE_EVENTS.has(event) && !isOver(call)) return 'the call is not over';
	const isStatus = (status: string) => plainWord(status) === plainWord(call.status ?? '');
	if (rules.statuses && !rules.statuses.some(isStatus)) return 'another status';
	const isTag = (tag: string) => tagsOf(body).some((other) => other.toLowerCase() === tag.toLowerCase());
	if (rules.tags && !rules.tags.some(isTag)) return 'other tags';
	if (rules.minimumDuration > 0 && (call.durationSeconds ?? 0) < rules.minimumDuration) return 'too short';
	return undefined;
}

/** Checks who is calling, reads the body, decides on it, and leaves out what was delivered before. */
export async function receive(context: IWebhookFunctions): Promise<Verdict> {
	const caller = (await identify(context, true)) ?? (await identify(context, false));
	if (!caller) {
		warnOfStaleSignature(context);
		return { kind: 'refuse', status: 401, reason: 'Unauthorized' };
	}
	const { event, token } = caller;

	const { rawBody } = context.getRequestObject() as { rawBody?: Buffer };
	if (rawBody && rawBody.length > LARGEST_BODY) {
		return { kind: 'refuse', status: 413, reason: 'The body is larger than 5 MB' };
	}
	const body = readBody(context, rawBody);
	if (!isRecord(body)) return { kind: 'refuse', status: 400, reason: 'The body must be a JSON object' };
	if (isDeeperThan(MOST_LEVELS, body)) {
		return { kind: 'refuse', status: 400, reason: `The body is nested deeper than ${MOST_LEVELS} levels` };
	}

	const { ignoreRepeats = true, minimumDuration = 0, statuses, tags } = optionsOf(context);
	const verdict = judge(event, body, {
		onlyEnded: context.getNodeParameter('onlyEnded', true) as boolean,
		simplify: context.getNodeParameter('simplify', true) as boolean,
		statuses: listOf(statuses),
		tags: listOf(tags),
		minimumDuration: Number(minimumDuration),
	});
	if (verdict.kind === 'start' && event !== AUTOMATION) verdict.item = withoutSecrets(verdict.item, token);
	// whoever tries a workflow out sends the same thing again and again
	const isTest = context.getMode() === 'manual';
	if (verdict.kind !== 'start' || !ignoreRepeats || isTest || !isCall(body)) return verdict;
	return isRepeat(nameOf(context), event, body) ? { kind: 'drop', reason: 'it came before' } : verdict;
}

/** Whatever an Automation posts has this event. */
const AUTOMATION = 'AUTOMATION';

const LARGEST_BODY = 5 * 1024 * 1024;

/** A call has some five; of thousands, reading the body would use up the stack. */
const MOST_LEVELS = 100;

const optionsOf = (context: IWebhookFunctions) => context.getNodeParameter('options', {}) as IDataObject;

/** Names the node among all of this n8n. */
const nameOf = (context: IWebhookFunctions) => `${context.getWorkflow().id} ${context.getNode().id}`;

interface Secrets {
	token: string;
	/** '' where the credential has none */
	webhookSecret: string;
}

/** By node: when its credential was read, ms epoch, and what it says. */
const kept = new Map<string, { at: number; secrets: Promise<Secrets> }>();

async function readSecrets(context: IWebhookFunctions): Promise<Secrets> {
	const { apiToken, webhookSecret } = await context.getCredentials('thoughtlyApi');
	return { token: String(apiToken), webhookSecret: String(webhookSecret ?? '') };
}

/**
 * Gives the event of a delivery that is ours, undefined for any other.
 * @param fromMemory whether to go by what is kept of the credential, if anything is: reading it costs n8n more than all the
 * rest of a delivery
 */
async function identify(
	context: IWebhookFunctions,
	fromMemory: boolean,
): Promise<{ event: string; token: string } | undefined> {
	const node = nameOf(context);
	const remembered = kept.get(node);
	const isFresh = remembered !== undefined && Date.now() - remembered.at < times.credentialKept;
	if (fromMemory && !isFresh) return undefined;
	const reading = fromMemory && remembered ? remembered : { at: Date.now(), secrets: readSecrets(context) };
	for (const [other, { at }] of kept) if (Date.now() - at >= times.credentialKept) kept.delete(other);
	kept.set(node, reading);
	reading.secrets.catch(() => kept.delete(node));
	const secrets = await reading.secrets;
	const event = isFromAutomation(context) ? automationEvent(context, secrets) : signedEvent(context, secrets);
	return event === undefined ? undefined : { event, token: secrets.token };
}

function automationEvent(context: IWebhookFunctions, { webhookSecret }: Secrets): string | undefined {
	return isSecret(context.getHeaderData()['x-webhook-secret'], webhookSecret) ? AUTOMATION : undefined;
}

/** Gives the event that the delivery's URL was subscribed for, undefined where it is not one of ours. */
function signedEvent(context: IWebhookFunctions, { token }: Secrets): string | undefined {
	const claims = readClaims(context.getQueryData() as IDataObject);
	const isOurInstance = claims.instance === instanceOf(context);
	const isOurs = isOurInstance && isSigned(claims, context.getNodeWebhookUrl('default') ?? '', token);
	return isOurs ? claims.event : undefined;
}

const warned = new Map<string, number>();

/** n8n calls no hook when a credential changes: what was subscribed with the old token is refused from then on. */
function warnOfStaleSignature(context: IWebhookFunctions): void {
	if (!readClaims(context.getQueryData() as IDataObject).signature) return;
	const node = nameOf(context);
	const now = Date.now();
	if (now - (warned.get(node) ?? -Infinity) < times.betweenWarnings) return;
	warned.set(node, now);
	log(
		context,
		'refused a delivery whose signature does not fit: if the token was changed, deactivate the workflow and activate it again',
		'warn',
	);
}

/** Gives what the body is as JSON, whatever its content type says; undefined where it is none. */
function readBody(context: IWebhookFunctions, rawBody?: Buffer): unknown {
	// n8n makes objects of XML and forms as well, and an empty one of nothing
	const isParsed = /^application\/json(;|$)/i.test(String(context.getHeaderData()['content-type']));
	if (isParsed && rawBody?.length !== 0) return context.getBodyData();
	try {
		// without a byte order mark, unlike toString()
		return JSON.parse(new TextDecoder().decode(rawBody));
	} catch {
		return undefined;
	}
}

function isDeeperThan(levels: number, value: unknown): boolean {
	if (typeof value !== 'object' || value === null) return false;
	return levels === 0 || Object.values(value).some((entry) => isDeeperThan(levels - 1, entry));
}
