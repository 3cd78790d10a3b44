/** Adds up how long something was waited for; waits at the same time count once. */
export class WaitingTime {
	/** ms of the waits that are over */
	total = 0;

	private waiting = 0;

	private since = 0;

	/** Counts the time until a promise settles. */
	async during<T>(promise: Promise<T>): Promise<T> {
		if (this.waiting++ === 0) this.since = performance.now();
		try {
			return await promise;
		} finally {
			if (--this.waiting === 0) this.total += performance.now() - this.since;
		}
	}
}
