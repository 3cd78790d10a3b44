// The records of the API in every documented shape, as OpenAPI schemas; each says which source shows it.
import { callSchemas } from './callSchemas.mts';
import { type Schema, about, anyObject, integer, listOf, object, orNull, ref, text, time } from './schema.mts';

/** When a record was made and changed: pipedream saw the first two, the profile writes the others. */
const recordTimes = { created: time, updated: time, created_at: time, updated_at: time };

const ResponseError = {
	description: 'What went wrong: an object (docs) or text (clients). `{}` and "" stand for no error, as null does.',
	oneOf: [orNull(object({ message: text }, { additionalProperties: true })), text],
};

const Agent = object(
	{
		id: text,
		title: text,
		status: { type: 'string', enum: ['ACTIVE', 'ARCHIVED'] },
		version: integer,
		folder_id: about('Undocumented: the folder of the dashboard.', orNull(text)),
		channel: { type: 'string', enum: ['voice', 'chat', 'omnichannel'] },
		phone_number: orNull(text),
		voice_id: text,
		nodes: listOf(anyObject),
		variables: anyObject,
		outcomes: about('The outcomes that its author defined.', listOf(text)),
		...recordTimes,
	},
	{ required: ['id', 'title', 'status'], description: 'An agent (pipedream, profile); paths call it an interview.' },
);

const Tag = {
	description: 'The name of a tag, or an object that holds it.',
	oneOf: [text, object({ id: text, name: text }, { required: ['name'] })],
};

const Contact = object(
	{
		id: text,
		name: orNull(text),
		phone_number: orNull(text),
		email: orNull(text),
		country_code: text,
		tags: listOf(ref('Tag')),
		attributes: orNull(anyObject),
		status: text,
		team_id: text,
		caller_type: text,
		version: integer,
		...recordTimes,
	},
	{ required: ['id'], description: 'A contact (pipedream, profile).' },
);

const User = object(
	{
		id: text,
		name: orNull(text),
		email: orNull(text),
		team: about('Undocumented.', object({ id: text, name: text })),
		team_id: about('Undocumented.', text),
		team_name: about('Undocumented.', text),
	},
	{ required: ['id'], description: 'The owner of the token (spec); more fields than these may come.' },
);

const Subscription = object(
	{ id: text, type: text, url: text, data: orNull(text), created: time, created_at: time },
	{ required: ['type', 'url'], description: 'A webhook subscription (profile).' },
);

const AutomationResponse = {
	...anyObject,
	description: 'Undocumented; it holds no ID of a call (docs).',
};

/** The schemas by the name under which `components/schemas` has them. */
export const records: Record<string, Schema> = {
	ResponseError,
	Agent,
	Tag,
	Contact,
	...callSchemas,
	User,
	Subscription,
	AutomationResponse,
};

/** The response schemas of an operation that returns one record, or nothing that matters. */
export const responses = (description: string, data: Schema = anyObject, { mayBeMissing = false } = {}) => ({
	200: { description, ...object({ data, error: ref('ResponseError') }, { required: ['data'] }) },
	...(mayBeMissing && {
		404: {
			description: 'There is no such record.',
			...object({ data: orNull(anyObject), error: ref('ResponseError') }),
		},
	}),
});

/** As `responses`, for a list: under its key (pipedream, clients), or bare. */
export const listResponses = (description: string, key: string, item: Schema, rest: Record<string, Schema> = {}) =>
	responses(description, { oneOf: [object({ [key]: listOf(item), ...rest }, { required: [key] }), listOf(item)] });
