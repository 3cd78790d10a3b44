import { sleep } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { toNodeError } from '../transport/errors';
import { WithFile } from './operation';
import type { Operation } from './operation';

const BEGUN_TOGETHER = 25;

/**
 * Runs an operation on every input item; gives the outputs in input order, each linked to its input. Items are worked
 * on side by side as far as the operation allows, and waited for all together. With *Continue On Fail* an item that fails
 * gives its error and the others go on; otherwise no further item is begun after a failure, and the first one in order
 * ends the node.
 */
export async function runItems(
	context: IExecuteFunctions,
	operation: Pick<Operation, 'sideBySide' | 'lane' | 'run' | 'wait'>,
): Promise<INodeExecutionData[]> {
	const total = context.getInputData().length;
	const outputs: INodeExecutionData[][] = [];
	const failures: Array<{ item: number; error: Error & { description?: string | null } }> = [];
	const lanes = new Map<string, Promise<void>>();
	let next = 0;

	/** Puts an item into a lane; gives what it has to wait for, and what lets the next one in. */
	const enter = (lane: string) => {
		const before = lanes.get(lane);
		let leave = () => {};
		const turn = new Promise<void>((resolve) => (leave = resolve));
		lanes.set(lane, turn);
		return {
			before,
			leave: () => {
				if (lanes.get(lane) === turn) lanes.delete(lane);
				leave();
			},
		};
	};
	let begun = Promise.resolve();
	/** In input order, and a few at a time, each once the requests before are on their way: prepared together all would wait. */
	const begin = async (item: number) => {
		const begins = begun.then(async () => {
			if (item % BEGUN_TOGETHER === 0) await sleep(0);
			const lane = await operation.lane?.(context, item);
			return lane === undefined ? undefined : enter(lane);
		});
		begun = begins.then(
			() => {},
			() => {},
		);
		return await begins;
	};
	const give = (item: number, result: Awaited<ReturnType<Operation['run']>>) => {
		outputs[item] = [result].flat().map((output) => outputOf(output, item));
	};
	const fail = (item: number, error: unknown) => {
		const nodeError = toNodeError(context, error, item);
		if (context.continueOnFail()) outputs[item] = [failedItem(nodeError, item)];
		else failures.push({ item, error: nodeError });
	};
	const waitFor: Array<() => Promise<void>> = [];
	const runItem = async (item: number) => {
		let place: ReturnType<typeof enter> | undefined;
		try {
			place = await begin(item);
			await place?.before;
			if (failures.length) return;
			const result = await operation.run(context, item);
			give(item, result);
			waitFor.push(async () => {
				const awaited = operation.wait?.(context, item, result as IDataObject);
				await awaited?.then(
					(record) => give(item, record),
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
		while (next < total && !failures.length) {
			await runItem(next++);
		}
	};
	const sideBySide = Math.min((await operation.sideBySide?.(context)) ?? 1, total);
	await Promise.all(Array.from({ length: sideBySide }, work));
	if (!failures.length) await Promise.all(waitFor.map(async (wait) => await wait()));

	const [failure] = failures.sort((a, b) => a.item - b.item);
	if (failure) {
		const done = outputs.filter(Boolean).length;
		const progress = total > 1 ? `Items done: ${done} of ${total}, not done: ${total - done}` : undefined;
		failure.error.description = [failure.error.description, progress].filter(Boolean).join('. ');
		throw failure.error;
	}
	return outputs.flat();
}

function outputOf(output: IDataObject | WithFile, item: number): INodeExecutionData {
	if (!(output instanceof WithFile)) return { json: withoutErrorKey(output), pairedItem: { item } };
	return { json: withoutErrorKey(output.record), binary: output.binary, pairedItem: { item } };
}

/** n8n's error output wants `error` and nothing beside it. */
function failedItem({ message, description }: { message: string; description?: string | null }, item: number) {
	return { json: { error: description ? `${message}. ${description}` : message }, pairedItem: { item } };
}

/** n8n takes a top-level `error` for a failed item and repeats the node (docs/decisions.md). */
export function withoutErrorKey(record: IDataObject): IDataObject {
	if (!('error' in record)) return record;
	const { error, ...rest } = record;
	return { ...rest, apiError: error };
}
