import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { readDuration, timeUnits } from '../../fields/duration';
import { collection, group, locatorValue, readList, readSwitch } from '../../fields/parameters';
import type { CallingHours } from '../../phone/callingHours';
import type { HelpTopic } from '../../transport/help';
import { inputError } from '../../transport/nodeErrors';
import type { ExecutionScope, Scope } from '../../transport/scope';
import { lastCallTo } from './callHistory';
import type { Recipient } from './callee';

const HOURS_HELP: HelpTopic = 'change-the-calling-hours';

/** Reasons not to place a call, from an item's options. */
export interface Guards {
	hours?: CallingHours & { timeZone: string; outside: 'skip' | 'fail' };
	calledWithin?: { withinMs: number; sameAgentOnly: boolean; onlyAnswered: boolean };
}

const hoursFields: INodeProperties[] = [
	{
		displayName: 'From',
		name: 'from',
		type: 'string',
		default: '09:00',
		placeholder: 'e.g. 09:00',
		description: 'Earliest time of day to place calls, 00:00 to 23:59',
	},
	{
		displayName: 'To',
		name: 'to',
		type: 'string',
		default: '18:00',
		placeholder: 'e.g. 18:00',
		description:
			"Calls are placed until this time of day, 00:00 to 23:59. If it is not later than 'From', it means the next day.",
	},
	{
		displayName: 'Weekdays',
		name: 'weekdays',
		type: 'multiOptions',
		default: [1, 2, 3, 4, 5],
		options: [
			{ name: 'Monday', value: 1 },
			{ name: 'Tuesday', value: 2 },
			{ name: 'Wednesday', value: 3 },
			{ name: 'Thursday', value: 4 },
			{ name: 'Friday', value: 5 },
			{ name: 'Saturday', value: 6 },
			{ name: 'Sunday', value: 7 },
		],
		description: 'Days on which the hours begin. Hours past midnight continue into the next day.',
	},
	{
		displayName: 'Outside These Hours',
		name: 'outsideTheseHours',
		type: 'options',
		default: 'skip',
		options: [
			{
				name: 'Skip',
				value: 'skip',
				description: "Pass the item on with the result 'skipped' and with 'nextAllowedAt', for use in a Wait node",
			},
			{ name: 'Fail', value: 'fail', description: 'Fail the item and report when the call may be placed' },
		],
	},
	{
		displayName: 'Time Zone',
		name: 'timeZone',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		description:
			'Time zone of the hours. If empty, the phone number decides, by its area code where a country has several time zones.',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Select a time zone...',
				typeOptions: { searchListMethod: 'findTimeZones', searchable: true },
			},
			{ displayName: 'By Name', name: 'name', type: 'string', placeholder: 'e.g. Europe/Berlin' },
		],
	},
];

export const onlyCallBetweenField: INodeProperties = {
	displayName: 'Only Call Between',
	name: 'onlyCallBetween',
	type: 'fixedCollection',
	placeholder: 'Add Hours',
	default: { hours: {} },
	description: "Only call during these hours, in the recipient's time zone",
	options: [
		{
			displayName: 'Hours',
			name: 'hours',
			values: hoursFields,
		},
	],
};

export const skipIfCalledWithinField: INodeProperties = {
	displayName: 'Skip if Called Within',
	name: 'skipIfCalledWithin',
	type: 'fixedCollection',
	placeholder: 'Add Time',
	default: { time: {} },
	description:
		'Skip anyone who was already called within this period. Calls that did not ring are ignored. A call that was placed outside this n8n counts once Thoughtly lists it.',
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
					description: 'Minimum time since the last call',
				},
				{ displayName: 'Unit', name: 'unit', type: 'options', default: 'hours', options: timeUnits },
				{
					displayName: 'Same Agent Only',
					name: 'sameAgentOnly',
					type: 'boolean',
					default: true,
					description:
						'Whether to consider only the calls of this agent. Otherwise the calls of all agents are read, which takes at least one request per agent.',
				},
				{
					displayName: 'Count Only Answered',
					name: 'countOnlyAnswered',
					type: 'boolean',
					default: false,
					description: 'Whether to ignore calls that were not answered',
				},
			],
		},
	],
};

