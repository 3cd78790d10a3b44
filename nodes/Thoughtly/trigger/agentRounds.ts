import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { callList, readCall } from '../api/call';
import { listPages } from '../api/lists';
import type { ListPage } from '../api/lists';
import { ThoughtlyApiError } from '../api/ThoughtlyApiError';
import { renewConnection } from '../transport/connection';
import { log } from '../transport/log';
import type { Quota } from '../transport/quota';
import type { Scope } from '../transport/scope';
import { times } from '../transport/times';
import { chosenAgentIds, isForAllAgents } from './agentChoice';
import { beginAgent, behindBy, endOf, firstPageOf, isNewestFirst, mayBeginAt, noteListed, takePage } from './polling';
import type { AgentState, PollState } from './pollState';

/** The scope of a poll: it ends in time, and sends each request once only. */
export interface PollScope extends Scope {
	context: IPollFunctions;
	signal: AbortSignal;
	once: { sent: number };
}

/** The API's record of a call that has ended. */
export interface EndedCall {
	agentId: string;
	record: IDataObject;
}

/** What a poll has read. */
export interface Reading {
	state: PollState;
	ended: EndedCall[];
	/** Why calls could not be read, by agent */
	failures: Map<string, unknown>;
}

/** If so many agents in a row cannot be read, no other one can. */
const MAX_FAILURES_IN_A_ROW = 3;

/** Half of the quota, and the list of agents with two pages at least: a poll with fewer requests would not get on. */
const requestsOfPoll = ({ limit }: Quota) => Math.max(3, Math.floor(limit / 2));

/** An agent whose list is longer has its next turn after all others. */
const PAGES_A_TURN = 10;

interface Reader {
	agentId: string;
	pages: AsyncGenerator<ListPage, void, void>;
	/** How many pages of its turn are left */
	left: number;
}

/**
 * Reads the lists of the agents' calls. Agents take turns, and who has waited longest comes first. What half of the quota or the
 * time of a poll does not suffice for is left to the next polls.
 * @param saved what the last poll knew, undefined if there was none
 * @param failedBefore agents that could not be read last time come last
 * @throws ThoughtlyApiError if the list of agents cannot be read, NodeOperationError for parameters or a credential that
 * cannot be used, the signal's reason if time runs out before any call was read
 */
export async function readAgents(
	scope: PollScope,
	saved: PollState | undefined,
	failedBefore: Set<string>,
): Promise<Reading> {
	const { context, once, signal } = scope;
	const startedAt = Date.now();
	const { quota, clock } = (await renewConnection(scope)).account;
	// only a response shows how far the API's clock is ahead
	const began = () => clock.fromLocal(startedAt);
	const isForAll = isForAllAgents(context);
	const listed = new Set(await chosenAgentIds(scope));
	const agents = new Map([...(saved?.agents ?? [])].filter(([id]) => isForAll || listed.has(id)));
	const stateOf = (id: string) => {
		// an agent that was added since the last poll may have had calls since then
		const state = agents.get(id) ?? beginAgent(isForAll && saved ? saved.polledUntil : began());
		agents.set(id, state);
		return state;
	};

	const ended: EndedCall[] = [];
	const failures = new Map<string, unknown>();
	const queue: Reader[] = inTurn([...listed], agents, failedBefore).map((agentId) => ({
		agentId,
		pages: pagesOf(scope, agentId, agents),
		left: PAGES_A_TURN,
	}));
	const count = queue.length;
	const hasRead = await takeTurns(queue, signal, () => once.sent >= requestsOfPoll(quota), {
		take(agentId, page) {
			const state = stateOf(agentId);
			const records = takePage(state, page, { began: began(), now: clock.now() });
			ended.push(...records.map((record) => ({ agentId, record })));
			return state.round !== undefined;
		},
		fail(agentId, failure) {
			const isDeleted = !listed.has(agentId) && isNotFound(failure);
			if (isDeleted) agents.delete(agentId);
			else failures.set(agentId, failure);
			return !isDeleted;
		},
	});
	if (!hasRead) signal.throwIfAborted();

	const knowsClock = hasRead || isForAll;
	if (knowsClock) for (const id of listed) stateOf(id);
	if (isForAll) forgetDeleted(agents, listed, began());
	if (queue.length && !failures.size) logBehind(context, count, queue, agents, clock.now());
	return { state: { polledUntil: knowsClock || !saved ? began() : saved.polledUntil, agents }, ended, failures };
}

interface PageHandlers {
	/** @returns whether the agent's list goes on */
	take(agentId: string, page: ListPage): boolean;
	/** @returns whether it counts as a failure */
	fail(agentId: string, failure: unknown): boolean;
}

