import type { IDataObject } from 'n8n-workflow';
import { createdAtOfCall, readCall } from '../api/call';
import type { Call } from '../api/call';
import type { ListPage } from '../api/lists';
import { readTime } from '../api/values';
import { times } from '../transport/times';
import type { AgentState, CallOrder, Round, RunningCall } from './pollState';

/**
 * The rule of the poll trigger: which pages of an agent's list to read, which of its calls have ended, and how the state
 * advances. Each call is known by when it was created, which never changes: what was created before `doneUntil` is done,
 * unless it was seen running; what was created later is done if its ID says so.
 */

/** The state of an agent whose calls count from a time. */
export const beginAgent = (from: number): AgentState => ({
	// a call that was running then may have been created hours before
	doneUntil: from - times.longestRunningCall,
	from,
	done: new Map(),
	running: new Map(),
});

/** The page of an agent's list to read first. One page too early: a call that was deleted has moved the others. */
export const firstPageOf = ({ round, firstPage = 0 }: AgentState) =>
	Math.max(0, (round ? round.nextPage : firstPage) - 1);

/**
 * Whether a reading may begin at a page other than the first, which it does to go on where it was, or because the oldest
 * calls come first. The page must begin with a call that is known: then all that is on the pages before was seen.
 */
export function mayBeginAt({ number, records }: ListPage, state: AgentState): boolean {
	if (number === 0) return true;
	const [first] = records.map(listedCall);
	if (!first) return false;
	const { id } = first.call;
	const isOld = first.created !== undefined && first.created < state.doneUntil;
	const isKnown = isOld || (id !== null && (state.done.has(id) || state.running.has(id)));
	return isKnown && (state.round !== undefined || orderOf(createdTimes(records)) === 'oldest first');
}

/** When something is done to the list; both in ms epoch, by the API's clock. */
export interface PollTimes {
	/** When the poll began */
	began: number;
	now: number;
}

/**
 * Takes in a page of an agent's list. Its round is over, and `state.round` left out, when all was seen that may have changed.
 * @returns the records of calls that have ended and were not returned before, in the order of the list
 */
export function takePage(state: AgentState, page: ListPage, { began, now }: PollTimes): IDataObject[] {
	const calls = page.records.map(listedCall);
	const created = createdTimes(page.records);
	state.order = orderAfter(state, orderOf(created));
	const round = (state.round ??= { began, nextPage: page.number });
	if (created.length) round.newest = Math.max(round.newest ?? -Infinity, ...created);
	const ended = calls.filter((call) => takeCall(state, call, now)).map(({ record }) => record);
	if (calls.some((call) => isOfNextRound(state, call, round))) round.firstPage ??= page.number;
	round.nextPage = Math.max(round.nextPage, page.number + 1);
	const readDownTo = page.isLast ? -Infinity : oldestAfter(state, created);
	if (readDownTo < Math.min(state.doneUntil, ...lookedFor(state, now))) endRound(state, page, readDownTo, now);
	return ended;
}

interface ListedCall {
	record: IDataObject;
	call: Call;
	/** A call that was never created as far as anyone says has been so at the latest when it started, or ended. */
	created?: number;
}

function listedCall(record: IDataObject): ListedCall {
	const call = readCall(record);
	return { record, call, created: createdAtOfCall(record) ?? readTime(call.endedAt) };
}

/** Whether a call has ended that is not done; takes note of it. */
function takeCall(state: AgentState, { call, created }: ListedCall, now: number): boolean {
	const { doneUntil, from = -Infinity, done, running } = state;
	if (call.id === null) return false;
	if (done.has(call.id)) {
		// without a time, it is recognized only for as long as its ID is kept
		if (created === undefined) done.set(call.id, now);
		return false;
	}
	const known = running.get(call.id);
	const time = created ?? known?.created ?? now;
	const isOver = isCallOver(call, now - time);
	// when the node began, a call may have been running for longer than the list is searched
	const mayBeRunning = state.readAt === undefined && !isOver;
	if (!known && time < doneUntil && !mayBeRunning) return false;
	if (!isOver) {
		running.set(call.id, { created: time, seen: now });
		return false;
	}
	running.delete(call.id);
	done.set(call.id, time);
	return known !== undefined || (readTime(call.endedAt) ?? time) > from;
}

/**
 * Whether a call is over: it has an end time or a known final status. Otherwise one with an unknown status is when it is
 * four hours old, and one that seems to be running when it is seven days old.
 * @param age in ms
 */
