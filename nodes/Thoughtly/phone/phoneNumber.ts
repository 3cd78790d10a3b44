import { readCell } from './cell';
import { countryCode } from './countries';
import { digitsIn } from './digits';
import { hasExtension, readInternational, readNational } from './numberingPlan';
import type { PhoneNumberReading } from './refusals';

/** E.164; numbers of country code 1 have ten digits, which no new area code changes */
const E164 = /^\+(?:1\d{10}|[2-9]\d{6,14})$/;
const NORTH_AMERICAN = /^\+1\d{10}$/;
/** The lengths of country codes, which ITU-T E.164 fixes for good */
const COUNTRY_CODE = /^\+(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;

/**
 * Reads a phone number as people and spreadsheets write it. A cell that could mean another number is refused.
 * @param typed a cell of any type: a number with + and country code, or as dialed in the default country
 * @param defaultCountry its ISO 3166 code, for numbers without +; none where empty
 */
export function readPhoneNumber(typed: unknown, defaultCountry = ''): PhoneNumberReading {
	const cell = readCell(typed);
	if ('refusal' in cell) return cell;
	if ('text' in cell) {
		return { refusal: hasExtension(cell.text, countryCode(defaultCountry)) ? 'extension' : 'noNumber' };
	}
	return checkLength(readWritten(cell.written, defaultCountry), cell.written);
}

function readWritten(written: string, defaultCountry: string): PhoneNumberReading {
	const digits = digitsIn(written);
	if (!written.includes('+')) {
		const country = countryCode(defaultCountry);
		if (!country && defaultCountry.trim() !== '') return { refusal: 'countryUnknown' };
		return readNational(written, country);
	}
	const phoneNumber = `+${digits}`;
	if (NORTH_AMERICAN.test(phoneNumber)) return { phoneNumber };
	const [prefix = ''] = COUNTRY_CODE.exec(phoneNumber) ?? [];
	// without separators a number is taken as it is, unless a 0 has to go: lengths change before the library knows
	if (written === phoneNumber && prefix && digits[prefix.length - 1] !== '0') return { phoneNumber };
	return readInternational(written);
}

/** Refuses what is not E.164; the length of North American numbers has a refusal of its own. */
function checkLength(reading: PhoneNumberReading, written: string): PhoneNumberReading {
	const isImpossible = 'phoneNumber' in reading ? !E164.test(reading.phoneNumber) : reading.refusal === 'impossible';
	if (!isImpossible) return reading;
	return { refusal: /^\W*\+\W*1/.test(written) ? 'northAmericanLength' : 'impossible' };
}
