import { setTimeout as pause } from 'node:timers/promises';

/** What the simulator knows of time, so that a test can give it a virtual one. */
export interface Clock {
	/** Milliseconds since 1970. */
	now(): number;
	/** Resolves after that many milliseconds; rejects when the signal aborts. */
	pause(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
	now: () => Date.now(),
	pause: async (ms, signal) => await pause(ms, undefined, { signal }),
};
