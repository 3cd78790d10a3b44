// Faults by script: which requests go wrong, and how.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomNumbers } from './random.mts';

/** One way for a request to go wrong; where nothing else is said, the server does not act unless `acts` is set. */
export type Fault =
	/** A text that starts with `<` is sent as HTML, another text as plain text, an object as JSON. */
	| { kind: 'status'; status: number; body?: string | object; headers?: Record<string, string>; acts?: boolean }
	/** The server acts, and responds that many milliseconds late; a promise says how many when it resolves. */
	| { kind: 'latency'; ms: number | Promise<number> }
	/** The connection is cut before the server acted. */
	| { kind: 'reset' }
	/** The server acts, then cuts the connection. */
	| { kind: 'resetAfter' }
	/** No response ever. */
	| { kind: 'hang' }
	/** The server acts, and half of its response arrives. */
	| { kind: 'brokenJson' }
	/** The server acts, and responds with 200 without a body. */
	| { kind: 'empty' }
	/** 200 with the error in the envelope. */
	| { kind: 'errorInBody'; error: unknown; acts?: boolean }
	/** 307, so that a client that follows it repeats method, headers and body. */
	| { kind: 'redirect'; location: string; acts?: boolean };

/** Which requests get the fault, of those that authentication and quota let through. */
export interface FaultRule {
	method?: string;
	/** The whole path without its query, or a pattern for it. */
	path?: string | RegExp;
	/** How many requests get it, default 1. */
	times?: number;
	/** How many matching requests pass unharmed first, default 0. */
	after?: number;
	fault: Fault;
}

/** Chooses a fault; `chance` is evenly spread from 0 to 1. Undefined lets the request pass. */
export type FaultPick = (chance: number, request: { method: string; path: string }) => Fault | undefined;

/** The faults that are still to come. */
export class FaultScript {
	#rules: Array<Required<Pick<FaultRule, 'times' | 'after'>> & FaultRule> = [];
	#random: ((request: { method: string; path: string }) => Fault | undefined) | undefined;

	add(rule: FaultRule): void {
		this.#rules.push({ ...rule, times: rule.times ?? 1, after: rule.after ?? 0 });
	}

	/** From now on each request without a scripted fault gets one of `pick` with this probability (0 to 1). */
	random(probability: number, pick: FaultPick, seed = 1): void {
		const draw = randomNumbers(seed);
		this.#random = (request) => (draw() < probability ? pick(draw(), request) : undefined);
	}

	/** The fault of this request, if it is to have one; counts it. */
	next(method: string, path: string): Fault | undefined {
		for (const rule of this.#rules) {
			if (rule.times <= 0 || !matches(rule, method, path)) continue;
			if (rule.after > 0) {
				rule.after -= 1;
				continue;
			}
			rule.times -= 1;
			return rule.fault;
		}
		return this.#random?.({ method, path });
	}

	clear(): void {
		this.#rules = [];
		this.#random = undefined;
	}
}

function matches(rule: FaultRule, method: string, path: string): boolean {
	if (rule.method !== undefined && rule.method.toUpperCase() !== method) return false;
	if (rule.path === undefined) return true;
	return typeof rule.path === 'string' ? rule.path === path : path.search(rule.path) >= 0;
}

/** Responds to a request whose fault comes before the server acts, or cuts it; returns false for the others. */
export function failBeforeActing(fault: Fault, request: FastifyRequest, reply: FastifyReply): boolean {
	switch (fault.kind) {
		case 'status':
		case 'errorInBody':
		case 'redirect':
			if (fault.acts) return false;
			reply.send(responseOf(fault, reply));
			return true;
		case 'reset':
			reply.hijack();
			request.raw.socket.destroy();
			return true;
		case 'hang':
			reply.hijack();
			return true;
		default:
			return false;
	}
}

/** What becomes of the response when its fault comes after the server acted. */
export function failAfterActing(
	fault: Fault,
	request: FastifyRequest,
	reply: FastifyReply,
	response: unknown,
): unknown {
	switch (fault.kind) {
		case 'status':
		case 'errorInBody':
		case 'redirect':
			return fault.acts ? responseOf(fault, reply) : response;
		case 'resetAfter':
			request.raw.socket.destroy();
			return response;
		case 'brokenJson':
			return String(response).slice(0, String(response).length / 2);
		case 'empty':
			reply.code(200).removeHeader('content-type');
			return '';
		default:
			return response;
	}
}

/** Prepares the reply for the fault, and returns its body. */
function responseOf(
	fault: Extract<Fault, { kind: 'status' | 'errorInBody' | 'redirect' }>,
	reply: FastifyReply,
): string {
	if (fault.kind === 'redirect') {
		reply.code(307).removeHeader('content-type').header('location', fault.location);
		return '';
	}
	if (fault.kind === 'errorInBody') {
		reply.type('application/json');
		return JSON.stringify({ data: null, error: fault.error });
	}
	const { status, headers = {}, body = { data: null, error: { message: `Scripted status ${status}` } } } = fault;
	const type = typeof body !== 'string' ? 'application/json' : body.startsWith('<') ? 'text/html' : 'text/plain';
	reply.code(status).type(type).headers(headers);
	return typeof body === 'string' ? body : JSON.stringify(body);
}
