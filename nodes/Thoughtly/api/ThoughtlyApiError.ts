import { NodeApiError } from 'n8n-workflow';
import { isRedirect, outcomeOf, summarize } from '../transport/failure';
import type { Failure, Outcome } from '../transport/failure';
import { withHelp } from '../transport/help';
import type { HelpTopic } from '../transport/help';
import { itemSuffix } from '../transport/nodeErrors';
import type { ApiRequest } from '../transport/request';
import type { Failed, RequestKind } from '../transport/retry';
import type { Scope } from '../transport/scope';
import { errorText, isHtml } from './errorText';

/** A request, and what errors say about what it asks for. */
export interface ApiCall extends ApiRequest {
	/** What it is about, as the subject of a sentence: "contact 123" */
	subject: string;
	/** What to check on a 404; left out where the path names no record */
	ifNotFound?: string;
}

interface Explanation {
	message: string;
	description: string;
}

/**
 * Why a request to Thoughtly failed. Contains nothing of the request itself: its headers hold the token, and n8n stores
 * errors with the execution. Keeps the name 'NodeApiError', which n8n checks.
 */
export class ThoughtlyApiError extends NodeApiError {
	/** n8n's own `failure` is derived from this one. */
	readonly requestFailure: Failure;

	readonly outcome: Outcome;

	/** Whether an earlier attempt may have been successful, see `Failed`. */
	readonly followsUnclear: boolean;

	constructor(
		{ context, itemIndex }: Scope,
		{ failure, retryAfter, followsUnclear = false }: Pick<Failed, 'failure'> & Partial<Failed>,
		call: Pick<ApiCall, 'kind' | 'subject' | 'ifNotFound'>,
	) {
		const { message, description: advice } = explain(failure, call);
		const description = withHelp(advice, topicOf(failure, call));
		const httpCode = failure.kind === 'status' ? String(failure.status) : undefined;
		const declared = declare(failure, retryAfter);
		super(context.getNode(), {}, { message, description, httpCode, itemIndex, failure: declared });
		// n8n replaces a message that holds the code of a system error, and the API's words may hold one
		this.message = message + itemSuffix(itemIndex);
		this.requestFailure = failure;
		this.outcome = outcomeOf(failure);
		this.followsUnclear = followsUnclear;
	}

	/** Whether the API responded with this status. */
	hasStatus(status: number): boolean {
		return this.requestFailure.kind === 'status' && this.requestFailure.status === status;
	}

	/** The API's own words, '' if there are none. */
	get apiText(): string {
		return wordsOf(this.requestFailure);
	}
}

/** Describes an error for the log, without anything that Thoughtly said: its words may name people. */
export const logText = (error: unknown): string => {
	if (error instanceof ThoughtlyApiError) return summarize(error.requestFailure);
	return error instanceof Error ? error.name : 'unknown error';
};

/**
 * Tells n8n why a request failed, as far as n8n has a word for it: its poll triggers wait accordingly.
 * @param retryAfterMs what Thoughtly said about when to come back
 */
export function declare(failure: Failure, retryAfterMs?: number): NodeApiError['failure'] {
	if (failure.kind === 'timeout' || failure.kind === 'network') return { cause: 'temporarily-unavailable' };
	if (failure.kind !== 'status') return undefined;
	const { status, body } = failure;
	if (status === 429) return { cause: 'rate-limited', retryAfterMs };
	if (status >= 500 || isFirewall(status, body)) return { cause: 'temporarily-unavailable', retryAfterMs };
	if (status === 401 || status === 403 || isRedirect(status)) return { cause: 'credential-invalid' };
	return status === 404 ? { cause: 'configuration-invalid' } : undefined;
}

/** What to do if it is unclear whether Thoughtly acted, and doing it twice would do harm. */
export const UNCLEAR_ADVICE: Partial<Record<RequestKind, string>> = {
	call: 'The call may have been placed: check in Thoughtly before placing it again',
	automation: 'The automation may have started: check in Thoughtly before triggering it again',
	contact: 'The contact may have been created: look for it before creating it again',
};

/** What certainly did not happen if Thoughtly did not act. */
const NOT_DONE: Partial<Record<RequestKind, string>> = {
	call: 'Nobody was called',
	automation: 'The automation was not started',
};

/** Says what happened, with the API's own words, and what to do next. */
export function explain(failure: Failure, call: Pick<ApiCall, 'kind' | 'subject' | 'ifNotFound'>): Explanation {
	const { message, description } = explainFailure(failure, call);
	// both are in the message: an AI agent gets nothing else, and might simply try again
	const effect = (outcomeOf(failure) === 'unclear' ? UNCLEAR_ADVICE : NOT_DONE)[call.kind];
	return { message: effect ? `${message}. ${effect}` : message, description };
}

