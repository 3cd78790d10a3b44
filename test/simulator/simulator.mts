// The Thoughtly API as a server of its own: strict where the real one is unknown, on the loopback address only.
import { EventEmitter, once, setMaxListeners } from 'node:events';
import { type IncomingMessage, createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import swagger from '@fastify/swagger';
import { type FastifyInstance, fastify } from 'fastify';
import { addAgentRoutes } from './agentRoutes.mts';
import { refusalOf } from './envelope.mts';
import { CallRunner } from './calls.mts';
import { contractError, validatorCompiler } from './checks.mts';
import { type Clock, systemClock } from './clock.mts';
import { addContactRoutes } from './contactRoutes.mts';
import { description } from './contract.mts';
import { FaultScript } from './faults.mts';
import { guard } from './guard.mts';
import { type Placement, type RecordedRequest, Journal, pathOf } from './journal.mts';
import { type MidCallAction, type MidCallResponse, askDuringCall } from './midCall.mts';
import { type SimulatorOptions, type SimulatorSettings, defaults } from './options.mts';
import { records } from './recordSchemas.mts';
import { silence } from './recording.mts';
import { createStore } from './seed.mts';
import type { Call, Store } from './store.mts';
import { addWebhookRoutes } from './webhookRoutes.mts';
import { type Delivery, type Post, WebhookSender, postOverHttp } from './webhooks.mts';

export type { Clock } from './clock.mts';
export type { Fault, FaultPick, FaultRule, FaultScript } from './faults.mts';
export type { Placement, RecordedRequest } from './journal.mts';
export type { MidCallAction, MidCallResponse } from './midCall.mts';
export type { DeliveryOptions, Quota, SimulatorOptions, SimulatorSettings } from './options.mts';
export type { Agent, Automation, Call, Contact, Store, Subscription, Tag, Turn } from './store.mts';
export type { Delivery, Post } from './webhooks.mts';

/** A further address of the API. */
export interface Port {
	url: string;
	/** Cuts all of its connections and refuses new ones; what was sent to it and has not been read yet is lost. */
	close(): void;
	/** Accepts connections again. */
	open(): void;
}

export interface Simulator {
	url: string;
	token: string;
	teamId: string;
	/** May be changed while it runs: read at each request. */
	options: SimulatorSettings;
	store: Store;
	/** Every request to the API, in order; recordings and the contract itself are not counted. */
	requests: RecordedRequest[];
	/** Every call that a request placed, in order, whether or not the response arrived. */
	placements: Placement[];
	/** Every webhook that was responded to or failed, in order. */
	deliveries: Delivery[];
	faults: FaultScript;
	/** Starts an inbound call. */
	receiveCall(agentId: string, contactId: string): Call;
	/** Ends a call now; `result` overrides how its number would end it. Resolves when its webhooks were responded to. */
	finishCall(callId: string, result?: Partial<Call>): Promise<void>;
	/** Sends PHONE_TRANSFER for a call; resolves when its webhooks were responded to. */
	transferCall(callId: string): Promise<void>;
	/** Posts a body to the subscriptions of the event; `data` is the agent or folder that it is about, all of them without it. */
	deliver(event: string, body: unknown, data?: string): Promise<Delivery[]>;
	/** Asks a webhook as an agent does during a call. */
	askDuringCall(action: MidCallAction): Promise<MidCallResponse>;
	/** Opens a port for one client; each of its requests is let in when `admit` resolves. */
	openPort(admit: (request: IncomingMessage) => Promise<void>): Promise<Port>;
	/** Resolves when every call has ended and every webhook was responded to. */
	idle(): Promise<void>;
	/** Back to the seed: nothing recorded, no fault, no call under way, the quota unused. Options are kept. */
	reset(): void;
	/** Ends the server, its timers and its sockets. */
	stop(): Promise<void>;
}

/** Starts a simulator; resolves when it listens. */
export async function startSimulator(
	options: SimulatorOptions = {},
	clock: Clock = systemClock,
	post: Post = postOverHttp,
): Promise<Simulator> {
	const settings = structuredClone({ ...defaults, ...options });
	const store = createStore('', settings.teamId, false);
	const time = () => new Date(clock.now() + settings.clockOffsetMs);
	const changes = new EventEmitter();
	const webhooks = new WebhookSender(store, settings, clock, changes, post);
	const calls = new CallRunner({ store, settings, webhooks, clock, time, changes, url: () => simulator.url });
	const faults = new FaultScript();
	const journal = new Journal();
	const served = new Map<string, number[]>();
	const stopping = new AbortController();
	// Every delayed response listens to it
	setMaxListeners(0, stopping.signal);

	const app = await createServer(settings);
	await app.register(async (api) => {
		guard(api, { settings, journal, faults, clock, time, served, stopping: stopping.signal });
		const backend = { store, settings, journal, calls, clock, time };
		addAgentRoutes(api, backend);
		addContactRoutes(api, backend);
		addWebhookRoutes(api, backend);
		api.setNotFoundHandler((request, reply) => {
			const message = `There is no ${request.method} ${pathOf(request)}`;
			reply.code(404).send({ data: null, error: { message } });
		});
	});
	app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
	app.get<{ Params: { id: string } }>('/recordings/:id.wav', { schema: { hide: true } }, ({ params }, reply) => {
		if (!store.calls.some(({ id }) => id === params.id)) return reply.callNotFound();
		return reply.type('audio/wav').send(silence());
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
		requests: journal.requests,
		placements: journal.placements,
		deliveries: webhooks.deliveries,
		faults,
		receiveCall: (agentId, contactId) => calls.receive(agentId, contactId),
		finishCall: async (callId, result) => await calls.finish(callId, result),
		transferCall: async (callId) => await calls.transfer(callId),
		deliver: async (event, body, data) => await webhooks.deliver(event, body, data),
		askDuringCall,
		async openPort(admit) {
			const server = createHttpServer((request, response) => {
				void admit(request).then(() => app.routing(request, response));
			});
			await once(server.listen(0, '127.0.0.1'), 'listening');
			const { port } = server.address() as AddressInfo;
			return {
				url: `http://127.0.0.1:${port}`,
				close() {
					server.close();
					server.closeAllConnections();
				},
				open() {
					if (!server.listening) server.listen(port, '127.0.0.1');
				},
			};
		},
		idle: async () => await calls.idle(),
		reset() {
			calls.reset();
			webhooks.reset();
			faults.clear();
			served.clear();
			journal.clear();
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

/** A server with the contract and its checks, without a route. */
async function createServer(settings: SimulatorSettings): Promise<FastifyInstance> {
	// A stopped simulator must not wait for clients that hold their connection open
	const app = fastify({
		forceCloseConnections: true,
		exposeHeadRoutes: false,
		// A field of metadata may have any name
		onProtoPoisoning: 'ignore',
		onConstructorPoisoning: 'ignore',
	});
	app.setValidatorCompiler(validatorCompiler());
	app.setSchemaErrorFormatter((errors, part) => contractError(errors as Parameters<typeof contractError>[0], part));
	app.setSerializerCompiler(() => (response) => JSON.stringify(response));
	app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
		const [status, body] = refusalOf(error.statusCode ?? 500, error.message, settings);
		reply.code(status).send(body);
	});
	const refResolver = { buildLocalReference: ({ $id }: { $id?: unknown }) => String($id) };
	await app.register(swagger, { openapi: description, refResolver });
	for (const [name, schema] of Object.entries(records)) app.addSchema({ $id: name, ...schema });
	return app;
}
