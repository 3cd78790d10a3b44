import {
	getCountryCallingCode,
	getExampleNumber,
	isSupportedCountry,
	parsePhoneNumberFromString,
} from 'libphonenumber-js/min';
import type { CountryCode, PhoneNumber } from 'libphonenumber-js/min';
import examples from 'libphonenumber-js/mobile/examples';

/** What needs libphonenumber-js: it is bundled into this module by the build, and loaded when a number needs it. */

export const isCountry = (code: string): code is CountryCode => isSupportedCountry(code);

/** Gives the ISO 3166 code of a number's country, undefined where it cannot be told; expects E.164. */
export const countryOf = (phoneNumber: string): string | undefined =>
	parsePhoneNumberFromString(phoneNumber, { extract: false })?.country;

/**
 * Gives the E.164 form of a number with its country code, undefined where there can be no such number.
 * @param digits all that is written behind the +
 * @param withoutTrunk the same without a bracketed digit
 */
export function readInternational(digits: string, withoutTrunk: string): string | undefined {
	const whole = parsePhoneNumberFromString(`+${digits}`, { extract: false });
	// a country code that this version of the library does not know
	if (!whole) return `+${digits}`;
	// the library takes a national prefix away and keeps Italy's 0, but knows no half prefixes: +36 (0)1 for 06 1
	const shorter = parsePhoneNumberFromString(`+${withoutTrunk}`, { extract: false });
	return possible(!whole.isValid() && shorter?.isValid() ? shorter : whole);
}

/** Gives the E.164 form of a number as dialled in a country, undefined where there can be no such number. */
export function readNational(digits: string, country: CountryCode): string | undefined {
	const national = parsePhoneNumberFromString(digits, { defaultCountry: country, extract: false });
	return possible(withLostPlus(digits, country) ?? national);
}

/**
 * Spreadsheets lose the +. Where the country code is an area code as well (49 in Germany) the library takes it for that;
 * a number longer than the country's mobile numbers is none of the country's own.
 */
function withLostPlus(digits: string, country: CountryCode): PhoneNumber | undefined {
	const longest = getExampleNumber(country, examples)?.nationalNumber.length ?? Infinity;
	if (digits.length <= longest || !digits.startsWith(getCountryCallingCode(country))) return undefined;
	const international = parsePhoneNumberFromString(`+${digits}`, { extract: false });
	return international?.isValid() ? international : undefined;
}

/** New ranges are possible long before they are known as valid. */
const possible = (number: PhoneNumber | undefined) => (number?.isPossible() ? number.number : undefined);