export function isCallOver({ ended, result }: Call, age: number): boolean {
	if (ended) return true;
	return age >= (result === 'unknown' ? times.unknownCallOver : times.runningCallFollowed);
}

const createdTimes = (records: IDataObject[]) =>
	records.map(createdAtOfCall).filter((time) => time !== undefined) as number[];

/**
 * In which order calls run on a page, by when each was created; undefined if that cannot be told from it. Calls that were
 * created at nearly the same time may be the other way round.
 */
export function orderOf(created: number[]): CallOrder | undefined {
	if (new Set(created).size < 2) return undefined;
	if (descends(created)) return 'newest first';
	return descends([...created].reverse()) ? 'oldest first' : 'none';
}

function descends(created: number[]): boolean {
	const tolerance = created[0] - created[created.length - 1] > times.listDisorder ? times.listDisorder : 0;
	let lowest = Infinity;
	return created.every((time) => {
		const isInOrder = time <= lowest + tolerance;
		lowest = Math.min(lowest, time);
		return isInOrder;
	});
}

/** The order of the list after another page of a round; what earlier rounds showed counts until a page shows otherwise. */
function orderAfter({ order, round }: AgentState, ofPage: CallOrder | undefined): CallOrder | undefined {
	if (!ofPage || !order || !round) return ofPage ?? order;
	return order === ofPage ? order : 'none';
}

/** No call further down the list was created after this. */
function oldestAfter({ order }: AgentState, created: number[]): number {
	if (order !== 'newest first' || !created.length) return Infinity;
	return Math.min(...created) + times.listDisorder;
}

/** A running call that is far down the list is looked for less often the older it is. */
const SHARE_OF_AGE = 1 / 20;

/** When the running calls were created that the list is to be searched for. */
function lookedFor({ running }: AgentState, now: number): number[] {
	const isDue = ({ created, seen }: RunningCall) => {
		const age = now - created;
		return age >= times.runningCallFollowed || now - seen >= age * SHARE_OF_AGE;
	};
	// it may have been seen first some time after it was created
	return [...running.values()].filter(isDue).map(({ created }) => created - times.longestListLag);
}

/** Calls that were created later may not be listed yet. */
const listedUntil = ({ began }: Round) => began - times.longestListLag;

const isOfNextRound = ({ running }: AgentState, { call, created = Infinity }: ListedCall, round: Round) =>
	created >= listedUntil(round) || (call.id !== null && running.has(call.id));

function endRound(state: AgentState, { number }: ListPage, readDownTo: number, now: number): void {
	const round = state.round!;
	for (const [id, call] of state.running) {
		const isMissing = call.seen < round.began && readDownTo < call.created - times.longestListLag;
		if (isMissing && now - call.created >= times.runningCallFollowed) state.running.delete(id);
		else if (isMissing) call.seen = now;
	}
	// should the clock that requests show be ahead of the one that calls are created by, no call is taken for done
	const newest = (round.newest ?? -Infinity) - times.longestListLag;
	// in whole ms, as it is stored: what is forgotten here must be older than what is read again
	state.doneUntil = Math.max(state.doneUntil, Math.floor(Math.min(listedUntil(round), newest)));
	for (const [id, created] of state.done) if (created < state.doneUntil) state.done.delete(id);
	if (state.from !== undefined && state.from <= state.doneUntil) state.from = undefined;
	state.firstPage = state.order === 'oldest first' ? (round.firstPage ?? number) : undefined;
	state.readAt = round.began;
	state.round = undefined;
}

export const isNewestFirst = (records: IDataObject[]) => orderOf(createdTimes(records)) === 'newest first';

/** When a call ended, or whatever is known of its time; in ms epoch, 0 for none. */
export const endOf = (record: IDataObject): number =>
	readTime(readCall(record).endedAt) ?? createdAtOfCall(record) ?? 0;

/** How long an agent has not been read, in ms. */
export const behindBy = ({ readAt, from = -Infinity }: AgentState, now: number) => now - (readAt ?? from);

/** Takes note of whether all calls of an agent are done that is no longer active: its last ones may have ended since. */
export function noteListed(state: AgentState, isListed: boolean, began: number): void {
	const isDone = !state.running.size && state.readAt !== undefined && state.readAt >= began;
	state.isGone = !isListed && (state.isGone || isDone);
}
