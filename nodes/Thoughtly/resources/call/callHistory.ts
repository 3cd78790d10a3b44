import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { allAgentIds } from '../../api/agent';
import { callList, createdAtOfCall, readCall, requireAgent } from '../../api/call';
import type { Call } from '../../api/call';
import { listRecords, MAX_PAGE_SIZE } from '../../api/lists';
import { ThoughtlyApiError } from '../../api/ThoughtlyApiError';
import { attemptsIn } from '../../execution/atMostOnce';
import type { Attempt } from '../../execution/atMostOnce';
import { connectionOf } from '../../transport/connection';
import type { ApiClock } from '../../transport/apiClock';
import type { Connection } from '../../transport/connection';
import type { ExecutionScope, Scope } from '../../transport/scope';
import { times } from '../../transport/times';
import { isSamePerson, personKeys, withPhoneNumber } from './callee';
import type { Recipient } from './callee';
import { readOnce } from './readOnce';

/** A call, and when it was created or attempted, in ms epoch of the API's clock. */
interface DatedCall {
	at: number;
	call: Call;
}

/** Which of someone's calls count. */
interface CallQuery {
	/** Undefined for the calls of all agents */
	agentId?: string;
	/** How long ago at most, in ms */
	withinMs: number;
	/** Only calls that were answered, or may still be */
	onlyAnswered: boolean;
}

/**
 * Finds the last call that rang someone: among the agents' calls, those that this execution has attempted, and those that
 * other executions of this process have just placed, which the API's list may not show yet.
 */
export async function lastCallTo(
	scope: ExecutionScope,
	recipient: Recipient,
	query: CallQuery,
): Promise<Call | undefined> {
	const connection = await connectionOf(scope);
	const { clock } = connection.account;
	const isOfAgent = ({ call }: DatedCall) => (query.agentId ?? call.agentId) === call.agentId;
	const known = [...attemptedCalls(scope.context, clock, recipient), ...recentCallsTo(connection, recipient)];
	const newestKnown = Math.max(...known.map(({ at }) => at));
	// how a call of ours ended can only be read after it was placed, and what others place is known for some minutes only
	const since = Math.max(clock.now() - times.callsKept, query.onlyAnswered ? newestKnown : -Infinity);
	const isFresh = ({ readAt }: AgentCalls) => readAt > since;
	const listed: DatedCall[] = [];
	if (query.onlyAnswered || !known.some(isOfAgent)) {
		for (const agentId of query.agentId === undefined ? await agentIdsOf(scope) : [query.agentId]) {
			const { calls } = await callsOfAgent(scope, agentId, query.withinMs, isFresh);
			listed.push(...callsTo(recipient, (key) => calls.get(key)));
		}
	}
	const listedIds = new Set(listed.map(({ call }) => call.id));
	const begin = clock.now() - query.withinMs;
	return [...listed, ...known.filter(({ call }) => call.id === null || !listedIds.has(call.id))]
		.filter((dated) => dated.at >= begin && isOfAgent(dated) && hasRung(dated.call, query.onlyAnswered))
		.sort((a, b) => b.at - a.at)
		.at(0)?.call;
}

/** Results of calls that rang nobody. */
const DID_NOT_RING = new Set<string>(['suppressed', 'failed']);

const NOT_ANSWERED = new Set<string>([...DID_NOT_RING, 'no_answer', 'busy', 'voicemail', 'canceled']);

const isInbound = ({ direction }: Call) => direction?.toLowerCase() === 'inbound';

/** In doubt, such as while it is running, a call counts. */
const hasRung = (call: Call, onlyAnswered: boolean) =>
	!isInbound(call) && !(onlyAnswered ? NOT_ANSWERED : DID_NOT_RING).has(call.result);

