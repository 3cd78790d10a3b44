import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { placeCall, readCall } from '../../api/call';
import { createContact, findContactByPhone, readContact } from '../../api/contact';
import { ThoughtlyApiError } from '../../api/ThoughtlyApiError';
import { atMostOnce, NotDone } from '../../execution/atMostOnce';
import type { Operation } from '../../execution/operation';
import { reserve } from '../../execution/reservation';
import { optionsField } from '../../fields/common';
import { keyValueField, readJsonObject, readPairs, scriptValues, specifyField } from '../../fields/keyValues';
import { agentLocator } from '../../fields/locators';
import { collection, requiredId, wholeNumber } from '../../fields/parameters';
import { defaultCountryField } from '../../fields/phoneNumber';
import { connectionOf } from '../../transport/connection';
import { log } from '../../transport/log';
import { prefixMessage } from '../../transport/nodeErrors';
import { callOfAttempt, callSince, noteRecentCall } from './callHistory';
import {
	calleeFields,
	contactFieldsOption,
	isSamePerson,
	personKeys,
	readContactFields,
	readRecipient,
} from './callee';
import type { Recipient } from './callee';
import { placedCall, skippedItem } from './callOutput';
import {
	calledRecently,
	hoursCheck,
	onlyCallBetweenField,
	readGuards,
	skipIfCalledWithinField,
	withPhoneNumber,
} from './guards';
import type { Guards } from './guards';

/** Fields of every operation that places a call; its options are merged with the operation's own. */
export const placingFields: INodeProperties[] = [
	{
		displayName: 'As a tool, this node can place real phone calls. Consider a Human Review step for it.',
		name: 'toolNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { '@tool': [true] } },
	},
	agentLocator,
	...calleeFields,
	specifyField({
		displayName: 'Specify Metadata',
		name: 'specifyMetadata',
		description: "Data about this call, read in the agent's script as {{metadata.NAME}}",
	}),
	{
		...keyValueField({
			displayName: 'Metadata',
			name: 'metadata',
			entries: 'metadataValues',
			description: "Data about this call, read in the agent's script as {{metadata.NAME}}",
		}),
		displayOptions: { show: { specifyMetadata: ['keypair'] } },
	},
	{
		displayName: 'JSON Metadata',
		name: 'jsonMetadata',
		type: 'json',
		default: '{}',
		description: 'Data about this call as one flat JSON object, e.g. {"product": "Premium plan"}',
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
		description:
			'How many calls may be placed at the same time. With 1, nobody else is called after an item has failed.',
	},
	contactFieldsOption,
	{ ...defaultCountryField, displayOptions: { show: { '/callTo': ['phoneNumber'] } } },
	onlyCallBetweenField,
	skipIfCalledWithinField,
];

/** What an item says about the call to place. */
export interface PlacingInput {
	agentId: string;
	recipient: Recipient;
	/** Fields of the contact, should it have to be created */
	contactFields: IDataObject;
	metadata?: IDataObject;
	guards: Guards;
}

