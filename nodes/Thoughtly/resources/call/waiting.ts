import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { isOver, readCall } from '../../api/call';
import { inputError } from '../../transport/errors';
import { times } from '../../transport/times';
import { collection, dateTime, group, lengthOf, timeUnits } from '../../fields/parameters';
import { waitForCall } from './waitByPolling';

/** How long to wait, in the way of n8n's own nodes that wait. */
export const limitWaitTimeField: INodeProperties = {
	displayName: 'Limit Wait Time',
	name: 'limitWaitTime',
	type: 'fixedCollection',
	default: { values: { limitType: 'afterTimeInterval', resumeAmount: 30, resumeUnit: 'minutes' } },
	description: 'How long to wait for the end of a call, 30 minutes unless set; the call itself goes on after that',
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
					description: 'Time until which to wait',
					displayOptions: { show: { limitType: ['atSpecifiedTime'] } },
				},
			],
		},
	],
};

export const whenTimeRunsOutField: INodeProperties = {
	displayName: 'When Time Runs Out',
	name: 'whenTimeRunsOut',
	type: 'options',
	default: 'output',
	description: 'What becomes of an item whose call has not ended by then. The call itself goes on.',
	options: [
		{
			name: 'Output What Is Known',
			value: 'output',
			description: "Give the call with 'ended' false and its last status",
		},
		{ name: 'Fail', value: 'fail', description: 'Let the item fail' },
	],
	displayOptions: { show: { '/waitBy': ['polling'] } },
};

/** Gives when to stop waiting, as ms epoch; what is no time is refused. */
export function readWaitLimit(context: IExecuteFunctions, itemIndex: number): number {
	const { limitWaitTime } = collection(context, 'options', itemIndex);
	const values = group(limitWaitTime, 'values');
	if (!values) return Date.now() + times.waitLimit;
	const { limitType, resumeAmount = 30, resumeUnit = 'minutes', maxDateAndTime } = values;
	const limit =
		limitType === 'atSpecifiedTime'
			? (dateTime(context, maxDateAndTime, 'Max Date and Time', itemIndex) ?? NaN)
			: Date.now() + Number(resumeAmount) * (lengthOf(resumeUnit) ?? NaN);
	if (Number.isFinite(limit)) return limit;
	throw inputError(
		context.getNode(),
		"'Limit Wait Time' is no time",
		'Give an amount and a unit, or a date as ISO 8601, e.g. 2026-01-31T09:00:00Z',
		itemIndex,
	);
}

/**
 * Waits by polling until a placed call is over, or for as long as the item says; gives the call as it is then.
 * @param placed the item's output so far: the new call, or what went on in its place
 * @throws NodeOperationError where time runs out and that is to fail
 */
export async function waitForEnd(
	context: IExecuteFunctions,
	itemIndex: number,
	placed: IDataObject,
): Promise<IDataObject> {
	if (placed.skipped) return placed;
	const { record, isDone } = await waitForCall(context, String(placed.agentId), {
		until: readWaitLimit(context, itemIndex),
		id: placed.id,
		isDone: (candidate) => isOver(readCall(candidate)),
	});
	if (!isDone && collection(context, 'options', itemIndex).whenTimeRunsOut === 'fail') {
		throw inputError(
			context.getNode(),
			`Call ${String(placed.id)} has not ended within 'Limit Wait Time'; it goes on in Thoughtly`,
			"Read its result later with the operation 'Get', or set a longer time",
			itemIndex,
		);
	}
	return endedCall(record, placed, context.getNodeParameter('simplify', itemIndex) as boolean);
}

/**
 * Gives a call that was waited for as workflows see it: with `ended` in place of its start.
 * @param record what the API said last, undefined where the call was never seen
 */
export function endedCall(record: IDataObject | undefined, placed: IDataObject, simplify: boolean): IDataObject {
	const call = record ? readCall(record) : { ...readCall({}), ...placed };
	const ended = record !== undefined && isOver(call);
	if (!simplify) return { ...(record ?? placed), ended };
	const { id, agentId, contactId, phoneNumber, status, endedAt, durationSeconds, summary, transcript } = call;
	return {
		id,
		agentId: agentId ?? placed.agentId,
		contactId: contactId ?? placed.contactId,
		phoneNumber,
		status,
		ended,
		endedAt,
		durationSeconds,
		summary,
		transcript,
	};
}
