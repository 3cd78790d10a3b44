import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { callList, findCall, readCall } from '../../api/call';
import { listOf } from '../../api/text';
import { inputError } from '../../transport/errors';
import { agentLocator } from '../../fields/locators';
import { asQuotaAllows } from '../../execution/operation';
import type { Resource } from '../../execution/operation';
import {
	collection,
	dateTime,
	filtersField,
	getMany,
	optionsField,
	requiredId,
	requiredText,
	returnAllFields,
	simplifyField,
	withoutEmpty,
} from '../../fields/parameters';
import { placing, placingFields, placingOptions } from './start';
import { downloadRecording, recordingFields, recordingOptions } from './recording';
import { startAndWait, waitingFields, waitingOptions } from './startAndWait';

/** Gives the filters that the API does not have as a test of one call's record, undefined where none is set. */
function startedBetween(context: IExecuteFunctions, itemIndex: number): ((record: IDataObject) => boolean) | undefined {
	const { startedAfter, startedBefore } = collection(context, 'filters', itemIndex);
	const after = dateTime(context, startedAfter, 'Started After', itemIndex) ?? -Infinity;
	const before = dateTime(context, startedBefore, 'Started Before', itemIndex) ?? Infinity;
	if (after === -Infinity && before === Infinity) return undefined;
	return (record) => {
		const startedAt = Date.parse(readCall(record).startedAt ?? '');
		return startedAt >= after && startedAt <= before;
	};
}

const oneCallFields: INodeProperties[] = [
	agentLocator,
	{
		displayName: 'Call ID',
		name: 'callId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 7a1b2c3d-4e5f-4061-8273-94a5b6c7d8e9',
		description: 'ID that starting the call gave',
	},
];

/** Looks through `GET /interview/{id}/responses`: no request reads a single call (source: spec). */
async function readOneCall(context: IExecuteFunctions, itemIndex: number) {
	const agentId = requiredId(context, 'agent', 'Agent', itemIndex);
	const callId = requiredText(context, 'callId', 'Call ID', itemIndex);
	const record = await findCall(context, agentId, callId, itemIndex);
	if (record) return { agentId, record };
	throw inputError(
		context.getNode(),
		`Agent ${agentId} has no call ${callId}`,
		"Check 'Call ID', and that 'Agent' is the one who made the call",
		itemIndex,
	);
}

export const call: Resource = {
	name: 'Call',
	value: 'call',
	description: 'Phone call between an agent and a contact',
	operations: [
		{
			name: 'Download Recording',
			value: 'downloadRecording',
			action: 'Download recording of call',
			description: 'Fetch the recording of a call as a file, with the fields of the call beside it',
			fields: [...oneCallFields, ...recordingFields, optionsField(recordingOptions)],
			sideBySide: asQuotaAllows,
			async run(context, itemIndex) {
				const { agentId, record } = await readOneCall(context, itemIndex);
				return await downloadRecording(context, agentId, record, itemIndex);
			},
		},
		{
			name: 'Get',
			value: 'get',
			action: 'Get call',
			description: 'Read one call of an agent with its status, summary and transcript',
			fields: [...oneCallFields, simplifyField],
			sideBySide: asQuotaAllows,
			async run(context, itemIndex) {
				const { record } = await readOneCall(context, itemIndex);
				return context.getNodeParameter('simplify', itemIndex) ? readCall(record) : record;
			},
		},
		{
			name: 'Get Many',
			value: 'getAll',
			action: 'Get many calls',
			description: 'List the calls of an agent with their status, summary and transcript',
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
						description: 'Only calls of this bulk job',
					},
					{
						displayName: 'Search',
						name: 'search',
						type: 'string',
						default: '',
						description: 'Text to look for in the calls',
					},
					{
						displayName: 'Started After',
						name: 'startedAfter',
						type: 'dateTime',
						default: '',
						description:
							'Only calls that started at this time or later. Thoughtly cannot filter by time, so all pages are read.',
					},
					{
						displayName: 'Started Before',
						name: 'startedBefore',
						type: 'dateTime',
						default: '',
						description:
							'Only calls that started at this time or earlier. Thoughtly cannot filter by time, so all pages are read.',
					},
					{
						displayName: 'Status',
						name: 'status',
						type: 'string',
						default: '',
						placeholder: 'e.g. completed, no answer',
						description: 'Only calls with one of these statuses, separated by commas',
					},
					{
						displayName: 'Tags',
						name: 'tags',
						type: 'string',
						default: '',
						placeholder: 'e.g. interested, call back',
						description: 'Only calls with these tags, separated by commas',
					},
				]),
			],
			sideBySide: asQuotaAllows,
			/** `GET /interview/{id}/responses` (source: spec) */
			async run(context, itemIndex) {
				const agentId = requiredId(context, 'agent', 'Agent', itemIndex);
				const { search, status, tags, jobId } = collection(context, 'filters', itemIndex);
				const query = withoutEmpty({ search, status: listOf(status), response_tags: listOf(tags), job_id: jobId });
				const records = await getMany(context, callList(agentId, query), itemIndex, startedBetween(context, itemIndex));
				return context.getNodeParameter('simplify', itemIndex) ? records.map(readCall) : records;
			},
		},
		{
			name: 'Start',
			value: 'start',
			action: 'Start call',
			description: 'Have an agent phone someone. Places a real phone call now; it goes on after this step has ended.',
			fields: [...placingFields, optionsField(placingOptions)],
			...placing,
		},
		{
			name: 'Start and Wait',
			value: 'startAndWait',
			action: 'Start call and wait for result',
			description:
				'Have an agent phone someone, and go on when the call is over. Places a real phone call now; gives its transcript.',
			fields: [...placingFields, ...waitingFields, simplifyField, optionsField([...placingOptions, ...waitingOptions])],
			...startAndWait,
		},
	],
};
