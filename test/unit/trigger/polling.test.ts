import type { IDataObject } from 'n8n-workflow';
import type { ListPage } from '../../../nodes/Thoughtly/api/lists';
import {
	beginAgent,
	firstPageOf,
	isCallOver,
	mayBeginAt,
	noteListed,
	orderOf,
	takePage,
} from '../../../nodes/Thoughtly/trigger/polling';
import { readPollState, writePollState } from '../../../nodes/Thoughtly/trigger/pollState';
import type { AgentState } from '../../../nodes/Thoughtly/trigger/pollState';
import { readCall } from '../../../nodes/Thoughtly/api/call';

/** The rule of the poll trigger: what to read, what has ended, how the state advances. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** When the node was activated; all times are minutes from then. */
const START = Date.parse('2026-11-25T10:00:00.000Z');
const at = (minutes: number) => new Date(START + minutes * MINUTE).toISOString();

const running = (id: string, created: number, status = 'IN_PROGRESS') => ({ id, created: at(created), status });
const over = (id: string, created: number, end = created, status = 'COMPLETED') => ({
	id,
	created: at(created),
	status,
	end_time: at(end),
});

const pageOf = (records: IDataObject[], number = 0, isLast = true): ListPage => ({ number, records, isLast });

/** Takes in pages of one poll; returns the IDs of what has ended. */
function poll(state: AgentState, minute: number, ...pages: ListPage[]): unknown[] {
	const now = START + minute * MINUTE;
	return pages.flatMap((page) => takePage(state, page, { began: now, now }).map(({ id }) => id));
}

/** An agent whose list was read when the node was activated. */
function agentAt(...records: IDataObject[]): AgentState {
	const state = beginAgent(START);
	poll(state, 0, pageOf(records));
	return state;
}

describe('which calls have ended', () => {
	test.each<[string, IDataObject[], IDataObject[], string[]]>([
		['one that was created since', [], [over('new', 1)], ['new']],
		['one that was running', [running('long', -200)], [over('long', -200, 1)], ['long']],
		['one that was running for longer than the list is searched', [running('l', -300)], [over('l', -300, 1)], ['l']],
		['none that is running', [running('one', -1)], [running('one', -1), running('two', 1)], []],
		['none that had ended before', [over('old', -1)], [over('old', -1)], []],
		['none that had ended before and is listed late', [], [over('late', -3, -2)], []],
		['none that ended at that moment', [], [over('then', -3, 0)], []],
		['one that ended since and is listed late', [], [over('late', -3, 0.5)], ['late']],
		['none that had ended long before and was on no page', [], [over('old', -9 * 60, -8 * 60)], []],
		['one without any time but its end', [], [{ id: 'e', status: 'FAILED', ended_at: at(1) }], ['e']],
		['one without any time', [], [{ id: 'x', status: 'FAILED' }], ['x']],
		['one without an end time', [], [{ id: 'x', created: at(1), status: 'NO_ANSWER' }], ['x']],
		['one that is nested', [], [{ call: { id: 'n', status: 'success', started_at: at(1) } }], [undefined as never]],
		['none without an ID', [], [{ created: at(1), status: 'COMPLETED' }], []],
	])('%s', (_name, before, after, ended) => {
		const state = agentAt(...before);
		expect(poll(state, 2, pageOf(after))).toEqual(ended);
		expect(poll(state, 3, pageOf(after))).toEqual([]);
	});

	test.each([
		['a final status', { status: 'NO_ANSWER' }, 0, true],
		['an end time', { status: 'ODD', end_time: at(0) }, 0, true],
		['a running status', { status: 'queued' }, 7 * DAY - 1, false],
		['a running status for a week', { status: 'queued' }, 7 * DAY, true],
		['an unknown status', { status: 'ODD' }, 4 * HOUR - 1, false],
		['an unknown status for four hours', { status: 'ODD' }, 4 * HOUR, true],
		['no status', {}, 4 * HOUR - 1, false],
		['no status for four hours', {}, 4 * HOUR, true],
	])('%s, age %#', (_name, record, age, isOver) => {
		expect(isCallOver(readCall(record), age)).toBe(isOver);
	});

	test('a call is returned once, whatever becomes of it', () => {
		const state = agentAt(running('one', -1));
		expect(poll(state, 1, pageOf([{ id: 'one', created: at(-1), status: 'TRANSFERRED' }]))).toEqual(['one']);
		for (const minute of [2, 20, 60]) {
			expect(poll(state, minute, pageOf([running('one', -1)]))).toEqual([]);
			expect(poll(state, minute, pageOf([over('one', -1, minute)]))).toEqual([]);
		}
	});

	test('one that was running for long when the node began is returned once, even if it seems to be running again', () => {
		const state = agentAt(running('long', -300));
		expect(poll(state, 1, pageOf([over('long', -300, 1)]))).toEqual(['long']);
		poll(state, 2, pageOf([running('long', -300)]));
		expect(poll(state, 3, pageOf([over('long', -300, 3)]))).toEqual([]);
	});

	test('a call without any time is returned once for as long as it is listed', () => {
		const state = agentAt();
		const failed = { id: 'x', status: 'FAILED' };
		const ended = [1, 8, 16, 24, 32].flatMap((minute) =>
			poll(state, minute, pageOf([over(`${minute}`, minute - 0.5), failed])),
		);
		expect(ended).toEqual(['1', 'x', '8', '16', '24', '32']);
	});

	test('an agent that began later does not return what had ended by then', () => {
		const state = beginAgent(START);
		expect(poll(state, 3, pageOf([over('a', -9, -1), over('b', -9, 1), over('c', -200, 2)]))).toEqual(['b', 'c']);
	});
});

