import type { IExecuteFunctions } from 'n8n-workflow';

/** By execution, since lists are long and a loop runs the node again and again. */
const readings = new WeakMap<object, Map<string, Promise<unknown>>>();

/**
 * Reads something once for all items of an execution. What could not be read is read again for the next item, so that each
 * has an error of its own.
 * @param what names it within the execution
 * @param isFresh whether what was read earlier will still do
 */
export async function readOnce<T>(
	context: IExecuteFunctions,
	what: string,
	read: () => Promise<T>,
	isFresh: (value: T) => boolean = () => true,
): Promise<T> {
	const execution = context.getContext('flow');
	const known = readings.get(execution) ?? new Map<string, Promise<unknown>>();
	readings.set(execution, known);
	const isUsable = async (reading: Promise<T>) => await reading.then(isFresh, () => false);
	for (;;) {
		const earlier = known.get(what) as Promise<T> | undefined;
		if (!earlier) {
			const reading = read();
			known.set(what, reading);
			return await reading;
		}
		if (await isUsable(earlier)) return await earlier;
		// whoever comes first replaces it, and the others wait for that
		if (known.get(what) === earlier) known.delete(what);
	}
}
