import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IAllExecuteFunctions, INode } from 'n8n-workflow';
import type { ApiRequest } from './request';

/** Why a request has no usable answer. */
export type Failure =
	| { kind: 'status'; status: number; text: string }
	| { kind: 'errorInBody'; text: string }
	| { kind: 'unreadable' }
	| { kind: 'timeout'; afterMs: number }
	| { kind: 'network'; code: string };

interface Explanation {
	message: string;
	description: string;
}

const LONGEST_TEXT = 300;
const TEXT_KEYS = ['message', 'error', 'errors', 'title', 'detail', 'description', 'reason', 'data'];

/**
 * Takes an error as the API may put it (string, HTML, object, list, nothing; source: docs, clients); gives its text in
 * one line of at most 300 characters, '' where there is none.
 */
export function errorText(body: unknown): string {
	const text = findText(body).replace(/\s+/g, ' ').trim();
	return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 1)}…` : text;
}

function findText(body: unknown): string {
	if (body === null || body === undefined) return '';
	if (typeof body === 'string') return /^\s*</.test(body) ? textOfHtml(body) : body;
	if (typeof body !== 'object') return String(body);
	if (Array.isArray(body)) return body.map(findText).filter(Boolean).join('; ');
	const fields = body as Record<string, unknown>;
	for (const key of TEXT_KEYS) {
		const text = findText(fields[key]);
		if (text) return text;
	}
	const ownText = JSON.stringify(
		Object.fromEntries(Object.entries(fields).filter(([key]) => !TEXT_KEYS.includes(key))),
	);
	return ownText === '{}' ? '' : ownText;
}

function textOfHtml(html: string): string {
	return html
		.replace(/<(script|style)[\s\S]*?<\/\1>/gi, ' ')
		.replace(/<[^>]*>/g, ' ')
		.replace(/&nbsp;/g, ' ');
}

/** Takes a failure and the request it belongs to; gives what happened, in the API's own words too, and what to do next. */
export function explain(failure: Failure, request: Pick<ApiRequest, 'kind' | 'subject'>): Explanation {
	const { message, description } = explainFailure(failure, request.subject);
	// the advice stands in the message: an AI agent is given nothing else, and may simply try again
	if (mayHaveHadEffect(failure) && request.kind === 'call') {
		return {
			message: `${message}. The call may have been placed: look in Thoughtly before placing it again`,
			description,
		};
	}
	if (mayHaveHadEffect(failure) && request.kind === 'automation') {
		return {
			message: `${message}. The automation may have started: look in Thoughtly before triggering it again`,
			description,
		};
	}
	return { message, description };
}

/** Whether Thoughtly may have acted on the request although it gave no usable answer (DESIGN: outcome "unclear"). */
export function mayHaveHadEffect(failure: Failure): boolean {
	if (failure.kind === 'status') return failure.status >= 500;
	return failure.kind !== 'network' || !NEVER_CONNECTED.has(failure.code);
}

const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

function explainFailure(failure: Failure, subject: string): Explanation {
	switch (failure.kind) {
		case 'status':
			return explainStatus(failure.status, failure.text, subject);
		case 'errorInBody':
			return { message: `Thoughtly refused the request: ${failure.text}`, description: `It was about ${subject}` };
		case 'unreadable':
			return {
				message: 'Thoughtly sent an answer that could not be read',
				description: "Check 'Base URL' in the credential; if it is right, try again later",
			};
		case 'timeout':
			return {
				message: `Thoughtly did not answer within ${failure.afterMs / 1000} seconds`,
				description: 'Try again later',
			};
		case 'network':
			return {
				message: NEVER_CONNECTED.has(failure.code)
					? 'Thoughtly could not be reached'
					: 'The connection to Thoughtly broke before the answer came',
				description: `Check 'Base URL' in the credential and the network of this n8n (${failure.code})`,
			};
	}
}

function explainStatus(status: number, text: string, subject: string): Explanation {
	const said = text ? `: ${text}` : '';
	const quoted = text ? `. Thoughtly said: ${text}` : '';
	if (status === 401) {
		return {
			message: 'Thoughtly refused the token (401)',
			description: `Check 'API Token' and 'Team ID' in the credential (in Thoughtly: Settings → Developer)${quoted}`,
		};
	}
	if (status === 403) {
		return {
			message: 'Thoughtly denied access (403)',
			description: `Check that 'Team ID' in the credential is the team of its 'API Token'${quoted}`,
		};
	}
	if (status === 404) {
		return {
			message: `Thoughtly has no ${subject} (404)`,
			description: `Check the ID, and that it belongs to the team of the credential${quoted}`,
		};
	}
	if (status === 429) {
		return {
			message: `Thoughtly's limit of requests per minute is used up (429)${said}`,
			description: 'Wait a minute and run again, or send fewer requests at once',
		};
	}
	if (status >= 500) {
		return { message: `Thoughtly could not handle the request (${status})${said}`, description: 'Try again later' };
	}
	if (status >= 300 && status < 400) {
		return {
			message: `Thoughtly's address redirects elsewhere (${status})`,
			description:
				"Redirects are not followed, so that the token goes nowhere else: correct 'Base URL' in the credential",
		};
	}
	return { message: `Thoughtly refused the request (${status})${said}`, description: `It was about ${subject}` };
}

/** n8n's editor shows the item this way and leaves a message that ends so as it is. */
const itemSuffix = (itemIndex?: number) => (itemIndex === undefined ? '' : ` [item ${itemIndex}]`);

/**
 * The one place that turns a failed request into an error. Nothing of the request itself goes in: its headers hold the
 * token, and n8n stores errors with the execution.
 */
export function apiError(
	context: IAllExecuteFunctions,
	failure: Failure,
	request: Pick<ApiRequest, 'kind' | 'subject'>,
	itemIndex?: number,
): NodeApiError {
	const { message, description } = explain(failure, request);
	return new NodeApiError(
		context.getNode(),
		{},
		{
			message: message + itemSuffix(itemIndex),
			description,
			httpCode: failure.kind === 'status' ? String(failure.status) : undefined,
			itemIndex,
		},
	);
}

/** Whether an error is the API's answer with this status. */
export const isStatus = (error: unknown, status: number) =>
	error instanceof NodeApiError && error.httpCode === String(status);

/** What an error says, the API's own words included. */
export const apiErrorText = (error: unknown) =>
	error instanceof NodeApiError ? `${error.message} ${error.description ?? ''}` : '';

/** Gives an error of ours as it is, and anything unforeseen as an n8n error of that item. */
export function toNodeError(
	context: IAllExecuteFunctions,
	error: unknown,
	itemIndex?: number,
): NodeApiError | NodeOperationError {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	return new NodeOperationError(context.getNode(), error instanceof Error ? error : String(error), { itemIndex });
}

/** An error for input that is refused before any request: what is wrong with which field, and what to write instead. */
export function inputError(node: INode, message: string, description: string, itemIndex?: number): NodeOperationError {
	return new NodeOperationError(node, message + itemSuffix(itemIndex), { description, itemIndex });
}
