import { explainRefusal } from '../../../nodes/Thoughtly/phone/refusals';
import type { PhoneNumberRefusal } from '../../../nodes/Thoughtly/phone/refusals';

test.each<[PhoneNumberRefusal, unknown, string, string]>([
	['empty', '', '', "'Phone Number' is empty"],
	['countryUnknown', '0171 3920012', 'Germany', "'Default Country' is not a known country: Germany"],
])('%s: %j (%s)', (refusal, typed, country, message) => {
	expect(explainRefusal(refusal, typed, country).message).toBe(message);
});

test.each<[PhoneNumberRefusal, unknown, string, string]>([
	['notText', { phone: '1' }, '', 'the value is neither text nor a number'],
	['notText', true, '', "'true' is neither text nor a number"],
	['noNumber', 'n/a', 'US', "'n/a' contains something other than digits and punctuation"],
	['list', ['+14155550123', '+14155550124'], '', 'the value is a list of phone numbers'],
	['list', '+14155550123\n+14155550124', '', "'+14155550123 +14155550124' is a list of phone numbers"],
	['date', '2026-01-31', 'DE', "'2026-01-31' is a date"],
	['negative', -4155550122, 'US', "'-4155550122' is negative"],
	['fraction', 4155550123.5, 'US', "'4155550123.5' is not a whole number"],
	['rounded', '1.41556E+10', 'US', "'1.41556E+10' is rounded, so its last digits are lost"],
	['extension', '+14155550123 x5', '', "'+14155550123 x5' has an extension, which a call cannot dial"],
	[
		'unclearEnd',
		'+14155550123/4',
		'',
		"the last digits of '+14155550123/4' could be an extension, a note or another number",
	],
	['countryMissing', '415 555 0123', '', "'415 555 0123' has no country code"],
	['plusMissing', 14155550123, '', "only the + is missing in '14155550123'"],
	['northAmericanLength', '+1 415 555', '', "+1 needs 10 digits, but '+1 415 555' has 6"],
	['impossible', '555-0123', 'us', "'555-0123' is too short or too long for 'Default Country' (United States)"],
	['impossible', '+442079', 'US', "'+442079' is too short or too long"],
	['noNumber', 'a'.repeat(100), '', `'${'a'.repeat(60)}…' contains something other than digits and punctuation`],
])('the cause comes first: %s, %j (%s)', (refusal, typed, country, cause) => {
	expect(explainRefusal(refusal, typed, country).message).toBe(`'Phone Number' is not a valid phone number: ${cause}`);
});

test('a number that lacks only the + is written out', () => {
	expect(explainRefusal('plusMissing', '1 (415) 555-0123').advice).toBe(
		"Write +14155550123 if it begins with a country code. Otherwise set 'Default Country' in the options",
	);
	expect(explainRefusal('plusMissing', '14155550123', 'DE').advice).toBe(
		"Write +14155550123 if it begins with a country code. Otherwise check its digits: it is not a number in use in 'Default Country' (Germany)",
	);
});
