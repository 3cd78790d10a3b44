// What each of the API's operations does with the store.
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { CallRunner } from './calls.mts';
import { noQuery } from './checks.mts';
import { contract, documentedEvents } from './contract.mts';
import { type Agent, type Call, type Contact, type Store, type Subscription, newContact } from './store.mts';

/** What the routes need of the simulator's options, read at each request. */
export interface RouteOptions {
	token: string;
	teamId: string;
	webhookListing: 'all' | 'paged' | 'ignoresPage';
	newestFirst: boolean;
	undocumentedEvents: 'accepted' | 'refused';
	existingContact: 'returned' | 'refused' | 'duplicated';
	searchFindsNumbers: boolean;
}

/** A request that the API refuses, with its status and the text of its error. */
class Refusal extends Error {
	constructor(
		readonly statusCode: number,
		message: string,
	) {
		super(message);
	}
}

interface Paging {
	page?: number;
	limit: number;
}
interface AgentsQuery extends Paging {
	search?: string;
	status?: Agent['status'];
	sort?: string;
	all_interviews?: boolean;
}
interface CallsQuery extends Paging {
	search?: string;
	response_tags?: string[];
	status?: string[];
	job_id?: string;
}
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
	attributes?: Record<string, string>;
}
interface CallBody {
	contact_id: string;
	interview_id: string;
	metadata?: Call['metadata'];
}
interface WebhookBody {
	type: string;
	url: string;
	data?: string | null;
}

const subscriptionsPerPage = 20;

const ok = (data: unknown) => ({ data, error: null });
const pageOf = <T,>(records: T[], { page = 0, limit }: Paging) => records.slice(page * limit, (page + 1) * limit);
const tagNames = (tags: Contact['tags']) => tags.map((tag) => (typeof tag === 'string' ? tag : tag.name));
const sharesOne = (some: string[], others: string[]) => some.some((one) => others.includes(one));

/** Does one of the texts hold the search term, whatever the case? No term is in every text. */
function found(term: string | undefined, texts: Array<string | null | undefined>): boolean {
	return texts.some((text) => text?.toLowerCase().includes((term ?? '').toLowerCase())) || !term;
}

/** The record with this id, or 404. */
function byId<T extends { id: string }>(records: T[], id: string, kind: string): T {
	const record = records.find((candidate) => candidate.id === id);
	if (record === undefined) throw new Refusal(404, `${kind} not found`);
	return record;
}

/** The records in the order of a field; `desc` turns it round. */
function sorted<T>(records: T[], field: keyof T, direction = 'asc'): T[] {
	const ascending = [...records].sort((one, other) =>
		String(one[field] ?? '').localeCompare(String(other[field] ?? '')),
	);
	return direction === 'desc' ? ascending.reverse() : ascending;
}

