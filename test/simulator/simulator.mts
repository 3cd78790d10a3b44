// The Thoughtly API as a server of its own: strict where the real one is unknown, on the loopback address only.
import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import swagger from '@fastify/swagger';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { type Delivery, type DeliveryOptions, CallRunner, WebhookSender } from './calls.mts';
import { contractError, validatorCompiler } from './checks.mts';
import { description } from './contract.mts';
import { type Fault, FaultScript, failAfterActing, failBeforeActing } from './faults.mts';
import { records } from './records.mts';
import { type RouteOptions, addRoutes } from './routes.mts';
import { type Call, type Store, createStore } from './store.mts';

export type { Delivery, DeliveryOptions } from './calls.mts';
export type { Fault, FaultPick, FaultRule, FaultScript } from './faults.mts';
export type { Agent, Automation, Call, Contact, Store, Subscription, Tag, Turn } from './store.mts';

/** A rolling window per token; a refused request does not count. */
export interface Quota {
	requests: number;
	windowMs: number;
	/** How the Retry-After header of a 429 is written; none is documented, so each must do. */
	retryAfter: 'seconds' | 'date' | 'none';
}

export interface SimulatorOptions extends Partial<RouteOptions> {
	/** Default 0: a free one. */
	port?: number;
	/** Default 100 requests in 60 000 ms (docs), Retry-After in seconds; null for no quota. */
	quota?: Quota | null;
	/** The server acts at once and answers that many milliseconds late; default 0. */
	latencyMs?: number;
	/** Milliseconds between the statuses of a call, default 500; with 0 a call stays as placed until `finishCall`. */
	callPace?: number;
	/** Default flat, not early, once. */
	deliveries?: DeliveryOptions;
	/** Default true: 3 active agents, 1 archived one, 5 contacts, 4 calls that are over, 1 automation. */
	seed?: boolean;
}

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
	/** The answer's status; null as long as there is none, and for good where a fault cuts the connection. */
	status: number | null;
}

export interface Simulator {
	url: string;
	token: string;
	teamId: string;
	/** May be changed while it runs: read at each request. */
	options: Required<SimulatorOptions>;
	store: Store;
	/** Every request to the API, in order; recordings and the contract itself are not counted. */
	requests: RecordedRequest[];
	/** Every webhook that was answered or failed, in order. */
	deliveries: Delivery[];
	faults: FaultScript;
	/** Ends a call now, `result` over what its number would choose; resolves when its webhooks were answered. */
	finishCall(callId: string, result?: Partial<Call>): Promise<void>;
	/** Sends PHONE_TRANSFER for a call; resolves when its webhooks were answered. */
	transferCall(callId: string): Promise<void>;
	/** Posts a body to every subscription of the event: with `data`, those of that data and those without any. */
	deliver(event: string, body: unknown, data?: string): Promise<Delivery[]>;
	/** Resolves when every call is over and every webhook answered. */
	idle(): Promise<void>;
	/** Back to the seed: nothing recorded, no fault, no call under way, the quota unused. Options stay. */
	reset(): void;
	/** Ends the server, its timers and its sockets. */
	stop(): Promise<void>;
}

const defaults: Required<SimulatorOptions> = {
	port: 0,
	token: 'simulator-token',
	teamId: 'simulator-team',
	quota: { requests: 100, windowMs: 60_000, retryAfter: 'seconds' },
	latencyMs: 0,
	callPace: 500,
	deliveries: { shape: 'flat', early: false, repeats: 1 },
	webhookListing: 'all',
	newestFirst: true,
	undocumentedEvents: 'refused',
	existingContact: 'returned',
	searchFindsNumbers: true,
	seed: true,
};

/** Starts a simulator; resolves when it listens. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
	const settings = structuredClone({ ...defaults, ...options });
	const store = createStore('', settings.teamId, false);
	const webhooks = new WebhookSender(store, settings);
	const calls = new CallRunner(store, settings, webhooks, () => simulator.url);
	const faults = new FaultScript();
	const requests: RecordedRequest[] = [];
	const served = new Map<string, number[]>();
	const stopping = new AbortController();
	// every answer that waits listens to it
	setMaxListeners(0, stopping.signal);

	// A stopped simulator must not wait for clients that hold their connection open
	const app = fastify({ forceCloseConnections: true, exposeHeadRoutes: false });
	app.setValidatorCompiler(validatorCompiler());
	app.setSchemaErrorFormatter((errors, part) => contractError(errors as Parameters<typeof contractError>[0], part));
	app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
	app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
		reply.code(error.statusCode ?? 500).send({ data: null, error: { message: error.message } });
	});
	await app.register(swagger, {
		openapi: description,
		refResolver: { buildLocalReference: ({ $id }) => String($id) },
	});
	for (const [name, schema] of Object.entries(records)) app.addSchema({ $id: name, ...schema });
	await app.register(async (api) => {
		watch(api, { settings, requests, faults, served, stopping: stopping.signal });
		addRoutes(api, store, calls, settings);
		api.setNotFoundHandler((request, reply) => {
			const message = `There is no ${request.method} ${pathOf(request)}`;
			reply.code(404).send({ data: null, error: { message } });
		});
	});
	app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
	app.get<{ Params: { id: string } }>('/recordings/:id.wav', { schema: { hide: true } }, ({ params }, reply) => {
		if (!store.calls.some(({ id }) => id === params.id)) return reply.callNotFound();
		return reply.type('audio/wav').send(recording());
	});

	const simulator: Simulator = {
		url: await app.listen({ host: '127.0.0.1', port: settings.port }),
		get token() {
			return settings.token;
		},
		get teamId() {
			return settings.teamId;
		},
		options: settings,
		store,
		requests,
		deliveries: webhooks.deliveries,
		faults,
		finishCall: async (callId, result) => await calls.finish(callId, result),
		transferCall: async (callId) => await calls.transfer(callId),
		deliver: async (event, body, data) => await webhooks.deliver(event, body, data),
		idle: async () => await calls.idle(),
		reset() {
			calls.reset();
			webhooks.reset();
			faults.clear();
			served.clear();
			requests.length = 0;
			Object.assign(store, createStore(simulator.url, settings.teamId, settings.seed));
		},
		async stop() {
			stopping.abort();
			calls.reset();
			webhooks.reset();
			await app.close();
		},
	};
	simulator.reset();
	return simulator;
}

interface Watch {
	settings: Required<SimulatorOptions>;
	requests: RecordedRequest[];
	faults: FaultScript;
	/** When each token's requests of the last window came. */
	served: Map<string, number[]>;
	stopping: AbortSignal;
}

