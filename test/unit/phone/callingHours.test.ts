import { NodeHelpers } from 'n8n-workflow';
import type { INode, INodeParameters } from 'n8n-workflow';
import { optionsField } from '../../../nodes/Thoughtly/fields/common';
import { minuteOfDay, nextAllowedAt } from '../../../nodes/Thoughtly/phone/callingHours';
import type { CallingHours } from '../../../nodes/Thoughtly/phone/callingHours';
import { timeZonesOfCountry } from '../../../nodes/Thoughtly/phone/timeZones';
import { onlyCallBetweenField } from '../../../nodes/Thoughtly/resources/call/guards';

const MINUTE = 60_000;
const TWO_WEEKS = 14 * 24 * 60 * MINUTE;

const MONDAY = 1;
const THURSDAY = 4;
const FRIDAY = 5;
const SATURDAY = 6;
const SUNDAY = 7;
const WORKDAYS = [1, 2, 3, 4, 5];
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

function hoursOf(text: string, weekdays: number[]): CallingHours {
	const [from, to] = text.split('-').map(minuteOfDay);
	if (from === null || to === null) throw new Error(`No hours: ${text}`);
	return { from, to, weekdays };
}

/** Returns the moment in ISO 8601, 'now' if it is the given one, 'never' if there is none. */
function answer(hours: CallingHours, timeZones: readonly string[], moment: string): string {
	const next = nextAllowedAt(hours, timeZones, Date.parse(moment));
	if (next === undefined) return 'never';
	return next === Date.parse(moment) ? 'now' : iso(next);
}

const iso = (time: number | string) => new Date(time).toISOString();
const expected = (text: string) => (text === 'now' || text === 'never' ? text : iso(text));

describe('minuteOfDay', () => {
	it.each([
		['00:00', 0],
		['09:00', 540],
		['9:00', 540],
		[' 9:05 ', 545],
		['23:59', 1439],
		['24:00', null],
		['9:60', null],
		['9', null],
		['9:0', null],
		['009:00', null],
		['-9:00', null],
		['9:00 PM', null],
		['9.00', null],
		['09:00:00', null],
		['', null],
	])('reads %j as %j', (text, minute) => {
		expect(minuteOfDay(text)).toBe(minute);
	});
});