/** What the nodes of this execution have attempted; an attempt with an unclear outcome may have rung. */
function attemptedCalls(context: IExecuteFunctions, clock: ApiClock, recipient: Recipient): DatedCall[] {
	const isTheirs = ({ target, output }: Attempt) =>
		isSamePerson(target, recipient) || (output !== undefined && isSamePerson(output, recipient));
	return attemptsIn(context)
		.filter(isTheirs)
		.map(({ at, target, output }) => callOfOurs(clock.fromLocal(at), String(target.agentId), { ...target, ...output }));
}

/** A call as far as it is known from placing it; when it began is known even if the API has not said. */
function callOfOurs(at: number, agentId: string, known: IDataObject): DatedCall {
	const call: Call = { ...readCall({}), ...known, agentId };
	return { at, call: { ...call, startedAt: call.startedAt ?? new Date(at).toISOString() } };
}

/** Each agent's last call that this process placed to someone, by account and person: the API's lists may lag behind. */
const recentCalls = new Map<string, DatedCall[]>();

const MAX_RECENT_CALLS = 10_000;

/** Remembers for some minutes that someone was called, or may have been. */
export function noteRecentCall(
	{ account, accountKey }: Connection,
	recipient: Recipient,
	agentId: string,
	call?: IDataObject,
): void {
	const at = account.clock.now();
	const dated = callOfOurs(at, agentId, { ...recipient, ...call });
	// the response may name the number of someone who was called by contact ID
	for (const key of personKeys(dated.call).map((personKey) => `${accountKey} ${personKey}`)) {
		const others = (recentCalls.get(key) ?? []).filter(
			(other) => other.call.agentId !== agentId || !isSamePerson(other.call, dated.call),
		);
		recentCalls.delete(key);
		recentCalls.set(key, [...others, dated]);
	}
	for (const [key, calls] of recentCalls) {
		if (recentCalls.size <= MAX_RECENT_CALLS && at - calls[calls.length - 1].at <= times.recentCallKept) break;
		recentCalls.delete(key);
	}
}

const recentCallsTo = ({ accountKey }: Connection, recipient: Recipient): DatedCall[] =>
	callsTo(recipient, (key) => recentCalls.get(`${accountKey} ${key}`));

/** Looks a person's calls up by all their keys. */
const callsTo = (recipient: Recipient, find: (key: string) => DatedCall[] | undefined) => [
	...new Set(
		personKeys(recipient)
			.flatMap((key) => find(key) ?? [])
			.filter(({ call }) => isSamePerson(call, recipient)),
	),
];

/** Finds one of the calls that went to someone. @param known IDs of calls to ignore */
async function otherCallTo(
	scope: ExecutionScope,
	recipient: Recipient,
	calls: DatedCall[],
	known: Set<unknown>,
): Promise<Call | undefined> {
	// the API may list calls without their contact (source: pipedream)
	const isByNumberOnly = calls.some(({ call }) => call.contactId === null);
	const person = isByNumberOnly ? await withPhoneNumber(scope, recipient) : recipient;
	return callsAmong(calls, known).find((call) => isSamePerson(call, person));
}

const callsAmong = (calls: DatedCall[], known: Set<unknown>): Call[] =>
	calls.map(({ call }) => call).filter((call) => !isInbound(call) && !known.has(call.id));

/** Like `otherCallTo`, but compares the numbers of the contacts that were called. A deleted contact has no number. */
async function callToOtherContact(
	scope: ExecutionScope,
	recipient: Recipient,
	calls: DatedCall[],
	known: Set<unknown>,
): Promise<Call | undefined> {
	if (!recipient.phoneNumber) return undefined;
	for (const call of callsAmong(calls, known)) {
		const { contactId, phoneNumber } = call;
		if (!contactId || phoneNumber) continue;
		const callee = await withPhoneNumber(scope, { contactId }).catch((error: unknown) => {
			if (error instanceof ThoughtlyApiError && error.hasStatus(404)) return { contactId };
			throw error;
		});
		if (isSamePerson(callee, recipient)) return call;
	}
	return undefined;
}

/** Which of an agent's calls to search. */
interface AttemptQuery {
	agentId: string;
	/** ms epoch, by n8n's clock */
	since: number;
	/** IDs of calls to ignore */
	known: Set<unknown>;
}

