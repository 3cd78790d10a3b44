import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { findCallTo, readCall } from '../../api/call';
import type { Call } from '../../api/call';
import { fetchRecord } from '../../api/envelope';
import { inStep } from '../../transport/errors';
import type { ApiRequest } from '../../transport/request';
import { calleeFields, contactFieldsOption, contactIdOf, readCallee, sameCallee, wasCalled } from './callee';
import type { Callee } from './callee';
import { onlyCallBetweenField, timeZoneField } from './callingHoursFields';
import { agentLocator } from '../../fields/locators';
import { once } from '../../execution/atMostOnce';
import { callSince, readRestrictions, reasonNotToCall, skipIfCalledWithinField } from './guards';
import {
	collection,
	defaultCountryField,
	flatStrings,
	jsonObject,
	keyValueField,
	keyValues,
	requiredId,
	specifyField,
	wholeNumber,
	withoutEmpty,
} from '../../fields/parameters';

/** Fields of every operation that places a call; its options are to be put into alphabetical order with its own. */
export const placingFields: INodeProperties[] = [
	agentLocator,
	...calleeFields,
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

export const placingOptions: INodeProperties[] = [
	{
		displayName: 'Calls at Once',
		name: 'callsAtOnce',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 1,
		description: 'How many calls may be placed at the same time. With 1, nobody is called after an item has failed.',
	},
	contactFieldsOption,
	{ ...defaultCountryField, displayOptions: { show: { '/callTo': ['phoneNumber'] } } },
	onlyCallBetweenField,
	skipIfCalledWithinField,
	timeZoneField,
];

/** What operations that place calls have in common: one after another unless the user wants more at once. */
export const placing = {
	sideBySide(context: IExecuteFunctions): number {
		const count = collection(context, 'options', 0).callsAtOnce ?? 1;
		return wholeNumber(context, count, 'Calls at Once', 'Leave it out to call one by one', 0);
	},
	lane: sameCallee,
	/** `POST /contact/call` (source: spec). Never sent twice for one item: see docs/decisions.md. */
	async run(context: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
		const agentId = requiredId(context, 'agent', 'Agent', itemIndex);
		const callee = await readCallee(context, itemIndex);
		const metadata = readMetadata(context, itemIndex);
		const restrictions = readRestrictions(context, itemIndex);
		// not the agent: an expression may choose another one when the node is run again
		const target = callee.contactId ?? callee.phoneNumber!;
		let contactId = callee.contactId ?? '';
		return await once(context, itemIndex, {
			kind: 'call',
			target,
			identity: `${agentId} ${target}`,
			async prepare() {
				const reason = await reasonNotToCall(context, agentId, callee, restrictions, itemIndex);
				if (reason) return reason;
				contactId = await contactIdOf(context, callee, itemIndex);
				if (callee.contactId === contactId) return undefined;
				// a listed call may name nobody but its contact
				return await reasonNotToCall(context, agentId, { ...callee, contactId }, restrictions, itemIndex);
			},
			whom: () => ({ ...callee, contactId, agentId }),
			async perform() {
				const body = withoutEmpty({ contact_id: contactId, interview_id: agentId, metadata });
				const subject = `contact ${contactId} or agent ${agentId}`;
				const request: ApiRequest = { kind: 'call', method: 'POST', path: '/contact/call', body, subject };
				const record = await fetchRecord(context, request, itemIndex).catch((error: Error) => {
					throw callee.contactId ? error : inStep(error, `On calling contact ${contactId}, found or created before`);
				});
				return placedCall(readCall(record), agentId, { ...callee, contactId });
			},
			async find(since, whom: Callee, known) {
				const isIt = (call: IDataObject) => wasCalled(call, whom) && !known.has(call.id);
				const record = await findCallTo(context, agentId, since, isIt, itemIndex);
				return record && placedCall(readCall(record), agentId, whom);
			},
			async findForgotten(since, known) {
				const whom = { ...callee, contactId };
				const call = await callSince(context, agentId, since, whom, known, itemIndex);
				return call && placedCall(call, agentId, whom);
			},
		});
	},
};

function readMetadata(context: IExecuteFunctions, itemIndex: number): IDataObject | undefined {
	if (context.getNodeParameter('specifyMetadata', itemIndex) === 'json') {
		const typed = jsonObject(context, 'jsonMetadata', 'JSON Metadata', itemIndex);
		return flatStrings(context, typed, 'JSON Metadata', itemIndex);
	}
	const pairs = collection(context, 'metadata', itemIndex).metadataValues;
	return flatStrings(context, keyValues(context, pairs, 'Metadata', itemIndex), 'Metadata', itemIndex);
}

/** Gives what the API said of a new call, and whom it went to. */
function placedCall(call: Call, agentId: string, { contactId, phoneNumber }: Callee): IDataObject {
	return withoutEmpty({
		...call,
		agentId: call.agentId ?? agentId,
		contactId: call.contactId ?? contactId,
		phoneNumber: call.phoneNumber ?? phoneNumber,
	});
}
