import type { IDataObject } from 'n8n-workflow';
import { isRecord } from '../api/records';
import { readTime } from '../api/values';

/** In which order a list shows calls, by when they were created. */
export type CallOrder = 'newest first' | 'oldest first' | 'none';

/** A call that had not ended. */
export interface RunningCall {
	/** When it was created, or first seen if nothing says that */
	created: number;
	/** When it was last seen or looked for */
	seen: number;
}

/** A reading of an agent's list, which may take several polls. */
export interface Round {
	began: number;
	/** Of the list, the first one that was not read */
	nextPage: number;
	/** When the newest call was created that was seen */
	newest?: number;
	/** The first one that had a call that the next round has to look at */
	firstPage?: number;
}

/** What is known of an agent's calls. All times are in ms epoch, by the API's clock. */
export interface AgentState {
	/** All calls that were created before are done, except those that are running. */
	doneUntil: number;
	/** When the node began: calls that had ended by then are not its business. Left out when `doneUntil` has passed it. */
	from?: number;
	/** When the last round began that is over */
	readAt?: number;
	/** The calls that are done although they were created later: when, by ID */
	done: Map<string, number>;
	/** By ID */
	running: Map<string, RunningCall>;
	order?: CallOrder;
	/** Where in the list the next round begins, if not at its first page */
	firstPage?: number;
	round?: Round;
	/** Whether it is no longer among the active agents, and all of its calls are done */
	isGone?: boolean;
}

/** What a poll trigger keeps in n8n's static data. */
export interface PollState {
	/** When the last poll that knew all agents began */
	polledUntil: number;
	agents: Map<string, AgentState>;
}

/** Reads what an earlier poll wrote; undefined if none did. What cannot be read is left out. */
export function readPollState(staticData: IDataObject): PollState | undefined {
	const polledUntil = readTime(staticData.polledUntil);
	if (polledUntil === undefined || !isRecord(staticData.agents)) return undefined;
	return { polledUntil, agents: mapOf(staticData.agents, readAgentState) };
}

/** The state as n8n stores it with the workflow: with times that people can read. */
export const writePollState = ({ polledUntil, agents }: PollState): IDataObject => ({
	polledUntil: isoOf(polledUntil),
	agents: objectOf(agents, writeAgentState),
});

function readAgentState(value: unknown): AgentState | undefined {
	const doneUntil = isRecord(value) ? readTime(value.doneUntil) : undefined;
	if (!isRecord(value) || doneUntil === undefined) return undefined;
	return {
		doneUntil,
		from: readTime(value.from),
		readAt: readTime(value.readAt),
		done: mapOf(value.done, readTime),
		running: mapOf(value.running, readRunningCall),
		order: ORDERS.find((order) => order === value.order),
		firstPage: readPage(value.firstPage),
		round: readRound(value.round),
		isGone: value.isGone === true,
	};
}

const ORDERS: CallOrder[] = ['newest first', 'oldest first', 'none'];

function readRunningCall(value: unknown): RunningCall | undefined {
	const [created, seen] = isRecord(value) ? [readTime(value.created), readTime(value.seen)] : [];
	return created === undefined || seen === undefined ? undefined : { created, seen };
}

function readRound(value: unknown): Round | undefined {
	const [began, nextPage] = isRecord(value) ? [readTime(value.began), readPage(value.nextPage)] : [];
	if (!isRecord(value) || began === undefined || nextPage === undefined) return undefined;
	return { began, nextPage, newest: readTime(value.newest), firstPage: readPage(value.firstPage) };
}

const readPage = (value: unknown) => (Number.isSafeInteger(value) ? Number(value) : undefined);

const writeAgentState = (state: AgentState) => ({
	doneUntil: isoOf(state.doneUntil),
	...timeIn('from', state.from),
	...timeIn('readAt', state.readAt),
	done: objectOf(state.done, isoOf),
	running: objectOf(state.running, ({ created, seen }) => ({ created: isoOf(created), seen: isoOf(seen) })),
	...(state.order && { order: state.order }),
	...(state.firstPage && { firstPage: state.firstPage }),
	...(state.round && { round: writeRound(state.round) }),
	...(state.isGone && { isGone: true }),
});

const writeRound = ({ began, nextPage, newest, firstPage }: Round) => ({
	began: isoOf(began),
	nextPage,
	...timeIn('newest', newest),
	...(firstPage && { firstPage }),
});

const timeIn = (name: string, time?: number) => (time === undefined ? {} : { [name]: isoOf(time) });

const isoOf = (time: number) => new Date(time).toISOString();

/** IDs are the API's: in a map, none means anything else. */
function mapOf<T>(value: unknown, read: (entry: unknown) => T | undefined): Map<string, T> {
	const entries = isRecord(value) ? Object.entries(value) : [];
	return new Map(
		entries.flatMap(([id, entry]) => {
			const known = read(entry);
			return known === undefined ? [] : [[id, known] as const];
		}),
	);
}

const objectOf = <T>(map: Map<string, T>, write: (entry: T) => unknown) =>
	Object.fromEntries([...map].map(([id, entry]) => [id, write(entry)])) as IDataObject;
