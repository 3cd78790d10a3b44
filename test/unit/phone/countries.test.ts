import { getCountries } from 'libphonenumber-js/max';
import { countries, countryCode, searchCountries } from '../../../nodes/Thoughtly/phone/countries';

test('the countries are those of libphonenumber-js, sorted by name', () => {
	const names = Object.values(countries);
	expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b, 'en')));
	expect(Object.keys(countries).sort()).toEqual([...getCountries()].sort());
});

describe('countryCode', () => {
	test.each([
		['US', 'US'],
		['gb', 'GB'],
		[' de ', 'DE'],
	])('reads %j as %s', (text, code) => {
		expect(countryCode(text)).toBe(code);
	});

	test.each(['', 'XX', 'EU', 'Germany', 'USA', '001', '+1', 'toString', '__proto__'])('does not know %j', (text) => {
		expect(countryCode(text)).toBeUndefined();
	});
});

describe('searchCountries', () => {
	const namesOf = (filter?: string) => searchCountries(filter).map(({ name }) => name);

	test('finds all without a filter', () => {
		expect(namesOf()).toEqual(Object.values(countries));
		expect(namesOf(' ')).toEqual(Object.values(countries));
	});

	test.each([
		['a name', 'germ', ['Germany']],
		['a part of names, sorted', 'guinea', ['Equatorial Guinea', 'Guinea', 'Guinea-Bissau', 'Papua New Guinea']],
		['a code', 'GB', ['United Kingdom']],
		['a code and names', 'de', ['Bangladesh', 'Cape Verde', 'Denmark', 'Germany', 'Guadeloupe', 'Sweden']],
		['names with accents', 'turkiye', ['Türkiye']],
		['names with accents', 'Åland i', ['Åland Islands']],
		['an apostrophe', "cote d'i", ['Côte d’Ivoire']],
		['nothing', 'atlantis', []],
	])('finds %s: %s', (_what, filter, names) => {
		expect(namesOf(filter)).toEqual(names);
	});

	test('gives the code as the value', () => {
		expect(searchCountries('united k')).toEqual([{ name: 'United Kingdom', value: 'GB' }]);
	});
});
