/**
 * What reads phone numbers, time zones and calling hours. The build bundles it with libphonenumber-js into a file that is loaded
 * on demand: always use `import()`.
 */

export { minuteOfDay, nextAllowedAt } from './callingHours';
export { readPhoneNumber } from './phoneNumber';
export { explainRefusal } from './refusals';
export { isTimeZone, searchTimeZones, timeZonesOfNumber } from './timeZones';
