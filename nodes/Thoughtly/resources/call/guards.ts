import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { allAgentIds } from '../../api/agent';
import { callList, readCall } from '../../api/call';
import type { Call } from '../../api/call';
import { digits, fetchContact } from '../../api/contact';
import { createdAt, listRecords } from '../../api/envelope';
import { inputError } from '../../transport/errors';
import { LARGEST_PAGE } from '../../transport/pagination';
import { times } from '../../transport/times';
import { wasCalled } from './callee';
import type { Callee } from './callee';
import { isTimeZone, minuteOfDay, nextAllowedAt, timeZonesOf } from './callingHours';
import type { CallingHours } from './callingHours';
import { executionOf, placedBefore } from '../../execution/atMostOnce';
import { collection, group, lengthOf, timeUnits, wholeNumber } from '../../fields/parameters';
import { countryOf } from '../../phone/phoneNumber';

/** Reasons not to place a call, as the options of an item say. */
export interface Restrictions {
	hours?: CallingHours & { timeZone: string; outside: unknown };
	calledWithin?: { ms: number; sameAgentOnly: boolean };
}

export const skipIfCalledWithinField: INodeProperties = {
	displayName: 'Skip if Called Within',
	name: 'skipIfCalledWithin',
	type: 'fixedCollection',
	placeholder: 'Add Time',
	default: { time: {} },
	description:
		"Nobody is called who was called within this time; their items are passed on, marked as skipped. The agent's calls are read once for an execution.",
	options: [
		{
			displayName: 'Time',
			name: 'time',
			values: [
				{
					displayName: 'Amount',
					name: 'amount',
					type: 'number',
					typeOptions: { minValue: 1 },
					default: 24,
					description: 'How long the last call must be ago',
				},
				{
					displayName: 'Unit',
					name: 'unit',
					type: 'options',
					default: 'hours',
					options: timeUnits,
				},
				{
					displayName: 'Same Agent Only',
					name: 'sameAgentOnly',
					type: 'boolean',
					default: true,
					description:
						"Whether only calls of this agent count. Otherwise the calls of all agents are read, which uses up Thoughtly's requests per minute.",
				},
			],
		},
	],
};

/** Reads and checks the options that may keep an item from being called. */
export function readRestrictions(context: IExecuteFunctions, itemIndex: number): Restrictions {
	const { onlyCallBetween, skipIfCalledWithin, timeZone } = collection(context, 'options', itemIndex);
	const hours = group(onlyCallBetween, 'hours');
	const time = group(skipIfCalledWithin, 'time');
	return {
		hours: hours && readHours(context, hours, String(timeZone ?? '').trim(), itemIndex),
		calledWithin: time && {
			ms: readTime(context, time, itemIndex),
			sameAgentOnly: time.sameAgentOnly !== false,
		},
	};
}

/** Gives how long the last call must be ago, in ms. */
function readTime(context: IExecuteFunctions, { amount = 24, unit = 'hours' }: IDataObject, itemIndex: number): number {
	const length = lengthOf(unit);
	if (length) {
		const advice = 'Leave the option out to call everyone';
		return wholeNumber(context, amount, 'Skip if Called Within', advice, itemIndex) * length;
	}
	throw inputError(
		context.getNode(),
		`'Unit' of 'Skip if Called Within' is none of minutes, hours and days: ${String(unit)}`,
		'Choose one of them',
		itemIndex,
	);
}

function readHours(context: IExecuteFunctions, given: IDataObject, timeZone: string, itemIndex: number) {
	const { from = '09:00', to = '18:00', weekdays = [1, 2, 3, 4, 5], outsideTheseHours: outside = 'skip' } = given;
	const minute = (value: unknown, displayName: string) => {
		const read = minuteOfDay(String(value));
		if (read !== null) return read;
		throw inputError(
			context.getNode(),
			`'${displayName}' in 'Only Call Between' is no time of day: ${String(value)}`,
			'Write it from 00:00 to 23:59, e.g. 09:00',
			itemIndex,
		);
	};
	if (timeZone !== '' && !isTimeZone(timeZone)) {
		throw inputError(
			context.getNode(),
			`'Time Zone' is none that is known: ${timeZone}`,
			'Write its IANA name, e.g. Europe/Berlin',
			itemIndex,
		);
	}
	const days = [weekdays].flat().map(Number);
	if (!days.length || !days.every((day) => [1, 2, 3, 4, 5, 6, 7].includes(day))) {
		throw inputError(
			context.getNode(),
			"'Weekdays' in 'Only Call Between' must be numbers from 1 (Monday) to 7 (Sunday), one at least",
			'Choose them from the list; an expression gives a list of numbers, e.g. [1, 2, 3, 4, 5]',
			itemIndex,
		);
	}
	return { from: minute(from, 'From'), to: minute(to, 'To'), weekdays: days, timeZone, outside };
}

/**
 * Gives what goes on in place of a call that is not to be placed now, undefined where it may be placed.
 * @throws NodeOperationError where it is outside the hours and that is to fail
 */
export async function reasonNotToCall(
	context: IExecuteFunctions,
	agentId: string,
	callee: Callee,
	{ hours, calledWithin }: Restrictions,
	itemIndex: number,
): Promise<IDataObject | undefined> {
	if (hours) {
		const now = Date.now();
		const timeZones = await timeZonesFor(context, hours.timeZone, callee, itemIndex);
		const next = nextAllowedAt(hours, timeZones, now);
		if (next !== now) return outsideHours(context, hours.outside, next, itemIndex);
	}
	if (!calledWithin) return undefined;
	const { ms, sameAgentOnly } = calledWithin;
	const since = Date.now() - ms;
	// of a call that may have been placed nothing is known but whom it went to
	const isIt = (call: IDataObject) =>
		wasCalled(call, callee) && (!sameAgentOnly || (call.agentId ?? agentId) === agentId);
	const lastCall =
		placedBefore(context, since, isIt) ??
		(await lastCallTo(context, sameAgentOnly ? agentId : undefined, callee, ms, itemIndex));
	return lastCall && { skipped: true, reason: 'Called already within the time of "Skip if Called Within"', lastCall };
}

