import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IAllExecuteFunctions, INode } from 'n8n-workflow';
import { outcomeOf } from './retry';
import type { Failure, Kind, Outcome } from './retry';

/** What an error has to know of its request. */
export interface Asked {
	kind: Kind;
	/** What it is about: 'contact 123' */
	subject: string;
}

interface Explanation {
	message: string;
	description: string;
}

const LONGEST_TEXT = 300;
const TEXT_KEYS = ['message', 'error', 'errors', 'title', 'detail', 'description', 'reason', 'data'];

/**
 * Takes an error as the API may put it (string, HTML, object, list, nothing; source: docs, clients); gives its text in
 * one line of at most 300 characters, '' where there is none (`false` and `0` are none either).
 * @param hide takes the token out of a text
 */
export function errorText(body: unknown, hide = (text: string) => text): string {
	const text = hide(findText(body)).replace(/\s+/g, ' ').trim();
	return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 1)}…` : text;
}

function findText(body: unknown): string {
	if (body === null || body === undefined || body === false || body === 0) return '';
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
export function explain(failure: Failure, request: Asked): Explanation {
	const { message, description } = explainFailure(failure, request.subject);
	// the advice stands in the message: an AI agent is given nothing else, and may simply try again
	const advice = outcomeOf(failure) === 'unclear' ? ADVICE[request.kind] : undefined;
	return { message: advice ? `${message}. ${advice}` : message, description };
}

/** What to do where it is unclear whether Thoughtly acted, and doing it twice would do harm. */
export const ADVICE: Partial<Record<Kind, string>> = {
	call: 'The call may have been placed: look in Thoughtly before placing it again',
	automation: 'The automation may have started: look in Thoughtly before triggering it again',
	contact: 'The contact may have been created: look for it before creating it again',
};

function explainFailure(failure: Failure, subject: string): Explanation {
	switch (failure.kind) {
		case 'status':
			return explainStatus(failure.status, failure.text, subject);
		case 'errorInBody':
			return { message: `Thoughtly answered with an error: ${failure.text}`, description: `It was about ${subject}` };
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
				message: failure.connected
					? 'The connection to Thoughtly broke before the answer came'
					: 'Thoughtly could not be reached',
				description: `Check 'Base URL' in the credential and the network of this n8n (${failure.code})`,
			};
	}
}

function explainStatus(status: number, text: string, subject: string): Explanation {
	const said = text ? `: ${text}` : '';
	const quoted = text ? `. Thoughtly said: ${text}` : '';
	// n8n shows nothing but the message of an activation that failed, so the next step stands in it
	if (status === 401) {
		return {
			message: "Thoughtly refused the token (401): check 'API Token' and 'Team ID' in the credential",
			description: `Both are in Thoughtly under Settings → Developer${quoted}`,
		};
	}
	if (status === 403) {
		return {
			message: "Thoughtly denied access (403): check that 'Team ID' in the credential is the team of its 'API Token'",
			description: `Both are in Thoughtly under Settings → Developer${quoted}`,
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
			description:
				"An item is given up after 5 minutes of refusals: something else may be using the same token. Run the items that are left again later, or lower 'Requests per Minute' in the credential",
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
	request: Asked,
	itemIndex?: number,
): NodeApiError {
	const { message, description } = explain(failure, request);
	const error = new NodeApiError(
		context.getNode(),
		{},
		{
			message: message + itemSuffix(itemIndex),
			description,
			httpCode: failure.kind === 'status' ? String(failure.status) : undefined,
			itemIndex,
		},
	);
	outcomes.set(error, outcomeOf(failure));
	return error;
}

/** Gives a failure in a few words, for the log and for what is not Thoughtly's own answer. */
export function shortly(failure: Failure): string {
	if (failure.kind === 'status') return `status ${failure.status}`;
	return failure.kind === 'network' ? `connection failed: ${failure.code}` : `no answer: ${failure.kind}`;
}

/** Without the code of a network error: n8n takes a message that has one for its own to reword. */
function whyNoFile(failure: Failure): string {
	if (failure.kind === 'timeout') return `it took longer than ${failure.afterMs / 1000} seconds`;
	if (failure.kind !== 'network') return shortly(failure);
	return failure.connected ? 'the connection broke' : 'its host could not be reached';
}

/** An error for a file that Thoughtly names but that is fetched from wherever it is. */
export function fileError(
	context: IAllExecuteFunctions,
	failure: Failure,
	subject: string,
	itemIndex: number,
): NodeApiError {
	return new NodeApiError(
		context.getNode(),
		{},
		{
			message: `The ${subject} could not be fetched (${whyNoFile(failure)})${itemSuffix(itemIndex)}`,
			description: 'Its address may have expired, or this n8n may not reach it: try again later',
			httpCode: failure.kind === 'status' ? String(failure.status) : undefined,
			itemIndex,
		},
	);
}

const outcomes = new WeakMap<object, Outcome>();

/** What an error of ours says about whether Thoughtly acted, undefined for errors that no request led to. */
export const outcomeOfError = (error: unknown) =>
	typeof error === 'object' && error !== null ? outcomes.get(error) : undefined;

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

/** Says in an error of ours in which of several steps it came up. */
export function inStep(error: Error, step: string): Error {
	error.message = `${step}: ${error.message}`;
	return error;
}

/** An error for input that is refused before any request: what is wrong with which field, and what to write instead. */
export function inputError(node: INode, message: string, description: string, itemIndex?: number): NodeOperationError {
	return new NodeOperationError(node, message + itemSuffix(itemIndex), { description, itemIndex });
}
