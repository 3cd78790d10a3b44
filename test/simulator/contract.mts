// The contract of the API: its 12 operations as the public profile states them (spec), with what each returns.
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import type { FastifySchema } from 'fastify';
import { webhookEvents } from './callSchemas.mts';
import { listResponses, responses } from './recordSchemas.mts';
import { anyObject, flag, object, ref, text } from './schema.mts';

/** The events that the profile documents for subscribing (spec). */
export const documentedEvents = webhookEvents.slice(0, 2);

const texts = { type: 'array', items: text };
const paging = {
	page: { type: 'integer', minimum: 0, description: 'Which page, counted from 0.' },
	limit: { type: 'integer', minimum: 1, maximum: 50, default: 20, description: 'How many records a page holds.' },
};
const pathId = (name: string) => object({ [name]: text }, { required: [name] });
const tokenAndTeam = [{ ApiKeyAuth: [], TeamIdAuth: [] }];

/** As fastify takes it, and what `@fastify/swagger` reads besides. */
interface OperationSchema extends FastifySchema {
	callbacks?: object;
}

/** The schemas of the operations, by operation ID. */
export const contract = {
	getAgents: {
		summary: 'Get Agents',
		description: 'Lists agents, only active ones unless asked otherwise.',
		tags: ['agent'],
		security: tokenAndTeam,
		querystring: object({
			search: text,
			status: { type: 'string', enum: ['ACTIVE', 'ARCHIVED'] },
			sort: { type: 'string', enum: ['title_asc', 'title_desc', 'created_asc', 'created_desc'] },
			all_interviews: { ...flag, description: 'Lists archived agents too.' },
			...paging,
		}),
		response: listResponses('A page of agents.', 'interviews', ref('Agent'), { count: { type: 'integer' } }),
	},
	searchCalls: {
		summary: 'Search Calls',
		description: "Lists an agent's calls.",
		tags: ['agent'],
		security: tokenAndTeam,
		params: pathId('interview_id'),
		querystring: object({ search: text, response_tags: texts, status: texts, job_id: text, ...paging }),
		response: listResponses('A page of calls.', 'responses', {
			oneOf: [ref('Call'), ref('ProfileCall'), ref('NestedCall')],
		}),
	},
	getContacts: {
		summary: 'Get Contacts',
		description: 'Lists contacts.',
		tags: ['contact'],
		security: tokenAndTeam,
		querystring: object({
			search: text,
			phone_numbers_only: flag,
			tags: texts,
			excluded_tags: texts,
			sort: { ...text, description: 'The field to sort by.' },
			sortDirection: { type: 'string', enum: ['asc', 'desc'] },
			...paging,
		}),
		response: listResponses('A page of contacts.', 'contacts', ref('Contact')),
	},
	createContact: {
		summary: 'Create Contact',
		description: 'Creates a contact; whether one whose number exists is returned is not documented.',
		tags: ['contact'],
		security: tokenAndTeam,
		body: object(
			{
				phone_number: { ...text, description: 'With + and country code (E.164).' },
				name: text,
				email: { type: 'string', format: 'email' },
				country_code: text,
				tags: texts,
				attributes: anyObject,
			},
			{ required: ['phone_number'], additionalProperties: false },
		),
		response: responses('The contact.', ref('Contact')),
	},
	getContact: {
		summary: 'Get Contact',
		description: 'Reads one contact.',
		tags: ['contact'],
		security: tokenAndTeam,
		params: pathId('id'),
		response: responses('The contact.', ref('Contact'), { mayBeMissing: true }),
	},
	deleteContact: {
		summary: 'Delete Contact',
		description: 'Deletes one contact.',
		tags: ['contact'],
		security: tokenAndTeam,
		params: pathId('id'),
		response: responses('The contact was deleted.', anyObject, { mayBeMissing: true }),
	},
	callContact: {
		summary: 'Call A Contact',
		description: 'Has an agent call a contact.',
		tags: ['contact'],
		security: tokenAndTeam,
		body: object(
			{
				contact_id: text,
				interview_id: { ...text, description: 'The ID of the agent.' },
				metadata: { ...anyObject, nullable: true },
			},
			{ required: ['contact_id', 'interview_id'] },
		),
		response: responses('The call was placed.', { oneOf: [ref('Call'), ref('PlacedCall')] }),
	},
	getUser: {
		summary: 'Get User Details',
		description: 'Reads the owner of the token.',
		tags: ['user'],
		security: tokenAndTeam,
		response: responses('The owner of the token.', ref('User')),
	},
	getWebhooks: {
		summary: 'Get Currently Active Webhooks',
		description: 'Lists webhook subscriptions; whether the list has pages is not documented.',
		tags: ['webhooks'],
		security: tokenAndTeam,
		response: listResponses('The subscriptions.', 'webhooks', ref('Subscription')),
	},
	subscribeWebhook: {
		summary: 'Subscribe To Webhook',
		description: 'Subscribes a URL to an event.',
		tags: ['webhooks'],
		security: tokenAndTeam,
		body: object(
			{
				type: { type: 'string', enum: documentedEvents },
				data: { ...text, nullable: true },
				url: { type: 'string', format: 'uri' },
			},
			{ required: ['type', 'url'] },
		),
		response: responses('The subscription.', ref('Subscription')),
		callbacks: {
			event: {
				'{$request.body#/url}': {
					post: {
						requestBody: {
							content: { 'application/json': { schema: { oneOf: [ref('Call'), ref('NestedCall')] } } },
						},
						responses: { 200: { description: 'The event was received; nothing else is sent again but a 429.' } },
					},
				},
			},
		},
	},
	unsubscribeWebhook: {
		summary: 'Unsubscribe From Webhook',
		description: 'Removes the subscription with this event, URL and data.',
		tags: ['webhooks'],
		security: tokenAndTeam,
		body: object(
			{ type: { type: 'string', enum: webhookEvents }, data: text, url: text },
			{ required: ['type', 'url'], additionalProperties: false },
		),
		response: responses('The subscription was removed.'),
	},
	triggerAutomation: {
		summary: 'Trigger Automation With Webhook',
		description: 'Starts an automation that waits for a webhook; needs the token only where verification is on.',
		tags: ['webhooks'],
		security: [],
		params: pathId('automation_id'),
		body: anyObject,
		response: responses('The automation was started.', ref('AutomationResponse')),
	},
} satisfies Record<string, OperationSchema>;

/** The document around the operations. Its server is the simulator, so that no client made from it reaches a person. */
export const description: FastifyDynamicSwaggerOptions['openapi'] = {
	openapi: '3.0.0',
	info: {
		title: 'Thoughtly API (simulated)',
		version: '1.0.0',
		description: 'The Thoughtly API as far as public sources show it, with every record in every shape they show.',
		contact: { name: 'n8n-nodes-thoughtly', url: 'https://github.com/n8n-nodes-thoughtly/n8n-nodes-thoughtly' },
	},
	servers: [{ url: '/', description: 'The simulator that serves this document' }],
	tags: [
		{ name: 'agent', description: 'Agents and their calls' },
		{ name: 'contact', description: 'Contacts, and calling them' },
		{ name: 'user', description: 'The owner of the token' },
		{ name: 'webhooks', description: 'Subscriptions and automations' },
	],
	components: {
		securitySchemes: {
			ApiKeyAuth: { type: 'apiKey', in: 'header', name: 'x-api-token' },
			TeamIdAuth: { type: 'apiKey', in: 'header', name: 'team_id' },
		},
	},
};
