import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { connectionOf } from '../transport/connection';
import { inputError } from '../transport/nodeErrors';
import { collection, locatorValue } from './parameters';

export const phoneNumberField: INodeProperties = {
	displayName: 'Phone Number',
	name: 'phoneNumber',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. +14155550123',
	description: "With + and the country code, or as dialed within 'Default Country'",
};

/** An option of every operation with 'Phone Number'; overrides the credential's. */
export const defaultCountryField: INodeProperties = {
	displayName: 'Default Country',
	name: 'defaultCountry',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	description: 'Country of phone numbers written without + and a country code, e.g. (415) 555-0123',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a country...',
			typeOptions: { searchListMethod: 'findCountries', searchable: true },
		},
		{ displayName: 'By Code', name: 'code', type: 'string', placeholder: 'e.g. US' },
	],
};

/** Reads 'Phone Number' with 'Default Country'; what is not a phone number, or could mean another one, is refused. @returns E.164 */
export async function phoneNumberParameter(context: IExecuteFunctions, itemIndex: number): Promise<string> {
	const entered = context.getNodeParameter('phoneNumber', itemIndex, '') as unknown;
	const own = locatorValue(collection(context, 'options', itemIndex).defaultCountry);
	const country = own || (await connectionOf({ context, itemIndex })).defaultCountry;
	const { explainRefusal, readPhoneNumber } = await import('../phone/phoneLibrary');
	const reading = readPhoneNumber(entered, country);
	if ('phoneNumber' in reading) return reading.phoneNumber;
	const { message, advice } = explainRefusal(reading.refusal, entered, country);
	throw inputError({ context, itemIndex }, message, advice, 'correct-the-phone-number');
}
