import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';
import { isCall, tagsOf } from '../api/call';
import { isRecord } from '../api/records';
import { isResponseEvent } from '../api/webhook';
import { maskToken } from '../transport/maskToken';
import { AUTOMATION, authenticate, MID_CALL_ACTION, nodeName } from './authentication';
import { callItem, callOfAgent } from './callItem';
import { isDuplicate, stateOfBody, stateOfCall } from './duplicates';
import { readFilters, reasonToFilter } from './filters';
import type { CallFilters } from './filters';

/** What becomes of a delivery: an HTTP refusal, nothing at all, or an item for the workflow. */
export type Verdict =
	| { kind: 'refuse'; status: number; message: string }
	| { kind: 'drop'; reason: string }
	| { kind: 'start'; item: IDataObject };

/** Which deliveries start the workflow, and what their items look like. */
export interface DeliveryRules {
	onlyEnded: boolean;
	simplify: boolean;
	filters: CallFilters;
	/** Whether the same was delivered before */
	isDuplicate(state: string): boolean;
}

/**
 * Decides on a subscribed event that is ours. Filters apply to response events, whose items are the call; everything else is
 * passed on whole, with the call beside it if there is one.
 */
export function judge(event: string, agentId: string | null, body: IDataObject, rules: DeliveryRules): Verdict {
	const call = isCall(body) ? callOfAgent(body, agentId) : null;
	// what has no ID may be something else that only looks the same: in doubt the workflow starts
	const isDuplicate = (state: string) => Boolean(call?.id) && rules.isDuplicate(state);
	if (!call || !isResponseEvent(event)) {
		if (isDuplicate(stateOfBody(body))) return DUPLICATE;
		return { kind: 'start', item: { event, call, body } };
	}
	// in doubt the workflow starts: a lost event is worse than an early one
	if (rules.onlyEnded && call.result === 'in_progress') return { kind: 'drop', reason: 'the call has not ended' };
	const reason = reasonToFilter(call, tagsOf(body), rules.filters);
	if (reason) return { kind: 'drop', reason };
	if (isDuplicate(stateOfCall(call))) return DUPLICATE;
	return { kind: 'start', item: callItem(event, call, body, rules.simplify) };
}

const DUPLICATE: Verdict = { kind: 'drop', reason: 'it is a duplicate' };

/** Checks where a delivery comes from, reads its body, and decides on it. */
export async function receive(context: IWebhookFunctions): Promise<Verdict> {
	const delivery = await authenticate(context);
	if (!delivery) return { kind: 'refuse', status: 401, message: 'Unauthorized' };
	const { event, agentId, token } = delivery;

	const { rawBody } = context.getRequestObject() as { rawBody?: Buffer };
	if (rawBody && rawBody.length > MAX_BODY) {
		return { kind: 'refuse', status: 413, message: 'The body is larger than 5 MB' };
	}
	// an Automation or an agent may send no payload, and a GET has none
	const isSubscribed = event !== AUTOMATION && event !== MID_CALL_ACTION;
	const read = isSubscribed || rawBody?.length ? readBody(context, rawBody) : {};
	if (read === undefined) return { kind: 'refuse', status: 400, message: 'The body must be JSON' };
	if (isDeeperThan(MAX_DEPTH, read)) {
		return { kind: 'refuse', status: 400, message: `The body is nested deeper than ${MAX_DEPTH} levels` };
	}
	const body = maskToken(read, token);
	if (event === AUTOMATION) return { kind: 'start', item: { event, body: body as IDataObject } };
	if (!isRecord(body)) return { kind: 'refuse', status: 400, message: 'The body must be a JSON object' };
	if (event === MID_CALL_ACTION) {
		const query = maskToken(context.getQueryData() as IDataObject, token);
		return { kind: 'start', item: { event, body, query } };
	}
	const options = context.getNodeParameter('options', {}) as IDataObject;
	// whoever tries a workflow out sends the same thing again and again
	const ignoresDuplicates = options.ignoreDuplicates !== false && context.getMode() !== 'manual';
	return judge(event, agentId, body, {
		onlyEnded: context.getNodeParameter('onlyEnded', true) as boolean,
		simplify: context.getNodeParameter('simplify', true) as boolean,
		filters: readFilters(context, options),
		isDuplicate: (state) => ignoresDuplicates && isDuplicate(nodeName(context), event, state),
	});
}

const MAX_BODY = 5 * 1024 * 1024;

/** A call has some five levels; reading thousands would use up the stack. */
const MAX_DEPTH = 100;

/** Reads the body as JSON, whatever its content type says; undefined if it is not. */
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