/** What a user does about a failure. */
export function topicOf(failure: Failure, { kind }: Pick<ApiCall, 'kind'>): HelpTopic {
	if (outcomeOf(failure) === 'unclear' && UNCLEAR_ADVICE[kind]) return 'check-in-thoughtly-whether-it-happened';
	if (failure.kind === 'errorInBody' || failure.kind === 'incomplete') return 'read-what-thoughtly-says';
	if (failure.kind !== 'status') return 'check-the-network-or-try-again-later';
	const { status, body } = failure;
	if (isFirewall(status, body)) return 'check-the-network-or-try-again-later';
	if (status === 401 || status === 403 || isRedirect(status)) return 'correct-the-credential';
	return outcomeOf(failure) === 'refused' ? 'read-what-thoughtly-says' : 'check-the-network-or-try-again-later';
}

function wordsOf(failure: Failure): string {
	if (failure.kind === 'status') return errorText(failure.body);
	return failure.kind === 'errorInBody' ? failure.text : '';
}

function explainFailure(failure: Failure, call: Pick<ApiCall, 'subject' | 'ifNotFound'>): Explanation {
	switch (failure.kind) {
		case 'status':
			return explainStatus(failure.status, failure.body, call);
		case 'errorInBody':
			return {
				message: `Thoughtly reported an error: ${failure.text}`,
				description: `Correct what Thoughtly names. Affected: ${call.subject}`,
			};
		case 'unreadable':
			return {
				message: 'Thoughtly sent a response that could not be parsed',
				description: "Check 'Base URL' in the credential; if it is correct, try again later",
			};
		case 'tooLarge':
			return {
				message: "Thoughtly's response is larger than 50 MB",
				description: `Check 'Base URL' in the credential. Affected: ${call.subject}`,
			};
		case 'incomplete':
			return { message: `Thoughtly's response has no ${failure.missing}`, description: `Affected: ${call.subject}` };
		case 'timeout':
			return {
				message: `Thoughtly did not respond within ${failure.afterMs / 1000} seconds`,
				description: 'Try again later',
			};
		case 'network':
			return {
				message: failure.connected
					? 'The connection was lost before Thoughtly responded'
					: 'Thoughtly could not be reached',
				description: `Check 'Base URL' in the credential and this n8n's network (${failure.code})`,
			};
	}
}

const isFirewall = (status: number, body: unknown) => status === 403 && isHtml(body);

const WHERE_CREDENTIALS_ARE = 'Both are in Thoughtly under Settings → Developer';

function explainStatus(
	status: number,
	body: unknown,
	{ subject, ifNotFound }: Pick<ApiCall, 'subject' | 'ifNotFound'>,
): Explanation {
	const text = errorText(body);
	const said = text ? `: ${text}` : '';
	const quoted = text ? `. Thoughtly said: ${text}` : '';
	// n8n shows only the message of an activation that failed, so the message includes the next step
	if (status === 401) {
		return {
			message: "Thoughtly did not accept the credential (401): check its 'API Token' and 'Team ID'",
			description: `${WHERE_CREDENTIALS_ARE}${quoted}`,
		};
	}
	if (isFirewall(status, body)) {
		return {
			message: 'A firewall in front of Thoughtly blocked the request (403)',
			description: `The response is a web page, not the API's. Try again later; if it persists, ask Thoughtly to allow the IP address of this n8n${quoted}`,
		};
	}
	if (status === 403) {
		return {
			message: "Thoughtly denied access (403): check that the credential's 'API Token' belongs to its 'Team ID'",
			description: `${WHERE_CREDENTIALS_ARE}${quoted}`,
		};
	}
	if (status === 404) {
		return {
			message: `${subject[0].toUpperCase()}${subject.slice(1)} was not found (404)`,
			description: `${ifNotFound ?? "Check 'Base URL' in the credential"}${quoted}`,
		};
	}
	if (status === 429) {
		return {
			message: `Thoughtly's rate limit was exceeded (429), and the node waits no longer than 5 minutes${said}`,
			description:
				"Something else may be using the same token. Run the remaining items again later, or lower 'Requests per Minute' in the credential",
		};
	}
	if (status >= 500) {
		return { message: `Thoughtly could not process the request (${status})${said}`, description: 'Try again later' };
	}
	if (isRedirect(status)) {
		return {
			message: `Thoughtly redirected the request (${status})`,
			description:
				"Redirects are not followed, to keep the token from going elsewhere. Correct 'Base URL' in the credential",
		};
	}
	const isRefusal = outcomeOf({ kind: 'status', status, body }) === 'refused';
	const verb = isRefusal ? 'refused' : 'did not complete';
	return {
		message: `Thoughtly ${verb} the request (${status})${said}`,
		description: `${isRefusal ? 'Correct what Thoughtly names' : 'Try again later'}. Affected: ${subject}`,
	};
}
