import { tryToParseDateTime } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { isRecord, listRecords } from '../api/envelope';
import type { ListRequest } from '../api/envelope';
import { inputError } from '../transport/errors';
import { LARGEST_PAGE } from '../transport/pagination';
import { countries } from '../phone/countries';
import { readPhoneNumber } from '../phone/phoneNumber';
import type { PhoneNumberRefusal } from '../phone/phoneNumber';

/** Fields that several operations have, and how parameters are read: with their item, and checked before any request. */

export const returnAllFields: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: { show: { returnAll: [false] } },
	},
];

export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/** As n8n wants what is added one by one. */
const alphabetical = (options: INodeProperties[]) =>
	[...options].sort((a, b) => a.displayName.localeCompare(b.displayName, 'en'));

/** A collection of filters for a list, to be added one by one. */
export const filtersField = (options: INodeProperties[]): INodeProperties => ({
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add Filter',
	default: {},
	options: alphabetical(options),
});

/** A collection of what few users need, to be added one by one. */
export const optionsField = (options: INodeProperties[]): INodeProperties => ({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: alphabetical(options),
});

/** Where a phone number without a country code is from; an option of every operation with 'Phone Number'. */
export const defaultCountryField: INodeProperties = {
	displayName: 'Default Country',
	name: 'defaultCountry',
	type: 'options',
	default: 'US',
	options: Object.entries(countries).map(([value, name]) => ({ name, value })),
	description: 'Country of phone numbers that are written without + and country code, e.g. (415) 555-0123',
};

/** Whether the fields of an object are typed one by one or given as JSON. */
export const specifyField = (
	field: Pick<INodeProperties, 'displayName' | 'name' | 'description'>,
): INodeProperties => ({
	...field,
	type: 'options',
	default: 'keypair',
	options: [
		{ name: 'Using Fields Below', value: 'keypair' },
		{ name: 'Using JSON', value: 'json' },
	],
});

/** For the unit of a time; see `lengthOf`. */
export const timeUnits: INodePropertyOptions[] = [
	{ name: 'Minutes', value: 'minutes' },
	{ name: 'Hours', value: 'hours' },
	{ name: 'Days', value: 'days' },
];

const MINUTE = 60_000;
const LENGTHS = new Map<unknown, number>([
	['minutes', MINUTE],
	['hours', 60 * MINUTE],
	['days', 24 * 60 * MINUTE],
]);

/** Gives the length of a unit of time in ms, undefined for what is none. */
export const lengthOf = (unit: unknown) => LENGTHS.get(String(unit));

/** Name and value pairs, in the way n8n's own nodes have them. */
export function keyValueField(field: {
	displayName: string;
	name: string;
	entries: string;
	description: string;
}): INodeProperties {
	return {
		displayName: field.displayName,
		name: field.name,
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Field',
		default: {},
		description: field.description,
		options: [
			{
				displayName: 'Field',
				name: field.entries,
				values: [
					{ displayName: 'Name', name: 'name', type: 'string', default: '' },
					{ displayName: 'Value', name: 'value', type: 'string', default: '' },
				],
			},
		],
	};
}

/** Gives a text parameter (or locator) without blanks around it; an empty one is refused. */
export function requiredText(context: IExecuteFunctions, name: string, displayName: string, itemIndex: number): string {
	const value = context.getNodeParameter(name, itemIndex, '', { extractValue: true });
	const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
	if (text === '') {
		throw inputError(
			context.getNode(),
			`'${displayName}' is empty`,
			'Choose or enter one; if it comes from an expression, check that the expression has a value for this item',
			itemIndex,
		);
	}
	return text;
}

/** Gives an ID for a path; what would name another path is refused. */
export function requiredId(context: IExecuteFunctions, name: string, displayName: string, itemIndex: number): string {
	const id = requiredText(context, name, displayName, itemIndex);
	if (id === '.' || id === '..') {
		throw inputError(context.getNode(), `'${displayName}' is no ID: ${id}`, 'Choose or enter an ID', itemIndex);
	}
	return id;
}

/** Reads 'Phone Number' with 'Default Country'; gives the text as well. An empty one is refused. */
async function readPhoneNumberParameter(context: IExecuteFunctions, itemIndex: number) {
	const typed = requiredText(context, 'phoneNumber', 'Phone Number', itemIndex);
	const country = String(collection(context, 'options', itemIndex).defaultCountry ?? '');
	return { typed, country, reading: await readPhoneNumber(typed, country) };
}

/** Gives a phone number in E.164; what is none, or leaves open which one it is, is refused. */
export async function phoneNumberParameter(context: IExecuteFunctions, itemIndex: number): Promise<string> {
	const { typed, country, reading } = await readPhoneNumberParameter(context, itemIndex);
	if ('phoneNumber' in reading) return reading.phoneNumber;
	const [message, advice] = phoneNumberRefusals(typed, country)[reading.refusal];
	throw inputError(context.getNode(), message, advice, itemIndex);
}

/** Equal numbers one after another, however they are written, so that the second finds what the first created. */
export async function samePhoneNumber(context: IExecuteFunctions, itemIndex: number): Promise<string> {
	const { typed, reading } = await readPhoneNumberParameter(context, itemIndex);
	return 'phoneNumber' in reading ? reading.phoneNumber : typed;
}