/**
 * Finds a call to someone that the execution may have placed without n8n having stored it; an agent's calls are read once per
 * execution.
 * @param query with `isForAnyContact`, calls to other contacts are compared by number as well, at one request per contact
 */
export async function forgottenCall(
	scope: ExecutionScope,
	recipient: Recipient,
	{ agentId, since, known, isForAnyContact }: AttemptQuery & { isForAnyContact: boolean },
): Promise<Call | undefined> {
	const calls = await readOnce(
		scope,
		`${agentId} since ${since}`,
		async () => await readCallsSinceAttempt(scope, agentId, since),
	);
	const call = await otherCallTo(scope, recipient, calls, known);
	return call ?? (isForAnyContact ? await callToOtherContact(scope, recipient, calls, known) : undefined);
}

/** Finds the call to someone that an attempt with an unclear outcome may have placed. */
export async function callOfAttempt(
	scope: ExecutionScope,
	recipient: Recipient,
	{ agentId, since, known }: AttemptQuery,
): Promise<Call | undefined> {
	const calls = await readCallsSinceAttempt(scope, agentId, since);
	return await otherCallTo(scope, recipient, calls, known);
}

/** Clocks differ: a call may seem to be older than the attempt that placed it. */
const readCallsSinceAttempt = async (scope: Scope, agentId: string, attemptedAt: number) =>
	await readCallsSince(scope, agentId, attemptedAt - times.clockDifference);

/** An agent's calls by person, as they were read. */
interface AgentCalls {
	/** ms epoch, by the API's clock */
	readAt: number;
	calls: Map<string, DatedCall[]>;
}

async function callsOfAgent(
	scope: ExecutionScope,
	agentId: string,
	withinMs: number,
	isFresh: (list: AgentCalls) => boolean,
): Promise<AgentCalls> {
	const read = async (): Promise<AgentCalls> => {
		const { clock } = (await connectionOf(scope)).account;
		const readAt = clock.now();
		const calls = new Map<string, DatedCall[]>();
		for (const dated of await readCallsSince(scope, agentId, Date.now() - withinMs)) {
			for (const key of personKeys(dated.call)) calls.set(key, [...(calls.get(key) ?? []), dated]);
		}
		return { readAt, calls };
	};
	return await readOnce(scope, `${agentId} within ${withinMs}`, read, isFresh);
}

/** The IDs of all agents, read once per execution. */
export const agentIdsOf = async (scope: ExecutionScope): Promise<string[]> =>
	await readOnce(scope, 'agents', async () => await allAgentIds(scope));

/** Checks once per execution that an agent exists. @throws ThoughtlyApiError if it does not */
export const agentExists = async (scope: ExecutionScope, agentId: string) =>
	await readOnce(scope, `agent ${agentId}`, async () => await requireAgent(scope, agentId));

/**
 * Reads an agent's calls back to a time. Their order is not documented: only if a whole page ran from newer to older is the
 * list assumed to go on so, and left where the time ends.
 * @param since ms epoch, by n8n's clock
 */
async function readCallsSince(scope: Scope, agentId: string, since: number): Promise<DatedCall[]> {
	const { clock } = (await connectionOf(scope)).account;
	const calls: DatedCall[] = [];
	let count = 0;
	let previous = Infinity;
	let isNewestFirst = true;
	for await (const record of listRecords(scope, callList(agentId))) {
		// a call without a readable time may be one that is being placed
		const at = createdAtOfCall(record) ?? clock.now();
		// the first response has shown how far the clocks differ
		const begin = clock.fromLocal(since);
		// as the list was requested, however the record writes the agent's ID
		if (at >= begin) calls.push({ at, call: { ...readCall(record), agentId } });
		if (at > previous) isNewestFirst = false;
		previous = at;
		if (++count % MAX_PAGE_SIZE === 0 && isNewestFirst && at < begin) break;
	}
	return calls;
}
