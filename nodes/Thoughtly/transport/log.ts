import type { IAllExecuteFunctions } from 'n8n-workflow';

/** Leaves one line in n8n's log, with the node's name; without numbers of people, token or transcript. */
export function log(context: IAllExecuteFunctions, line: string, level: 'info' | 'warn' = 'info'): void {
	context.logger[level](`Thoughtly (${context.getNode().name}): ${line}`);
}