/** What operations that place calls have in common: one after another unless the user wants more at once. */
export const placing = {
	concurrency(context: IExecuteFunctions): number {
		const count = collection(context, 'options', 0).callsAtOnce ?? 1;
		return wholeNumber(context, count, 'Calls at Once', 'Remove the option to place calls one by one', 0);
	},
	async read(context: IExecuteFunctions, itemIndex: number): Promise<PlacingInput> {
		return {
			agentId: requiredId(context, 'agent', 'Agent', itemIndex),
			recipient: await readRecipient(context, itemIndex),
			contactFields: readContactFields(context, itemIndex),
			metadata: readMetadata(context, itemIndex),
			guards: readGuards(context, itemIndex),
		};
	},
	serialKey: ({ recipient }: PlacingInput) => personKeys(recipient)[0],
	async run(context: IExecuteFunctions, itemIndex: number, input: PlacingInput): Promise<IDataObject> {
		const { agentId, guards, metadata } = input;
		const scope = { context, itemIndex };
		const { account } = await connectionOf(scope);
		let recipient = input.recipient;
		let hoursNow: (() => IDataObject | undefined) | undefined;
		const releases: Array<() => void> = [];
		const reserveRecipient = async (keys: string[]) => {
			for (const key of keys) releases.push(await reserve(scope, `${account.key} ${key}`));
		};
		const skipped = (reason: IDataObject | undefined) =>
			reason && skippedItem(reason, { ...recipient, agentId, metadata });

		const checkHours = async () => {
			if (!guards.hours) return undefined;
			if (!guards.hours.timeZone) recipient = await withPhoneNumber(scope, recipient);
			hoursNow = await hoursCheck(scope, guards.hours, recipient);
			return skipped(hoursNow());
		};
		const findContact = async () => {
			if (recipient.contactId) return undefined;
			const contact = await findContactByPhone(scope, recipient.phoneNumber!).catch(beforeTheCall);
			if (contact) await nameContact(contact);
			return undefined;
		};
		const nameContact = async (record: IDataObject) => {
			const { id, name } = readContact(record);
			recipient = { ...recipient, contactId: id!, ...(name && { contactName: name }) };
			await reserveRecipient(personKeys({ contactId: id }));
		};
		const checkRecentCalls = async () => {
			if (!guards.calledWithin) return undefined;
			recipient = await withPhoneNumber(scope, recipient);
			return skipped(await calledRecently(scope, agentId, guards.calledWithin, recipient));
		};
		const createMissingContact = async () => {
			if (recipient.contactId) return undefined;
			const fields = { phone_number: recipient.phoneNumber!, ...input.contactFields };
			await nameContact(await createContact(scope, fields).catch(beforeTheCall));
			return undefined;
		};

		await reserveRecipient(personKeys(recipient));
		try {
			return await atMostOnce(context, itemIndex, {
				kind: 'call',
				target: () => ({ ...recipient, agentId }),
				isSameTarget: (target) => isSamePerson(target, recipient),
				steps: [checkHours, findContact, checkRecentCalls, createMissingContact],
				async perform() {
					const beforeSend = () => {
						const skip = skipped(hoursNow?.());
						if (skip) throw new NotDone(skip);
					};
					const request = { contactId: recipient.contactId!, agentId, metadata, beforeSend };
					const record = await placeCall(scope, request).catch((error: Error) => {
						const mayHaveRung = error instanceof ThoughtlyApiError && error.outcome === 'unclear';
						if (mayHaveRung) noteRecentCall(account, recipient, agentId);
						throw error;
					});
					const call = placedCall(readCall(record), { ...recipient, agentId, metadata });
					noteRecentCall(account, recipient, agentId, call);
					log(context, `placed call ${call.id} with agent ${agentId}`);
					return call;
				},
				history: {
					async find({ at, target }, known) {
						const attempted = target as Recipient & { agentId: string };
						const call = await callOfAttempt(scope, attempted.agentId, at, attempted, known);
						return call && placedCall(call, { ...attempted, metadata });
					},
					async findForgotten(since, known) {
						const call = await callSince(scope, agentId, since, recipient, known);
						return call && placedCall(call, { ...recipient, agentId, metadata });
					},
				},
			});
		} finally {
			for (const release of releases) release();
		}
	},
} satisfies Partial<Operation<PlacingInput>>;

function beforeTheCall(error: Error): never {
	throw prefixMessage(error, 'Could not find or create the contact, so nobody was called');
}

function readMetadata(context: IExecuteFunctions, itemIndex: number): IDataObject | undefined {
	if (context.getNodeParameter('specifyMetadata', itemIndex) === 'json') {
		const fields = readJsonObject(context, 'jsonMetadata', 'JSON Metadata', itemIndex);
		return scriptValues(context, fields, 'JSON Metadata', itemIndex);
	}
	const pairs = collection(context, 'metadata', itemIndex).metadataValues;
	return scriptValues(context, readPairs(context, pairs, 'Metadata', itemIndex), 'Metadata', itemIndex);
}

export const start: Operation<PlacingInput> = {
	name: 'Start',
	value: 'start',
	action: 'Start call',
	description: 'Places a real phone call immediately. Does not wait for the call to end.',
	fields: [...placingFields, optionsField(placingOptions)],
	...placing,
};
