import { digitsIn } from './digits';
import type { PhoneNumberRefusal } from './refusals';

/**
 * What a cell holds, before any country's rules: one number as it is written (digits of any script, at most a + before
 * them and punctuation between them), some other text, or what cannot be a phone number.
 */
export type Cell = { written: string } | { text: string } | { refusal: PhoneNumberRefusal };

/** Separators inside one number; full-width ones among them, and \u30fc, which Japanese keyboards produce for a dash */
const SEPARATORS = '\\p{Zs}\\t\\p{Pd}\\u2212\\u30fc.\\u00b7()[\\]/~\\uff08\\uff09\\uff0e\\uff0f\\uff5e';
const ONE_NUMBER = new RegExp(`^[(\\[\\uff08]?\\+?[\\p{Nd}${SEPARATORS}]*$`, 'u');
/** Everything that can end one number in a text and begin another */
const BETWEEN_NUMBERS = /[^\p{Nd}\p{Zs}\p{Pd}.()]+|(?=\+)/u;
/** No number has fewer digits, with its area code */
const SHORTEST_NUMBER = 7;
/** As a text; looking for the end of a number takes time with the square of its length */
const LONGEST_NUMBER = 100;

const EXPONENT = /^(\+?)(\d+)(?:[.,](\d+))?E([+-]?\d+)$/i;
const WHOLE = /^(\+?\d+)\.0{0,2}$/;
const FRACTION = /^\+?\d{7,}\.\d+$/;
/** Commas or apostrophes at every third digit, two at least: with one they could be two extensions */
const THOUSANDS = /^(\+?\d{1,3}(?:[,'\u2019]\d{3}){2,})(?:\.0{0,2})?$/;
/** With a minus, or in brackets as accountants write it */
const NEGATIVE = /^(?:[\p{Pd}\u2212]\s*[\d.]|\([\d.,]+\)$)/u;
const DAY = '(?:0?[1-9]|[12]\\d|3[01])';
const YEAR = '(?:19|20)\\d\\d';
const DATE = new RegExp(
	`^(?:${YEAR}-(?:0[1-9]|1[0-2])(?:-${DAY})?|${YEAR}([./])${DAY}\\1${DAY}|${DAY}([./-])${DAY}\\2(?:${YEAR}|\\d\\d))(?:[T, ]+\\d\\d?:.*)?$`,
	'i',
);

/** Reads a cell of any type. */
export function readCell(typed: unknown): Cell {
	if (Array.isArray(typed)) return { refusal: 'list' };
	if (typed === undefined || typed === null) return { refusal: 'empty' };
	if (typeof typed === 'number') return readNumeric(typed);
	if (typeof typed !== 'string') return { refusal: 'notText' };
	const text = plainText(typed);
	if (text === '') return { refusal: 'empty' };
	return readNumericText(text) ?? readWritten(text);
}

function readNumeric(value: number): Cell {
	if (!Number.isFinite(value)) return { refusal: 'noNumber' };
	if (value < 0) return { refusal: 'negative' };
	if (!Number.isInteger(value)) return { refusal: 'fraction' };
	return Number.isSafeInteger(value) ? { written: String(value) } : { refusal: 'rounded' };
}

/** Reads a number in the formats in which programs write numbers and dates; undefined for everything else. */
function readNumericText(text: string): Cell | undefined {
	if (NEGATIVE.test(text)) return { refusal: 'negative' };
	if (DATE.test(text)) return { refusal: 'date' };
	const [, whole] = WHOLE.exec(text) ?? THOUSANDS.exec(text) ?? [];
	if (whole) return { written: whole.replace(/[^\d+]/g, '') };
	if (FRACTION.test(text)) return { refusal: 'fraction' };
	const [, plus, digits, decimals = '', exponent] = EXPONENT.exec(text) ?? [];
	if (digits === undefined) return undefined;
	// with fewer decimals the missing digits may be zeros, or may have been rounded away
	if (Number(exponent) > decimals.length) return { refusal: 'rounded' };
	return Number(exponent) === decimals.length ? { written: plus + digits + decimals } : { refusal: 'fraction' };
}

function readWritten(text: string): Cell {
	if (isLongNumberTwice(text)) return { refusal: 'list' };
	if (digitsIn(text) === '' || text.length > LONGEST_NUMBER) return { refusal: 'noNumber' };
	return ONE_NUMBER.test(text) ? { written: text } : { text };
}

/** Whether a text holds two pieces that are each as long as a phone number. */
function isLongNumberTwice(text: string): boolean {
	const pieces = text.split(BETWEEN_NUMBERS).map(digitsIn);
	return pieces.filter((digits) => digits.length >= SHORTEST_NUMBER).length > 1;
}

/** Returns a text without what spreadsheets, links, lead forms and copying put around a number. */
const plainText = (typed: string) =>
	typed
		.replace(/\p{Cf}/gu, '')
		.replaceAll('\uff0b', '+')
		.trim()
		.replace(/^['\u2019]/, '')
		.replace(/^(?:tel|p):/i, '')
		.trim();
