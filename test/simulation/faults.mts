// How a request may go wrong: every fault of the fault matrix that comes from the API, by its name there.
import { FAULTS } from '../engine/faults/faultRows.mts';
import type { Fault, FaultRule } from '../simulator/simulator.mts';
import type { PlannedFault, RequestKind } from './history.mts';

const REQUESTS: Record<RequestKind, Pick<FaultRule, 'method' | 'path'>> = {
	any: {},
	'place call': { method: 'POST', path: '/contact/call' },
	'list calls': { method: 'GET', path: /^\/interview\/[^/]+\/responses$/ },
	'find contact': { method: 'GET', path: '/contact' },
	'create contact': { method: 'POST', path: '/contact/create' },
	'get contact': { method: 'GET', path: /^\/contact\/./ },
	'list subscriptions': { method: 'GET', path: '/webhooks' },
	subscribe: { method: 'POST', path: '/webhooks/subscribe' },
	unsubscribe: { method: 'DELETE', path: '/webhooks/unsubscribe' },
};

const rows = new Map(FAULTS.filter(({ fault }) => fault).map((row) => [row.name, row]));

export const faultNames = [...rows.keys()];

/** Longer than any time-out. */
const NEVER_IN_TIME = 3_600_000;

/** @param token quoted by one of the faults, as a careless server might */
export function ruleOf({ request, after, times, name, acts }: PlannedFault, token: string): FaultRule {
	const row = rows.get(name)!;
	const fault = row.fault!((row.acts ?? [true, false]).includes(acts) ? acts : !acts);
	return { ...REQUESTS[request], after, times, fault: quoting(slow(fault), token) };
}

const slow = (fault: Fault): Fault => (fault.kind === 'latency' ? { ...fault, ms: NEVER_IN_TIME } : fault);

const quoting = (fault: Fault, token: string): Fault =>
	fault.kind === 'status' && fault.status === 500
		? { ...fault, body: { data: null, error: { message: `cannot serve ${token}` } } }
		: fault;
