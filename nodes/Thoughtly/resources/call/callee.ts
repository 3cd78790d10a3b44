import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { fetchContact, readContact, sameNumber } from '../../api/contact';
import { contactDetailFields, contactNameField, readContactDetails } from '../../fields/contactDetails';
import { contactLocator } from '../../fields/locators';
import { requiredId } from '../../fields/parameters';
import { phoneNumberField, phoneNumberParameter } from '../../fields/phoneNumber';
import type { ExecutionScope } from '../../transport/scope';
import { readOnce } from './readOnce';

/** The person that a call goes to, as far as is known: whichever of the two is given, the other may be found out. */
export interface Recipient extends IDataObject {
	contactId?: string;
	/** E.164 */
	phoneNumber?: string;
	contactName?: string;
}

const shownFor = (callTo: 'contact' | 'phoneNumber') => ({ show: { callTo: [callTo] } });

export const calleeFields: INodeProperties[] = [
	{
		displayName: 'Call To',
		name: 'callTo',
		type: 'options',
		default: 'contact',
		options: [
			{ name: 'Contact', value: 'contact', description: 'An existing contact' },
			{
				name: 'Phone Number',
				value: 'phoneNumber',
				description: 'The contact with this phone number, created if there is none',
			},
		],
	},
	{ ...contactLocator, displayOptions: shownFor('contact') },
	{ ...phoneNumberField, displayOptions: shownFor('phoneNumber') },
];

/** An option of calls to a phone number. */
export const contactFieldsOption: INodeProperties = {
	displayName: 'Contact Fields',
	name: 'contactFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	description: 'Fields to set if the contact has to be created',
	options: [...contactDetailFields.slice(0, -1), contactNameField, ...contactDetailFields.slice(-1)],
	displayOptions: { show: { '/callTo': ['phoneNumber'] } },
};

/** Reads whom an item's call goes to; a phone number that is not valid is refused. */
export async function readRecipient(context: IExecuteFunctions, itemIndex: number): Promise<Recipient> {
	if (context.getNodeParameter('callTo', itemIndex) === 'phoneNumber') {
		return { phoneNumber: await phoneNumberParameter(context, itemIndex) };
	}
	return { contactId: requiredId(context, 'contact', 'Contact', itemIndex) };
}

/** Finds out the phone number of someone who is called by contact ID. */
export async function withPhoneNumber(scope: ExecutionScope, recipient: Recipient): Promise<Recipient> {
	const { contactId, phoneNumber: known } = recipient;
	if (known || !contactId) return recipient;
	const fetch = async () => readContact(await fetchContact(scope, contactId));
	const { phoneNumber, name } = await readOnce(scope, `contact ${contactId}`, fetch);
	return { ...recipient, ...(phoneNumber && { phoneNumber }), ...(name && { contactName: name }) };
}

/** Reads 'Contact Fields'. @returns fields of a new contact's body */
export const readContactFields = (context: IExecuteFunctions, itemIndex: number) =>
	readContactDetails(context, 'options.contactFields', itemIndex);

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** IDs as they are compared: the letters of a UUID may be of either case. */
const plainId = (id: unknown) => (UUID.test(String(id)) ? String(id).toLowerCase() : String(id));

const sameId = (a: unknown, b: unknown) => plainId(a) === plainId(b);

/** Whether two records, such as a call and a recipient, are about the same person. */
export function isSamePerson(a: IDataObject, b: IDataObject): boolean {
	const has = (key: 'contactId' | 'phoneNumber') => Boolean(a[key]) && Boolean(b[key]);
	return (
		(has('contactId') && sameId(a.contactId, b.contactId)) ||
		(has('phoneNumber') && sameNumber(a.phoneNumber, b.phoneNumber))
	);
}

/** As many digits of a number as are the same with and without its country code. */
const KEY_DIGITS = 7;

/** Finds a person in maps, by each part that is known; what is found may be someone else, see `isSamePerson`. */
export const personKeys = ({ contactId, phoneNumber }: IDataObject): string[] => [
	...(phoneNumber ? [`number ${String(phoneNumber).replace(/\D/g, '').slice(-KEY_DIGITS)}`] : []),
	...(contactId ? [`contact ${plainId(contactId)}`] : []),
];
