import { countries, countryCode } from './countries';
import { digitsIn } from './digits';

/** Why a cell is not read as a phone number. */
export type PhoneNumberRefusal =
	| 'empty'
	| 'notText'
	| 'noNumber'
	| 'list'
	| 'date'
	| 'negative'
	| 'fraction'
	| 'rounded'
	| 'extension'
	| 'unclearEnd'
	| 'countryMissing'
	| 'countryUnknown'
	| 'plusMissing'
	| 'northAmericanLength'
	| 'impossible';

/** A number in E.164, or why a cell is not read as one. */
export type PhoneNumberReading = { phoneNumber: string } | { refusal: PhoneNumberRefusal };

const LONGEST_SHOWN = 60;
const AS_TEXT = 'Enter it again in a column formatted as text: a spreadsheet has changed this value';

/**
 * Explains to a user why 'Phone Number' is refused, and what to do.
 * @param typed the cell as it was given
 * @param defaultCountry as it was given
 */
export function explainRefusal(
	refusal: PhoneNumberRefusal,
	typed: unknown,
	defaultCountry = '',
): { message: string; advice: string } {
	const [message, advice] = reasons(typed, defaultCountry)[refusal];
	if (refusal === 'empty' || refusal === 'countryUnknown') return { message, advice };
	return { message: `'Phone Number' is not a valid phone number: ${message}`, advice };
}

function reasons(
	typed: unknown,
	defaultCountry: string,
): Record<PhoneNumberRefusal, [message: string, advice: string]> {
	const shown = show(typed);
	const digits = typeof typed === 'object' ? '' : digitsIn(String(typed));
	const country = countries[countryCode(defaultCountry) ?? ''];
	return {
		empty: [
			"'Phone Number' is empty",
			'Enter a number. If it comes from an expression, check that the expression returns a value for this item',
		],
		notText: [
			`${shown} is neither text nor a number`,
			'Use the field that contains the number, e.g. {{ $json.phone }}',
		],
		noNumber: [
			`${shown} contains something other than digits and punctuation`,
			'Write the number in digits, with + and the country code, e.g. +14155550123',
		],
		list: [
			`${shown} is a list of phone numbers`,
			"Use one number per item, e.g. split the list with n8n's Split Out node",
		],
		date: [`${shown} is a date`, 'Check which field the number comes from'],
		negative: [`${shown} is negative`, AS_TEXT],
		fraction: [`${shown} is not a whole number`, AS_TEXT],
		rounded: [`${shown} is rounded, so its last digits are lost`, AS_TEXT],
		extension: [
			`${shown} has an extension, which a call cannot dial`,
			'Use a number that can be dialed directly, e.g. +14155550123',
		],
		unclearEnd: [
			`the last digits of ${shown} could be an extension, a note or another number`,
			'Write one number without anything after it, e.g. +14155550123',
		],
		countryMissing: [
			`${shown} has no country code`,
			"Write it with + and the country code, e.g. +14155550123, or set 'Default Country' in the options",
		],
		countryUnknown: [
			`'Default Country' is not a known country: ${defaultCountry}`,
			'Choose one from the list, or use its two-letter code, e.g. US',
		],
		plusMissing: [
			`only the + is missing in ${shown}`,
			country
				? `Write +${digits} if it begins with a country code. Otherwise check its digits: it is not a number in use in 'Default Country' (${country})`
				: `Write +${digits} if it begins with a country code. Otherwise set 'Default Country' in the options`,
		],
		northAmericanLength: [
			`+1 needs 10 digits, but ${shown} has ${digits.length - 1}`,
			'Check its digits, e.g. +14155550123',
		],
		impossible: [
			country && !shown.includes('+')
				? `${shown} is too short or too long for 'Default Country' (${country})`
				: `${shown} is too short or too long`,
			"Check its digits. Numbers outside 'Default Country' need + and the country code",
		],
	};
}

/** Quotes a cell in one line, cut where it is long. */
function show(typed: unknown): string {
	if (typeof typed === 'object') return 'the value';
	const text = String(typed).replace(/\s+/g, ' ');
	return `'${text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text}'`;
}