const phoneNumberRefusals = (typed: string, country: string): Record<PhoneNumberRefusal, [string, string]> => ({
	noNumber: [
		`'Phone Number' is no phone number: ${typed}`,
		'Write it in digits, with + and the country code, e.g. +14155550123',
	],
	extension: [
		`'Phone Number' has an extension, which a call cannot dial: ${typed}`,
		'Write the number that can be dialled directly, e.g. +14155550123',
	],
	countryMissing: [
		`'Phone Number' has no country code: ${typed}`,
		"Write it with + and the country code, e.g. +14155550123, or choose 'Default Country' in the options",
	],
	countryUnknown: [
		`'Default Country' is no country: ${country}`,
		'Choose one from the list, or give its code of two letters, e.g. US',
	],
	impossible: [
		`'Phone Number' is no possible phone number: ${typed}`,
		"Check its digits. Only a number of the country in 'Default Country' may be written without + and the country code",
	],
});

/** Gives a moment as ms epoch, undefined where there is none; what is no date is refused. */
export function dateTime(
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

/** Gives the fields of a group in a fixed collection, undefined where it was not added. */
export const group = (value: unknown, name: string) =>
	isRecord(value) && isRecord(value[name]) ? value[name] : undefined;

/** Gives a collection's fields. */
export function collection(context: IExecuteFunctions, name: string, itemIndex: number): IDataObject {
	return context.getNodeParameter(name, itemIndex, {}) as IDataObject;
}

/** Leaves out what has no value, as the API wants it. */
export function withoutEmpty(fields: IDataObject): IDataObject {
	return Object.fromEntries(
		Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== ''),
	);
}

/** Gives the pairs of a `keyValueField` as an object; values keep their type. A value without a name is refused. */
export function keyValues(
	context: IExecuteFunctions,
	pairs: unknown,
	displayName: string,
	itemIndex: number,
): IDataObject {
	const fields: IDataObject = {};
	for (const { name, value } of Array.isArray(pairs) ? pairs.filter(isRecord) : []) {
		const key = String(name ?? '').trim();
		if (key === '') {
			if (value === '' || value === undefined || value === null) continue;
			throw inputError(
				context.getNode(),
				`A field of '${displayName}' has a value but no name`,
				'Name it or remove it',
				itemIndex,
			);
		}
		fields[key] = value;
	}
	return fields;
}

/** Gives a JSON parameter, typed or from an expression, as an object; anything else is refused. */
export function jsonObject(
	context: IExecuteFunctions,
	name: string,
	displayName: string,
	itemIndex: number,
): IDataObject {
	const typed = context.getNodeParameter(name, itemIndex, '') as unknown;
	const value = typeof typed === 'string' ? parseJson(typed) : typed;
	if (!isRecord(value)) {
		throw inputError(
			context.getNode(),
			`'${displayName}' is no JSON object`,
			'Write an object in curly brackets with quoted names, e.g. {"plan": "premium"}',
			itemIndex,
		);
	}
	return value;
}

function parseJson(text: string): unknown {
	if (text.trim() === '') return {};
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** Gives the values as the strings that the API wants (source: clients); empty ones are left out, nested ones refused. */
export function flatStrings(
	context: IExecuteFunctions,
	fields: IDataObject,
	displayName: string,
	itemIndex: number,
): IDataObject | undefined {
	const flat = Object.entries(withoutEmpty(fields)).map(([name, value]) => {
		if (typeof value === 'object') {
			throw inputError(
				context.getNode(),
				`'${name}' in '${displayName}' is ${Array.isArray(value) ? 'a list' : 'an object'}`,
				'Thoughtly takes texts, numbers and true or false only: choose one value of it, or turn it into text',
				itemIndex,
			);
		}
		return [name, String(value)];
	});
	return flat.length ? Object.fromEntries(flat) : undefined;
}

/**
 * Runs a Get Many: as many records as 'Return All' and 'Limit' say, after `keep` where the API cannot filter by itself.
 * A short list is asked for in a short page.
 */
export async function getMany(
	context: IExecuteFunctions,
	list: ListRequest,
	itemIndex: number,
	keep?: (record: IDataObject) => boolean,
): Promise<IDataObject[]> {
	const limit = readLimit(context, itemIndex);
	const pageSize = keep ? LARGEST_PAGE : Math.min(limit, LARGEST_PAGE);
	const records: IDataObject[] = [];
	for await (const record of listRecords(context, { ...list, pageSize }, itemIndex)) {
		if (keep && !keep(record)) continue;
		records.push(record);
		if (records.length === limit) break;
	}
	return records;
}

/** Gives how many records a Get Many wants: Infinity with 'Return All'. */
export function readLimit(context: IExecuteFunctions, itemIndex: number): number {
	if (context.getNodeParameter('returnAll', itemIndex, false)) return Infinity;
	const limit = context.getNodeParameter('limit', itemIndex, 50);
	return wholeNumber(context, limit, 'Limit', "For everything there is, turn on 'Return All'", itemIndex);
}

/** Gives a number that counts something; anything but a whole one from 1 on is refused. */
export function wholeNumber(
	context: IExecuteFunctions,
	value: unknown,
	displayName: string,
	advice: string,
	itemIndex: number,
): number {
	const number = Number(value);
	if (!Number.isInteger(number) || number < 1) {
		throw inputError(context.getNode(), `'${displayName}' must be a whole number from 1 on`, advice, itemIndex);
	}
	return number;
}
