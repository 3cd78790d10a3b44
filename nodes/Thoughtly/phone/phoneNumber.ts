/** Why a number cannot be dialled as it is written. */
export type PhoneNumberRefusal = 'noNumber' | 'extension' | 'countryMissing' | 'countryUnknown' | 'impossible';

/** What a number leads to: E.164, or the reason why it is refused. */
export type PhoneNumberReading = { phoneNumber: string } | { refusal: PhoneNumberRefusal };

/** E.164; numbers of country code 1 have ten digits, which no new area code changes */
const E164 = /^\+(?:1\d{10}|[2-9]\d{6,14})$/;
/** The lengths of country calling codes, which ITU-T E.164 fixes for good */
const CALLING_CODE = /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;
const PUNCTUATION = /[\s\p{Pd}().\-/[\]~\u00b7\u2212\u30fc]/gu;
const EXTENSION = /\d\W{0,5}(?:[,;#]|x|ext(?:ension)?)\W{0,5}\d{1,7}\W{0,5}$/i;
/** A digit that is dialled within the country only: +44 (0)20 …, +370 (8) 612 … */
const BRACKETED_DIGIT = /\(\s*\d\s*\)/;

/**
 * Reads a phone number as people and spreadsheets write it.
 * @param typed with + and the country code, or as dialled in the default country
 * @param defaultCountry its ISO 3166 code, for numbers without +; none where empty
 */
export async function readPhoneNumber(typed: string, defaultCountry = ''): Promise<PhoneNumberReading> {
	const written = plainText(typed);
	const [, plus, digits] = /^(\+?)(\d+)$/.exec(written.replace(PUNCTUATION, '')) ?? [];
	if (digits === undefined) return { refusal: EXTENSION.test(written) ? 'extension' : 'noNumber' };
	if (plus) return accept(await readInternational(written, digits));
	const country = defaultCountry.trim().toUpperCase();
	if (country === '') return { refusal: 'countryMissing' };
	const library = await import('./phoneLibrary');
	if (!library.isCountry(country)) return { refusal: 'countryUnknown' };
	return accept(library.readNational(digits, country));
}

/**
 * Gives the ISO 3166 code of a number's country; expects E.164. Undefined for numbers of no country, and where countries
 * share a calling code for ranges that none of them is known to use.
 */
export async function countryOf(phoneNumber: string): Promise<string | undefined> {
	const library = await import('./phoneLibrary');
	return library.countryOf(phoneNumber);
}

const accept = (phoneNumber: string | undefined): PhoneNumberReading =>
	phoneNumber && E164.test(phoneNumber) ? { phoneNumber } : { refusal: 'impossible' };

/** Only a digit that may have to go needs the library: every other number with + is taken as it is. */
async function readInternational(written: string, digits: string): Promise<string | undefined> {
	const callingCode = CALLING_CODE.exec(digits)?.[0] ?? '';
	if (digits[callingCode.length] !== '0' && !BRACKETED_DIGIT.test(written)) return `+${digits}`;
	const library = await import('./phoneLibrary');
	return library.readInternational(digits, written.replace(BRACKETED_DIGIT, '').replace(/\D/g, ''));
}

/** Gives a text in ASCII as far as phone numbers go, without what spreadsheets, links and copying put around it. */
function plainText(typed: string): string {
	return typed
		.replace(/\p{Cf}/gu, '')
		.replace(/[\uff01-\uff5e]/g, (fullWidth) => String.fromCharCode(fullWidth.charCodeAt(0) - 0xfee0))
		.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (arabic) => String(arabic.charCodeAt(0) & 0xf))
		.trim()
		.replace(/^['\u2019]/, '')
		.replace(/^tel:/i, '');
}
