import { times } from './times';

/** How far the API's clock is ahead of n8n's, as its `Date` headers show: only the API's own times can be compared. */
export class ApiClock {
	private offset = 0;

	/**
	 * @param header the `Date` header of a response
	 * @param sentAt ms epoch by n8n's clock, as is `receivedAt`
	 */
	observe(header: unknown, sentAt: number, receivedAt: number): void {
		const date = Date.parse(String(header));
		if (Number.isNaN(date)) return;
		// the header cuts off the milliseconds
		const offset = date + 500 - (sentAt + receivedAt) / 2;
		this.offset = Math.abs(offset) < times.negligibleOffset + (receivedAt - sentAt) / 2 ? 0 : offset;
	}

	/** Converts a time of n8n's clock to the API's; both in ms epoch. */
	fromLocal(time: number): number {
		return time + this.offset;
	}

	/** The API's time now, in ms epoch. */
	now(): number {
		return this.fromLocal(Date.now());
	}
}
