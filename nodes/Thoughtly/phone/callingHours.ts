/** When someone may be called: hours by the clock on their wall, in every time zone that they may be in. */

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Hours recur every week, and a change to summer time can skip them once. */
const HORIZON = 14 * DAY;

/** Hours by the wall clock. */
export interface CallingHours {
	/** Minute of the day at which they begin */
	from: number;
	/** Minute of the day at which they end: of the next day if it is not later than `from` */
	to: number;
	/** Days on which they begin, 1 (Monday) to 7 (Sunday) */
	weekdays: readonly number[];
}

/** Returns the minute of the day of a time as typed, 00:00 to 23:59 (also 9:00), and null for anything else. */
export function minuteOfDay(text: string): number | null {
	const [, hour, minute] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim()) ?? [];
	return hour === undefined ? null : Number(hour) * 60 + Number(minute);
}

/**
 * Returns the first moment at which the hours hold in all the time zones at once: `moment` itself if they do, otherwise
 * one on the full minute. Returns undefined if there is none within two weeks: the zones are too far apart (at this time
 * of the year), or there is no weekday or no zone. Throws a RangeError for an unknown time zone.
 *
 * The wall clock decides: hours that a change to summer time skips are lost, and hours that a change back repeats count
 * twice. Hours past midnight belong to the weekday on which they begin: Friday from 22:00 to 06:00 lasts until Saturday.
 * If `from` equals `to`, they last until the same time on the next day.
 *
 * @param moment ms epoch, like the result
 */
export function nextAllowedAt(hours: CallingHours, timeZones: readonly string[], moment: number): number | undefined {
	if (timeZones.length === 0) return undefined;
	let at = moment;
	while (at <= moment + HORIZON) {
		const next = Math.max(...timeZones.map((timeZone) => notBefore(hours, timeZone, at)));
		if (next === at) return at;
		at = next;
	}
	return undefined;
}

/**
 * Returns the moment before which the hours do not hold in a time zone: `at` itself if they do, otherwise when they begin
 * next, or when the zone's offset changes before that, since all clocks have to be read again then.
 */
function notBefore({ from, to, weekdays }: CallingHours, timeZone: string, at: number): number {
	const offset = offsetAt(timeZone, at);
	// days that begin at `from` instead of midnight, so that hours past midnight are within one
	const wall = at + offset - from * MINUTE;
	const day = Math.floor(wall / DAY);
	const length = (to - from) * MINUTE + (to > from ? 0 : DAY);
	if (weekdays.includes(weekdayOf(day)) && wall - day * DAY < length) return at;
	const nextDay = [1, 2, 3, 4, 5, 6, 7].map((days) => day + days).find((next) => weekdays.includes(weekdayOf(next)));
	if (nextDay === undefined) return Infinity;
	const beginning = nextDay * DAY + from * MINUTE - offset;
	return offsetAt(timeZone, beginning) === offset ? beginning : changeOfOffset(timeZone, at, beginning);
}

/** The weekday of a day counted from 1 January 1970, a Thursday: 1 (Monday) to 7 (Sunday). */
const weekdayOf = (day: number) => ((day + 3) % 7) + 1;

/** Finds the full minute at which the offset changes between moments a week apart at most: no zone changes twice in a week. */
function changeOfOffset(timeZone: string, after: number, before: number): number {
	const offset = offsetAt(timeZone, after);
	let unchanged = Math.floor(after / MINUTE);
	let changed = Math.ceil(before / MINUTE);
	while (changed - unchanged > 1) {
		const middle = Math.floor((unchanged + changed) / 2);
		if (offsetAt(timeZone, middle * MINUTE) === offset) unchanged = middle;
		else changed = middle;
	}
	return changed * MINUTE;
}

/** How far a zone's wall clock is ahead of UTC at a moment, in ms. */
function offsetAt(timeZone: string, at: number): number {
	const [month, day, year, hour, minute, second] = wallClock(timeZone).format(at).split(/\D+/).map(Number);
	return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

// creating one takes far longer than using it
const wallClocks = new Map<string, Intl.DateTimeFormat>();

function wallClock(timeZone: string): Intl.DateTimeFormat {
	let clock = wallClocks.get(timeZone);
	if (!clock) {
		clock = new Intl.DateTimeFormat('en-US', {
			timeZone,
			hourCycle: 'h23',
			year: 'numeric',
			month: 'numeric',
			day: 'numeric',
			hour: 'numeric',
			minute: 'numeric',
			second: 'numeric',
		});
		wallClocks.set(timeZone, clock);
	}
	return clock;
}