/** Adds the 12 operations of the API to the server. */
export function addRoutes(api: FastifyInstance, store: Store, calls: CallRunner, options: RouteOptions): void {
	const operation = (operationId: keyof typeof contract) => ({
		schema: { querystring: noQuery, ...contract[operationId], operationId },
	});

	api.get<{ Querystring: AgentsQuery }>('/interview', operation('getAgents'), async ({ query }) => {
		const [field, direction] = (query.sort ?? '').split('_');
		const archivedToo = query.all_interviews || query.status !== undefined;
		const agents = store.agents
			.filter((agent) => archivedToo || agent.status === 'ACTIVE')
			.filter((agent) => query.status === undefined || agent.status === query.status)
			.filter((agent) => found(query.search, [agent.title]));
		const inOrder = field ? sorted(agents, field as keyof Agent, direction) : agents;
		return ok({ interviews: pageOf(inOrder, query), count: agents.length });
	});

	api.get<{ Params: { interview_id: string }; Querystring: CallsQuery }>(
		'/interview/:interview_id/responses',
		operation('searchCalls'),
		async ({ params, query }) => {
			const agent = byId(store.agents, params.interview_id, 'Agent');
			const responses = store.calls
				.filter((call) => call.interview.id === agent.id)
				.filter((call) => query.response_tags === undefined || sharesOne(call.tags, query.response_tags))
				.filter((call) => query.status?.includes(call.status) ?? true)
				.filter((call) => query.job_id === undefined || call.job_id === query.job_id)
				.filter((call) => found(query.search, [call.contact?.name, call.phone_number, call.transcript]));
			return ok({ responses: pageOf(sorted(responses, 'created', options.newestFirst ? 'desc' : 'asc'), query) });
		},
	);

	api.get<{ Querystring: ContactsQuery }>('/contact', operation('getContacts'), async ({ query }) => {
		const contacts = store.contacts
			.filter(({ phone_number }) => phone_number !== null || !query.phone_numbers_only)
			.filter(({ tags }) => query.tags === undefined || sharesOne(tagNames(tags), query.tags))
			.filter(({ tags }) => !sharesOne(tagNames(tags), query.excluded_tags ?? []))
			.filter(({ name, email, phone_number }) =>
				found(query.search, [name, email, options.searchFindsNumbers ? phone_number : null]),
			);
		const inOrder = query.sort ? sorted(contacts, query.sort as keyof Contact, query.sortDirection) : contacts;
		return ok({ contacts: pageOf(inOrder, query) });
	});

	api.post<{ Body: ContactBody }>('/contact/create', operation('createContact'), async ({ body }) => {
		const existing = store.contacts.find(({ phone_number }) => phone_number === body.phone_number);
		if (existing && options.existingContact === 'returned') return ok(existing);
		if (existing && options.existingContact === 'refused') {
			throw new Refusal(409, 'A contact with this phone_number already exists');
		}
		const { phone_number, name = null, email = null, tags = [], attributes = {} } = body;
		const contact = newContact({ phone_number, name, email, tags, attributes, team_id: options.teamId });
		store.contacts.push(contact);
		return ok(contact);
	});

	api.get<{ Params: { id: string } }>('/contact/:id', operation('getContact'), async ({ params }) =>
		ok(byId(store.contacts, params.id, 'Contact')),
	);

	api.delete<{ Params: { id: string } }>('/contact/:id', operation('deleteContact'), async ({ params }) => {
		const contact = byId(store.contacts, params.id, 'Contact');
		store.contacts.splice(store.contacts.indexOf(contact), 1);
		return ok({ id: contact.id });
	});

	api.post<{ Body: CallBody }>('/contact/call', operation('callContact'), async ({ body }) => {
		const contact = byId(store.contacts, body.contact_id, 'Contact');
		const active = store.agents.filter(({ status }) => status === 'ACTIVE');
		const agent = byId(active, body.interview_id, 'Agent');
		return ok(calls.place(agent, contact, body.metadata ?? null));
	});

	api.get('/user', operation('getUser'), async () =>
		ok({
			id: '90000000-0000-4000-8000-000000000001',
			name: 'Sam Simulator',
			email: 'sam@example.com',
			// More than is documented, since the real answer may carry more
			role: 'OWNER',
			team: { id: options.teamId, name: 'Simulated Team' },
			created: '2026-11-01T09:00:00.000Z',
		}),
	);

	api.get<{ Querystring: Record<string, string> }>(
		'/webhooks',
		// Its paging is undocumented and depends on the options: checked here, and in no published schema
		{ schema: { ...contract.getWebhooks, operationId: 'getWebhooks' } },
		async ({ query }) => {
			for (const [name, value] of Object.entries(query)) {
				if (options.webhookListing === 'all' || !['page', 'limit'].includes(name)) {
					throw new Refusal(400, `querystring ${name} is not a known field`);
				}
				if (!/^\d+$/.test(value)) throw new Refusal(400, `querystring ${name} must be an integer from 0`);
			}
			if (options.webhookListing === 'all') return ok({ webhooks: store.subscriptions });
			const page = options.webhookListing === 'paged' ? Number(query.page ?? 0) : 0;
			return ok({ webhooks: pageOf(store.subscriptions, { page, limit: subscriptionsPerPage }) });
		},
	);

	const subscriptionIndex = ({ type, url, data = null }: WebhookBody) =>
		store.subscriptions.findIndex((other) => other.type === type && other.url === url && other.data === data);

	api.post<{ Body: WebhookBody }>('/webhooks/subscribe', operation('subscribeWebhook'), async ({ body }) => {
		const { type, url, data = null } = body;
		if (options.undocumentedEvents === 'refused' && !documentedEvents.includes(type)) {
			throw new Refusal(400, `body type must be one of ${documentedEvents.join(', ')}`);
		}
		if (subscriptionIndex(body) >= 0) throw new Refusal(409, 'This webhook subscription already exists');
		const subscription: Subscription = { id: randomUUID(), type, url, data, created: new Date().toISOString() };
		store.subscriptions.push(subscription);
		return ok(subscription);
	});

	api.delete<{ Body: WebhookBody }>('/webhooks/unsubscribe', operation('unsubscribeWebhook'), async ({ body }) => {
		const index = subscriptionIndex(body);
		if (index < 0) throw new Refusal(404, 'Webhook subscription not found');
		store.subscriptions.splice(index, 1);
		return ok({});
	});

	api.post<{ Params: { automation_id: string } }>(
		'/webhook/automation/:automation_id',
		operation('triggerAutomation'),
		async ({ params, headers }, reply) => {
			const automation = byId(store.automations, params.automation_id, 'Automation');
			if (automation.verified && headers['x-api-token'] !== options.token) {
				return await reply.code(401).type('text/plain').send('Unauthorized');
			}
			return ok({ id: automation.id });
		},
	);
}
