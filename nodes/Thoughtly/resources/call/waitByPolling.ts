import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { callList, idOfCall } from '../../api/call';
import { listRecords } from '../../api/envelope';
import { connectionOf, signalOf } from '../../transport/connection';
import { log } from '../../transport/log';
import { LARGEST_PAGE } from '../../transport/pagination';
import { pause } from '../../transport/pause';
import { times } from '../../transport/times';

/** A call that is waited for among its agent's. */
export interface Awaited {
	id: unknown;
	isDone(record: IDataObject): boolean;
	/** ms epoch: when to stop waiting */
	until: number;
}

/** What the API said last, undefined where the call was never seen; and whether that was what was waited for. */
export interface Seen {
	record?: IDataObject;
	isDone: boolean;
}

interface Waiting extends Awaited {
	record?: IDataObject;
	resolve(seen: Seen): void;
	reject(reason: unknown): void;
}

/** The rounds of one agent's list, which serve everything that waits for a call of it. */
interface Rounds {
	waiting: Set<Waiting>;
	/** Before this page none of the calls was seen: new ones only push older ones towards the end, in whatever order. */
	firstPage: number;
}

const rounds = new WeakMap<IExecuteFunctions, Map<string, Rounds>>();

/**
 * Waits until a call is as it should be, or for as long as it says; looks every 15 seconds or more slowly. All that an
 * execution waits for at an agent is looked for in the same rounds. A round that fails is not a call that fails.
 * Ends at once, with the signal's reason, when the execution is cancelled.
 */
export async function waitForCall(context: IExecuteFunctions, agentId: string, awaited: Awaited): Promise<Seen> {
	return await new Promise<Seen>((resolve, reject) => {
		const agents = rounds.get(context) ?? new Map<string, Rounds>();
		rounds.set(context, agents);
		const waiting: Waiting = { ...awaited, resolve, reject };
		const running = agents.get(agentId);
		if (running) {
			running.waiting.add(waiting);
			running.firstPage = 0;
		} else {
			const begun: Rounds = { waiting: new Set([waiting]), firstPage: 0 };
			agents.set(agentId, begun);
			void goRound(context, agentId, begun, () => agents.delete(agentId));
		}
	});
}

async function goRound(context: IExecuteFunctions, agentId: string, round: Rounds, end: () => void): Promise<void> {
	const { waiting } = round;
	let interval = times.pollInterval;
	const untilFirstLimit = () => Math.max(0, Math.min(...[...waiting].map(({ until }) => until)) - Date.now());
	try {
		while (waiting.size) {
			// in steps, since what joins in the meantime may wait for a shorter time
			for (let left = interval; left > 0 && untilFirstLimit() > 0; left -= times.pollInterval) {
				await pause(Math.min(left, times.pollInterval, untilFirstLimit()), signalOf(context));
			}
			interval = await look(context, agentId, round);
			for (const one of waiting) {
				const isDone = one.record !== undefined && one.isDone(one.record);
				if (!isDone && Date.now() < one.until) continue;
				waiting.delete(one);
				one.resolve({ record: one.record, isDone });
			}
		}
	} catch (reason) {
		for (const one of waiting) one.reject(reason);
	} finally {
		end();
	}
}

/**
 * Reads the agent's calls until all that are waited for were seen, or the list ends.
 * @returns how long to wait until the next look, in ms: a long list leaves half of the quota to others
 */
async function look(context: IExecuteFunctions, agentId: string, round: Rounds): Promise<number> {
	const { firstPage } = round;
	const awaited = round.waiting.size;
	const unseen = new Set(round.waiting);
	let count = 0;
	let firstSeen: number | undefined;
	try {
		for await (const record of listRecords(context, { ...callList(agentId, {}), firstPage })) {
			const page = firstPage + Math.floor(count++ / LARGEST_PAGE);
			const id = idOfCall(record);
			for (const one of unseen) {
				if (one.id !== id) continue;
				one.record = record;
				unseen.delete(one);
				firstSeen ??= page;
			}
			if (!unseen.size) break;
		}
		// what joined meanwhile may be on any page
		const isWhole = !unseen.size && round.waiting.size === awaited;
		round.firstPage = isWhole ? (firstSeen ?? 0) : 0;
	} catch (error) {
		signalOf(context)?.throwIfAborted();
		log(context, `could not look for calls, trying again later: ${(error as Error).message}`);
	}
	const { limit } = (await connectionOf(context)).quota;
	const requests = Math.ceil((count + 1) / LARGEST_PAGE);
	return Math.max(times.pollInterval, (2 * requests * times.quotaWindow) / limit);
}
