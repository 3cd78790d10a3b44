import { byId, contactIds, credential, simulator } from '../fixtures.mts';

/** The package's minute is a second here; the simulator's is shorter, since a busy machine may have requests late. */
export const WINDOW = 1000;
export const LIMIT = 10;

/** Times that the package is given for it. */
export const shortened = { quotaWindow: WINDOW, longestWayThere: 900, firstBackoff: 20, worthLogging: 200 };

/** Reads a contact so many times. */
export const reading = (items: number, contact = contactIds()[0]) => ({
	parameters: { resource: 'contact', operation: 'get', contact: byId(contact) },
	items: Array.from({ length: items }, () => ({})),
	credential: credential({ requestsPerMinute: LIMIT }),
});

/** The statuses of all responses. */
export const statuses = () => simulator.requests.map(({ status }) => status);
