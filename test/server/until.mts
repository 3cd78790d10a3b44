import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 100;

/** Looks again and again until there is something to see, and fails with what was awaited when time runs out. */
export async function until<T>(
	awaited: string,
	withinMs: number,
	look: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
	for (const deadline = Date.now() + withinMs; ; await sleep(LOOK_EVERY_MS)) {
		const seen = await look();
		if (seen !== undefined) return seen;
		if (Date.now() > deadline) throw new Error(`${awaited}: not within ${withinMs / 1000} s`);
	}
}
