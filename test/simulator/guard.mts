// What happens to every request around its route: record, authentication, quota, faults, latency, clock.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from './clock.mts';
import { type Fault, type FaultScript, failAfterActing, failBeforeActing } from './faults.mts';
import { type Journal, pathOf } from './journal.mts';
import type { Quota, SimulatorSettings } from './options.mts';

export interface Guarded {
	settings: SimulatorSettings;
	journal: Journal;
	faults: FaultScript;
	clock: Clock;
	/** The API's own time. */
	time: () => Date;
	/** When each token's requests of the last window came. */
	served: Map<string, number[]>;
	stopping: AbortSignal;
}

/** Adds the hooks to the server. */
export function guard(api: FastifyInstance, guarded: Guarded): void {
	const { settings, journal, faults, clock, time, stopping } = guarded;
	const laterFaults = new WeakMap<FastifyRequest, Fault>();

	api.addHook('onRequest', async (request) => journal.open(request, clock.now()));

	// After the body was parsed, so that a refused request is recorded with it
	api.addHook('preValidation', async (request, reply) => {
		journal.of(request).body = request.body;
		const needsAuth = request.routeOptions.schema?.security?.length !== 0;
		if (needsAuth && !authenticate(request, reply, settings)) return reply;
		const token = String(request.headers['x-api-token'] ?? '');
		if (token && settings.quota && !withinQuota(settings.quota, token, reply, guarded)) return reply;

		const fault = faults.next(request.method, pathOf(request));
		if (fault === undefined) return;
		journal.of(request).fault = fault;
		laterFaults.set(request, fault);
		if (failBeforeActing(fault, request, reply)) return reply;
	});

	api.addHook('onSend', async (request, reply, payload) => {
		const fault = laterFaults.get(request);
		const response = fault ? failAfterActing(fault, request, reply, payload) : payload;
		if (fault?.kind !== 'resetAfter') journal.of(request).status = reply.statusCode;
		const delay = settings.latencyMs + (fault?.kind === 'latency' ? await fault.ms : 0);
		if (delay > 0) await clock.pause(delay, stopping).catch(() => undefined);
		reply.header('date', time().toUTCString());
		return response;
	});
}

/** 401 as plain text without the right token, 403 for another team. */
function authenticate({ headers }: FastifyRequest, reply: FastifyReply, { token, teamId }: SimulatorSettings): boolean {
	if (headers['x-api-token'] !== token) reply.code(401).type('text/plain').send('Unauthorized');
	else if (headers.team_id !== teamId) {
		reply.code(403).send({ data: null, error: { message: 'The token does not belong to this team_id' } });
	} else return true;
	return false;
}

/** Counts the request, or responds with 429. */
function withinQuota(quota: Quota, token: string, reply: FastifyReply, { served, clock, time }: Guarded): boolean {
	const now = clock.now();
	const recent = (served.get(token) ?? []).filter((at) => at > now - quota.windowMs);
	served.set(token, recent);
	if (recent.length < quota.requests) {
		recent.push(now);
		return true;
	}
	// As many must leave the window as make room for one
	const freeIn = (recent[recent.length - quota.requests] ?? now) + quota.windowMs - now;
	if (quota.retryAfter === 'seconds') reply.header('retry-after', Math.ceil(freeIn / 1_000));
	if (quota.retryAfter === 'date') {
		const freeAt = Math.ceil((time().getTime() + freeIn) / 1_000) * 1_000;
		reply.header('retry-after', new Date(freeAt).toUTCString());
	}
	reply.code(429).type('text/plain').send('Too Many Requests');
	return false;
}
