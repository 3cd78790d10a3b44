import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { CENTURY_MS, readDuration, timeUnits } from '../../fields/duration';
import { collection, dateTime, group } from '../../fields/parameters';
import { inputError } from '../../transport/nodeErrors';
import { times } from '../../transport/times';

/** How long to wait at most, as in n8n's own nodes that wait. */
export const limitWaitTimeField: INodeProperties = {
	displayName: 'Limit Wait Time',
	name: 'limitWaitTime',
	type: 'fixedCollection',
	default: { values: { limitType: 'afterTimeInterval', resumeAmount: 30, resumeUnit: 'minutes' } },
	description: 'How long to wait for the call to end, 30 minutes by default. The call itself continues after that.',
	options: [
		{
			displayName: 'Values',
			name: 'values',
			values: [
				{
					displayName: 'Limit Type',
					name: 'limitType',
					type: 'options',
					default: 'afterTimeInterval',
					options: [
						{
							name: 'After Time Interval',
							value: 'afterTimeInterval',
							description: 'Waits for a certain amount of time',
						},
						{
							name: 'At Specified Time',
							value: 'atSpecifiedTime',
							description: 'Waits until the set date and time',
						},
					],
				},
				{
					displayName: 'Amount',
					name: 'resumeAmount',
					type: 'number',
					typeOptions: { minValue: 0, numberPrecision: 2 },
					default: 30,
					description: 'The time to wait',
					displayOptions: { show: { limitType: ['afterTimeInterval'] } },
				},
				{
					displayName: 'Unit',
					name: 'resumeUnit',
					type: 'options',
					default: 'minutes',
					options: timeUnits,
					displayOptions: { show: { limitType: ['afterTimeInterval'] } },
				},
				{
					displayName: 'Max Date and Time',
					name: 'maxDateAndTime',
					type: 'dateTime',
					default: '',
					description: 'Date and time until which to wait',
					displayOptions: { show: { limitType: ['atSpecifiedTime'] } },
				},
			],
		},
	],
};

/** When a wait ends: so many ms after it began, or at a moment in ms epoch. */
export type WaitLimit = { afterMs: number } | { at: number };

/** Reads 'Limit Wait Time'; what is neither a period nor a date, or is longer than a century, is refused. */
export function readWaitLimit(context: IExecuteFunctions, itemIndex: number): WaitLimit {
	const values = group(collection(context, 'options', itemIndex).limitWaitTime, 'values');
	if (!values) return { afterMs: times.waitLimit };
	const { limitType, resumeAmount: amount = 30, resumeUnit: unit = 'minutes', maxDateAndTime } = values;
	if (limitType !== 'atSpecifiedTime') {
		return { afterMs: readDuration(context, { amount, unit }, 'Limit Wait Time', itemIndex) };
	}
	const at = dateTime(context, maxDateAndTime, 'Max Date and Time', itemIndex);
	const refuse = (message: string) =>
		inputError({ context, itemIndex }, message, "Enter a date, or set 'Limit Type' to 'After Time Interval'");
	if (at === undefined) throw refuse("'Max Date and Time' is empty");
	// databases take no date of another millennium, and the call would have been placed by then
	if (at - Date.now() > CENTURY_MS) throw refuse("'Max Date and Time' is more than a century away");
	return { at };
}

/** When a wait that begins now ends, in ms epoch. */
export const endOfWait = (limit: WaitLimit) => ('at' in limit ? limit.at : Date.now() + limit.afterMs);
