import { byId, contactIds, simulator, useSimulator } from '../fixtures.mts';
import { pairs, testOperations, wholePage } from './cases';

/** Every operation on contacts: what it sends, and what it returns. */

useSimulator();

const inCountry = (code: string) => ({ options: { defaultCountry: { __rl: true, mode: 'code', value: code } } });
const search = (phoneNumber: string) => ({
	method: 'GET',
	path: '/contact',
	query: { ...wholePage, search: phoneNumber },
});
const creation = (body: object) => ({ method: 'POST', path: '/contact/create', body });

const ADA = {
	id: 'c0000000-0000-4000-8000-000000000001',
	name: 'Ada Park',
	phoneNumber: '+14155550101',
	email: 'ada@example.com',
	tags: ['customer'],
	attributes: {},
	status: 'ACTIVE',
	createdAt: '2026-11-01T09:00:00.000Z',
	updatedAt: '2026-11-01T09:00:00.000Z',
};

/** A contact that was created just now. */
const newContact = (phoneNumber: string, known: object = {}) => ({
	id: expect.any(String),
	name: null,
	phoneNumber,
	email: null,
	tags: [],
	attributes: {},
	status: 'ACTIVE',
	createdAt: expect.stringMatching(/Z$/),
	updatedAt: expect.stringMatching(/Z$/),
	...known,
});

testOperations('contact', [
	{
		operation: 'create',
		name: 'with every field',
		parameters: () => ({
			phoneNumber: '+1 (415) 555-0177',
			name: 'Ada',
			additionalFields: {
				email: 'ada@example.com',
				countryCode: 'US',
				tags: 'lead, vip',
				attributes: { attributeValues: pairs({ company: 'Example Ltd' }) },
			},
		}),
		requests: () => [
			creation({
				phone_number: '+14155550177',
				name: 'Ada',
				email: 'ada@example.com',
				country_code: 'US',
				tags: ['lead', 'vip'],
				attributes: { company: 'Example Ltd' },
			}),
		],
		output: () => [
			newContact('+14155550177', {
				name: 'Ada',
				email: 'ada@example.com',
				tags: ['lead', 'vip'],
				attributes: { company: 'Example Ltd' },
			}),
		],
	},
	{
		operation: 'create',
		name: 'with a number as dialed in the default country',
		parameters: () => ({ phoneNumber: '020 7946 0123', ...inCountry('GB') }),
		requests: () => [creation({ phone_number: '+442079460123' })],
		output: () => [newContact('+442079460123')],
	},
	{
		operation: 'create',
		name: 'not simplified',
		parameters: () => ({ phoneNumber: '+14155550177', simplify: false }),
		requests: () => [creation({ phone_number: '+14155550177' })],
		output: () => [{ ...simulator.store.contacts.at(-1) }],
	},
	{
		operation: 'findOrCreate',
		name: 'new',
		parameters: () => ({ phoneNumber: '+14155550178', name: 'Ada' }),
		requests: () => [search('+14155550178'), creation({ phone_number: '+14155550178', name: 'Ada' })],
		output: () => [newContact('+14155550178', { name: 'Ada', wasCreated: true })],
	},
	{
		operation: 'findOrCreate',
		name: 'new, with a number as dialed in the default country',
		parameters: () => ({ phoneNumber: '(415) 555-0178', ...inCountry('US') }),
		requests: () => [search('+14155550178'), creation({ phone_number: '+14155550178' })],
		output: () => [newContact('+14155550178', { wasCreated: true })],
	},
	{
		operation: 'findOrCreate',
		name: 'found',
		parameters: () => ({ phoneNumber: '+14155550101' }),
		requests: () => [search('+14155550101')],
		output: () => [{ ...ADA, wasCreated: false }],
	},
	{
		operation: 'findOrCreate',
		name: 'not simplified',
		parameters: () => ({ phoneNumber: '+14155550101', simplify: false }),
		requests: () => [search('+14155550101')],
		output: () => [{ ...simulator.store.contacts[0], wasCreated: false }],
	},
	{
		operation: 'get',
		name: 'simplified',
		parameters: () => ({ contact: byId(contactIds()[0]) }),
		requests: () => [{ method: 'GET', path: `/contact/${contactIds()[0]}` }],
		output: () => [ADA],
	},
	{
		operation: 'get',
		name: 'not simplified',
		parameters: () => ({ contact: byId(contactIds()[1]), simplify: false }),
		requests: () => [{ path: `/contact/${contactIds()[1]}` }],
		output: () => [{ ...simulator.store.contacts[1] }],
	},
	{
		operation: 'delete',
		name: 'by ID',
		parameters: () => ({ contact: byId(contactIds()[1]) }),
		requests: () => [{ method: 'DELETE', path: `/contact/${contactIds()[1]}` }],
		output: () => [{ deleted: true, id: 'c0000000-0000-4000-8000-000000000002' }],
	},
	{
		operation: 'getAll',
		name: 'with every filter and option',
		parameters: () => ({
			limit: 3,
			filters: { search: '555', tags: 'lead', excludedTags: 'vip, old', phoneNumbersOnly: true },
			options: { sort: 'created', sortDirection: 'desc' },
		}),
		requests: () => [
			{
				method: 'GET',
				path: '/contact',
				query: {
					search: '555',
					tags: 'lead',
					excluded_tags: ['vip', 'old'],
					phone_numbers_only: 'true',
					sort: 'created',
					sortDirection: 'desc',
					page: '0',
					limit: '3',
				},
			},
		],
		output: () => [expect.objectContaining({ name: 'Ben Ortiz', tags: ['lead'] })],
	},
	{
		operation: 'getAll',
		name: 'all of them, tags as strings',
		parameters: () => ({ returnAll: true }),
		requests: () => [{ path: '/contact', query: wholePage }],
		output: () => [
			ADA,
			...[['lead'], [], ['customer', 'vip'], []].map((tags, index) =>
				expect.objectContaining({ id: contactIds()[index + 1], tags }),
			),
		],
	},
]);
