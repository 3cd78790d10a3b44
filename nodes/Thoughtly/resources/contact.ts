import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import {
	contactList,
	createContact,
	deleteContact,
	fetchContact,
	findContactByPhone,
	readContact,
} from '../api/contact';
import type { NewContact } from '../api/contact';
import { collectRecords } from '../api/lists';
import type { ReceivedContact } from '../api/records';
import { firstText, readTime, text } from '../api/values';
import { nothingFound } from '../execution/hints';
import { halfTheQuota } from '../execution/operation';
import type { Operation, Resource } from '../execution/operation';
import { contactDetailFields, contactNameField, readContactDetails } from '../fields/contactDetails';
import { filtersField, optionsField, returnAllFields, simplifyField } from '../fields/common';
import { contactLocator } from '../fields/locators';
import {
	collection,
	filterList,
	filterText,
	readLimit,
	readSimplify,
	readSwitch,
	requiredId,
	withoutEmpty,
} from '../fields/parameters';
import { defaultCountryField, phoneNumberField, phoneNumberParameter } from '../fields/phoneNumber';
import { connectionOf } from '../transport/connection';
import type { Scope } from '../transport/scope';
import { times } from '../transport/times';

const contactFields: INodeProperties[] = [
	phoneNumberField,
	contactNameField,
	simplifyField,
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: contactDetailFields,
	},
	optionsField([defaultCountryField]),
];

async function readContactFields(context: IExecuteFunctions, itemIndex: number): Promise<NewContact> {
	const phoneNumber = await phoneNumberParameter(context, itemIndex);
	const name = text(context.getNodeParameter('name', itemIndex, '')) ?? undefined;
	return {
		phone_number: phoneNumber,
		...(name && { name }),
		...readContactDetails(context, 'additionalFields', itemIndex),
	};
}

/** What operations that may create a contact have in common. */
const byPhoneNumber = {
	fields: contactFields,
	concurrency: halfTheQuota,
	read: readContactFields,
	serialKey: ({ phone_number: phoneNumber }: NewContact) => phoneNumber,
};

const create: Operation<NewContact> = {
	name: 'Create',
	value: 'create',
	action: 'Create contact',
	description: 'Add a person that agents can call',
	...byPhoneNumber,
	async run(context, itemIndex, fields) {
		const toOutput = readSimplify(context, itemIndex, readContact);
		return toOutput(await createContact({ context, itemIndex }, fields));
	},
};

/** A contact's record, and whether it was created just now. */
interface FoundContact {
	record: IDataObject;
	wasCreated: boolean;
}

/**
 * Returns the contact with a phone number, created if there is none. Whether search finds a number, and whether creating an
 * existing one returns the old record, is not documented: so both ways lead to the existing contact. A record that was made
 * well before the request is one that existed.
 */
async function findOrCreateContact(scope: Scope, fields: NewContact): Promise<FoundContact> {
	const found = await findContactByPhone(scope, fields.phone_number);
	if (found) return { record: found, wasCreated: false };
	const { clock } = (await connectionOf(scope)).account;
	const requestedAt = clock.now();
	const record: IDataObject & ReceivedContact = await createContact(scope, fields);
	const createdAt = readTime(firstText(record.created, record.created_at)) ?? requestedAt;
	return { record, wasCreated: createdAt >= requestedAt - times.clockDifference };
}

const findOrCreate: Operation<NewContact> = {
	name: 'Find or Create',
	value: 'findOrCreate',
	action: 'Find or create contact',
	description: 'Get the contact with this phone number, or create it. An existing contact is not changed.',
	...byPhoneNumber,
	async run(context, itemIndex, fields) {
		const toOutput = readSimplify(context, itemIndex, readContact);
		const { record, wasCreated } = await findOrCreateContact({ context, itemIndex }, fields);
		return { ...toOutput(record), wasCreated };
	},
};

const deleteOne: Operation = {
	name: 'Delete',
	value: 'delete',
	action: 'Delete contact',
	description: 'Delete a contact permanently',
	fields: [contactLocator],
	concurrency: halfTheQuota,
	async run(context, itemIndex) {
		const id = requiredId(context, 'contact', 'Contact', itemIndex);
		await deleteContact({ context, itemIndex }, id);
		return { deleted: true, id };
	},
};

const get: Operation = {
	name: 'Get',
	value: 'get',
	action: 'Get contact',
	description: 'Get one contact by its ID',
	fields: [contactLocator, simplifyField],
	concurrency: halfTheQuota,
	async run(context, itemIndex) {
		const id = requiredId(context, 'contact', 'Contact', itemIndex);
		const toOutput = readSimplify(context, itemIndex, readContact);
		return toOutput(await fetchContact({ context, itemIndex }, id));
	},
};

const getMany: Operation = {
	name: 'Get Many',
	value: 'getAll',
	action: 'Get many contacts',
	description: 'List contacts, optionally filtered by text or tags',
	fields: [
		...returnAllFields,
		simplifyField,
		filtersField([
			{
				displayName: 'Excluded Tags',
				name: 'excludedTags',
				type: 'string',
				default: '',
				placeholder: 'e.g. do-not-call',
				description: 'Only return contacts without any of these tags. Separate tags with commas.',
			},
			{
				displayName: 'Phone Numbers Only',
				name: 'phoneNumbersOnly',
				type: 'boolean',
				default: false,
				description: 'Whether to return only contacts that have a phone number',
			},
			{
				displayName: 'Search',
				name: 'search',
				type: 'string',
				default: '',
				description: 'Text to search for in names, phone numbers and other attributes',
			},
			{
				displayName: 'Tags',
				name: 'tags',
				type: 'string',
				default: '',
				placeholder: 'e.g. lead, newsletter',
				description: 'Only return contacts with these tags. Separate tags with commas.',
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
	concurrency: halfTheQuota,
	/** `GET /contact` (source: spec) */
	async run(context, itemIndex) {
		const filters = collection(context, 'filters', itemIndex);
		const { sort, sortDirection } = collection(context, 'options', itemIndex);
		const query = withoutEmpty({
			search: filterText(context, filters, 'search', 'Search', itemIndex),
			tags: filterList(context, filters, 'tags', 'Tags', itemIndex),
			excluded_tags: filterList(context, filters, 'excludedTags', 'Excluded Tags', itemIndex),
			phone_numbers_only:
				readSwitch(context, filters, 'phoneNumbersOnly', 'Phone Numbers Only', itemIndex) || undefined,
			sort,
			sortDirection,
		});
		const limit = readLimit(context, itemIndex);
		const toOutput = readSimplify(context, itemIndex, readContact);
		return (await collectRecords({ context, itemIndex }, contactList(query), limit)).map(toOutput);
	},
	hints: nothingFound('contacts'),
};

export const contactResource: Resource = {
	name: 'Contact',
	value: 'contact',
	description: 'Person that agents can call',
	operations: [create, deleteOne, findOrCreate, get, getMany],
};
