import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { contactList, fetchContact, findContactByPhone, oneContact, readContact } from '../api/contact';
import { createdAt, fetchData, fetchRecord } from '../api/envelope';
import { listOf } from '../api/text';
import type { ApiRequest } from '../transport/request';
import type { Failure } from '../transport/retry';
import { times } from '../transport/times';
import { contactLocator } from '../fields/locators';
import { asQuotaAllows } from '../execution/operation';
import type { Resource } from '../execution/operation';
import {
	collection,
	defaultCountryField,
	filtersField,
	flatStrings,
	getMany,
	keyValueField,
	keyValues,
	optionsField,
	phoneNumberParameter,
	requiredId,
	returnAllFields,
	samePhoneNumber,
	withoutEmpty,
} from '../fields/parameters';

export const phoneNumberField: INodeProperties = {
	displayName: 'Phone Number',
	name: 'phoneNumber',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. +14155550123',
	description: "Phone number with + and the country code, or as it is dialled in 'Default Country'",
};

/** What a new contact may be given beside its phone number. */
export const detailFields: INodeProperties[] = [
	keyValueField({
		displayName: 'Attributes',
		name: 'attributes',
		entries: 'attributeValues',
		description: 'Facts about the contact that agents can use in their scripts',
	}),
	{
		displayName: 'Country Code',
		name: 'countryCode',
		type: 'string',
		default: '',
		placeholder: 'e.g. US',
		description: 'Country of the phone number as two letters',
	},
	{
		displayName: 'Email',
		name: 'email',
		type: 'string',
		default: '',
		placeholder: 'e.g. name@email.com',
	},
	{
		displayName: 'Name',
		name: 'name',
		type: 'string',
		default: '',
		placeholder: 'e.g. Jane Doe',
	},
	{
		displayName: 'Tags',
		name: 'tags',
		type: 'string',
		default: '',
		placeholder: 'e.g. lead, newsletter',
		description: 'Tags for the contact, separated by commas',
	},
];

const contactFields: INodeProperties[] = [
	phoneNumberField,
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: detailFields,
	},
	optionsField([defaultCountryField]),
];

/** Body of a new contact */
type ContactFields = IDataObject & { phone_number: string };

async function readContactFields(context: IExecuteFunctions, itemIndex: number): Promise<ContactFields> {
	const phoneNumber = await phoneNumberParameter(context, itemIndex);
	return { phone_number: phoneNumber, ...readDetails(context, 'additionalFields', itemIndex) };
}

/** Reads the collection with `detailFields`. */
export function readDetails(context: IExecuteFunctions, parameter: string, itemIndex: number): IDataObject {
	const { name, email, countryCode, tags, attributes } = collection(context, parameter, itemIndex);
	const pairs = (attributes as IDataObject | undefined)?.attributeValues;
	return withoutEmpty({
		name,
		email,
		country_code: countryCode,
		tags: listOf(tags),
		attributes: flatStrings(context, keyValues(context, pairs, 'Attributes', itemIndex), 'Attributes', itemIndex),
	});
}

async function createContact(context: IExecuteFunctions, body: ContactFields, itemIndex: number): Promise<IDataObject> {
	const subject = `contact ${body.phone_number}`;
	const request: ApiRequest = { kind: 'contact', method: 'POST', path: '/contact/create', body, subject };
	return readContact(await fetchRecord(context, request, itemIndex));
}

/**
 * Gives the contact with a phone number, created if there is none, with `wasCreated`. Whether search finds a number, and
 * whether creating an existing one gives the old record, is not known: so both ways lead to the existing contact. A record
 * made well before the request is one that existed.
 */
export async function findOrCreateContact(
	context: IExecuteFunctions,
	fields: ContactFields,
	itemIndex: number,
): Promise<IDataObject> {
	const found = await findContactByPhone(context, fields.phone_number, itemIndex);
	if (found) return { ...found, wasCreated: false };
	const asked = Date.now();
	const record = await createContact(context, fields, itemIndex);
	return { ...record, wasCreated: !(createdAt(record) < asked - times.clockDifference) };
}

