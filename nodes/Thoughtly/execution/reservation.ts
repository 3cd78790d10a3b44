import { signalOf } from '../transport/scope';
import type { Scope } from '../transport/scope';
import { SerialQueues } from './serialQueues';

/** Who holds a key in this process, and who waits for it in turn. */
const reservations = new SerialQueues();

/**
 * Waits until nobody else in this process holds the key; first come, first served.
 * @returns what releases the key
 * @throws the signal's reason if the scope ends while it waits
 */
export async function reserve(scope: Scope, key: string): Promise<() => void> {
	const { turn, leave } = reservations.enter(key);
	try {
		await orAborted(turn, signalOf(scope));
		return leave;
	} catch (reason) {
		leave();
		throw reason as Error;
	}
}

/** Waits for a promise; rejects at once, with the signal's reason, when the signal aborts. */
async function orAborted(promise: Promise<unknown> | undefined, signal: AbortSignal | undefined): Promise<void> {
	signal?.throwIfAborted();
	if (!promise) return;
	let abort = () => {};
	const aborted = new Promise<never>((_, reject) => {
		abort = () => reject(signal?.reason as Error);
		signal?.addEventListener('abort', abort, { once: true });
	});
	await Promise.race([promise, aborted]).finally(() => signal?.removeEventListener('abort', abort));
}
