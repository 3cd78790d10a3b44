/** A place in a queue: when its turn comes, and how to let the next one in; one may leave before its turn. */
export interface Place {
	turn: Promise<unknown> | undefined;
	leave(): void;
}

/** One queue for each key, first come, first served. */
export class SerialQueues {
	/** Settled once the last one in the queue has left */
	private readonly last = new Map<string, Promise<unknown>>();

	enter(key: string): Place {
		const turn = this.last.get(key);
		let leave = () => {};
		const left = new Promise<void>((resolve) => (leave = resolve));
		const last = Promise.all([turn, left]).then(() => {
			if (this.last.get(key) === last) this.last.delete(key);
		});
		this.last.set(key, last);
		return { turn, leave };
	}
}
