import { sleep } from 'n8n-workflow';
import { times } from './times';

/** The clock that a quota goes by, in milliseconds; tests bring their own. */
export interface Timer {
	now(): number;
	sleep(ms: number): Promise<void>;
}

const monotonicTimer: Timer = { now: () => performance.now(), sleep };

interface Waiter {
	start: (turn?: Turn) => void;
	onWait?: (ms: number) => void;
}

/** Permission for one request; call `done` when its response has arrived or never will. */
export interface Turn {
	done(): void;
}

/**
 * A rolling window of requests: a burst inside it is not slowed, and beyond it requests go out as soon as the quota
 * allows. Turns alternate between the lanes, so that a short list is not starved behind a long one.
 */
export class Quota {
	private readonly lanes = new Map<string, Waiter[]>();
	/** When each request that still counts stops counting. */
	private counted: Array<{ until: number }> = [];
	private heldUntil = 0;
	private running = false;

	/** @param limit requests in a window; may be changed at any time */
	constructor(
		public limit: number,
		private readonly timer: Timer = monotonicTimer,
	) {}

	/**
	 * Waits for a turn. Rejects at once, with the signal's reason, when the signal aborts.
	 * @param lane who asks: turns alternate between lanes
	 * @param onWait called with the time (ms) that the quota has to wait, once per wait and lane
	 * @returns undefined if requests are held back for longer than anyone waits
	 */
	async turn(lane: string, signal?: AbortSignal, onWait?: (ms: number) => void): Promise<Turn | undefined> {
		signal?.throwIfAborted();
		return await new Promise<Turn | undefined>((resolve, reject) => {
			const waiters = this.lanes.get(lane) ?? [];
			const waiter: Waiter = {
				onWait,
				start: (turn) => {
					signal?.removeEventListener('abort', leave);
					resolve(turn);
				},
			};
			const leave = () => {
				waiters.splice(waiters.indexOf(waiter), 1);
				if (!waiters.length) this.lanes.delete(lane);
				reject(signal?.reason);
			};
			signal?.addEventListener('abort', leave, { once: true });
			waiters.push(waiter);
			this.lanes.set(lane, waiters);
			void this.run();
		});
	}

	/** Lets no request out for this many ms, an hour at most, because Thoughtly refused one. */
	holdBack(ms: number): void {
		this.heldUntil = Math.max(this.heldUntil, this.timer.now() + Math.min(ms, times.longestHoldBack));
	}

	/** How long requests are still held back, in ms. */
	heldFor(): number {
		return Math.max(0, this.heldUntil - this.timer.now());
	}

	private async run(): Promise<void> {
		if (this.running) return;
		this.running = true;
		const announced = new Set<string>();
		while (this.lanes.size) {
			const wait = this.wait();
			if (this.heldFor() > times.longestRefusal) {
				for (const waiters of this.lanes.values()) for (const waiter of waiters) waiter.start();
				this.lanes.clear();
			} else if (wait > 0) {
				for (const [lane, [first]] of this.lanes) {
					if (announced.has(lane)) continue;
					announced.add(lane);
					first.onWait?.(wait);
				}
				// responses that arrive meanwhile may end the wait earlier, a refusal may prolong it
				await this.timer.sleep(Math.min(wait, times.longestWayThere));
			} else {
				announced.clear();
				this.take().start(this.count());
			}
		}
		this.running = false;
	}

	/** How long until the next request may go out. */
	private wait(): number {
		const now = this.timer.now();
		while (this.counted[0]?.until <= now) this.counted.shift();
		if (this.counted.length >= this.limit) this.counted = this.counted.filter(({ until }) => until > now);
		const freeAt =
			this.counted.length < this.limit
				? now
				: this.counted.reduce((first, { until }) => Math.min(first, until), Infinity);
		return Math.max(freeAt, this.heldUntil) - now;
	}

	/** Takes the first waiter of the first lane and puts that lane behind the others. */
	private take(): Waiter {
		const [[lane, waiters]] = this.lanes;
		const waiter = waiters.shift()!;
		this.lanes.delete(lane);
		if (waiters.length) this.lanes.set(lane, waiters);
		return waiter;
	}

	private count(): Turn {
		const started = this.timer.now();
		const request = { until: started + times.longestWayThere + times.quotaWindow };
		this.counted.push(request);
		return {
			done: () => {
				request.until = Math.min(request.until, this.timer.now() + times.quotaWindow);
			},
		};
	}
}
