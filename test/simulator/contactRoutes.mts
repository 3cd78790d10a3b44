// What the operations about contacts, calling them, and the user do with the store.
import type { FastifyInstance } from 'fastify';
import { recordList, oneRecord } from './envelope.mts';
import { type Backend, Refusal, byId, operation } from './backend.mts';
import { type Paging, found, isListed, pageOf, sharesOne, sorted } from './lists.mts';
import type { SimulatorSettings } from './options.mts';
import { type Contact, newContact } from './store.mts';
import { showContact, showPlacedCall, tagName } from './views.mts';

interface ContactsQuery extends Paging {
	search?: string;
	phone_numbers_only?: boolean;
	tags?: string[];
	excluded_tags?: string[];
	sort?: string;
	sortDirection?: 'asc' | 'desc';
}
interface ContactBody {
	phone_number: string;
	name?: string;
	email?: string;
	country_code?: string;
	tags?: string[];
	attributes?: Record<string, unknown>;
}
interface CallBody {
	contact_id: string;
	interview_id: string;
	metadata?: Record<string, unknown> | null;
}

/** Refuses numbers and booleans where the API takes strings only. */
function checkValues(field: string, record: object, { values }: SimulatorSettings): void {
	const other = Object.keys(record).find((name) => typeof record[name as keyof typeof record] !== 'string');
	if (values === 'strings' && other !== undefined) throw new Refusal(400, `body ${field}.${other} must be string`);
}

/** Adds the operations to the server. */
export function addContactRoutes(
	api: FastifyInstance,
	{ store, settings, journal, calls, clock, time }: Backend,
): void {
	api.get<{ Querystring: ContactsQuery }>('/contact', operation('getContacts'), async ({ query }) => {
		const contacts = store.contacts
			.filter((contact) => isListed(contact, time(), settings.listLagMs))
			.filter(({ phone_number }) => phone_number !== null || !query.phone_numbers_only)
			.filter(({ tags }) => query.tags === undefined || sharesOne(tags.map(tagName), query.tags))
			.filter(({ tags }) => !sharesOne(tags.map(tagName), query.excluded_tags ?? []))
			.filter(({ name, email, phone_number }) =>
				found(query.search, [name, email, settings.searchFindsNumbers ? phone_number : null]),
			);
		const ordered = query.sort ? sorted(contacts, query.sort as keyof Contact, query.sortDirection) : contacts;
		const page = pageOf(ordered, query, settings.largestPage).map((contact) => showContact(contact, settings));
		return recordList('contacts', page, settings);
	});

	const contactResponse = (contact: Contact) => oneRecord('contact', showContact(contact, settings), settings);

	api.post<{ Body: ContactBody }>('/contact/create', operation('createContact'), async ({ body }) => {
		const { phone_number, name = null, email = null, tags = [], attributes = {} } = body;
		checkValues('attributes', attributes, settings);
		const existing = store.contacts.find((contact) => contact.phone_number === phone_number);
		if (existing && settings.existingContact === 'returned') return contactResponse(existing);
		if (existing && settings.existingContact === 'refused') {
			throw new Refusal(409, 'A contact with this phone_number already exists');
		}
		const contact = newContact({ phone_number, name, email, tags, attributes, team_id: settings.teamId }, time());
		store.contacts.push(contact);
		return contactResponse(contact);
	});

	api.get<{ Params: { id: string } }>('/contact/:id', operation('getContact'), async ({ params }) =>
		contactResponse(byId(store.contacts, params.id, 'Contact')),
	);

	api.delete<{ Params: { id: string } }>('/contact/:id', operation('deleteContact'), async ({ params }) => {
		const contact = byId(store.contacts, params.id, 'Contact');
		store.contacts.splice(store.contacts.indexOf(contact), 1);
		return oneRecord('contact', { id: contact.id }, settings);
	});

	api.post<{ Body: CallBody }>('/contact/call', operation('callContact'), async (request) => {
		const { contact_id, interview_id, metadata = null } = request.body;
		checkValues('metadata', metadata ?? {}, settings);
		const contact = byId(store.contacts, contact_id, 'Contact');
		const active = store.agents.filter(({ status }) => status === 'ACTIVE');
		const call = calls.place(byId(active, interview_id, 'Agent'), contact, metadata);
		journal.placements.push({ at: clock.now(), call, request: journal.of(request) });
		return oneRecord('call', showPlacedCall(call, settings), settings);
	});

	api.get('/user', operation('getUser'), async () => {
		const user = {
			id: '90000000-0000-4000-8000-000000000001',
			name: 'Sam Simulator',
			email: 'sam@example.com',
			// More than is documented, since the real response may carry more
			role: 'OWNER',
			team: { id: settings.teamId, name: 'Simulated Team' },
			created: '2026-11-01T09:00:00.000Z',
		};
		return oneRecord('user', user, settings);
	});
}
