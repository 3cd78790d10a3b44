// The simulator's books: every request that came, and every call that was placed.
import type { FastifyRequest } from 'fastify';
import type { Fault } from './faults.mts';
import type { Call } from './store.mts';

/** One request to the API, whatever became of it. */
export interface RecordedRequest {
	method: string;
	/** Without its query. */
	path: string;
	/** As it was sent: texts, or lists of texts. */
	query: Record<string, unknown>;
	headers: FastifyRequest['headers'];
	body: unknown;
	/** When it came, in milliseconds since 1970. */
	at: number;
	/** The response's status; null until there is one, and forever where a fault cuts the connection. */
	status: number | null;
	/** What went wrong with it by script. */
	fault?: Fault;
	/** The port it came to: see `openPort`. */
	port: number;
}

/** One call that rang someone, whether or not the response arrived. */
export interface Placement {
	/** When it was placed, in milliseconds since 1970; not affected by the API's clock offset. */
	at: number;
	/** The record, which goes on changing with the call. */
	call: Call;
	request: RecordedRequest;
}

export class Journal {
	readonly requests: RecordedRequest[] = [];
	readonly placements: Placement[] = [];
	readonly #records = new WeakMap<FastifyRequest, RecordedRequest>();

	open(request: FastifyRequest, at: number): void {
		const { method, headers } = request;
		const query = { ...(request.query as Record<string, unknown>) };
		const port = request.socket.localPort!;
		const record = { method, path: pathOf(request), query, headers, body: undefined, at, status: null, port };
		this.#records.set(request, record);
		this.requests.push(record);
	}

	/** The record of a request that was opened. */
	of(request: FastifyRequest): RecordedRequest {
		const record = this.#records.get(request);
		if (record === undefined) throw new Error(`${request.method} ${request.url} was not recorded`);
		return record;
	}

	clear(): void {
		this.requests.length = 0;
		this.placements.length = 0;
	}
}

export const pathOf = (request: FastifyRequest) => request.url.split('?')[0];
