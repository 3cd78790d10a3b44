// What is promised of calls, judged by the simulator's books.
import { DateTime } from 'luxon';
import type { Call, Placement } from '../../simulator/simulator.mts';
import { ANSWERED } from '../../simulator/endings.mts';
import { isTool } from '../history.mts';
import type { Hours, Item, Skip } from '../history.mts';
import { isNumberOf, nationalNumber, UNUSABLE } from '../people.mts';
import type { World } from '../world.mts';
import { clockTolerance } from './clock.mts';

/** A call that the books have, and what it was placed for. */
interface Placed {
	at: number;
	/** When the request was sent, by n8n's wall clock, in ms epoch */
	sentAt: number;
	call: Call;
	/** Names the item, the node and the round */
	key: string;
	item: Item;
	hours: Hours | null;
	skip: Skip | null;
}

const placedBy = ({ history, simulator, sentAt }: World): Placed[] =>
	simulator.placements.map(({ at, call, request }: Placement) => {
		const key = String(call.metadata?.key);
		const [execution, item] = key.split(/[. ]/).map(Number);
		const { items, hours, skip } = history.executions[execution];
		return { at, sentAt: sentAt[simulator.requests.indexOf(request)], call, key, item: items[item], hours, skip };
	});

/**
 * After a crash, when an error leads back to the node, and for a tool, an item may take over another item's call, so calls are
 * counted per person.
 */
const isCountedByPerson = ({ history }: World, key: string) =>
	history.incidents.some(({ what }) => what === 'crash') ||
	history.executions[executionOf(key)].workflow === 'errorsBack' ||
	isTool(history.executions[executionOf(key)]);

export function nobodyIsCalledTwice(world: World): string[] {
	const placed = placedBy(world);
	const nameOf = ({ key, item }: Placed) =>
		isCountedByPerson(world, key) ? `${executionOf(key)} of person ${item.person}` : key;
	const counts = new Map<string, number>();
	for (const call of placed) counts.set(nameOf(call), (counts.get(nameOf(call)) ?? 0) + 1);
	return placed
		.filter((call) => counts.get(nameOf(call))! > (isCountedByPerson(world, call.key) ? callsMeant(world, call) : 1))
		.map((call) => `item ${call.key} is one of ${counts.get(nameOf(call))} calls for ${nameOf(call)}`);
}

const executionOf = (key: string) => Number(key.split('.')[0]);

/** How often the person of a call is meant in its execution. */
function callsMeant({ history }: World, { key, item }: Placed): number {
	const execution = history.executions[executionOf(key)];
	if (isTool(execution)) return 1;
	const { items, workflow } = execution;
	const rounds = workflow === 'loop' || workflow === 'twoNodes' ? 2 : 1;
	return rounds * items.filter(({ person }) => person === item.person).length;
}

export function onlyIntendedNumbersAreCalled(world: World): string[] {
	return placedBy(world).flatMap(({ call, key, item }) => {
		const isUsable = item.by === 'contact' || !UNUSABLE.has(item.spelling);
		return isUsable && isNumberOf(item.person, call.phone_number)
			? []
			: [`item ${key} has called ${call.phone_number}`];
	});
}

export function nobodyIsCalledOutsideTheHours(world: World): string[] {
	return placedBy(world).flatMap(({ sentAt, key, hours }) => {
		// all numbers of a history are in San Francisco; n8n goes by its own clock
		const at = DateTime.fromMillis(sentAt, { zone: hours?.timeZone || 'America/Los_Angeles' });
		return !hours || isWithin(hours, at) ? [] : [`item ${key} was called at ${at.toFormat('ccc HH:mm:ss z')}`];
	});
}

function isWithin({ from, to, weekdays }: Hours, at: DateTime): boolean {
	const minute = at.hour * 60 + at.minute;
	const [begin, end] = [from, to].map((time) => time.split(':').map(Number)).map(([hour, min]) => hour * 60 + min);
	const today = weekdays.includes(at.weekday);
	const yesterday = weekdays.includes(at.minus({ days: 1 }).weekday);
	if (begin < end) return today && begin <= minute && minute < end;
	return (today && minute >= begin) || (yesterday && minute < end);
}

const UNITS_MS = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 };

export function nobodyExcludedByAFilterIsCalled(world: World): string[] {
	const { simulator, history } = world;
	// a contact that the search cannot find by its number has calls that nothing connects with the number
	if (history.hasNationalNumbers && history.api.listedCalls !== 'flat') return [];
	// 'failure' alone does not tell that a phone has rung
	const saysOnlyFailure =
		history.api.vocabulary === 'api' && history.api.listedCalls === 'flat' && !history.api.profileFields;
	// what a process remembers of calls goes by the token
	const hasNewToken = world.tokens.size > 1;
	const { clockOffsetMs } = simulator.options;
	return placedBy(world).flatMap(({ at, call, key, skip }) => {
		if (!skip) return [];
		if (skip.amount === null) return [`item ${key} was called although its filter has no value`];
		const since = at - skip.amount * UNITS_MS[skip.unit] + clockTolerance(world);
		const earlier = simulator.store.calls.slice(0, simulator.store.calls.indexOf(call)).find((other) => {
			if (other.direction === 'inbound' || (hasNewToken && other.metadata)) return false;
			const hasRung = saysOnlyFailure ? ANSWERED.has(other.status) : other.status !== 'FAILED';
			const isCounted = skip.countOnlyAnswered ? ANSWERED.has(other.status) : hasRung;
			const isOfAgent = !skip.sameAgentOnly || other.interview.id === call.interview.id;
			const isRecent = Date.parse(other.created) - clockOffsetMs > since;
			return (
				isCounted && isOfAgent && isRecent && nationalNumber(other.phone_number) === nationalNumber(call.phone_number)
			);
		});
		return earlier ? [`item ${key} was called although they were called at ${earlier.created}`] : [];
	});
}