function outsideHours(context: IExecuteFunctions, outside: unknown, next: number | undefined, itemIndex: number) {
	if (next === undefined) {
		throw inputError(
			context.getNode(),
			"'Only Call Between' never holds in all time zones of the number's country at once",
			"Widen the hours or choose weekdays, or set 'Time Zone'",
			itemIndex,
		);
	}
	const nextAllowedAt = new Date(next).toISOString();
	if (outside !== 'fail') return { skipped: true, reason: 'Outside "Only Call Between"', nextAllowedAt };
	throw inputError(
		context.getNode(),
		`It is outside 'Only Call Between': the call may be placed from ${nextAllowedAt} on`,
		"Run it then, or set 'Outside These Hours' to skip",
		itemIndex,
	);
}

async function timeZonesFor(
	context: IExecuteFunctions,
	timeZone: string,
	callee: Callee,
	itemIndex: number,
): Promise<readonly string[]> {
	if (timeZone !== '') return [timeZone];
	const phoneNumber =
		callee.phoneNumber ?? String((await fetchContact(context, callee.contactId!, itemIndex)).phone_number ?? '');
	const country = await countryOf(phoneNumber);
	const timeZones = country === undefined ? [] : timeZonesOf(country);
	if (timeZones.length) return timeZones;
	throw inputError(
		context.getNode(),
		"'Only Call Between' needs a time zone, and the phone number's country is not known",
		"Set 'Time Zone' in the options",
		itemIndex,
	);
}

/** A call, and when it was created, in ms epoch. */
interface CallAt {
	at: number;
	call: Call;
}

/** The last call to each person whom an agent called lately, by contact's ID and by number. */
type LastCalls = Map<string, CallAt>;

/** Lists are long, and a loop runs the node again and again: each is read once for an execution. */
const readings = new WeakMap<object, Map<string, Promise<unknown>>>();

async function readOnce<T>(context: IExecuteFunctions, what: string, read: () => Promise<T>): Promise<T> {
	const known = readings.get(executionOf(context)) ?? new Map<string, Promise<unknown>>();
	readings.set(executionOf(context), known);
	const reading = (known.get(what) as Promise<T> | undefined) ?? read();
	known.set(what, reading);
	// one that failed is read again for the next item
	reading.catch(() => known.delete(what));
	return await reading;
}

/** Gives the last call to someone within a time, of one agent or, without one, of all. */
async function lastCallTo(
	context: IExecuteFunctions,
	agentId: string | undefined,
	{ contactId, phoneNumber }: Callee,
	withinMs: number,
	itemIndex: number,
): Promise<IDataObject | undefined> {
	const agentIds =
		agentId === undefined
			? await readOnce(context, 'agents', async () => await allAgentIds(context, itemIndex))
			: [agentId];
	for (const id of agentIds) {
		const calls = await readOnce(
			context,
			`${id} ${withinMs}`,
			async () => await readLastCalls(context, id, withinMs, itemIndex),
		);
		const last = calls.get(contactId ?? '') ?? calls.get(digits(phoneNumber));
		// in a long loop it may be too long ago by now
		if (last && last.at >= Date.now() - withinMs) return last.call;
	}
	return undefined;
}

/**
 * Gives a call of an agent to someone since a time (ms epoch), or undefined; its calls are read once for an execution.
 * @param known IDs of calls that are not meant
 */
export async function callSince(
	context: IExecuteFunctions,
	agentId: string,
	since: number,
	callee: Callee,
	known: Set<unknown>,
	itemIndex: number,
): Promise<Call | undefined> {
	const calls = await readOnce(
		context,
		`${agentId} since ${since}`,
		async () => await readCallsSince(context, agentId, since - times.clockDifference, itemIndex),
	);
	return calls.find(({ call }) => wasCalled(call, callee) && !known.has(call.id))?.call;
}

/** Reads an agent's last call to each person within a time. */
async function readLastCalls(
	context: IExecuteFunctions,
	agentId: string,
	withinMs: number,
	itemIndex: number,
): Promise<LastCalls> {
	const last: LastCalls = new Map();
	for (const { at, call } of await readCallsSince(context, agentId, Date.now() - withinMs, itemIndex)) {
		for (const key of [call.contactId ?? '', digits(call.phoneNumber)])
			if (key && at > (last.get(key)?.at ?? -Infinity)) last.set(key, { at, call });
	}
	return last;
}

/**
 * Reads an agent's calls back to a time. In which order they come is not documented: only where a whole page ran from
 * newer to older is a list taken to go on so, and left where the time ends.
 */
async function readCallsSince(
	context: IExecuteFunctions,
	agentId: string,
	since: number,
	itemIndex: number,
): Promise<CallAt[]> {
	const calls: CallAt[] = [];
	let count = 0;
	let previous = Infinity;
	let isNewestFirst = true;
	for await (const record of listRecords(context, callList(agentId, {}), itemIndex)) {
		const call = readCall(record);
		const time = createdAt(record, call.startedAt);
		// a call without a readable time may be one that is being placed
		const at = Number.isNaN(time) ? Date.now() : time;
		if (at >= since) calls.push({ at, call });
		if (at > previous) isNewestFirst = false;
		previous = at;
		if (++count % LARGEST_PAGE === 0 && isNewestFirst && at < since) break;
	}
	return calls;
}
