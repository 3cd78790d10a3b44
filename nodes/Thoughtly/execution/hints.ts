import type { IDataObject, IExecuteFunctions, INodeExecutionData, IPairedItemData } from 'n8n-workflow';
import { usedConnection } from '../transport/connection';
import { times } from '../transport/times';
import type { Hint, Operation } from './operation';

/** Shows what a run has to explain. Hints are a courtesy: an engine without them shows none. */
export function showHints(context: IExecuteFunctions, operation: Operation, outputs: INodeExecutionData[]): void {
	const hints = [...(operation.hints?.(outputs, context) ?? []), ...rateLimitHint(context)];
	if (!hints.length) return;
	context.addExecutionHints?.(
		...hints.map(({ text: message, type = 'info' }) => ({ message, type, location: 'outputPane' as const })),
	);
}

function rateLimitHint(context: IExecuteFunctions): Hint[] {
	const connection = usedConnection(context);
	if (!connection || connection.quotaWait.total < times.worthLogging) return [];
	const { limit } = connection.account.quota;
	return [
		{
			text: `Waited ${inWords(connection.quotaWait.total)} for Thoughtly's rate limit of ${limit} requests a minute. Everything that uses the same token shares it. If your plan allows more, raise 'Requests per Minute' in the credential.`,
		},
	];
}

const inWords = (ms: number) =>
	ms < 90_000 ? `${Math.ceil(ms / 1000)} seconds` : `${Math.round(ms / 60_000)} minutes`;

/** For lists: what was not found, and whether filters are the reason. @param records what is listed, e.g. "contacts" */
export const nothingFound =
	(records: string) =>
	(outputs: INodeExecutionData[], context: IExecuteFunctions): Hint[] => {
		const inputs = context.getInputData().length;
		const found = new Set(outputs.map(({ pairedItem }) => (pairedItem as IPairedItemData).item)).size;
		if (found === inputs) return [];
		// as set, since evaluating an item's expressions may fail
		const isFiltered = Object.keys((context.getNode().parameters.filters ?? {}) as IDataObject).length > 0;
		const where = found > 0 ? ` for ${inputs - found} of ${inputs} items` : '';
		return [{ text: `No ${records} ${isFiltered ? 'match the filters' : 'were found'}${where}.` }];
	};