describe('nextAllowedAt', () => {
	it.each([
		['the first minute', '2026-01-14T09:00+01:00', 'now'],
		['the middle', '2026-01-14T12:34:56.789+01:00', 'now'],
		['the last millisecond', '2026-01-14T17:59:59.999+01:00', 'now'],
		['half a minute before', '2026-01-14T08:59:30+01:00', '2026-01-14T09:00+01:00'],
		['the end', '2026-01-14T18:00+01:00', '2026-01-15T09:00+01:00'],
		['the end of the week', '2026-01-16T18:00+01:00', '2026-01-19T09:00+01:00'],
		['the weekend', '2026-01-17T12:00+01:00', '2026-01-19T09:00+01:00'],
		['the turn of the year', '2026-12-31T18:00+01:00', '2027-01-01T09:00+01:00'],
		['a weekend on which summer time begins', '2026-03-27T18:00+01:00', '2026-03-30T09:00+02:00'],
		['a weekend on which summer time ends', '2026-10-23T18:00+02:00', '2026-10-26T09:00+01:00'],
	])('knows workdays from 9 to 18 in Berlin at %s', (_case, moment, next) => {
		expect(answer(hoursOf('09:00-18:00', WORKDAYS), ['Europe/Berlin'], moment)).toBe(expected(next));
	});

	it.each([
		['on the evening they begin', '22:00-06:00', [FRIDAY], '2026-01-16T22:00+01:00', 'now'],
		['on the morning after', '22:00-06:00', [FRIDAY], '2026-01-17T05:59+01:00', 'now'],
		['when they have ended', '22:00-06:00', [FRIDAY], '2026-01-17T06:00+01:00', '2026-01-23T22:00+01:00'],
		['on the morning before', '22:00-06:00', [FRIDAY], '2026-01-16T05:00+01:00', '2026-01-16T22:00+01:00'],
		['from Sunday to Monday', '22:00-06:00', [SUNDAY], '2026-01-19T03:00+01:00', 'now'],
		['until midnight, before it', '18:00-00:00', [MONDAY], '2026-01-19T23:59+01:00', 'now'],
		['until midnight, at it', '18:00-00:00', [MONDAY], '2026-01-20T00:00+01:00', '2026-01-26T18:00+01:00'],
		['of a whole day', '00:00-00:00', [SATURDAY], '2026-01-17T23:59+01:00', 'now'],
		['after a whole day', '00:00-00:00', [SATURDAY], '2026-01-18T00:00+01:00', '2026-01-24T00:00+01:00'],
		['of 24 hours from 9', '09:00-09:00', [MONDAY], '2026-01-20T08:59+01:00', 'now'],
		['after 24 hours from 9', '09:00-09:00', [MONDAY], '2026-01-20T09:00+01:00', '2026-01-26T09:00+01:00'],
		['all the time', '00:00-00:00', EVERY_DAY, '2026-01-18T00:00+01:00', 'now'],
		['in a night with an hour less', '22:00-06:00', [SATURDAY], '2026-03-29T03:30+02:00', 'now'],
		['in a night with an hour more', '22:00-06:00', [SATURDAY], '2026-10-25T02:30+01:00', 'now'],
	])('knows hours past midnight %s', (_case, hours, weekdays, moment, next) => {
		expect(answer(hoursOf(hours, weekdays), ['Europe/Berlin'], moment)).toBe(expected(next));
	});

	it.each([
		['begin in the gap', 'Europe/Berlin', '02:30-04:00', '2026-03-28T12:00+01:00', '2026-03-29T03:00+02:00'],
		[
			'begin in the gap, seconds before it',
			'Europe/Berlin',
			'02:30-04:00',
			'2026-03-29T00:59:30Z',
			'2026-03-29T01:00Z',
		],
		['lie in the gap', 'America/New_York', '02:00-03:00', '2026-03-07T12:00-05:00', '2026-03-09T02:00-04:00'],
		['end in the gap', 'Europe/Berlin', '01:00-02:30', '2026-03-29T03:00+02:00', '2026-03-30T01:00+02:00'],
		['begin in half an hour of gap', 'Australia/Lord_Howe', '02:00-03:00', '2026-10-03T15:29:30Z', '2026-10-03T15:30Z'],
		['lie in half an hour of gap', 'Australia/Lord_Howe', '02:00-02:30', '2026-10-03T15:30Z', '2026-10-04T15:00Z'],
		['come twice, first', 'Europe/Berlin', '02:30-02:45', '2026-10-25T01:00+02:00', '2026-10-25T02:30+02:00'],
		['come twice, second', 'Europe/Berlin', '02:30-02:45', '2026-10-25T02:45+02:00', '2026-10-25T02:30+01:00'],
		['come twice, over', 'Europe/Berlin', '02:30-02:45', '2026-10-25T02:45+01:00', '2026-10-26T02:30+01:00'],
		['come twice', 'America/New_York', '01:30-02:00', '2026-11-01T01:00-05:00', '2026-11-01T01:30-05:00'],
		['come twice', 'Australia/Sydney', '02:00-02:15', '2026-04-05T02:15+11:00', '2026-04-05T02:00+10:00'],
		['come twice for half an hour', 'Australia/Lord_Howe', '01:30-01:45', '2026-04-04T14:45Z', '2026-04-04T15:00Z'],
		['are open when the clock goes back', 'Europe/Berlin', '01:00-02:30', '2026-10-25T02:15+01:00', 'now'],
		['open again as it goes back', 'Europe/Berlin', '01:00-02:30', '2026-10-25T02:45+02:00', '2026-10-25T02:00+01:00'],
		['begin after a skipped day', 'Pacific/Apia', '09:00-18:00', '2011-12-29T18:00-10:00', '2011-12-31T09:00+14:00'],
	])('knows hours that %s (%s %s)', (_case, timeZone, hours, moment, next) => {
		expect(answer(hoursOf(hours, EVERY_DAY), [timeZone], moment)).toBe(expected(next));
	});

	it.each([
		['a gap', 'Europe/Berlin', '02:15-02:45', [SUNDAY], '2026-03-22T02:45+01:00', '2026-04-05T02:15+02:00'],
		['a skipped day', 'Pacific/Apia', '09:00-18:00', [FRIDAY], '2011-12-23T18:00-10:00', '2012-01-06T09:00+14:00'],
		['a skipped day', 'Pacific/Apia', '22:00-06:00', [THURSDAY], '2011-12-31T00:00+14:00', '2012-01-05T22:00+14:00'],
	])('looks a second week ahead after %s (%s %s)', (_case, timeZone, hours, weekdays, moment, next) => {
		expect(answer(hoursOf(hours, weekdays), [timeZone], moment)).toBe(expected(next));
	});

	it.each([
		['India', timeZonesOfCountry('IN'), '09:00-17:00', '2026-01-14T00:00Z', '2026-01-14T03:30Z'],
		['Nepal', timeZonesOfCountry('NP'), '09:00-17:00', '2026-01-14T00:00Z', '2026-01-14T03:15Z'],
		['Germany', timeZonesOfCountry('DE'), '09:00-17:00', '2026-07-14T00:00Z', '2026-07-14T07:00Z'],
		['the US: Hawaii begins', timeZonesOfCountry('US'), '09:00-17:00', '2026-01-14T14:00Z', '2026-01-14T19:00Z'],
		['the US: the East is open', timeZonesOfCountry('US'), '09:00-17:00', '2026-01-14T21:59Z', 'now'],
		['the US: the East ends', timeZonesOfCountry('US'), '09:00-17:00', '2026-01-16T22:00Z', '2026-01-19T19:00Z'],
		['the US in summer', timeZonesOfCountry('US'), '09:00-17:00', '2026-07-17T21:00Z', '2026-07-20T19:00Z'],
		['the US: too short', timeZonesOfCountry('US'), '09:00-12:00', '2026-01-14T14:00Z', 'never'],
		['Russia: too short', timeZonesOfCountry('RU'), '09:00-17:00', '2026-01-14T14:00Z', 'never'],
		['Russia: long', timeZonesOfCountry('RU'), '09:00-20:00', '2026-01-14T14:00Z', '2026-01-15T07:00Z'],
		['Australia in summer', timeZonesOfCountry('AU'), '09:00-17:00', '2026-01-14T06:00Z', '2026-01-15T01:00Z'],
		['Brazil', timeZonesOfCountry('BR'), '09:00-17:00', '2026-01-16T19:00Z', '2026-01-19T14:00Z'],
		[
			'zones in two weekdays',
			['America/Los_Angeles', 'Pacific/Auckland'],
			'09:00-18:00',
			'2026-01-16T12:00-08:00',
			'2026-01-19T12:00-08:00',
		],
		['zones apart in winter', ['Europe/Kiev', 'Europe/Simferopol'], '09:00-10:00', '2026-01-14T06:30Z', 'never'],
		['zones together in summer', ['Europe/Kiev', 'Europe/Simferopol'], '09:00-10:00', '2026-07-15T06:30Z', 'now'],
		[
			'zones together once summer time begins',
			['Europe/Kiev', 'Europe/Simferopol'],
			'09:00-10:00',
			'2026-03-16T06:00Z',
			'2026-03-30T06:00Z',
		],
		[
			'zones together in more than two weeks',
			['Europe/Kiev', 'Europe/Simferopol'],
			'09:00-10:00',
			'2026-03-16T05:59Z',
			'never',
		],
		['the same zone twice', ['Europe/Berlin', 'Europe/Berlin'], '09:00-10:00', '2026-01-14T08:30Z', 'now'],
	])('holds in all zones at once: %s', (_case, timeZones, hours, moment, next) => {
		expect(answer(hoursOf(hours, WORKDAYS), timeZones, moment)).toBe(expected(next));
	});

	it('is never without a weekday', () => {
		expect(answer(hoursOf('00:00-00:00', []), ['Europe/Berlin'], '2026-01-14T12:00Z')).toBe('never');
		expect(answer(hoursOf('00:00-00:00', [0, 8]), ['Europe/Berlin'], '2026-01-14T12:00Z')).toBe('never');
	});

	it('is never without a time zone', () => {
		expect(answer(hoursOf('00:00-00:00', EVERY_DAY), [], '2026-01-14T12:00Z')).toBe('never');
	});

	it('refuses an unknown time zone', () => {
		expect(() => answer(hoursOf('09:00-17:00', EVERY_DAY), ['Europe/Atlantis'], '2026-01-14T12:00Z')).toThrow(
			RangeError,
		);
	});

	it.each([
		['a minute', 1, 60],
		['a quarter of an hour', 15, 400],
	])('agrees with a search in steps of %s', (_case, step, cases) => {
		const random = numbers(step);
		for (let number = 0; number < cases; number++) {
			const example = randomExample(random, step);
			const { hours, timeZones, moment } = example;
			expect({ ...example, next: nextAllowedAt(hours, timeZones, moment) }).toEqual({
				...example,
				next: search(hours, timeZones, moment, step),
			});
		}
	});
});

