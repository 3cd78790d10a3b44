import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { callList, createdAtOfCall, findCall, readCall } from '../../api/call';
import { collectRecords } from '../../api/lists';
import { nothingFound } from '../../execution/hints';
import { halfTheQuota } from '../../execution/operation';
import type { Operation, Resource } from '../../execution/operation';
import { filtersField, optionsField, returnAllFields, simplifyField } from '../../fields/common';
import { agentLocator } from '../../fields/locators';
import {
	collection,
	filterList,
	filterText,
	readLimit,
	readSimplify,
	requiredId,
	requiredText,
	timeFilter,
	withoutEmpty,
} from '../../fields/parameters';
import { readResults, resultsField } from '../../fields/results';
import { inputError } from '../../transport/nodeErrors';
import type { Scope } from '../../transport/scope';
import { downloadRecording, readRecordingInput, recordingFields, recordingOptions } from './recording';
import type { RecordingInput } from './recording';
import { start } from './start';
import { startAndWait } from './startAndWait';

const oneCallFields: INodeProperties[] = [
	agentLocator,
	{
		displayName: 'Call ID',
		name: 'callId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 7a1b2c3d-4e5f-4061-8273-94a5b6c7d8e9',
		description: "ID of the call, e.g. from 'Start', 'Get Many' or a trigger",
	},
];

interface OneCall {
	agentId: string;
	callId: string;
}

const readOneCall = (context: IExecuteFunctions, itemIndex: number): OneCall => ({
	agentId: requiredId(context, 'agent', 'Agent', itemIndex),
	callId: requiredText(context, 'callId', 'Call ID', itemIndex),
});

/** Looks through the agent's calls: no request reads a single call (source: spec). */
async function fetchOneCall(scope: Scope, { agentId, callId }: OneCall): Promise<IDataObject> {
	const record = await findCall(scope, agentId, callId);
	if (record) return record;
	throw inputError(
		scope,
		`Agent ${agentId} has no call ${callId}`,
		"Check 'Call ID', and that 'Agent' is the agent of this call",
		'read-what-thoughtly-says',
	);
}

const download: Operation<OneCall & RecordingInput> = {
	name: 'Download Recording',
	value: 'downloadRecording',
	action: 'Download call recording',
	description: 'Download the recording of a call as a file, along with the fields of the call',
	fields: [...oneCallFields, ...recordingFields, optionsField(recordingOptions)],
	concurrency: halfTheQuota,
	read: (context, itemIndex) => ({
		...readOneCall(context, itemIndex),
		...readRecordingInput(context, itemIndex),
	}),
	async run(context, itemIndex, input) {
		const scope = { context, itemIndex };
		return await downloadRecording(scope, input.agentId, await fetchOneCall(scope, input), input);
	},
};

const get: Operation = {
	name: 'Get',
	value: 'get',
	action: 'Get call',
	description: 'Get one call of an agent with its result, summary and transcript',
	fields: [...oneCallFields, simplifyField],
	concurrency: halfTheQuota,
	async run(context, itemIndex) {
		const toOutput = readSimplify(context, itemIndex, readCall);
		return toOutput(await fetchOneCall({ context, itemIndex }, readOneCall(context, itemIndex)));
	},
};

const getMany: Operation = {
	name: 'Get Many',
	value: 'getAll',
	action: 'Get many calls',
	description: 'List the calls of an agent with their result, summary and transcript',
	fields: [
		agentLocator,
		...returnAllFields,
		simplifyField,
		filtersField([
			{
				displayName: 'Job ID',
				name: 'jobId',
				type: 'string',
				default: '',
				description: 'Only return calls of this bulk job',
			},
			resultsField(
				'Only return calls with one of these results. Thoughtly cannot filter by result, so more pages are read.',
			),
			{
				displayName: 'Search',
				name: 'search',
				type: 'string',
				default: '',
				description: 'Text to search for in the calls',
			},
			{
				displayName: 'Started After',
				name: 'startedAfter',
				type: 'dateTime',
				default: '',
				description:
					'Only return calls that started at this time or later. A call that never started counts by the time it was created. Thoughtly cannot filter by time, so more pages are read.',
			},
			{
				displayName: 'Started Before',
				name: 'startedBefore',
				type: 'dateTime',
				default: '',
				description:
					'Only return calls that started at this time or earlier. A call that never started counts by the time it was created. Thoughtly cannot filter by time, so more pages are read.',
			},
			{
				displayName: 'Status',
				name: 'status',
				type: 'string',
				default: '',
				placeholder: 'e.g. success, no answer',
				description:
					"Only return calls with one of these statuses, in Thoughtly's own words. Separate statuses with commas. To filter by how calls ended, use 'Results'.",
			},
			{
				displayName: 'Tags',
				name: 'tags',
				type: 'string',
				default: '',
				placeholder: 'e.g. interested, call back',
				description: 'Only return calls with these tags. Separate tags with commas.',
			},
		]),
	],
	concurrency: halfTheQuota,
	/** `GET /interview/{id}/responses` (source: spec) */
	async run(context, itemIndex) {
		const agentId = requiredId(context, 'agent', 'Agent', itemIndex);
		const filters = collection(context, 'filters', itemIndex);
		const query = withoutEmpty({
			search: filterText(context, filters, 'search', 'Search', itemIndex),
			status: filterList(context, filters, 'status', 'Status', itemIndex),
			response_tags: filterList(context, filters, 'tags', 'Tags', itemIndex),
			job_id: filterText(context, filters, 'jobId', 'Job ID', itemIndex),
		});
		const keep = ownFilters(context, filters, itemIndex);
		const limit = readLimit(context, itemIndex);
		const toOutput = readSimplify(context, itemIndex, readCall);
		return (await collectRecords({ context, itemIndex }, callList(agentId, query), limit, keep)).map(toOutput);
	},
	hints: nothingFound('calls'),
};

/** The filters that the API does not have, as a test of one call's record; undefined if none is set. */
function ownFilters(
	context: IExecuteFunctions,
	filters: IDataObject,
	itemIndex: number,
): ((record: IDataObject) => boolean) | undefined {
	const results = readResults(context, filters, itemIndex);
	const after = timeFilter(context, filters, 'startedAfter', 'Started After', itemIndex) ?? -Infinity;
	const before = timeFilter(context, filters, 'startedBefore', 'Started Before', itemIndex) ?? Infinity;
	if (!results && after === -Infinity && before === Infinity) return undefined;
	return (record) => {
		const call = readCall(record);
		const startedAt = Date.parse(call.startedAt ?? '') || (createdAtOfCall(record) ?? NaN);
		const isInTime = (after === -Infinity && before === Infinity) || (startedAt >= after && startedAt <= before);
		return isInTime && (!results || results.includes(call.result));
	};
}

export const callResource: Resource = {
	name: 'Call',
	value: 'call',
	description: 'Phone call between an agent and a contact',
	operations: [download, get, getMany, start, startAndWait],
};
