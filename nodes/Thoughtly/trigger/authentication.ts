import type { IDataObject, IHookFunctions, IPollFunctions, IWebhookFunctions } from 'n8n-workflow';
import { isFolderEvent } from '../api/webhook';
import { log } from '../transport/log';
import { times } from '../transport/times';
import { instanceHash, isSecret, isSigned, readClaims } from '../webhookUrls/signedUrl';

/** Whose delivery it is: the event it was subscribed for, and the agent's ID for an event of an agent. */
export interface Delivery {
	event: string;
	agentId: string | null;
	/** The credential's, to be masked in the body */
	token: string;
}

/** The event of whatever an Automation posts. */
export const AUTOMATION = 'AUTOMATION';

/** The event of a question that an agent asks during a call. */
export const MID_CALL_ACTION = 'MID_CALL_ACTION';

const SENT_WITH_SECRET = new Map<unknown, string>([
	['automation', AUTOMATION],
	['midCallAction', MID_CALL_ACTION],
]);

/** The event of a node whose URL someone enters in Thoughtly, with the webhook secret; undefined if the node subscribes. */
export const eventSentWithSecret = (context: IHookFunctions | IWebhookFunctions) =>
	SENT_WITH_SECRET.get(context.getNodeParameter('receiveFrom', 'subscription'));

/** What makes a subscription this node's own. A copy of a workflow may have the same path, on this n8n or another. */
export const instanceOf = (context: IHookFunctions | IWebhookFunctions) =>
	instanceHash(`${context.getInstanceId()} ${context.getWorkflow().id}`);

/** Names the node among all of this n8n. */
export const nodeName = (context: IPollFunctions | IWebhookFunctions) =>
	`${context.getWorkflow().id} ${context.getNode().id}`;

/** Identifies a delivery by the signature in its URL, or by the secret in its header; undefined if it is not ours. */
export async function authenticate(context: IWebhookFunctions): Promise<Delivery | undefined> {
	// a stranger must not make n8n read the credential
	if (!hasProof(context)) return undefined;
	// a new token or secret counts at once
	const delivery = (await identify(context, true)) ?? (await identify(context, false));
	if (!delivery) warnOfStaleSignature(context);
	return delivery;
}

const secretHeader = (context: IWebhookFunctions) => context.getHeaderData()['x-webhook-secret'];
const claimsIn = (context: IWebhookFunctions) => readClaims(context.getQueryData() as IDataObject);

function hasProof(context: IWebhookFunctions): boolean {
	if (eventSentWithSecret(context)) return Boolean(secretHeader(context));
	const { signature, instance } = claimsIn(context);
	return signature !== '' && instance === instanceOf(context);
}

interface Secrets {
	token: string;
	/** '' if the credential has none */
	webhookSecret: string;
}

/** What credentials say and when they were read (ms epoch), by node. */
const kept = new Map<string, { at: number; secrets: Promise<Secrets> }>();

async function readSecrets(context: IWebhookFunctions): Promise<Secrets> {
	const { apiToken, webhookSecret } = await context.getCredentials('thoughtlyApi');
	const trimmed = (value: unknown) => String(value ?? '').trim();
	return { token: trimmed(apiToken), webhookSecret: trimmed(webhookSecret) };
}

/**
 * @param fromMemory whether to rely on what is kept of the credential, if anything is: reading it costs n8n more than
 * everything else about a delivery
 */
async function identify(context: IWebhookFunctions, fromMemory: boolean): Promise<Delivery | undefined> {
	const node = nodeName(context);
	const remembered = kept.get(node);
	const isFresh = remembered !== undefined && Date.now() - remembered.at < times.credentialKept;
	if (fromMemory && !isFresh) return undefined;
	const reading = fromMemory && remembered ? remembered : { at: Date.now(), secrets: readSecrets(context) };
	for (const [other, { at }] of kept) if (Date.now() - at >= times.credentialKept) kept.delete(other);
	kept.set(node, reading);
	reading.secrets.catch(() => kept.delete(node));
	const { token, webhookSecret } = await reading.secrets;
	if (token === '') return undefined;
	const eventWithSecret = eventSentWithSecret(context);
	if (eventWithSecret) {
		const isOurs = isSecret(secretHeader(context), webhookSecret);
		return isOurs ? { event: eventWithSecret, agentId: null, token } : undefined;
	}
	const claims = claimsIn(context);
	if (!isSigned(claims, context.getNodeWebhookUrl('default') ?? '', token)) return undefined;
	const { event, source } = claims;
	return { event, agentId: isFolderEvent(event) ? null : source || null, token };
}

/** When each node last warned, ms epoch. */
const warned = new Map<string, number>();

/** n8n calls no hook when a credential changes: what was subscribed with the old token is refused from then on. */
function warnOfStaleSignature(context: IWebhookFunctions): void {
	if (eventSentWithSecret(context)) return;
	const node = nodeName(context);
	const now = Date.now();
	if (now - (warned.get(node) ?? -Infinity) < times.betweenWarnings) return;
	for (const [other, at] of warned) if (now - at >= times.betweenWarnings) warned.delete(other);
	warned.set(node, now);
	log(
		context,
		'refused a delivery whose signature does not match: if the token was changed, unpublish the workflow and publish it again',
		'warn',
	);
}
