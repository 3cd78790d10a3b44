import { sleep } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { errorInFull, toNodeError, toolError } from '../transport/nodeErrors';
import type { DescribedError } from '../transport/nodeErrors';
import { isTool } from './atMostOnce';
import { RecordWithFile } from './operation';
import type { Operation } from './operation';
import { SerialQueues } from './serialQueues';
import type { Place } from './serialQueues';

const STARTED_TOGETHER = 25;

interface Failure {
	item: number;
	error: DescribedError;
}

/**
 * Runs an operation on every input item; returns the outputs in input order, each linked to its input. As many items are
 * processed at once as the operation allows, and waited for all together. With *Continue On Fail* a failed item returns its
 * error and the others go on; otherwise no further item is started after a failure, and the first one in order ends the node.
 */
export async function runItems<Input>(
	context: IExecuteFunctions,
	operation: Pick<Operation<Input>, 'concurrency' | 'read' | 'serialKey' | 'run' | 'wait'>,
): Promise<INodeExecutionData[]> {
	const total = context.getInputData().length;
	const outputs: INodeExecutionData[][] = [];
	const failures: Failure[] = [];
	const waits: Array<() => Promise<void>> = [];
	const queues = new SerialQueues();
	const start = inOrder();
	let next = 0;

	const succeed = (item: number, result: Awaited<ReturnType<Operation['run']>>) => {
		outputs[item] = [result].flat().map((output) => outputOf(output, item));
	};
	const fail = (item: number, error: unknown) => {
		const nodeError = toNodeError({ context, itemIndex: item }, error);
		if (context.continueOnFail()) outputs[item] = [failedItem(nodeError, item)];
		else failures.push({ item, error: nodeError });
	};
	const runItem = async (item: number) => {
		let place: Place | undefined;
		try {
			const input = await start(async () => {
				// a few at a time, while earlier requests are under way: prepared all together, they would all wait
				if (item % STARTED_TOGETHER === 0) await sleep(0);
				const read = (await operation.read?.(context, item)) as Input;
				place = operation.serialKey && queues.enter(operation.serialKey(read));
				return read;
			});
			await place?.turn;
			if (failures.length) return;
			const result = await operation.run(context, item, input);
			succeed(item, result);
			if (!operation.wait) return;
			const { wait } = operation;
			waits.push(async () => {
				await wait(context, item, input, result as IDataObject).then(
					(record) => succeed(item, record),
					(error) => {
						delete outputs[item];
						fail(item, error);
					},
				);
			});
		} catch (error) {
			fail(item, error);
		} finally {
			place?.leave();
		}
	};
	const work = async () => {
		while (next < total && !failures.length) await runItem(next++);
	};
	const concurrency = Math.min(await concurrencyOf(context, operation), total);
	await Promise.all(Array.from({ length: concurrency }, work));
	if (!failures.length) await Promise.all(waits.map(async (wait) => await wait()));

	const [failure] = failures.sort((a, b) => a.item - b.item);
	if (failure) {
		const completed = outputs.filter(Boolean).length;
		const progress = total > 1 ? `${completed} of ${total} items completed` : undefined;
		failure.error.description = [failure.error.description, progress].filter(Boolean).join('. ');
		// up to n8n 1.115 an AI agent's model is told less; `isToolExecution` is newer
		const isOlder = isTool(context) && !context.isToolExecution;
		throw isOlder ? toolError({ context, itemIndex: failure.item }, failure.error) : failure.error;
	}
	return outputs.flat();
}

/** One if it cannot be read: each item then reports the error itself. */
async function concurrencyOf(context: IExecuteFunctions, { concurrency }: Pick<Operation, 'concurrency'>) {
	try {
		return (await concurrency?.(context)) ?? 1;
	} catch {
		return 1;
	}
}

/** Returns a function that runs tasks one after another, in the order in which they are given. */
function inOrder() {
	let last: Promise<unknown> = Promise.resolve();
	return async <T>(task: () => Promise<T>): Promise<T> => {
		const result = last.then(task);
		last = result.catch(() => {});
		return await result;
	};
}

function outputOf(output: IDataObject | RecordWithFile, item: number): INodeExecutionData {
	if (!(output instanceof RecordWithFile)) return { json: withoutErrorKey(output), pairedItem: { item } };
	return { json: withoutErrorKey(output.record), binary: output.binary, pairedItem: { item } };
}

/** The items of a node that failed as a whole. */
export const failAll = (context: IExecuteFunctions, error: unknown): INodeExecutionData[] =>
	context.getInputData().map((_, itemIndex) => failedItem(toNodeError({ context, itemIndex }, error), itemIndex));

/** n8n's error output only recognises items with `error` and nothing beside it. */
const failedItem = (error: DescribedError, item: number) => ({
	json: { error: errorInFull(error) },
	pairedItem: { item },
});

/** n8n takes a top-level `error` for a failed item and repeats the node (docs/decisions.md). */
export function withoutErrorKey(record: IDataObject): IDataObject {
	if (!('error' in record)) return record;
	const { error, ...rest } = record;
	return { ...rest, apiError: error };
}
