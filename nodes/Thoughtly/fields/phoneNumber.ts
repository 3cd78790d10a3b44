import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { readPhoneNumber } from '../phone/phoneNumber';
import type { PhoneNumberRefusal } from '../phone/phoneNumber';
import { inputError } from '../transport/nodeErrors';
import { collection, locatorValue, requiredText } from './parameters';

export const phoneNumberField: INodeProperties = {
	displayName: 'Phone Number',
	name: 'phoneNumber',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. +14155550123',
	description: "With + and the country code, or as dialed within 'Default Country'",
};

/** The country of numbers without a country code; an option of every operation with 'Phone Number'. */
export const defaultCountryField: INodeProperties = {
	displayName: 'Default Country',
	name: 'defaultCountry',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	description: 'Country of phone numbers that are written without + and country code, e.g. (415) 555-0123',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a country...',
			typeOptions: { searchListMethod: 'searchCountries', searchable: true },
		},
		{ displayName: 'By Code', name: 'code', type: 'string', placeholder: 'e.g. US' },
	],
};

/** Reads 'Phone Number' with 'Default Country'; what is not a phone number, or could mean another one, is refused. @returns E.164 */
export async function phoneNumberParameter(context: IExecuteFunctions, itemIndex: number): Promise<string> {
	const entered = requiredText(context, 'phoneNumber', 'Phone Number', itemIndex);
	const country = locatorValue(collection(context, 'options', itemIndex).defaultCountry);
	const reading = await readPhoneNumber(entered, country);
	if ('phoneNumber' in reading) return reading.phoneNumber;
	const [message, advice] = refusals(entered, country)[reading.refusal];
	throw inputError({ context, itemIndex }, message, advice);
}

const refusals = (entered: string, country: string): Record<PhoneNumberRefusal, [string, string]> => ({
	noNumber: [
		`'Phone Number' is not a valid phone number: ${entered}`,
		'Enter digits with + and the country code, e.g. +14155550123',
	],
	extension: [
		`'Phone Number' has an extension, which a call cannot dial: ${entered}`,
		'Enter a number that can be dialed directly, e.g. +14155550123',
	],
	countryMissing: [
		`'Phone Number' has no country code: ${entered}`,
		"Enter it with + and the country code, e.g. +14155550123, or choose 'Default Country' in the options",
	],
	countryUnknown: [
		`'Default Country' is not a known country: ${country}`,
		'Choose one from the list, or enter its code of two letters, e.g. US',
	],
	impossible: [
		`'Phone Number' is not a possible phone number: ${entered}`,
		"Check its digits. Only a number of the country in 'Default Country' may be written without + and country code",
	],
});
