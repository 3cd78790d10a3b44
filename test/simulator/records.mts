// The records of the API in every documented shape, as OpenAPI schemas; each says which source shows it.
import { type Schema, object, text } from './schema.mts';

export const webhookEvents = [
	'NEW_RESPONSE',
	'PHONE_TRANSFER',
	'FOLDER_NEW_RESPONSE',
	'FOLDER_PHONE_TRANSFER',
	'ACTION_FAILED',
];

const integer = { type: 'integer' };
const time = { type: 'string', format: 'date-time' };
const uri = { type: 'string', format: 'uri' };
const listOf = (items: Schema): Schema => ({ type: 'array', items });
const anyObject = { type: 'object', additionalProperties: true };
const orNull = (schema: Schema): Schema => ({ ...schema, nullable: true });
const about = (description: string, schema: Schema): Schema => ({ ...schema, description });
export const ref = (name: string): Schema => ({ $ref: `${name}#` });

/** When a record was made and changed: pipedream saw the first two, the profile writes the others. */
const recordTimes = { created: time, updated: time, created_at: time, updated_at: time };

const ResponseError = {
	description: 'What went wrong: an object (docs) or text (clients). `{}` and "" stand for no error, as null does.',
	oneOf: [object({ message: text }, { additionalProperties: true }), text],
	nullable: true,
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

const Turn = object(
	{
		date: time,
		text,
		author: { type: 'string', enum: ['ai', 'user'] },
		audio_url: orNull(text),
		cumulative_duration_ms: integer,
	},
	{ required: ['text', 'author'], description: 'One turn of a flat call.' },
);

/** What the profile's schema of a call has and a real delivery did not. */
const profileFields = {
	direction: { type: 'string', enum: ['inbound', 'outbound'] },
	outcome: about("The agent's own classification, e.g. qualified.", orNull(text)),
	tags: listOf(ref('Tag')),
	job_id: orNull(text),
};

const Call = object(
	{
		id: text,
		created: time,
		updated: time,
		version: integer,
		interview: object({ id: text }, { required: ['id'] }),
		contact: ref('Contact'),
		type: text,
		status: about('Free text, from one of two vocabularies.', text),
		start_time: orNull(time),
		end_time: orNull(time),
		duration_ms: about('Milliseconds as text.', orNull(text)),
		conversation_history: listOf(ref('Turn')),
		ai_name: text,
		phone_number: orNull(text),
		recording_url: orNull(text),
		transcript: about('One line a turn.', orNull(text)),
		summary_data: about('Its shape is not documented.', {}),
		metadata: orNull(anyObject),
		custom_fields: orNull(anyObject),
		...profileFields,
	},
	{
		required: ['id', 'interview', 'status'],
		description: 'A call as a real delivery had it (pipedream); paths call it a response.',
	},
);

const ProfileTurn = object(
	{
		transcript: text,
		speaker: { type: 'string', enum: ['ai', 'user'] },
		createdAt: time,
		step: about("The agent's turns only.", integer),
		node_id: about("The agent's turns only.", text),
	},
	{ required: ['transcript', 'speaker'], description: 'One turn of a call (profile).' },
);

const ProfileCall = object(
	{
		id: text,
		interview_id: text,
		contact_id: text,
		status: text,
		duration_seconds: integer,
		recording_url: uri,
		transcript: listOf(ref('ProfileTurn')),
		metadata: anyObject,
		started_at: time,
		ended_at: time,
		...profileFields,
	},
	{ required: ['id', 'interview_id'], description: 'A call (profile).' },
);

const NestedCall = object(
	{
		event: { type: 'string', enum: webhookEvents },
		call: ref('ProfileCall'),
		agent: object({ id: text, title: text, phone_number: text }),
		transcript: listOf(ref('ProfileTurn')),
		custom_fields: anyObject,
	},
	{ required: ['call'], description: 'A call as the body of an event (profile).' },
);

const PlacedCall = object(
	{
		call_id: text,
		status: text,
		interview_id: text,
		contact_id: text,
		duration: about('Only from the step of an automation that places a call (docs); its unit is not documented.', {
			oneOf: [{ type: 'number' }, text],
		}),
	},
	{ required: ['call_id'], description: 'A call that was just placed (profile).' },
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

const AutomationAnswer = {
	...anyObject,
	description: 'Undocumented; it holds no ID of a call (docs).',
};

/** The schemas by the name under which `components/schemas` has them. */
export const records: Record<string, Schema> = {
	ResponseError,
	Agent,
	Tag,
	Contact,
	Turn,
	Call,
	ProfileTurn,
	ProfileCall,
	NestedCall,
	PlacedCall,
	User,
	Subscription,
	AutomationAnswer,
};

/** The schemas of the answers of an operation that gives one record, or nothing that matters. */
export const answers = (description: string, data: Schema = anyObject, { mayBeMissing = false } = {}) => ({
	200: { description, ...object({ data, error: ref('ResponseError') }, { required: ['data'] }) },
	...(mayBeMissing && {
		404: {
			description: 'There is no such record.',
			...object({ data: orNull(anyObject), error: ref('ResponseError') }),
		},
	}),
});

/** As `answers`, for a list: under its key (pipedream, clients), or bare. */
export const answersList = (description: string, key: string, item: Schema, rest: Record<string, Schema> = {}) =>
	answers(description, { oneOf: [object({ [key]: listOf(item), ...rest }, { required: [key] }), listOf(item)] });