describe('the fields', () => {
	it('give n8n what the rule accepts as soon as the option is added', () => {
		const saved = { options: { onlyCallBetween: onlyCallBetweenField.default } };
		const properties = [optionsField([onlyCallBetweenField])];
		const node = { typeVersion: 1 } as INode;
		const filled = NodeHelpers.getNodeParameters(properties, saved as INodeParameters, true, false, node, null);
		expect(filled).toEqual({
			options: {
				onlyCallBetween: {
					hours: {
						from: '09:00',
						to: '18:00',
						weekdays: WORKDAYS,
						outsideTheseHours: 'skip',
						timeZone: { __rl: true, mode: 'list', value: '' },
					},
				},
			},
		});
	});
});

/** Random numbers from 0 to below `end`, the same ones in each run. */
function numbers(seed: number): (end: number) => number {
	let state = seed;
	return (end) => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return Math.floor((state / 2 ** 32) * end);
	};
}

/** Hours, zones and a moment on multiples of `step` minutes, most of them near a change of summer time. */
function randomExample(random: (end: number) => number, step: number) {
	const pick = <T>(choices: readonly T[]): T => choices[random(choices.length)];
	const timeZones = pick([
		...['DE', 'US', 'RU', 'AU', 'BR', 'CL', 'MX', 'KI'].map(timeZonesOfCountry),
		...['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Chatham'].map((zone) => [
			zone,
		]),
		['Europe/London', 'Asia/Kolkata'],
		['America/Los_Angeles', 'Pacific/Auckland'],
	]);
	const day = pick(['2026-03-08', '2026-03-29', '2026-04-05', '2026-07-15', '2026-10-04', '2026-10-25', '2026-11-01']);
	const time = () => random((24 * 60) / step) * step;
	return {
		hours: { from: time(), to: time(), weekdays: EVERY_DAY.filter(() => random(3) > 0) },
		timeZones,
		moment: Date.parse(day) + (random(6) - 4) * 24 * 60 * MINUTE + time() * MINUTE,
	};
}

/** The rule as one would look it up: from one step to the next, is it allowed on every wall clock? */
function search(hours: CallingHours, timeZones: readonly string[], moment: number, step: number): number | undefined {
	const clocks = timeZones.map(clockOf);
	for (let at = moment; at <= moment + TWO_WEEKS; at += step * MINUTE) {
		if (clocks.every((clock) => isAllowed(hours, clock, at))) return at;
	}
	return undefined;
}

function isAllowed({ from, to, weekdays }: CallingHours, clock: Intl.DateTimeFormat, at: number): boolean {
	const [, name, hour, minute] = /^(\w+) (\d+):(\d+)$/.exec(clock.format(at)) ?? [];
	const today = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(name) + 1;
	const yesterday = today === MONDAY ? SUNDAY : today - 1;
	const now = Number(hour) * 60 + Number(minute);
	if (from < to) return now >= from && now < to && weekdays.includes(today);
	return (now >= from && weekdays.includes(today)) || (now < to && weekdays.includes(yesterday));
}

const clockOf = (timeZone: string) =>
	new Intl.DateTimeFormat('en-GB', {
		timeZone,
		weekday: 'short',
		hour: '2-digit',
		minute: '2-digit',
		hourCycle: 'h23',
	});
