import { locateNumber } from './numberingPlan';

/** Names of time zones, and the time zones in which the owner of a phone number may be. */

/** Names that the engine knows but does not list, by the former name that it lists instead. */
const PRESENT_NAMES: Record<string, string> = {
	'Africa/Asmera': 'Africa/Asmara',
	'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
	'America/Catamarca': 'America/Argentina/Catamarca',
	'America/Coral_Harbour': 'America/Atikokan',
	'America/Cordoba': 'America/Argentina/Cordoba',
	'America/Godthab': 'America/Nuuk',
	'America/Indianapolis': 'America/Indiana/Indianapolis',
	'America/Jujuy': 'America/Argentina/Jujuy',
	'America/Louisville': 'America/Kentucky/Louisville',
	'America/Mendoza': 'America/Argentina/Mendoza',
	'Asia/Calcutta': 'Asia/Kolkata',
	'Asia/Katmandu': 'Asia/Kathmandu',
	'Asia/Rangoon': 'Asia/Yangon',
	'Asia/Saigon': 'Asia/Ho_Chi_Minh',
	'Atlantic/Faeroe': 'Atlantic/Faroe',
	'Europe/Kiev': 'Europe/Kyiv',
	'Pacific/Enderbury': 'Pacific/Kanton',
	'Pacific/Ponape': 'Pacific/Pohnpei',
	'Pacific/Truk': 'Pacific/Chuuk',
};

/**
 * Area and city. Abbreviations are left out since they are ambiguous (to the engine `BST` is Dhaka) or have no summer time
 * (`EST`), and `Etc/GMT+5` since it means five hours behind GMT.
 */
const AREA_AND_CITY = /^(?!etc\/)[a-z]+(?:\/[\w+-]+)+$/i;

const hasValidForm = (name: string) => AREA_AND_CITY.test(name) || name.toUpperCase() === 'UTC';

// asking the engine takes longer than everything else that is done for an item
const knownZones = new Set<string>();

/** Whether a text is a time zone's IANA name, `Area/City` or `UTC`, in upper or lower case. */
export function isTimeZone(name: string): boolean {
	if (knownZones.has(name)) return true;
	if (!hasValidForm(name)) return false;
	try {
		new Intl.DateTimeFormat('en', { timeZone: name });
		knownZones.add(name);
		return true;
	} catch {
		return false;
	}
}

/**
 * Returns the time zones whose names contain the filter, sorted by name, as a locator's list.
 * @param filter in upper or lower case, with blanks or underscores; former names are found as well. Empty, all are returned
 */
export function searchTimeZones(filter = ''): Array<{ name: string; value: string }> {
	const wanted = filter.trim().replaceAll(' ', '_').toLowerCase();
	const names = [...Intl.supportedValuesOf('timeZone'), 'UTC'].filter(hasValidForm).flatMap((listed) => {
		const name = PRESENT_NAMES[listed] && isTimeZone(PRESENT_NAMES[listed]) ? PRESENT_NAMES[listed] : listed;
		return `${name} ${listed}`.toLowerCase().includes(wanted) ? [name] : [];
	});
	return [...new Set(names)].sort().map((name) => ({ name, value: name }));
}

// the engine takes as long for one list as for a hundred readings of a clock
const zonesOfCountries = new Map<string, readonly string[]>();

/** Returns the IANA names of a country's time zones by its ISO 3166 code (two letters); empty where none is known. */
export function timeZonesOfCountry(country: string): readonly string[] {
	if (!/^[a-z]{2}$/i.test(country)) return [];
	let zones = zonesOfCountries.get(country);
	if (!zones) {
		// newer engines have the method, older ones only the property; TypeScript knows neither
		const locale: Intl.Locale & { getTimeZones?(): string[]; timeZones?: string[] } = new Intl.Locale(`und-${country}`);
		zones = locale.getTimeZones?.() ?? locale.timeZones ?? [];
		zonesOfCountries.set(country, zones);
	}
	return zones;
}

/**
 * Returns the time zones of a phone number: those of its area code. Where that is not known, or tells nothing as in most
 * mobile numbers, they are all zones of its country, or of the countries that share its calling code.
 * @param phoneNumber E.164
 * @returns IANA names; the owner may be in any of them. Empty for numbers of no country, e.g. satellite phones
 */
export function timeZonesOfNumber(phoneNumber: string): readonly string[] {
	const { areaZones, country, sharingCountries } = locateNumber(phoneNumber);
	if (areaZones) return areaZones;
	const own = country ? timeZonesOfCountry(country) : [];
	return own.length > 0 ? own : [...new Set(sharingCountries.flatMap(timeZonesOfCountry))];
}
