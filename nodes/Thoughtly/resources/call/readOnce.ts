import { connectionOf } from '../../transport/connection';
import type { ExecutionScope } from '../../transport/scope';

/** By execution, since lists are long and a loop runs the node again and again. */
const readings = new WeakMap<object, Map<string, Promise<unknown>>>();

/**
 * Reads something once for all items of an execution. What could not be read is read again for the next item, so that each
 * has an error of its own.
 * @param what names it within the account
 * @param isFresh whether what was read earlier will still do
 */
export async function readOnce<T>(
	scope: ExecutionScope,
	what: string,
	read: () => Promise<T>,
	isFresh: (value: T) => boolean = () => true,
): Promise<T> {
	const execution = scope.context.getContext('flow');
	// the nodes of an execution may have different credentials
	const key = `${(await connectionOf(scope)).accountKey} ${what}`;
	const known = readings.get(execution) ?? new Map<string, Promise<unknown>>();
	readings.set(execution, known);
	const isUsable = async (reading: Promise<T>) => await reading.then(isFresh, () => false);
	for (;;) {
		const earlier = known.get(key) as Promise<T> | undefined;
		if (!earlier) {
			const reading = read();
			known.set(key, reading);
			return await reading;
		}
		if (await isUsable(earlier)) return await earlier;
		// whoever comes first replaces it, and the others wait for that
		if (known.get(key) === earlier) known.delete(key);
	}
}
