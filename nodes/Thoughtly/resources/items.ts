import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { toNodeError } from '../transport/errors';
import type { Operation } from './operation';

/**
 * Runs an operation on every input item, in order, and links each output to its input. With *Continue On Fail* an item
 * that fails gives its error and the others go on; otherwise the first failure ends the node.
 */
export async function runItems(context: IExecuteFunctions, operation: Operation): Promise<INodeExecutionData[]> {
	const output: INodeExecutionData[] = [];
	for (let item = 0; item < context.getInputData().length; item++) {
		try {
			const result = await operation.run(context, item);
			for (const record of [result].flat()) output.push({ json: withoutErrorKey(record), pairedItem: { item } });
		} catch (error) {
			const nodeError = toNodeError(context, error, item);
			if (!context.continueOnFail()) throw nodeError;
			const { message, description } = nodeError;
			output.push({ json: { error: description ? `${message}. ${description}` : message }, pairedItem: { item } });
		}
	}
	return output;
}

/** n8n takes a top-level `error` for a failed item and repeats the node (docs/decisions.md). */
function withoutErrorKey(record: IDataObject): IDataObject {
	if (!('error' in record)) return record;
	const { error, ...rest } = record;
	return { ...rest, apiError: error };
}