/** Reads and checks the options that may keep an item from being called. */
export async function readGuards(context: IExecuteFunctions, itemIndex: number): Promise<Guards> {
	const { onlyCallBetween, skipIfCalledWithin } = collection(context, 'options', itemIndex);
	const hours = group(onlyCallBetween, 'hours');
	const time = group(skipIfCalledWithin, 'time');
	return {
		hours: hours && (await readHours(context, hours, itemIndex)),
		calledWithin: time && {
			// a period of 0 would skip nobody
			withinMs: readDuration(context, { amount: 24, unit: 'hours', ...time }, 'Skip if Called Within', itemIndex, 1),
			sameAgentOnly: readSwitch(context, time, 'sameAgentOnly', 'Same Agent Only', itemIndex, true),
			onlyAnswered: readSwitch(context, time, 'countOnlyAnswered', 'Count Only Answered', itemIndex),
		},
	};
}

async function readHours(
	context: IExecuteFunctions,
	given: IDataObject,
	itemIndex: number,
): Promise<NonNullable<Guards['hours']>> {
	const { isTimeZone, minuteOfDay } = await import('../../phone/phoneLibrary');
	const refuse = (message: string, advice: string) => inputError({ context, itemIndex }, message, advice, HOURS_HELP);
	const { from = '09:00', to = '18:00', weekdays = [1, 2, 3, 4, 5], outsideTheseHours } = given;
	const minute = (value: unknown, displayName: string) => {
		const read = minuteOfDay(String(value));
		if (read !== null) return read;
		throw refuse(
			`'${displayName}' in 'Only Call Between' is not a valid time of day: ${String(value)}`,
			'Enter it from 00:00 to 23:59, e.g. 09:00',
		);
	};
	const timeZone = locatorValue(given.timeZone);
	if (timeZone !== '' && !isTimeZone(timeZone)) {
		throw refuse(`Unknown time zone '${timeZone}'`, "Enter its IANA name, e.g. Europe/Berlin, or 'UTC'");
	}
	const days = readList(context, weekdays, 'Weekdays', itemIndex).map(Number);
	if (!days.length || !days.every((day) => [1, 2, 3, 4, 5, 6, 7].includes(day))) {
		throw refuse(
			"'Weekdays' in 'Only Call Between' must be one or more numbers from 1 (Monday) to 7 (Sunday)",
			'Choose them from the list, or return a list of numbers from an expression, e.g. [1, 2, 3, 4, 5]',
		);
	}
	const outside = outsideTheseHours === 'fail' ? 'fail' : 'skip';
	return { from: minute(from, 'From'), to: minute(to, 'To'), weekdays: days, timeZone, outside };
}

/**
 * Prepares the check of the calling hours, which hold at the moment of the request.
 * @returns what says whether a call may be placed now: undefined if so, otherwise the fields of a skipped item
 * @throws NodeOperationError outside the hours, if that is to fail the item
 */
export async function hoursCheck(
	scope: Scope,
	hours: NonNullable<Guards['hours']>,
	recipient: Recipient,
): Promise<() => IDataObject | undefined> {
	const { nextAllowedAt, timeZonesOfNumber } = await import('../../phone/phoneLibrary');
	const timeZones = hours.timeZone ? [hours.timeZone] : timeZonesOfNumber(recipient.phoneNumber ?? '');
	if (!timeZones.length) {
		throw inputError(
			scope,
			"'Only Call Between' needs a time zone, but that of the phone number is unknown",
			"Set 'Time Zone' in 'Only Call Between'",
			HOURS_HELP,
		);
	}
	return () => {
		const now = Date.now();
		const next = nextAllowedAt(hours, timeZones, now);
		if (next === now) return undefined;
		if (next === undefined) {
			throw inputError(
				scope,
				"The hours in 'Only Call Between' never hold in all possible time zones of the phone number at once, so nobody was called",
				"Widen the hours or choose more weekdays, or set 'Time Zone'",
				HOURS_HELP,
			);
		}
		const nextAllowed = new Date(next).toISOString();
		if (hours.outside === 'skip') return { skipReason: 'outside_hours', nextAllowedAt: nextAllowed };
		throw inputError(
			scope,
			`It is outside the hours in 'Only Call Between', so nobody was called. The call may be placed at ${nextAllowed} or later`,
			"Run it again then, or set 'Outside These Hours' to 'Skip'",
			HOURS_HELP,
		);
	};
}

/** The fields of a skipped item if someone was called recently, undefined if not. */
export async function calledRecently(
	scope: ExecutionScope,
	agentId: string,
	{ withinMs, sameAgentOnly, onlyAnswered }: NonNullable<Guards['calledWithin']>,
	recipient: Recipient,
): Promise<IDataObject | undefined> {
	const query = { agentId: sameAgentOnly ? agentId : undefined, withinMs, onlyAnswered };
	const lastCall = await lastCallTo(scope, recipient, query);
	return lastCall && { skipReason: 'called_recently', lastCall };
}
