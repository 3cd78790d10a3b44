import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { callList, idOfCall } from '../../api/call';
import { listPages } from '../../api/lists';
import { logText } from '../../api/ThoughtlyApiError';
import { connectionOf } from '../../transport/connection';
import { log } from '../../transport/log';
import { pause } from '../../transport/pause';
import { signalOf } from '../../transport/scope';
import { times } from '../../transport/times';

/** A call that is waited for among its agent's. */
export interface PendingCall {
	id: unknown;
	isDone(record: IDataObject): boolean;
	/** ms epoch: when to stop waiting */
	until: number;
}

/** What the API said last, undefined if the call was never seen; and whether it was what was waited for. */
export interface WaitedCall {
	record?: IDataObject;
	isDone: boolean;
}

interface Waiter extends PendingCall {
	record?: IDataObject;
	resolve(waited: WaitedCall): void;
	reject(reason: unknown): void;
}

/** The rounds in which one agent's list is read for everything that waits for a call of it. */
interface Rounds {
	waiters: Set<Waiter>;
	/** None of the calls was seen on the pages before this one: new calls only push older ones towards the end. */
	firstPage: number;
}

/** By execution and agent */
const rounds = new WeakMap<IExecuteFunctions, Map<string, Rounds>>();

/**
 * Waits until a call is done or its time is up; checks at most every 15 seconds. All calls of an agent that an
 * execution waits for are looked for in the same rounds. A round that fails does not fail the call.
 * @throws the signal's reason, at once, when the execution is cancelled
 */
export async function waitForCall(context: IExecuteFunctions, agentId: string, call: PendingCall): Promise<WaitedCall> {
	return await new Promise<WaitedCall>((resolve, reject) => {
		const agents = rounds.get(context) ?? new Map<string, Rounds>();
		rounds.set(context, agents);
		const waiter: Waiter = { ...call, resolve, reject };
		const running = agents.get(agentId);
		if (running) {
			running.waiters.add(waiter);
			running.firstPage = 0;
		} else {
			const started: Rounds = { waiters: new Set([waiter]), firstPage: 0 };
			agents.set(agentId, started);
			void runRounds(context, agentId, started).finally(() => agents.delete(agentId));
		}
	});
}

async function runRounds(context: IExecuteFunctions, agentId: string, round: Rounds): Promise<void> {
	const { waiters } = round;
	const untilFirstLimit = () => Math.max(0, Math.min(...[...waiters].map(({ until }) => until)) - Date.now());
	let interval = times.pollInterval;
	try {
		while (waiters.size) {
			// in steps, since a call that joins in the meantime may wait for a shorter time
			for (let left = interval; left > 0 && untilFirstLimit() > 0; left -= times.pollInterval) {
				await pause(Math.min(left, times.pollInterval, untilFirstLimit()), signalOf({ context }));
			}
			interval = await runRound(context, agentId, round);
			for (const waiter of waiters) {
				const { record, until } = waiter;
				const isDone = record !== undefined && waiter.isDone(record);
				if (!isDone && Date.now() < until) continue;
				waiters.delete(waiter);
				waiter.resolve({ record, isDone });
			}
		}
	} catch (reason) {
		for (const waiter of waiters) waiter.reject(reason);
	}
}

/**
 * Reads the agent's calls until all that are waited for were seen, or the list ends.
 * @returns how long to wait until the next round, in ms: a long list leaves half of the quota to others
 */
async function runRound(context: IExecuteFunctions, agentId: string, round: Rounds): Promise<number> {
	const { firstPage } = round;
	const waiting = round.waiters.size;
	const unseen = new Set(round.waiters);
	let requests = 0;
	let firstSeenPage: number | undefined;
	try {
		for await (const { number, records } of listPages({ context }, { ...callList(agentId), firstPage })) {
			requests++;
			const byId = new Map(records.map((record) => [idOfCall(record), record]));
			for (const waiter of unseen) {
				const record = byId.get(String(waiter.id));
				if (!record) continue;
				waiter.record = record;
				unseen.delete(waiter);
				firstSeenPage ??= number;
			}
			if (!unseen.size) break;
		}
		// a call that joined meanwhile may be on any page
		const hasSeenAll = !unseen.size && round.waiters.size === waiting;
		round.firstPage = hasSeenAll ? (firstSeenPage ?? 0) : 0;
	} catch (error) {
		signalOf({ context })?.throwIfAborted();
		requests++;
		log(context, `could not check for ended calls, trying again later: ${logText(error)}`);
	}
	const { limit } = (await connectionOf({ context })).account.quota;
	return Math.max(times.pollInterval, (2 * requests * times.quotaWindow) / limit);
}
