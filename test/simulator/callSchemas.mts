// A call in every documented shape, as OpenAPI schemas.
import { about, anyObject, integer, listOf, object, orNull, ref, text, time, uri } from './schema.mts';

export const webhookEvents = [
	'NEW_RESPONSE',
	'PHONE_TRANSFER',
	'FOLDER_NEW_RESPONSE',
	'FOLDER_PHONE_TRANSFER',
	'ACTION_FAILED',
];

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

/** The schemas by the name under which `components/schemas` has them. */
export const callSchemas = { Turn, Call, ProfileTurn, ProfileCall, NestedCall, PlacedCall };
