import type { IAllExecuteFunctions, IExecuteFunctions } from 'n8n-workflow';

/** On whose behalf requests are sent, and until when. */
export interface Scope {
	context: IAllExecuteFunctions;
	/** The input item that errors name */
	itemIndex?: number;
	/** Ends requests and waits early; an execution has a signal of its own. */
	signal?: AbortSignal;
	/** For polls, which are their own retry: each request is sent once only, and counted. */
	once?: { sent: number };
}

export interface ExecutionScope extends Scope {
	context: IExecuteFunctions;
}

/** What ends the requests and waits of a scope early. */
export const signalOf = ({ context, signal }: Scope): AbortSignal | undefined =>
	signal ?? ('getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined);
