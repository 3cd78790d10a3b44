import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { sameNumber } from '../../api/contact';
import { inStep } from '../../transport/errors';
import { detailFields, findOrCreateContact, phoneNumberField, readDetails } from '../contact';
import { contactLocator } from '../../fields/locators';
import { phoneNumberParameter, requiredId, samePhoneNumber } from '../../fields/parameters';

/** Whom a call goes to: a contact, or a number whose contact is found or created before it is called. */
export interface Callee {
	contactId?: string;
	/** E.164 */
	phoneNumber?: string;
}

const onlyFor = (callTo: 'contact' | 'phoneNumber') => ({ show: { callTo: [callTo] } });

export const calleeFields: INodeProperties[] = [
	{
		displayName: 'Call To',
		name: 'callTo',
		type: 'options',
		default: 'contact',
		options: [
			{ name: 'Contact', value: 'contact', description: 'Someone who is a contact in Thoughtly' },
			{
				name: 'Phone Number',
				value: 'phoneNumber',
				description: 'The contact with this number, which is created if there is none',
			},
		],
	},
	{ ...contactLocator, displayOptions: onlyFor('contact') },
	{ ...phoneNumberField, displayOptions: onlyFor('phoneNumber') },
];

/** For the options of a call: what is known of a number's contact, should it have to be created. */
export const contactFieldsOption: INodeProperties = {
	displayName: 'Contact Fields',
	name: 'contactFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	description: 'What a contact that has to be created is given beside the phone number',
	options: detailFields,
	displayOptions: { show: { '/callTo': ['phoneNumber'] } },
};

const isToNumber = (context: IExecuteFunctions, itemIndex: number) =>
	context.getNodeParameter('callTo', itemIndex) === 'phoneNumber';

/** Reads whom an item's call goes to; a number that cannot be one is refused. */
export async function readCallee(context: IExecuteFunctions, itemIndex: number): Promise<Callee> {
	if (isToNumber(context, itemIndex)) return { phoneNumber: await phoneNumberParameter(context, itemIndex) };
	return { contactId: requiredId(context, 'contact', 'Contact', itemIndex) };
}

/** Calls to the same person are placed one after another. */
export const sameCallee = async (context: IExecuteFunctions, itemIndex: number) =>
	isToNumber(context, itemIndex)
		? await samePhoneNumber(context, itemIndex)
		: String(context.getNodeParameter('contact', itemIndex, '', { extractValue: true })).trim();

/** Gives the ID of the contact that can be called; only for a number a request is needed. */
export async function contactIdOf(context: IExecuteFunctions, callee: Callee, itemIndex: number): Promise<string> {
	if (callee.contactId !== undefined) return callee.contactId;
	const phoneNumber = callee.phoneNumber!;
	const details = readDetails(context, 'options.contactFields', itemIndex);
	const fields = { phone_number: phoneNumber, ...details };
	const contact = await findOrCreateContact(context, fields, itemIndex).catch((error: Error) => {
		throw inStep(error, 'On finding or creating the contact, before anybody was called');
	});
	return String(contact.id);
}

/** Whether a call, or what is known of one, went to this callee. */
export const wasCalled = ({ contactId, phoneNumber }: IDataObject, callee: Callee) =>
	(callee.contactId !== undefined && contactId === callee.contactId) ||
	(callee.phoneNumber !== undefined && sameNumber(phoneNumber, callee.phoneNumber));