/**
 * Reads pages in turn until all lists have ended, time is up, or nothing more can be read. Those that are left stay in the queue.
 * @param isSpent whether no more requests may be sent, which holds once something was read
 * @returns whether anything was read
 */
async function takeTurns(
	queue: Reader[],
	signal: AbortSignal,
	isSpent: () => boolean,
	{ take, fail }: PageHandlers,
): Promise<boolean> {
	let hasRead = false;
	let failuresInARow = 0;
	while (queue.length && failuresInARow < MAX_FAILURES_IN_A_ROW && !(hasRead && isSpent())) {
		const [reader] = queue;
		const { page, failure } = await nextPage(reader);
		if (signal.aborted) break;
		queue.shift();
		if (page) {
			hasRead = true;
			failuresInARow = 0;
			if (!take(reader.agentId, page)) continue;
			if (--reader.left) queue.unshift(reader);
			else queue.push({ ...reader, left: PAGES_A_TURN });
		} else if (fail(reader.agentId, failure)) {
			failuresInARow = isRateLimited(failure) ? MAX_FAILURES_IN_A_ROW : failuresInARow + 1;
		}
	}
	return hasRead;
}

/** The agents to read in the order of their turns, with those that are no longer active but may still have running calls. */
function inTurn(listed: string[], agents: Map<string, AgentState>, failedBefore: Set<string>): string[] {
	const unlisted = [...agents].filter(([id, { isGone }]) => !isGone && !listed.includes(id)).map(([id]) => id);
	const lastTurn = (id: string) => agents.get(id)?.round?.began ?? agents.get(id)?.readAt ?? 0;
	return [...listed, ...unlisted].sort(
		(a, b) => Number(failedBefore.has(a)) - Number(failedBefore.has(b)) || lastTurn(a) - lastTurn(b),
	);
}

/** The pages of an agent's list, from where its next reading begins. */
async function* pagesOf(scope: Scope, agentId: string, agents: Map<string, AgentState>): Reader['pages'] {
	const state = agents.get(agentId);
	const firstPage = state ? firstPageOf(state) : 0;
	for await (const page of listPages(scope, { ...callList(agentId), firstPage })) {
		if (state && page.number === firstPage && !mayBeginAt(page, state)) {
			state.round = undefined;
			yield* listPages(scope, callList(agentId));
			return;
		}
		yield page;
	}
}

const nextPage = async ({ pages }: Reader): Promise<{ page?: ListPage; failure?: unknown }> =>
	await pages.next().then(
		({ value }) => ({ page: value ?? undefined }),
		(failure: unknown) => ({ failure }),
	);

const isNotFound = (failure: unknown) => failure instanceof ThoughtlyApiError && failure.hasStatus(404);

const isRateLimited = (failure: unknown) => failure instanceof ThoughtlyApiError && failure.outcome === 'rate limited';

/** An agent that is no longer active is read until its last call has ended, and remembered in case it comes back. */
function forgetDeleted(agents: Map<string, AgentState>, listed: Set<string>, began: number): void {
	for (const [id, state] of agents) {
		noteListed(state, listed.has(id), began);
		if (state.isGone && behindBy(state, began) > times.runningCallFollowed) agents.delete(id);
	}
}

function logBehind(
	context: IPollFunctions,
	count: number,
	rest: Reader[],
	agents: Map<string, AgentState>,
	now: number,
): void {
	const behind = rest.map(({ agentId }) => behindBy(agents.get(agentId)!, now));
	log(
		context,
		`read ${count - rest.length} of ${count} agents in this poll, the others follow in the next polls; the slowest is ${Math.ceil(Math.max(...behind) / 60_000)} minutes behind`,
	);
}

/**
 * Finds the call that ended last among those that are wanted. Of each agent, a list with the newest calls first is read to the
 * first page that has one; lists are read as far as half of the quota suffices.
 */
export async function findLastEnded(
	scope: PollScope,
	isWanted: (record: IDataObject) => boolean,
): Promise<EndedCall | undefined> {
	const { quota } = (await renewConnection(scope)).account;
	const isSpent = () => scope.once.sent >= requestsOfPoll(quota);
	const found: EndedCall[] = [];
	for (const agentId of await chosenAgentIds(scope)) {
		for await (const { records } of listPages(scope, callList(agentId))) {
			const ended = records.filter((record) => readCall(record).ended && isWanted(record));
			found.push(...ended.map((record) => ({ agentId, record })));
			const isEnough = ended.length > 0 && isNewestFirst(records);
			if (isEnough || isSpent()) break;
		}
		if (isSpent()) break;
	}
	return found.sort((a, b) => endOf(b.record) - endOf(a.record)).at(0);
}
