import { signalOf } from '../transport/scope';
import type { Scope } from '../transport/scope';

/** Who holds a key in this process, and who waits for it in turn: settled once the last of them has released it. */
const reservations = new Map<string, Promise<unknown>>();

/**
 * Waits until nobody else in this process holds the key; first come, first served.
 * @returns what releases the key
 * @throws the signal's reason if the scope ends while it waits
 */
export async function reserve(scope: Scope, key: string): Promise<() => void> {
	const before = reservations.get(key);
	let release = () => {};
	const released = new Promise<void>((resolve) => (release = resolve));
	const last = Promise.all([before, released]).then(() => {
		if (reservations.get(key) === last) reservations.delete(key);
	});
	reservations.set(key, last);
	try {
		await orAborted(before, signalOf(scope));
		return release;
	} catch (reason) {
		release();
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
