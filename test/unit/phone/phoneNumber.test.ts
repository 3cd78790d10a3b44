import type { CountryCode } from 'libphonenumber-js/max';
import { getCountries, getExampleNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { readPhoneNumber } from '../../../nodes/Thoughtly/phone/phoneNumber';
import type { PhoneNumberRefusal } from '../../../nodes/Thoughtly/phone/refusals';

/** What is typed, the default country, and the number that is read */
type Case = [typed: string, country: string, phoneNumber: string];

// Numbers for films and books where the regulator names some (US, GB, DE, FR, AU, SE, IE), else libphonenumber's examples.
const national: Case[] = [
	['(415) 555-0123', 'US', '+14155550123'],
	['415.555.0123', 'US', '+14155550123'],
	['1 (415) 555-0123', 'US', '+14155550123'],
	['4155550123', 'US', '+14155550123'],
	['(506) 234-5678', 'CA', '+15062345678'],
	['(415) 555-0123', 'CA', '+14155550123'],
	['(242) 359-1234', 'BS', '+12423591234'],
	['020 7946 0123', 'GB', '+442079460123'],
	['(020) 7946 0123', 'GB', '+442079460123'],
	['07700 900123', 'GB', '+447700900123'],
	['44 20 7946 0123', 'GB', '+442079460123'],
	['0171 392 00 12', 'DE', '+491713920012'],
	['0171/3920012', 'DE', '+491713920012'],
	['(030) 23125-012', 'DE', '+493023125012'],
	['171 3920012', 'DE', '+491713920012'],
	['06 39 98 01 23', 'FR', '+33639980123'],
	['01.99.00.01.23', 'FR', '+33199000123'],
	['0491 570 006', 'AU', '+61491570006'],
	['(02) 5550 0123', 'AU', '+61255500123'],
	['070-174 06 05', 'SE', '+46701740605'],
	['08-465 004 12', 'SE', '+46846500412'],
	['(020) 912 1234', 'IE', '+353209121234'],
	['02 1234 5678', 'IT', '+390212345678'],
	['312 345 6789', 'IT', '+393123456789'],
	['612 34 56 78', 'ES', '+34612345678'],
	['06 12345678', 'NL', '+31612345678'],
	['0470 12 34 56', 'BE', '+32470123456'],
	['078 123 45 67', 'CH', '+41781234567'],
	['0664 123456', 'AT', '+43664123456'],
	['512 345 678', 'PL', '+48512345678'],
	['34 41 23 45', 'DK', '+4534412345'],
	['041 2345678', 'FI', '+358412345678'],
	['06 20 123 4567', 'HU', '+36201234567'],
	['8 (912) 345-67-89', 'RU', '+79123456789'],
	['8 (771) 000 9998', 'KZ', '+77710009998'],
	['(11) 96123-4567', 'BR', '+5511961234567'],
	['0 15 11 96123-4567', 'BR', '+5511961234567'],
	['011 15-2345-6789', 'AR', '+5491123456789'],
	['200 123 4567', 'MX', '+522001234567'],
	['081234 56789', 'IN', '+918123456789'],
	['9123456789', 'IN', '+919123456789'],
	['090-1234-5678', 'JP', '+819012345678'],
	['131 2345 6789', 'CN', '+8613123456789'],
	['010-2000-0000', 'KR', '+821020000000'],
	['0812-345-678', 'ID', '+62812345678'],
	['071 123 4567', 'ZA', '+27711234567'],
	['01 23 45 67 89', 'CI', '+2250123456789'],
	['0100 123 4567', 'EG', '+201001234567'],
];

const international: Case[] = [
	['+14155550123', '', '+14155550123'],
	['+1 (415) 555-0123', 'DE', '+14155550123'],
	['(+44) 20 7946 0123', '', '+442079460123'],
	['+44 (0)20 7946 0123', '', '+442079460123'],
	['+44 (020) 7946 0123', '', '+442079460123'],
	['+44 (0) 20 7946 0123', 'US', '+442079460123'],
	['+490301234567', '', '+49301234567'],
	['+49 (0)171 392 00 12', '', '+491713920012'],
	// the 0 is part of these
	['+39 02 1234 5678', '', '+390212345678'],
	['+39 (0)2 1234 5678', '', '+390212345678'],
	['+225 01 23 45 67 89', '', '+2250123456789'],
	// half of a prefix of two digits, and other prefixes
	['+36 (0)1 234 5678', '', '+3612345678'],
	['+370 (8) 612 34567', '', '+37061234567'],
	['+52 (1) 200 123 4567', '', '+522001234567'],
	['+54 (9) 11 2345-6789', '', '+5491123456789'],
	// numbers of no country, and a country code that is not in use yet
	['+800 1234 5678', '', '+80012345678'],
	['+979 012 345 678', '', '+979012345678'],
	['+999 0123 4567', '', '+99901234567'],
	// ranges that may be opened tomorrow
	['+49 999 1234567', '', '+499991234567'],
	['+1 200 555 0123', '', '+12005550123'],
	// as dialled abroad
	['0049 171 3920012', 'FR', '+491713920012'],
	['011 44 20 7946 0123', 'US', '+442079460123'],
	['8~10 44 20 7946 0123', 'RU', '+442079460123'],
	// a spreadsheet lost the +
	['491713920012', 'DE', '+491713920012'],
	['6281234567890', 'ID', '+6281234567890'],
	['436641234567', 'AT', '+436641234567'],
	['4901713920012', 'DE', '+491713920012'],
	// a plan that changed: the digit 1 of Mexico's mobile numbers
	['+52 1 200 123 4567', '', '+5212001234567'],
	// slashes, blanks around dashes and brackets inside one number
	['030 / 23125 012', 'DE', '+493023125012'],
	['033203/12345', 'DE', '+493320312345'],
	['0470/12.34.56', 'BE', '+32470123456'],
	['415 555 - 0123', 'US', '+14155550123'],
	['+1 - 415 - 555 - 0123', '', '+14155550123'],
	['[415] 555-0123', 'US', '+14155550123'],
	['030 23125-0', 'DE', '+4930231250'],
];

const dressed: Case[] = [
	[
		'\uff0b\uff14\uff14\u3000\uff12\uff10\u3000\uff17\uff19\uff14\uff16\u3000\uff10\uff11\uff12\uff13',
		'',
		'+442079460123',
	],
	['\u0660\u0661\u0660\u0660 \u0661\u0662\u0663 \u0664\u0665\u0666\u0667', 'EG', '+201001234567'],
	['\u06f0\u06f9\u06f1\u06f2 \u06f3\u06f4\u06f5 \u06f6\u06f7\u06f8\u06f9', 'IR', '+989123456789'],
	['+1\u00a0415\u2011555\u20130123', '', '+14155550123'],
	['+33\u202f6\u202f39\u202f98\u202f01\u202f23', '', '+33639980123'],
	['\u202a+14155550123\u202c', '', '+14155550123'],
	['\u200e+1 415\u2212555\u22120123\ufeff', '', '+14155550123'],
	['tel:+1-415-555-0123', '', '+14155550123'],
	['TEL:0171-3920012', 'de', '+491713920012'],
	["'+14155550123", '', '+14155550123'],
	['\u201902079460123', ' GB ', '+442079460123'],
];

/** A cell of a spreadsheet, a CSV file or a form, with what its software did to the number */
const cells: Array<[what: string, typed: unknown, country: string, phoneNumber: string]> = [
	['a numeric cell', 4155550123, 'US', '+14155550123'],
	['a numeric cell with the country code', 14155550123, 'US', '+14155550123'],
	['a numeric cell that lost +', 491713920012, 'DE', '+491713920012'],
	['a numeric cell that lost its 0', 1713920012, 'DE', '+491713920012'],
	['a numeric cell that lost a 0 of the number', 212345678, 'IT', '+390212345678'],
	['a text that lost a 0 of the number', '2 1234 5678', 'IT', '+390212345678'],
	['a text that lost a 0 of the number', '123456789', 'CI', '+2250123456789'],
	['a mobile number that begins without 0', 3123456789, 'IT', '+393123456789'],
	['a decimal', '1713920012.0', 'DE', '+491713920012'],
	['a decimal', '4155550123.00', 'US', '+14155550123'],
	['a decimal with +', '+14155550123.0', '', '+14155550123'],
	['thousands separators', '14,155,550,123', 'US', '+14155550123'],
	['thousands separators and decimals', '14,155,550,123.00', 'US', '+14155550123'],
	['Swiss thousands separators', "41'781'234'567", 'CH', '+41781234567'],
	['all digits in scientific notation', '1.4155550123E+10', 'US', '+14155550123'],
	['all digits in scientific notation', '1,4155550123e10', 'US', '+14155550123'],
	['a lead form', 'p:+14155550123', '', '+14155550123'],
	['a lead form', 'P: +1 415 555 0123', '', '+14155550123'],
];

const refused: Array<[refusal: PhoneNumberRefusal, typed: unknown, country: string]> = [
	['empty', undefined, 'US'],
	['empty', null, 'US'],
	['empty', '', 'US'],
	['empty', ' \u200e\n', 'US'],
	['notText', true, 'US'],
	['notText', { phone: '+14155550123' }, 'US'],
	['noNumber', '1-800-FLOWERS', 'US'],
	['noNumber', 'n/a', 'US'],
	['noNumber', '415 555 0123\u00b2', 'US'],
	['noNumber', '4\ufe0f\u20e31\ufe0f\u20e35\ufe0f\u20e3 555 0123', 'US'],
	['noNumber', '*21#', 'US'],
	['noNumber', '+', 'US'],
	['noNumber', '#ERROR!', 'US'],
	['noNumber', '49+171', 'DE'],
	['noNumber', '++14155550123', ''],
	['noNumber', '+1 415 555 0123 w5', ''],
	['noNumber', '+49 171 3920012 - 2 people', ''],
	['noNumber', '+49 30 1234567 or 8', ''],
	['noNumber', '+44 20 7946\n0123 45', ''],
	['noNumber', Infinity, 'US'],
	['noNumber', NaN, 'US'],
	['list', ['+14155550123', '+14155550124'], ''],
	['list', ['+14155550123'], ''],
	['list', '+1 415 555 0123, +1 415 555 0124', 'US'],
	['list', '+14155550123\n+14155550124', ''],
	['list', '+14155550123+14155550124', ''],
	['list', '+14155550123 14155550124', ''],
	['list', '4155550123 4155550124', 'US'],
	['list', '4155550123;4155550124', 'US'],
	['list', '4155550123 or 4155550124', 'US'],
	['list', '0171 3920012 / 0171 3920013', 'DE'],
	['list', '0171 3920012 | 0171 3920013', 'DE'],
	['date', '2026-01-31', 'DE'],
	['date', '2026-01-31T09:00:00Z', 'DE'],
	['date', '2026-01-31 09:00', 'DE'],
	['date', '2026-01', 'DE'],
	['date', '2026/01/31', 'DE'],
	['date', '31.01.2026', 'DE'],
	['date', '01/31/2026', 'US'],
	['date', '31.1.26', 'DE'],
	['negative', -4155550122, 'US'],
	['negative', '-4155550122', 'US'],
	['negative', '\u2212415 555 0122', 'US'],
	['negative', '(4,155,550,122)', 'US'],
	['fraction', 4155550123.5, 'US'],
	['fraction', '1713920012.5', 'DE'],
	['fraction', '1713920012.000', 'DE'],
	['fraction', '1.41555501234E+10', 'US'],
	['rounded', '1.41556E+10', 'US'],
	['rounded', '4.91714E+11', 'DE'],
	['rounded', '1.415555012E10', 'US'],
	['rounded', 2 ** 60, 'US'],
	['extension', '+1 415 555 0123 ext. 12', ''],
	['extension', '(415) 555-0123 x12', 'US'],
	['extension', '(415) 555-0123 x12', ''],
	['extension', '(415) 555-0123 (extension 12)', 'US'],
	['extension', 'tel:+1-415-555-0123;ext=12', ''],
	['extension', '+14155550123,,12#', ''],
	['extension', '+44 20 7946 0123 #5', ''],
	['extension', '1713920012,0', 'DE'],
	['unclearEnd', '+44 20 7946 0123/4', ''],
	['unclearEnd', '+1 415 555 0123/4', ''],
	['unclearEnd', '0171 3920012/13', 'DE'],
	['unclearEnd', '49 171 3920012/3', 'DE'],
	['unclearEnd', '+972 3 555 1234/5', ''],
	['unclearEnd', '12345/12346', 'DE'],
	['unclearEnd', '24/7', 'DE'],
	['unclearEnd', '+49 30 1234567 24/7', ''],
	['unclearEnd', '+44 20 7946 0123 [1]', ''],
	['unclearEnd', '+44 20 7946 0123 (24)', ''],
	['unclearEnd', '(415) 555-0123 (12)', 'US'],
	['unclearEnd', '+44 20 7946 0123 ~ 5', ''],
	['unclearEnd', '+33 1 99 00 01 23 - 24', ''],
	['unclearEnd', '+44 20 7946 0123 \u2013 0129', ''],
	['unclearEnd', '+33 1 99 00 01 23 24', ''],
	['unclearEnd', '0171 3920012 13', 'DE'],
	['unclearEnd', '0171 3920012-3', 'DE'],
	['unclearEnd', '415-555-0123-4', 'US'],
	['countryMissing', '415 555 0123', ''],
	['countryMissing', '475 555 0123', ''],
	['countryMissing', '0049 171 3920012', ''],
	['countryUnknown', '0171 3920012', 'XX'],
	['countryUnknown', '0171 3920012', 'Germany'],
	['plusMissing', '14155550123', ''],
	['plusMissing', 14155550123, ''],
	['plusMissing', '44 20 7946 0123', ''],
	['plusMissing', '14155550123', 'DE'],
	['northAmericanLength', '+1415555', ''],
	['northAmericanLength', '+1 415 555', ''],
	['northAmericanLength', '+1 415 555 01234', 'US'],
	['northAmericanLength', '+1234567890123456', ''],
	['impossible', '+0171 3920012', ''],
	['impossible', '+0014155550123', ''],
	['impossible', '+442079', ''],
	['impossible', '+4420794601234567', ''],
	['impossible', '+44 (0)20 7946 01234', ''],
	['impossible', '044 20 7946 0123', 'GB'],
	['impossible', '555-0123', 'US'],
	['impossible', '415 555 01234', 'US'],
	['impossible', '491713920012', 'US'],
	['impossible', '020 7946 0123', 'US'],
	['impossible', '0044 20 7946 0123', 'US'],
	['impossible', '112', 'DE'],
	['impossible', '1', 'US'],
	['impossible', 0, 'US'],
	['impossible', '+\u096a\u096a \u0968\u0966 \u096d\u096f\u096a\u096c \u0966\u0967\u0968\u0969', ''],
];

test.each([...national, ...international, ...dressed])('%s (%s) is %s', async (typed, country, phoneNumber) => {
	expect(await readPhoneNumber(typed, country)).toEqual({ phoneNumber });
});

test.each(cells)('%s, %j (%s), is %s', async (_what, typed, country, phoneNumber) => {
	expect(await readPhoneNumber(typed, country)).toEqual({ phoneNumber });
});

test.each(refused)('refused as %s: %j (%s)', async (refusal, typed, country) => {
	expect(await readPhoneNumber(typed, country)).toEqual({ refusal });
});

describe.each(getCountries())('%s', (country: CountryCode) => {
	const example = getExampleNumber(country, examples)!;

	test('its example in the national and the international format', async () => {
		const reading = { phoneNumber: example.number };
		expect(await readPhoneNumber(example.formatNational(), country)).toEqual(reading);
		expect(await readPhoneNumber(example.nationalNumber, country)).toEqual(reading);
		expect(await readPhoneNumber(example.formatInternational(), '')).toEqual(reading);
		expect(await readPhoneNumber(example.number.slice(1), country)).toEqual(reading);
	});

	test('its example with something behind it is refused', async () => {
		for (const ending of ['/4', ' / 45', ' [1]', ' (24)', ' - 2', ' \u2013 34', ' ~ 5', ' 24/7']) {
			const refusal = [ending, { refusal: 'unclearEnd' }];
			expect([ending, await readPhoneNumber(example.formatNational() + ending, country)]).toEqual(refusal);
			expect([ending, await readPhoneNumber(example.formatInternational() + ending, '')]).toEqual(refusal);
		}
	});
});

// with quadratic patterns these would take longer than a test may
test('a long text is refused at once', async () => {
	expect(await readPhoneNumber('1 '.repeat(100_000), 'DE')).toEqual({ refusal: 'noNumber' });
	expect(await readPhoneNumber('+14155550123\n'.repeat(10_000))).toEqual({ refusal: 'list' });
});
