import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { ActionableCause } from 'n8n-workflow';
import { withHelp, withoutHelp } from './help';
import type { HelpTopic } from './help';
import type { Scope } from './scope';

/** n8n's editor shows the item this way and leaves a message that already ends so as it is. */
export const itemSuffix = (itemIndex?: number) => (itemIndex === undefined ? '' : ` [item ${itemIndex}]`);

/**
 * An error for input that is refused before any request: what is wrong with which field, and what to enter instead.
 * @param topic where the editor's link leads to
 */
export function inputError(
	{ context, itemIndex }: Scope,
	message: string,
	advice: string,
	topic: HelpTopic = 'correct-a-field',
): NodeOperationError {
	const description = withHelp(advice, topic);
	const cause = causeOf(topic, itemIndex);
	const error = new NodeOperationError(context.getNode(), message, {
		description,
		itemIndex,
		failure: cause && { cause },
	});
	// n8n replaces a message that holds the code of a system error, and what was entered may hold one
	error.message = message + itemSuffix(itemIndex);
	return error;
}

/** What n8n is told. A field that belongs to no item is the node's configuration; n8n has no word for bad data. */
function causeOf(topic: HelpTopic, itemIndex?: number): ActionableCause | undefined {
	if (topic === 'correct-the-credential') return 'credential-invalid';
	return topic === 'correct-a-field' && itemIndex === undefined ? 'configuration-invalid' : undefined;
}

/** Whether n8n shows the error as the node's, with its description. */
export const isNodeError = (error: unknown): error is NodeApiError | NodeOperationError =>
	error instanceof NodeApiError || error instanceof NodeOperationError;

/** Returns an error of ours as it is, and wraps any other in an n8n error of that item. */
export function toNodeError({ context, itemIndex }: Scope, error: unknown): NodeApiError | NodeOperationError {
	if (isNodeError(error)) return error;
	return new NodeOperationError(context.getNode(), error instanceof Error ? error : String(error), { itemIndex });
}

export type DescribedError = Error & { description?: string | null };

/** Returns message and description in one text, for where only one of them is seen. */
export const errorInFull = ({ message, description }: DescribedError) =>
	description ? `${message}. ${withoutHelp(description)}` : message;

/** Returns an error for n8n up to 1.115: it tells a model the description only, and only that of a NodeOperationError. */
export function toolError({ context, itemIndex }: Scope, error: DescribedError): NodeOperationError {
	const told = new NodeOperationError(context.getNode(), error.message, { itemIndex });
	told.message = error.message;
	told.description = errorInFull(error);
	return told;
}

/** Says at the start of an error's message which of several steps failed. The reason of a cancelled execution stays as it is. */
export function prefixMessage(error: Error, message: string): Error {
	if (isNodeError(error)) error.message = `${message}: ${error.message}`;
	return error;
}

/** Adds a sentence to an error's message, before the item that it may end with. */
export function appendMessage(error: Error, sentence: string): Error {
	error.message = error.message.replace(/(?= \[item \d+\]$|$)/, `. ${sentence}`);
	return error;
}
