// The requests of all n8n processes: each is held at the simulator's door until it is let in, one at a time.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';

interface Flight {
	request: ClientRequest;
	/** By n8n's wall clock, in ms epoch. */
	sentAt: number;
	/** On its way, held at the door, let in, or left without a response for now. */
	state: 'travelling' | 'waiting' | 'served' | 'parked';
	enter?: () => void;
	/** Whether it was let in and will never get a response. */
	isHung?: () => boolean;
}

/** As many turns of the event loop without a change mean that nothing happens until time passes. */
const QUIET_TURNS = 4;

const REQUEST_STARTED = 'http.client.request.start';

export class Traffic {
	readonly #flights = new Set<Flight>();
	/** Counts what happened, to notice that something did. */
	#changes = 0;
	#current: Flight | undefined;

	readonly #begin = (message: unknown) => {
		const { request } = message as { request: ClientRequest };
		const flight: Flight = { request, sentAt: Date.now(), state: 'travelling' };
		this.#flights.add(flight);
		this.#changes++;
		request.once('close', () => {
			this.#flights.delete(flight);
			this.#changes++;
		});
	};

	constructor() {
		subscribe(REQUEST_STARTED, this.#begin);
	}

	/** Holds a request at the door. */
	readonly admit = async (incoming: IncomingMessage): Promise<void> => {
		const { remotePort } = incoming.socket;
		const flight = [...this.#flights].find(
			({ state, request }) => state === 'travelling' && request.socket?.localPort === remotePort,
		);
		if (!flight) throw new Error(`nobody sent ${incoming.method} ${incoming.url}`);
		flight.state = 'waiting';
		this.#changes++;
		await new Promise<void>((resolve) => (flight.enter = resolve));
	};

	/** How many requests are held at the door. */
	get waiting(): number {
		return this.#held().length;
	}

	/**
	 * Lets in one of the requests that are held, which are in the order in which they were sent.
	 * @returns when it was sent, by n8n's wall clock, in ms epoch
	 */
	letIn(index: number, isHung: () => boolean): number {
		const flight = this.#held()[index];
		Object.assign(flight, { state: 'served', isHung });
		this.#current = flight;
		flight.enter!();
		return flight.sentAt;
	}

	/** The request that was let in last gets no response until what is returned is called. */
	park(): () => void {
		const flight = this.#current;
		if (flight) flight.state = 'parked';
		return () => {
			if (flight) flight.state = 'served';
			this.#changes++;
		};
	}

	/** Resolves when nothing happens any more unless time passes or a request is let in. */
	async settle(): Promise<void> {
		for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
			const before = this.#changes;
			await nextTurn();
			if (this.#isBusy() || this.#changes !== before) quiet = -1;
		}
		this.#current = undefined;
	}

	#isBusy(): boolean {
		return [...this.#flights].some(
			({ state, isHung }) => state === 'travelling' || (state === 'served' && !isHung?.()),
		);
	}

	end(): void {
		unsubscribe(REQUEST_STARTED, this.#begin);
	}

	#held(): Flight[] {
		return [...this.#flights].filter(({ state }) => state === 'waiting');
	}
}
