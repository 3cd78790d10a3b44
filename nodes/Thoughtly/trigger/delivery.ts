import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';
import { isCall, isOver, readCall } from '../records/call';
import { isRecord } from '../records/envelope';
import { instanceHash, isSecret, isSigned, readClaims } from './signature';
import { isFromAutomation } from './subscriptions';

/** What becomes of a delivery: an HTTP refusal, nothing at all, or an item for the workflow. */
export type Verdict =
	{ kind: 'refuse'; status: number; reason: string } | { kind: 'drop' } | { kind: 'start'; item: IDataObject };

export interface DeliveryRules {
	onlyEnded: boolean;
	simplify: boolean;
}

const RESPONSE_EVENTS = new Set(['NEW_RESPONSE', 'FOLDER_NEW_RESPONSE']);

/** Decides on the body of a delivery that is ours. What was not recognised as a call is passed on whole. */
export function judge(event: string, body: unknown, rules: DeliveryRules): Verdict {
	if (!isRecord(body)) return { kind: 'refuse', status: 400, reason: 'The body must be a JSON object' };
	if (!isCall(body)) return { kind: 'start', item: { event, body } };
	const call = readCall(body);
	// a transfer happens while a call runs
	if (rules.onlyEnded && RESPONSE_EVENTS.has(event) && !isOver(call)) return { kind: 'drop' };
	return { kind: 'start', item: rules.simplify ? { event, ...call } : Object.assign({ event }, body, { event }) };
}

/** Checks who is calling, then decides on the body. */
export async function receive(context: IWebhookFunctions): Promise<Verdict> {
	const simplify = context.getNodeParameter('simplify', true) as boolean;
	const { apiToken, webhookSecret } = await context.getCredentials('thoughtlyApi');
	if (isFromAutomation(context)) {
		const known = isSecret(context.getHeaderData()['x-webhook-secret'], String(webhookSecret ?? ''));
		return known ? judge('AUTOMATION', context.getBodyData(), { onlyEnded: false, simplify }) : UNAUTHORIZED;
	}
	const claims = readClaims(context.getQueryData() as IDataObject);
	const isOurInstance = claims.instance === instanceHash(context.getInstanceId());
	if (!isOurInstance || !isSigned(claims, context.getNodeWebhookUrl('default') ?? '', String(apiToken))) {
		return UNAUTHORIZED;
	}
	const onlyEnded = context.getNodeParameter('onlyEnded', true) as boolean;
	return judge(claims.event, context.getBodyData(), { onlyEnded, simplify });
}

/** No detail: it is read by whoever is not to know any. */
const UNAUTHORIZED: Verdict = { kind: 'refuse', status: 401, reason: 'Unauthorized' };