export const contact: Resource = {
	name: 'Contact',
	value: 'contact',
	description: 'Person whom agents can phone',
	operations: [
		{
			name: 'Create',
			value: 'create',
			action: 'Create contact',
			description: 'Add a person whom agents can phone',
			fields: contactFields,
			sideBySide: asQuotaAllows,
			lane: samePhoneNumber,
			/** `POST /contact/create` (source: spec) */
			async run(context, itemIndex) {
				return await createContact(context, await readContactFields(context, itemIndex), itemIndex);
			},
		},
		{
			name: 'Delete',
			value: 'delete',
			action: 'Delete contact',
			description: 'Delete a contact permanently',
			fields: [contactLocator],
			sideBySide: asQuotaAllows,
			/** `DELETE /contact/{id}` (source: spec) */
			async run(context, itemIndex) {
				const contactId = requiredId(context, 'contact', 'Contact', itemIndex);
				const doneBefore = (failure: Failure) => failure.kind === 'status' && failure.status === 404;
				await fetchData(context, { ...oneContact('DELETE', contactId), doneBefore }, itemIndex);
				return { deleted: true, id: contactId };
			},
		},
		{
			name: 'Find or Create',
			value: 'findOrCreate',
			action: 'Find or create contact',
			description:
				'Give the contact with a phone number, and create it if there is none; an existing one is left as it is',
			fields: contactFields,
			sideBySide: asQuotaAllows,
			lane: samePhoneNumber,
			async run(context, itemIndex) {
				return await findOrCreateContact(context, await readContactFields(context, itemIndex), itemIndex);
			},
		},
		{
			name: 'Get',
			value: 'get',
			action: 'Get contact',
			description: 'Read one contact by its ID',
			fields: [contactLocator],
			sideBySide: asQuotaAllows,
			/** `GET /contact/{id}` (source: spec) */
			async run(context, itemIndex) {
				return await fetchContact(context, requiredId(context, 'contact', 'Contact', itemIndex), itemIndex);
			},
		},
		{
			name: 'Get Many',
			value: 'getAll',
			action: 'Get many contacts',
			description: 'List contacts, filtered by search text or tags',
			fields: [
				...returnAllFields,
				filtersField([
					{
						displayName: 'Excluded Tags',
						name: 'excludedTags',
						type: 'string',
						default: '',
						placeholder: 'e.g. do not call',
						description: 'Only contacts without these tags, separated by commas',
					},
					{
						displayName: 'Phone Numbers Only',
						name: 'phoneNumbersOnly',
						type: 'boolean',
						default: false,
						description: 'Whether to list only contacts that have a phone number',
					},
					{
						displayName: 'Search',
						name: 'search',
						type: 'string',
						default: '',
						description: 'Text to look for in the contacts',
					},
					{
						displayName: 'Tags',
						name: 'tags',
						type: 'string',
						default: '',
						placeholder: 'e.g. lead, newsletter',
						description: 'Only contacts with these tags, separated by commas',
					},
				]),
				optionsField([
					{
						displayName: 'Sort',
						name: 'sort',
						type: 'string',
						default: '',
						placeholder: 'e.g. created',
						description: 'Name of the property to sort by',
					},
					{
						displayName: 'Sort Direction',
						name: 'sortDirection',
						type: 'options',
						default: 'asc',
						options: [
							{ name: 'Ascending', value: 'asc' },
							{ name: 'Descending', value: 'desc' },
						],
					},
				]),
			],
			sideBySide: asQuotaAllows,
			/** `GET /contact` (source: spec) */
			async run(context, itemIndex) {
				const { search, tags, excludedTags, phoneNumbersOnly } = collection(context, 'filters', itemIndex);
				const { sort, sortDirection } = collection(context, 'options', itemIndex);
				const query = withoutEmpty({
					search,
					tags: listOf(tags),
					excluded_tags: listOf(excludedTags),
					phone_numbers_only: phoneNumbersOnly || undefined,
					sort,
					sortDirection,
				});
				return (await getMany(context, contactList(query), itemIndex)).map(readContact);
			},
		},
	],
};
