// Whom a history may call, and how their numbers may be written.

/** Ending in other digits, calls end in other ways: see the simulator's endings. The first ones are contacts in its seed. */
const LINES = ['0101', '0102', '0110', '0112', '0113', '0121', '0122', '0123'];

export const PEOPLE = LINES.length;
export const KNOWN_PEOPLE = 5;

/** A number without what may be missing in Thoughtly's records: the country code. */
export const nationalNumber = (phoneNumber: string | null) => String(phoneNumber).slice(-10);

export const isNumberOf = (person: number, phoneNumber: string | null) =>
	nationalNumber(phoneNumber) === `415555${LINES[person]}`;

/** How a cell may hold a number of +1 415. */
const SPELLINGS: Record<string, (line: string, next: string) => unknown> = {
	plain: (line) => `+1415555${line}`,
	punctuated: (line) => `+1 (415) 555-${line}`,
	dotted: (line) => `+1.415.555.${line}`,
	link: (line) => `tel:+1-415-555-${line}`,
	apostrophe: (line) => `'+1 415 555 ${line}`,
	national: (line) => `(415) 555-${line}`,
	withoutPlus: (line) => Number(`1415555${line}`),
	twoNumbers: (line, next) => `+1 415 555 ${line} / ${next}`,
	extension: (line) => `+1 415 555 ${line} ext. 7`,
	twoEndings: (line) => `+1 415 555 ${line}/4`,
	calculated: (line) => Number(`-415555${line}`),
	missing: () => undefined,
};

export const spellings = Object.keys(SPELLINGS);

/** Nobody is meant by these. */
export const UNUSABLE = new Set(['twoNumbers', 'extension', 'twoEndings', 'calculated', 'missing']);

/** What the cell holds. */
export const spelled = (person: number, spelling: string): unknown =>
	SPELLINGS[spelling](LINES[person], LINES[(person + 1) % PEOPLE]);