describe('the order of a page', () => {
	test.each<[string, number[], string | undefined]>([
		['nothing', [], undefined],
		['one call', [5], undefined],
		['equal times', [5, 5, 5], undefined],
		['falling times', [9, 5, 5, 1], 'newest first'],
		['rising times', [1, 5, 9], 'oldest first'],
		['neither', [5, 9, 1], 'none'],
		['nearly falling times', [9, 7, 7.5, 1], 'newest first'],
		['nearly rising times', [1, 7.5, 7, 9], 'oldest first'],
		['times of one minute in no order', [1.1, 1.9, 1.5], 'none'],
		['times of one minute that rise', [1.1, 1.5, 1.9], 'oldest first'],
	])('%s', (_name, minutes, order) => {
		expect(orderOf(minutes.map((minute) => START + minute * MINUTE))).toBe(order);
	});
});

describe('how far a list is read', () => {
	const full = (from: number, step: number, number = 0) =>
		pageOf(
			Array.from({ length: 50 }, (_, index) => over(`${number}-${index}`, from + index * step)),
			number,
			false,
		);
	const isOver = (state: AgentState) => state.round === undefined;

	test.each<[string, (state: AgentState) => void, ListPage[], boolean]>([
		['to a page that goes back beyond what is done', () => {}, [full(20, -1)], true],
		['on, if it does not', () => {}, [full(20, -0.1)], false],
		['on, if a call on the next page may be newer', () => {}, [full(33.5, -1)], false],
		['on, if the calls are in no order', () => {}, [pageOf(full(20, -1).records.reverse(), 0, false)], false],
		[
			'on, if one page is in order and another is not',
			() => {},
			[full(20, -0.2), pageOf([...full(10, -1, 1).records].reverse(), 1, false), full(-60, -1, 2)],
			false,
		],
		['to the end', () => {}, [pageOf(full(20, -1).records.reverse())], true],
		['on, if all calls were created at once', () => {}, [full(-100, 0)], false],
		[
			'no further, if all were created at once and the newest used to come first',
			(state) => (state.order = 'newest first'),
			[full(-100, 0)],
			true,
		],
		[
			'on to a running call',
			(state) => state.running.set('far', { created: START - 120 * MINUTE, seen: START - HOUR }),
			[full(20, -1)],
			false,
		],
		[
			'on behind where a running call should be, which may have been seen late',
			(state) => state.running.set('far', { created: START - 27 * MINUTE, seen: START }),
			[full(20, -1)],
			false,
		],
		[
			'on to a running call that is a week old',
			(state) => state.running.set('far', { created: START - 7 * DAY, seen: START + 20 * MINUTE }),
			[full(20, -1)],
			false,
		],
		[
			'as far as a running call, and no further where it is missing',
			(state) => state.running.set('far', { created: START - 120 * MINUTE, seen: START - HOUR }),
			[full(20, -1), full(-40, -2, 1)],
			true,
		],
		[
			'not to a running call that was looked for lately for its age',
			(state) => state.running.set('far', { created: START - 120 * MINUTE, seen: START + 16 * MINUTE }),
			[full(20, -1)],
			true,
		],
	])('%s', (_name, change, pages, isEnough) => {
		const state = agentAt(over('old', -5));
		change(state);
		poll(state, 21, ...pages);
		expect(isOver(state)).toBe(isEnough);
	});

	test('a running call that was missing is not looked for in every poll', () => {
		const state = agentAt(over('old', -5));
		state.running.set('far', { created: START - 120 * MINUTE, seen: START - HOUR });
		poll(state, 21, full(20, -1), full(-40, -2, 1));
		poll(state, 22, full(20, -1));
		expect(isOver(state)).toBe(true);
	});

	test('a reading that takes several polls goes on a page before, and is over at the end', () => {
		const state = agentAt(over('old', -300));
		const ended = poll(state, 1000, full(990, -5), full(740, -5, 1));
		expect(ended).toHaveLength(100);
		expect(firstPageOf(state)).toBe(1);
		expect(state.doneUntil).toBe(START - 240 * MINUTE);
		const again = pageOf(full(740, -5, 1).records, 1, false);
		expect(poll(state, 1001, again, full(490, -5, 2), full(240, -15, 3))).toHaveLength(50 + 16);
		expect(isOver(state)).toBe(true);
		// calls of the first page could still be listed late
		expect(state.doneUntil).toBe(START + (990 - 10) * MINUTE);
		expect([...state.done.keys()]).toEqual(['0-0', '0-1', '0-2']);
		expect(firstPageOf(state)).toBe(0);
	});

	test('with the oldest calls first, the next reading begins a page before what may change', () => {
		const state = agentAt(over('old', -300));
		const pages = [full(-200, 1, 0), full(-150, 1, 1), full(-100, 1, 2), full(-50, 1.2, 3)];
		poll(state, 12, ...pages, pageOf([over('last', 11)], 4));
		expect([state.order, firstPageOf(state)]).toEqual(['oldest first', 2]);
		expect(mayBeginAt(pages[2], state)).toBe(true);
	});

	test.each<[string, Partial<AgentState>, ListPage, boolean]>([
		['the first page', {}, full(20, -1), true],
		['a page of old calls, oldest first', {}, full(-90, 1, 3), true],
		['a page of old calls, newest first', {}, full(-90, -1, 3), false],
		['a page of new calls', {}, full(0, 1, 3), false],
		['an empty page', {}, pageOf([], 3), false],
		[
			'where it was, a page that begins with an old call',
			{ round: { began: START, nextPage: 4 } },
			full(-90, -1, 3),
			true,
		],
		[
			'where it was, a page that begins with a new call',
			{ round: { began: START, nextPage: 4 } },
			full(9, -1, 3),
			false,
		],
		['where it was, an empty page', { round: { began: START, nextPage: 4 } }, pageOf([], 3), false],
	])('a reading may begin at %s: %#', (_name, change, page, may) => {
		expect(mayBeginAt(page, { ...agentAt(over('x', -20)), ...change })).toBe(may);
	});
});

