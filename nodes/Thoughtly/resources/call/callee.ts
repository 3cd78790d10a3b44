import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { digitsOf, sameNumber } from '../../api/contact';
import { contactDetailFields, contactNameField, readContactDetails } from '../../fields/contactDetails';
import { contactLocator } from '../../fields/locators';
import { requiredId } from '../../fields/parameters';
import { phoneNumberField, phoneNumberParameter } from '../../fields/phoneNumber';

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
				description: 'The contact with this phone number, which is created if there is none',
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

/** Reads 'Contact Fields'. @returns fields of a new contact's body */
export const readContactFields = (context: IExecuteFunctions, itemIndex: number) =>
	readContactDetails(context, 'options.contactFields', itemIndex);

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** IDs as they are compared: the letters of a UUID may be of either case. */
const plainId = (id: unknown) => (UUID.test(String(id)) ? String(id).toLowerCase() : String(id));

export const sameId = (a: unknown, b: unknown) => plainId(a) === plainId(b);

/** Whether two records, such as a call and a recipient, are about the same person. */
export function isSamePerson(a: IDataObject, b: IDataObject): boolean {
	const has = (key: 'contactId' | 'phoneNumber') => Boolean(a[key]) && Boolean(b[key]);
	return (
		(has('contactId') && sameId(a.contactId, b.contactId)) ||
		(has('phoneNumber') && meansSameNumber(String(a.phoneNumber), String(b.phoneNumber)))
	);
}

const LONGEST_CALLING_CODE = 3;
const SHORTEST_NATIONAL_NUMBER = 7;

/** As `sameNumber`; one of them may lack its country code: Thoughtly's records have numbers as they were entered. */
function meansSameNumber(a: string, b: string): boolean {
	if (sameNumber(a, b)) return true;
	const [international, other] = a.trim().startsWith('+') ? [a, b] : [b, a];
	if (!international.trim().startsWith('+') || other.trim().startsWith('+')) return false;
	const digits = digitsOf(international);
	const national = digitsOf(other).replace(/^0+/, '');
	const callingCodeLength = digits.length - national.length;
	return (
		national.length >= SHORTEST_NATIONAL_NUMBER &&
		digits.endsWith(national) &&
		callingCodeLength <= LONGEST_CALLING_CODE
	);
}

/** Names a person in maps, by each part that is known. */
export const personKeys = ({ contactId, phoneNumber }: IDataObject): string[] => [
	...(phoneNumber ? [`number ${digitsOf(phoneNumber)}`] : []),
	...(contactId ? [`contact ${plainId(contactId)}`] : []),
];

/** As `personKeys`, the same for all ways to write a number; others may have the same key, see `isSamePerson`. */
export const roughPersonKeys = ({ contactId, phoneNumber }: IDataObject): string[] =>
	personKeys({ contactId, phoneNumber: digitsOf(phoneNumber).slice(-SHORTEST_NATIONAL_NUMBER) });
