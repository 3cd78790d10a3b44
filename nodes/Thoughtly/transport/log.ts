import type { IAllExecuteFunctions } from 'n8n-workflow';

/** Writes one line to n8n's log, with the node's name; never a phone number, a token or a transcript. */
export function log(context: IAllExecuteFunctions, line: string, level: 'info' | 'warn' = 'info'): void {
	context.logger[level](`Thoughtly (${context.getNode().name}): ${line}`);
}

/** A time in ms as log lines show it. */
export const seconds = (ms: number) => `${Math.ceil(ms / 100) / 10} s`;