/** What happens to every request around its route: record, authentication, quota, faults, latency. */
function watch(api: FastifyInstance, { settings, requests, faults, served, stopping }: Watch): void {
	const records = new WeakMap<FastifyRequest, RecordedRequest>();
	const laterFaults = new WeakMap<FastifyRequest, Fault>();

	api.addHook('onRequest', async (request) => {
		const { method, headers } = request;
		const query = { ...(request.query as Record<string, unknown>) };
		const record = { method, path: pathOf(request), query, headers, body: undefined, at: Date.now(), status: null };
		records.set(request, record);
		requests.push(record);
	});

	// After the body was parsed, so that a refused request is recorded with it
	api.addHook('preValidation', async (request, reply) => {
		const record = records.get(request);
		if (record) record.body = request.body;

		const needsAuth = request.routeOptions.schema?.security?.length !== 0;
		if (needsAuth && !authenticate(request, reply, settings)) return reply;
		const token = String(request.headers['x-api-token'] ?? '');
		if (token && settings.quota && !withinQuota(settings.quota, served, token, reply)) return reply;

		const fault = faults.next(request.method, pathOf(request));
		if (fault === undefined) return;
		laterFaults.set(request, fault);
		failBeforeActing(fault, request, reply);
		if (reply.sent) return reply;
	});

	api.addHook('onSend', async (request, reply, payload) => {
		const fault = laterFaults.get(request);
		const answer = fault ? failAfterActing(fault, request, reply, payload) : payload;
		const record = records.get(request);
		if (record && fault?.kind !== 'resetAfter') record.status = reply.statusCode;
		const delay = settings.latencyMs + (fault?.kind === 'latency' ? fault.ms : 0);
		if (delay > 0) await pause(delay, undefined, { signal: stopping }).catch(() => undefined);
		return answer;
	});
}

const pathOf = (request: FastifyRequest) => request.url.split('?')[0];

/** 401 as plain text without the right token, 403 for another team. */
function authenticate({ headers }: FastifyRequest, reply: FastifyReply, { token, teamId }: SimulatorOptions): boolean {
	if (headers['x-api-token'] !== token) reply.code(401).type('text/plain').send('Unauthorized');
	else if (headers.team_id !== teamId) {
		reply.code(403).send({ data: null, error: { message: 'The token does not belong to this team_id' } });
	} else return true;
	return false;
}

/** Counts the request, or answers 429. */
function withinQuota(quota: Quota, served: Map<string, number[]>, token: string, reply: FastifyReply): boolean {
	const now = Date.now();
	const recent = (served.get(token) ?? []).filter((at) => at > now - quota.windowMs);
	served.set(token, recent);
	if (recent.length < quota.requests) {
		recent.push(now);
		return true;
	}
	// As many must leave the window as make room for one
	const freeAt = (recent[recent.length - quota.requests] ?? now) + quota.windowMs;
	const seconds = Math.ceil((freeAt - now) / 1_000);
	if (quota.retryAfter === 'seconds') reply.header('retry-after', seconds);
	if (quota.retryAfter === 'date') {
		reply.header('retry-after', new Date(Math.ceil(freeAt / 1_000) * 1_000).toUTCString());
	}
	reply.code(429).type('text/plain').send('Too Many Requests');
	return false;
}

/** A quarter of a second of silence: a WAV file of one channel, 8 bits, 8000 samples a second. */
function recording(): Buffer {
	const rate = 8_000;
	const samples = Buffer.alloc(rate / 4, 0x80);
	const header = Buffer.alloc(44);
	header.write('RIFF', 0);
	header.writeUInt32LE(36 + samples.length, 4);
	header.write('WAVEfmt ', 8);
	header.writeUInt32LE(16, 16);
	header.writeUInt16LE(1, 20);
	header.writeUInt16LE(1, 22);
	header.writeUInt32LE(rate, 24);
	header.writeUInt32LE(rate, 28);
	header.writeUInt16LE(1, 32);
	header.writeUInt16LE(8, 34);
	header.write('data', 36);
	header.writeUInt32LE(samples.length, 40);
	return Buffer.concat([header, samples]);
}
