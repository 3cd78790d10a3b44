import { getCountries, getCountryCallingCode, getExampleNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { areaTimeZones } from '../../../nodes/Thoughtly/phone/areaTimeZones';
import {
	isTimeZone,
	searchTimeZones,
	timeZonesOfCountry,
	timeZonesOfNumber,
} from '../../../nodes/Thoughtly/phone/timeZones';

describe('isTimeZone', () => {
	test.each([
		'Europe/Berlin',
		'europe/berlin',
		'Asia/Kolkata',
		'Asia/Calcutta',
		'Europe/Kyiv',
		'America/Argentina/Ushuaia',
		'America/Port-au-Prince',
		'US/Pacific',
		'UTC',
		'utc',
	])('knows %s', (name) => {
		expect(isTimeZone(name)).toBe(true);
	});

	test.each(
		[
			['', ' Europe/Berlin', 'Berlin', 'Germany', 'Europe/Atlantis', 'Europe/', 'undefined'],
			// to the engine they are Dhaka, zones without summer time, and offsets with the sign reversed
			[
				'BST',
				'IST',
				'EST',
				'MST',
				'EST5EDT',
				'CET',
				'GMT',
				'Etc/UTC',
				'Etc/GMT+5',
				'etc/gmt-2',
				'+01:00',
				'UTC+1',
				'Z',
			],
		].flat(),
	)('does not know %j', (name) => {
		expect(isTimeZone(name)).toBe(false);
	});
});

describe('searchTimeZones', () => {
	const namesOf = (filter?: string) => searchTimeZones(filter).map(({ name }) => name);

	test('finds all without a filter, each once, sorted, and under the name of today', () => {
		const names = namesOf();
		expect(names).toEqual([...new Set(names)].sort());
		expect(names).toEqual(expect.arrayContaining(['America/New_York', 'Asia/Kolkata', 'Europe/Kyiv', 'UTC']));
		expect(names.filter((name) => ['Asia/Calcutta', 'Europe/Kiev'].includes(name))).toEqual([]);
		expect(names.filter((name) => !isTimeZone(name))).toEqual([]);
	});

	test.each([
		['new york', ['America/New_York']],
		['LOS_ANG', ['America/Los_Angeles']],
		['kolkata', ['Asia/Kolkata']],
		['calcutta', ['Asia/Kolkata']],
		['utc', ['UTC']],
		['atlantis', []],
	])('finds %j', (filter, names) => {
		expect(namesOf(filter)).toEqual(names);
	});

	test('gives the name as the value', () => {
		expect(searchTimeZones(' europe/berlin ')).toEqual([{ name: 'Europe/Berlin', value: 'Europe/Berlin' }]);
	});
});

describe('timeZonesOfCountry', () => {
	test.each([
		['DE', ['Europe/Berlin']],
		['de', ['Europe/Berlin']],
		['US', ['America/New_York', 'America/Phoenix', 'America/Los_Angeles', 'Pacific/Honolulu']],
		['RU', ['Europe/Kaliningrad', 'Asia/Kamchatka']],
		['BR', ['America/Sao_Paulo', 'America/Rio_Branco', 'America/Noronha']],
	])('knows those of %s', (country, some) => {
		expect(timeZonesOfCountry(country)).toEqual(expect.arrayContaining(some));
		expect(timeZonesOfCountry(country).filter((timeZone) => !isTimeZone(timeZone))).toEqual([]);
	});

	test.each(['ZZ', 'XX', 'XK', 'EU', '001', '419', 'DEU', 'D', '', 'DE-BY', 'Germany'])('knows none of %j', (code) => {
		expect(timeZonesOfCountry(code)).toEqual([]);
	});
});

describe('timeZonesOfNumber', () => {
	test.each([
		['San Francisco', '+14155550123', ['America/Los_Angeles']],
		['New York', '+12125550123', ['America/New_York']],
		['Honolulu', '+18085550123', ['Pacific/Honolulu']],
		['Phoenix', '+16025550123', ['America/Phoenix']],
		['Orlando, an overlay', '+16895550123', ['America/New_York']],
		['Toronto', '+14165550123', ['America/Toronto']],
		['Saskatchewan, an overlay', '+14745550123', ['America/Regina']],
		['the Bahamas', '+12423591234', ['America/Nassau']],
		['the west of Florida', '+18505550123', ['America/Chicago', 'America/New_York']],
		['Mexico City', '+525512345678', ['America/Mexico_City']],
		['Chihuahua, a mobile', '+526141234567', ['America/Chihuahua']],
		['São Paulo, a mobile', '+5511961234567', ['America/Sao_Paulo']],
		['Recife and Fernando de Noronha', '+558132345678', ['America/Noronha', 'America/Recife']],
		['Moscow', '+74951234567', ['Europe/Moscow']],
		['Vladivostok', '+74232123456', ['Asia/Vladivostok']],
		['Kaliningrad', '+74012123456', ['Europe/Kaliningrad']],
		['Astana', '+77172123456', ['Asia/Almaty']],
		['Brisbane', '+61731234567', ['Australia/Brisbane']],
		['Cairns', '+61740123456', ['Australia/Brisbane']],
		['Las Palmas', '+34928123456', ['Atlantic/Canary']],
		['Ponta Delgada', '+351296123456', ['Atlantic/Azores']],
		['Denpasar', '+62361234567', ['Asia/Makassar']],
		['China, which has one clock', '+8613123456789', ['Asia/Shanghai']],
		['Kosovo', '+38343201234', ['Europe/Belgrade']],
	])('takes those of the area code: %s', async (_place, phoneNumber, zones) => {
		expect(await timeZonesOfNumber(phoneNumber)).toEqual(zones);
	});

	test.each([
		['a mobile in Russia', '+79123456789', 'RU'],
		['a mobile in Kazakhstan', '+77710009998', 'KZ'],
		['a mobile in Australia', '+61412345678', 'AU'],
		['a mobile in Indonesia', '+62812345678', 'ID'],
		['a mobile in Spain', '+34612345678', 'ES'],
		['a mobile in Portugal', '+351912345678', 'PT'],
		['a mobile in New Zealand', '+64211234567', 'NZ'],
		['Chile, where mobiles cannot be told from others', '+56221234567', 'CL'],
		['a freephone number in the USA', '+18002345678', 'US'],
		['a country with two clocks and no area codes', '+67570123456', 'PG'],
	])('falls back to all of the country: %s', async (_what, phoneNumber, country) => {
		expect(await timeZonesOfNumber(phoneNumber)).toEqual(timeZonesOfCountry(country));
	});

	test('falls back to all countries of the calling code where an area code is not in use', async () => {
		expect(await timeZonesOfNumber('+12005550123')).toEqual(
			expect.arrayContaining(['America/New_York', 'America/Vancouver', 'America/Jamaica']),
		);
		expect(await timeZonesOfNumber('+447700900123')).toContain('Europe/London');
	});

	test.each(['+80012345678', '+8821612345678', '+99901234567', 'n/a', ''])('knows none of %j', async (phoneNumber) => {
		expect(await timeZonesOfNumber(phoneNumber)).toEqual([]);
	});

	test.each(getCountries())('knows some of a mobile number in %s', async (country) => {
		const zones = await timeZonesOfNumber(getExampleNumber(country, examples)!.number);
		expect(zones).not.toEqual([]);
		expect(zones.filter((zone) => !isTimeZone(zone))).toEqual([]);
	});
});

describe('the table of area codes', () => {
	const areas = Object.entries(areaTimeZones).flatMap(([zones, codes]) =>
		codes.split(' ').map((code) => ({ code, zones: zones.split(',') })),
	);
	const callingCodes = new Set(getCountries().map((country) => getCountryCallingCode(country)));

	test('has each area code once', () => {
		expect(areas.length).toBeGreaterThan(500);
		expect(new Set(areas.map(({ code }) => code)).size).toBe(areas.length);
	});

	test('has only area codes of countries, and zones that the engine knows', () => {
		const isOfCountry = (code: string) => [1, 2, 3].some((length) => callingCodes.has(code.slice(0, length) as never));
		expect(areas.filter(({ code, zones }) => !isOfCountry(code) || !zones.every(isTimeZone))).toEqual([]);
	});
});
