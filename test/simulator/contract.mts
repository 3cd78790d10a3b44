// The contract of the API: its 12 operations as the public profile states them (spec), and the checks made of it.
import '@fastify/swagger';
import { Ajv, type ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';
import type { FastifySchema, FastifySchemaCompiler } from 'fastify';

interface Schema {
	[keyword: string]: unknown;
	properties?: Record<string, Schema>;
}

export const webhookEvents = [
	'NEW_RESPONSE',
	'PHONE_TRANSFER',
	'FOLDER_NEW_RESPONSE',
	'FOLDER_PHONE_TRANSFER',
	'ACTION_FAILED',
];
/** The events that the profile documents for subscribing (spec). */
export const documentedEvents = webhookEvents.slice(0, 2);

const text = { type: 'string' };
const texts = { type: 'array', items: text };
const flag = { type: 'boolean' };
const paging = {
	page: { type: 'integer', minimum: 0, description: 'Which page, counted from 0.' },
	limit: { type: 'integer', minimum: 1, maximum: 50, default: 20, description: 'How many records a page holds.' },
};
const object = (properties: Record<string, Schema>, rest: Schema = {}): Schema => ({
	type: 'object',
	properties,
	...rest,
});
const pathId = (name: string) => object({ [name]: text }, { required: [name] });

const answer = {
	200: {
		description: 'The envelope of every answer.',
		type: 'object',
		required: ['data'],
		properties: {
			data: { type: 'object', additionalProperties: true, description: 'What was asked for.' },
			error: { type: 'object', nullable: true, description: 'What went wrong, null when nothing did.' },
		},
	},
};
const answerOrNotFound = { ...answer, 404: { description: 'There is no such record.', type: 'null' } };

/** The schemas of the operations, by operation id. */
export const contract = {
	getAgents: {
		summary: 'List agents',
		tags: ['agent'],
		querystring: object({
			search: text,
			status: { type: 'string', enum: ['ACTIVE', 'ARCHIVED'] },
			sort: { type: 'string', enum: ['title_asc', 'title_desc', 'created_asc', 'created_desc'] },
			all_interviews: { ...flag, description: 'Lists archived agents too.' },
			...paging,
		}),
		response: answer,
	},
	searchCalls: {
		summary: "Search an agent's calls",
		tags: ['agent'],
		params: pathId('interview_id'),
		querystring: object({ search: text, response_tags: texts, status: texts, job_id: text, ...paging }),
		response: answer,
	},
	getContacts: {
		summary: 'List contacts',
		tags: ['contact'],
		querystring: object({
			search: text,
			phone_numbers_only: flag,
			tags: texts,
			excluded_tags: texts,
			sort: { ...text, description: 'The field to sort by.' },
			sortDirection: { type: 'string', enum: ['asc', 'desc'] },
			...paging,
		}),
		response: answer,
	},
	createContact: {
		summary: 'Create a contact',
		tags: ['contact'],
		body: object(
			{
				phone_number: { ...text, description: 'With + and country code (E.164).' },
				name: text,
				email: { type: 'string', format: 'email' },
				country_code: text,
				tags: texts,
				attributes: { type: 'object', additionalProperties: true },
			},
			{ required: ['phone_number'], additionalProperties: false },
		),
		response: answer,
	},
	getContact: {
		summary: 'Get a contact',
		tags: ['contact'],
		params: pathId('id'),
		response: answerOrNotFound,
	},
	deleteContact: { summary: 'Delete a contact', tags: ['contact'], params: pathId('id'), response: answer },
	callContact: {
		summary: 'Have an agent call a contact',
		tags: ['contact'],
		body: object(
			{
				contact_id: text,
				interview_id: { ...text, description: "The agent's id." },
				metadata: { type: 'object', additionalProperties: true, nullable: true },
			},
			{ required: ['contact_id', 'interview_id'] },
		),
		response: answer,
	},
	getUser: { summary: "Get the token's owner", tags: ['user'], response: answer },
	getWebhooks: { summary: 'List webhook subscriptions', tags: ['webhooks'], response: answer },
	subscribeWebhook: {
		summary: 'Subscribe to an event',
		tags: ['webhooks'],
		body: object(
			{
				type: { type: 'string', enum: documentedEvents },
				data: { ...text, nullable: true },
				url: { type: 'string', format: 'uri' },
			},
			{ required: ['type', 'url'] },
		),
		response: answer,
	},
	unsubscribeWebhook: {
		summary: 'Unsubscribe from an event',
		tags: ['webhooks'],
		body: object(
			{ type: { type: 'string', enum: webhookEvents }, data: text, url: text },
			{ required: ['type', 'url'], additionalProperties: false },
		),
		response: answer,
	},
	triggerAutomation: {
		summary: 'Start an automation that waits for a webhook',
		tags: ['webhooks'],
		params: pathId('automation_id'),
		body: { type: 'object', additionalProperties: true },
		security: [],
		response: answer,
	},
} satisfies Record<string, FastifySchema>;

/** Where the simulator departs from the published body schemas: by property, what it checks besides or instead. */
const departures: Record<string, Schema> = {
	phone_number: { pattern: '^\\+[1-9]\\d{6,14}$' },
	// A client notes it as a requirement of the API
	attributes: { additionalProperties: text },
	metadata: { additionalProperties: text },
	// The route itself refuses the undocumented ones, since that can be switched off
	type: { enum: webhookEvents },
};

/** The schema as it is checked: a key that is not listed is refused, even where the profile is silent. */
function strict(schema: Schema, changes: Record<string, Schema>): Schema {
	const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => [
		name,
		{ ...property, ...changes[name] },
	]);
	return { additionalProperties: false, ...schema, properties: Object.fromEntries(properties) };
}

/** A compiler for fastify: queries are read as the types that they stand for, bodies are taken as they are. */
export function validatorCompiler(): FastifySchemaCompiler<Schema> {
	const queries = new Ajv({ coerceTypes: 'array', useDefaults: true });
	const bodies = new Ajv();
	for (const ajv of [queries, bodies]) addFormats(ajv);
	return ({ schema, httpPart }) =>
		httpPart === 'body' ? bodies.compile(strict(schema, departures)) : queries.compile(strict(schema, {}));
}

/** The schema of a request without a query. */
export const noQuery = object({});

/** The error of a request that breaks the contract; it names the field. */
export function contractError([error]: ErrorObject[], part: string): Error {
	const { instancePath, keyword, params, message } = error;
	const parent = instancePath.slice(1).replaceAll('/', '.');
	const missing: unknown = params.missingProperty ?? params.additionalProperty;
	const field = [parent, missing].filter(Boolean).join('.');
	const complaints: Record<string, string> = {
		required: 'is required',
		additionalProperties: 'is not a known field',
		enum: `must be one of ${[params.allowedValues].flat().join(', ')}`,
	};
	return new Error([part, field, complaints[keyword] ?? message].filter(Boolean).join(' '));
}
