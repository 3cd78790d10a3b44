import { tryToParseDateTime } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { callList, findCall, findCallTo, readCall } from '../records/call';
import { fetchRecord } from '../records/envelope';
import { listOf } from '../records/text';
import { inputError } from '../transport/errors';
import type { ApiRequest } from '../transport/request';
import { agentLocator, contactLocator } from './locators';
import { once } from './memory';
import { fiftyAtOnce } from './operation';
import type { Resource } from './operation';
import {
	collection,
	filtersField,
	flatStrings,
	getMany,
	jsonObject,
	keyValueField,
	keyValues,
	optionsField,
	requiredId,
	requiredText,
	returnAllFields,
	simplifyField,
	specifyField,
	wholeNumber,
	withoutEmpty,
} from './parameters';

const metadataFields: INodeProperties[] = [
	specifyField({
		displayName: 'Specify Metadata',
		name: 'specifyMetadata',
		description:
			"What the agent is told about this call: its script reads a value by the field's name in curly brackets",
	}),
	{
		...keyValueField({
			displayName: 'Metadata',
			name: 'metadata',
			entries: 'metadataValues',
			description: "Values for the agent's script, read there by name in curly brackets",
		}),
		displayOptions: { show: { specifyMetadata: ['keypair'] } },
	},
	{
		displayName: 'JSON Metadata',
		name: 'jsonMetadata',
		type: 'json',
		default: '{}',
		description: 'Values for the agent\'s script as one flat JSON object, e.g. {"product": "Premium plan"}',
		displayOptions: { show: { specifyMetadata: ['json'] } },
	},
];

function readMetadata(context: IExecuteFunctions, itemIndex: number): IDataObject | undefined {
	if (context.getNodeParameter('specifyMetadata', itemIndex) === 'json') {
		return flatStrings(
			context,
			jsonObject(context, 'jsonMetadata', 'JSON Metadata', itemIndex),
			'JSON Metadata',
			itemIndex,
		);
	}
	const pairs = collection(context, 'metadata', itemIndex).metadataValues;
	return flatStrings(context, keyValues(context, pairs, 'Metadata', itemIndex), 'Metadata', itemIndex);
}

/** Gives the filters that the API does not have as a test of one call's record, undefined where none is set. */
function startedBetween(context: IExecuteFunctions, itemIndex: number): ((record: IDataObject) => boolean) | undefined {
	const { startedAfter, startedBefore } = collection(context, 'filters', itemIndex);
	const after = readTime(context, startedAfter, 'Started After', itemIndex) ?? -Infinity;
	const before = readTime(context, startedBefore, 'Started Before', itemIndex) ?? Infinity;
	if (after === -Infinity && before === Infinity) return undefined;
	return (record) => {
		const startedAt = Date.parse(readCall(record).startedAt ?? '');
		return startedAt >= after && startedAt <= before;
	};
}

function readTime(
	context: IExecuteFunctions,
	value: unknown,
	displayName: string,
	itemIndex: number,
): number | undefined {
	if (value === undefined || value === null || value === '') return undefined;
	try {
		// the editor's date picker gives no zone: the workflow's is meant
		return tryToParseDateTime(value, context.getTimezone()).toMillis();
	} catch {
		throw inputError(
			context.getNode(),
			`'${displayName}' is no date`,
			'Write it as ISO 8601, e.g. 2026-01-31T09:00:00Z',
			itemIndex,
		);
	}
}

/** Gives what the API said of a new call, in the names that calls have everywhere. */
function placedCall(record: IDataObject, agentId: string, contactId: string): IDataObject {
	const placed = readCall(record);
	return withoutEmpty({ ...placed, agentId: placed.agentId ?? agentId, contactId: placed.contactId ?? contactId });
}

function callsAtOnce(context: IExecuteFunctions): number {
	const count = collection(context, 'options', 0).callsAtOnce ?? 1;
	return wholeNumber(context, count, 'Calls at Once', 'Leave it out to call one by one', 0);
}

export const call: Resource = {
	name: 'Call',
	value: 'call',
	description: 'Phone call between an agent and a contact',
	operations: [
		{
			name: 'Get',
			value: 'get',
			action: 'Get call',
			description: 'Read one call of an agent with its status, summary and transcript',
			fields: [
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
				simplifyField,
			],
			sideBySide: fiftyAtOnce,
			/** Looks through `GET /interview/{id}/responses`: no request reads a single call (source: spec). */
			async run(context, itemIndex) {
				const agentId = requiredId(context, 'agent', 'Agent', itemIndex);
				const callId = requiredText(context, 'callId', 'Call ID', itemIndex);
				const record = await findCall(context, agentId, callId, itemIndex);
				if (!record) {
					throw inputError(
						context.getNode(),
						`Agent ${agentId} has no call ${callId}`,
						"Check 'Call ID', and that 'Agent' is the one who made the call",
						itemIndex,
					);
				}
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
			sideBySide: fiftyAtOnce,
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
			description: 'Have an agent phone a contact. Places a real phone call now; it goes on after this step has ended.',
			fields: [
				agentLocator,
				{
					displayName: 'Call To',
					name: 'callTo',
					type: 'options',
					default: 'contact',
					options: [{ name: 'Contact', value: 'contact', description: 'Someone who is a contact in Thoughtly' }],
				},
				{ ...contactLocator, displayOptions: { show: { callTo: ['contact'] } } },
				...metadataFields,
				optionsField([
					{
						displayName: 'Calls at Once',
						name: 'callsAtOnce',
						type: 'number',
						typeOptions: { minValue: 1 },
						default: 1,
						description:
							'How many calls may be placed at the same time. With 1, nobody is called after an item has failed.',
					},
				]),
			],
			sideBySide: callsAtOnce,
			lane: (context, itemIndex) => String(context.getNodeParameter('contact', itemIndex, '', { extractValue: true })),
			/** `POST /contact/call` (source: spec). Never sent twice for one item: see docs/decisions.md. */
			async run(context, itemIndex) {
				const agentId = requiredId(context, 'agent', 'Agent', itemIndex);
				const contactId = requiredId(context, 'contact', 'Contact', itemIndex);
				const metadata = readMetadata(context, itemIndex);
				const request: ApiRequest = {
					kind: 'call',
					method: 'POST',
					path: '/contact/call',
					body: withoutEmpty({ contact_id: contactId, interview_id: agentId, metadata }),
					subject: `contact ${contactId} or agent ${agentId}`,
				};
				return await once(context, itemIndex, {
					kind: 'call',
					// not the agent: an expression may choose another one when the node is run again
					target: contactId,
					identity: `${agentId} ${contactId}`,
					perform: async () => placedCall(await fetchRecord(context, request, itemIndex), agentId, contactId),
					find: async (since, known) => {
						const record = await findCallTo(context, agentId, contactId, since, known, itemIndex);
						return record && placedCall(record, agentId, contactId);
					},
				});
			},
		},
	],
};