describe('the state', () => {
	test('is the same when it was stored in between, however exact the clock is', () => {
		const stored = (agent: AgentState) => {
			const state = { polledUntil: START, agents: new Map([['agent', agent]]) };
			const json = JSON.parse(JSON.stringify(writePollState(state))) as IDataObject;
			return readPollState(json)!.agents.get('agent')!;
		};
		const calls = [over('newest', 20), over('call', 1)];
		const state = agentAt();
		expect(poll(state, 11, pageOf([over('call', 1)]))).toEqual(['call']);
		// half a millisecond after this moment less ten minutes, the call was created
		expect(poll(stored(state), 11 + 0.5 / MINUTE, pageOf(calls))).toEqual(['newest']);
		const next = stored(state);
		poll(next, 11 + 0.5 / MINUTE, pageOf(calls));
		expect(poll(stored(next), 12, pageOf(calls))).toEqual([]);
	});

	test('does not grow with age', () => {
		const state = agentAt();
		for (let minute = 1; minute <= 24 * 60; minute++) {
			const calls = Array.from({ length: 30 }, (_, index) => over(`${minute - index}`, minute - index));
			expect(poll(state, minute, pageOf(calls, 0, minute === 1))).toEqual([`${minute}`]);
		}
		expect(state.done.size).toBe(11);
	});

	test('a running call that is no longer listed is forgotten after a week', () => {
		const state = agentAt(running('gone', -1));
		for (const days of [1, 3, 6.9]) poll(state, days * 24 * 60, pageOf([]));
		expect([...state.running.keys()]).toEqual(['gone']);
		poll(state, 7 * 24 * 60, pageOf([]));
		expect(state.running.size).toBe(0);
	});

	test('if the clock that requests show is ahead, no call is taken for done', () => {
		const state = agentAt(over('old', -1));
		poll(state, 24 * 60, pageOf([over('old', -1)]));
		expect(poll(state, 24 * 60, pageOf([over('new', 5)]))).toEqual(['new']);
	});

	test('if it is behind, none is either', () => {
		const state = agentAt();
		expect(poll(state, 1, pageOf([over('ahead', 60)]))).toEqual(['ahead']);
		expect(poll(state, 2, pageOf([over('ahead', 60), over('new', 1.5)]))).toEqual(['new']);
	});

	test('an agent that is no longer active is read until its last call has ended, and again when it is back', () => {
		const state = agentAt(running('last', -1));
		const isGone = (minute: number, isListed = false) => {
			noteListed(state, isListed, START + minute * MINUTE);
			return state.isGone;
		};
		poll(state, 1, pageOf([running('last', -1)]));
		expect(isGone(1)).toBe(false);
		poll(state, 2, pageOf([over('last', -1, 2)]));
		expect(isGone(2)).toBe(true);
		expect(isGone(3)).toBe(true);
		expect(isGone(4, true)).toBe(false);
	});
});
