// Time and chance of a simulated history: nothing waits for real, and the same seed gives the same history.
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { install } from '@sinonjs/fake-timers';
import type { Clock } from '../simulator/simulator.mts';
import { randomNumbers } from '../simulator/random.mts';

const real = { random: Math.random, randomUUID: crypto.randomUUID, timeout: AbortSignal.timeout };

/** A clock that stands still until it is advanced. n8n's wall clock may be wrong; `now`, the simulator's, never is. */
export class VirtualTime implements Clock {
	readonly #timers;

	/** Replaces timers, clocks, random numbers and UUIDs of the whole process until `end`. */
	constructor(
		private readonly start: number,
		seed: number,
	) {
		this.#timers = install({
			now: start,
			toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
		});
		const { setTimeout: setFakeTimeout } = globalThis;
		// as Node's own: fake timers of less than a millisecond would fire without time passing
		const wholeTimeout = (callback: () => void, ms = 0) => setFakeTimeout(callback, Math.max(1, Math.ceil(ms)));
		globalThis.setTimeout = wholeTimeout as typeof setTimeout;
		Math.random = randomNumbers(seed);
		const digit = randomNumbers(seed + 1);
		crypto.randomUUID = () =>
			'00000000-0000-4000-8000-000000000000'.replace(/0/g, () => Math.floor(16 * digit()).toString(16)) as ReturnType<
				typeof crypto.randomUUID
			>;
		syncBuiltinESMExports();
		// Node's own goes by a timer that nothing can advance
		AbortSignal.timeout = (ms) => {
			const controller = new AbortController();
			setTimeout(() => controller.abort(new DOMException('The time is over', 'TimeoutError')), ms);
			return controller.signal;
		};
	}

	/** Milliseconds since the history began. */
	get elapsed(): number {
		return Math.round(performance.now());
	}

	now(): number {
		return this.start + this.elapsed;
	}

	async pause(ms: number, signal?: AbortSignal): Promise<void> {
		await new Promise<void>((resolve, reject) => {
			signal?.throwIfAborted();
			setTimeout(resolve, ms);
			signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
		});
	}

	/** Advances to the next timer and fires it. @returns false if there is none */
	advance(): boolean {
		if (!this.#timers.countTimers()) return false;
		this.#timers.next();
		return true;
	}

	/** Sets n8n's wall clock forward, or back. */
	setWallClock(byMs: number): void {
		this.#timers.setSystemTime(Date.now() + byMs);
	}

	end(): void {
		this.#timers.uninstall();
		Object.assign(Math, { random: real.random });
		crypto.randomUUID = real.randomUUID;
		syncBuiltinESMExports();
		AbortSignal.timeout = real.timeout;
	}
}
