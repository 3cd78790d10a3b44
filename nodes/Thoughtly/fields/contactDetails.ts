import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { text } from '../api/values';
import { keyValueField, readPairs, scriptValues } from './keyValues';
import { collection, readList, withoutEmpty } from './parameters';

export const contactNameField: INodeProperties = {
	displayName: 'Name',
	name: 'name',
	type: 'string',
	default: '',
	placeholder: 'e.g. Jane Doe',
};

/** What a new contact may have besides its phone number and name. */
export const contactDetailFields: INodeProperties[] = [
	keyValueField({
		displayName: 'Attributes',
		name: 'attributes',
		entries: 'attributeValues',
		description: "Facts about the contact, available in an agent's script as {{attributes.NAME}}",
	}),
	{
		displayName: 'Country Code',
		name: 'countryCode',
		type: 'string',
		default: '',
		placeholder: 'e.g. US',
		description:
			"Country of the phone number as a two-letter code, not the dialing code: that belongs in 'Phone Number'",
	},
	{
		displayName: 'Email',
		name: 'email',
		type: 'string',
		default: '',
		placeholder: 'e.g. name@email.com',
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

/** Reads a collection of these fields. @returns fields of a new contact's body, without empty ones */
export function readContactDetails(context: IExecuteFunctions, parameter: string, itemIndex: number): IDataObject {
	const { name, email, countryCode, tags, attributes } = collection(context, parameter, itemIndex);
	const pairs = (attributes as IDataObject | undefined)?.attributeValues;
	const tagNames = readList(context, tags, 'Tags', itemIndex);
	const values = scriptValues(context, readPairs(context, pairs, 'Attributes', itemIndex), 'Attributes', itemIndex);
	return withoutEmpty({
		name: text(name),
		email: text(email),
		country_code: text(countryCode),
		tags: tagNames.length ? tagNames : undefined,
		// the API wants strings (source: clients)
		attributes: values && Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)])),
	});
}
