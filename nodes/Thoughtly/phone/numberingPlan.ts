import {
	getCountries,
	getCountryCallingCode,
	getExampleNumber,
	isSupportedCountry,
	parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import type { CountryCode, PhoneNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { areaTimeZones } from './areaTimeZones';
import type { PhoneNumberReading } from './refusals';

/** What libphonenumber-js knows about numbers. Digits can be of any script that it knows. */

/** Separators after which a number can be over, and something else begin */
const BREAK = /[/~\uff0f\uff5e]|\s[\p{Pd}\u2212]+\s/u;
/** No number has fewer digits, with its area code */
const SHORTEST_NUMBER = 7;
const OPENING_BRACKET = /[([\uff08]/;
/** A digit that is dialed within the country only: +44 (0)20 …, +370 (8) 612 … */
const BRACKETED_DIGIT = /[([\uff08]\s*\p{Nd}\s*[)\]\uff09]/u;

/** Reads a number with + and its country code. */
export function readInternational(written: string): PhoneNumberReading {
	const dialed = withoutSeparators(written);
	const whole = parse(dialed);
	// the library takes a national prefix away and keeps Italy's 0, but knows no half prefixes: +36 (0)1 for 06 1
	const hasBracketedDigit = BRACKETED_DIGIT.test(written);
	const shorter = hasBracketedDigit ? parse(written.replace(BRACKETED_DIGIT, '')) : undefined;
	const reading = accept(shorter?.isValid() && !whole?.isValid() ? shorter : whole, written);
	if (!('refusal' in reading) || reading.refusal !== 'impossible') return reading;
	// country codes and lengths change before the library knows
	const hasPrefix = hasBracketedDigit || (whole && dialed.startsWith(`+${whole.countryCallingCode}0`));
	return hasPrefix ? reading : { phoneNumber: dialed };
}

/** Reads a number as dialed in a country; without a country it is refused, for the best reason there is. */
export function readNational(written: string, code?: string): PhoneNumberReading {
	const digits = withoutSeparators(written);
	const withPlus = () => {
		const number = parse(`+${digits}`);
		return number?.isValid() ? number : undefined;
	};
	if (!code || !isSupportedCountry(code)) {
		// shorter ones can be national numbers as well: with +, Connecticut's 475 555 0123 is Norwegian
		return { refusal: digits.length > 10 && withPlus() ? 'plusMissing' : 'countryMissing' };
	}
	const international = isLongerThanOwn(digits, code) ? withPlus() : undefined;
	if (international) return accept(international, written, code);
	const national = parse(digits, code);
	if (national?.isValid()) return accept(national, written, code);
	const reading = accept(withLostZero(digits, code) ?? national, written, code);
	return 'phoneNumber' in reading && withPlus() ? { refusal: 'plusMissing' } : reading;
}

/** Reads a number whose first 0 a spreadsheet lost; undefined where there is no such number in the country. */
function withLostZero(digits: string, country: CountryCode): PhoneNumber | undefined {
	const number = digits.startsWith('0') ? undefined : parse(`0${digits}`, country);
	// with 0 before them, some digits are a prefix for calls abroad
	return number?.isValid() && number.countryCallingCode === getCountryCallingCode(country) ? number : undefined;
}

/** Whether a text is a phone number with an extension. */
export const hasExtension = (text: string, country?: string): boolean => {
	const defaultCountry = country && isSupportedCountry(country) ? country : 'US';
	const unbracketed = text.replace(/[()]/g, ' ').trim();
	return parsePhoneNumberFromString(unbracketed, { defaultCountry, extract: false })?.ext !== undefined;
};

/** Where a number is from. */
export interface NumberLocation {
	/** Time zones of its area code; undefined if they are not known */
	areaZones?: readonly string[];
	/** ISO 3166 code; undefined for numbers of no country, and for ranges that no country is known to use */
	country?: string;
	/** The countries that have its calling code */
	sharingCountries: readonly string[];
}

/** Locates a number; expects E.164. */
export function locateNumber(phoneNumber: string): NumberLocation {
	const number = parse(phoneNumber);
	if (!number) return { sharingCountries: [] };
	const { country, countryCallingCode } = number;
	const sharingCountries = getCountries().filter((code) => getCountryCallingCode(code) === countryCallingCode);
	return {
		areaZones: zonesOfArea(isGeographic(number) ? phoneNumber : `+${countryCallingCode}`),
		country,
		sharingCountries,
	};
}

/** Calling codes of North America, Mexico and Brazil: mobile numbers have area codes, or cannot be told from others. */
const MOBILE_AREA_CODES = ['1', '52', '55'];

/** Whether the digits behind a number's calling code tell where its owner lives. */
function isGeographic(number: PhoneNumber): boolean {
	const type = number.getType();
	if (type === 'FIXED_LINE') return true;
	const canBeMobile = type === 'MOBILE' || type === 'FIXED_LINE_OR_MOBILE';
	return canBeMobile && MOBILE_AREA_CODES.includes(number.countryCallingCode);
}

const zonesOfAreas = new Map<string, readonly string[]>();

/** Finds the longest area code, or the calling code, that a number begins with. */
function zonesOfArea(phoneNumber: string): readonly string[] | undefined {
	if (zonesOfAreas.size === 0) {
		for (const [zones, areas] of Object.entries(areaTimeZones)) {
			for (const area of areas.split(' ')) zonesOfAreas.set(`+${area}`, zones.split(','));
		}
	}
	for (let length = phoneNumber.length; length > 1; length--) {
		const zones = zonesOfAreas.get(phoneNumber.slice(0, length));
		if (zones) return zones;
	}
	return undefined;
}

/**
 * Whether digits begin with the country code and are longer than the country's mobile numbers. Spreadsheets lose the +, and
 * where the country code is an area code as well (49 in Germany), the library takes it for that.
 */
function isLongerThanOwn(digits: string, country: CountryCode): boolean {
	if (!digits.startsWith(getCountryCallingCode(country))) return false;
	const example = getExampleNumber(country, examples);
	return example !== undefined && digits.length > example.nationalNumber.length;
}

/** Accepts a number unless it can end earlier. New ranges are possible long before they are valid. */
function accept(number: PhoneNumber | undefined, written: string, country?: CountryCode): PhoneNumberReading {
	const isValid = number?.isValid() ?? false;
	const rest = restBehindNumber(written, isValid, country);
	if (rest !== undefined) return { refusal: rest.length < SHORTEST_NUMBER ? 'unclearEnd' : 'list' };
	if (BREAK.test(written) && !isValid) return { refusal: 'unclearEnd' };
	return number?.isPossible() ? { phoneNumber: number.number } : { refusal: 'impossible' };
}

/**
 * Finds digits that can be an extension, another ending, a footnote, opening hours or another number: what is before them
 * is a valid number, and they follow a break or a bracket, make the number invalid, or are a single one behind a mobile
 * number, where nobody can be dialed directly.
 */
function restBehindNumber(written: string, isValid: boolean, country?: CountryCode): string | undefined {
	for (const { 0: separator, index } of written.matchAll(/[^\p{Nd}+]+(?=\p{Nd})/gu)) {
		const rest = withoutSeparators(written.slice(index));
		const isBreak = BREAK.test(separator) || OPENING_BRACKET.test(separator);
		if (isValid && !isBreak && rest.length > 1) continue;
		const number = parse(written.slice(0, index), country);
		if (number?.isValid() && (isBreak || !isValid || number.getType() === 'MOBILE')) return rest;
	}
	return undefined;
}

const withoutSeparators = (text: string) => text.replace(/[^\p{Nd}+]/gu, '');

const parse = (text: string, defaultCountry?: CountryCode): PhoneNumber | undefined =>
	parsePhoneNumberFromString(withoutSeparators(text), { defaultCountry, extract: false });
