// The stored records as the API shows them, by the simulator's options.
import { wordsOf } from './endings.mts';
import type { ShapeOptions } from './options.mts';
import type { Agent, Call, Contact, Subscription, Tag } from './store.mts';

export const tagName = (tag: Tag) => (typeof tag === 'string' ? tag : tag.name);

function showTags(tags: Tag[], options: ShapeOptions): Tag[] {
	if (options.tags === 'asSent') return tags;
	return tags.map((tag) => (options.tags === 'objects' ? { name: tagName(tag) } : tagName(tag)));
}

/** A record with its timestamps and empty fields as the options have them. */
function shown<T extends { created: string; updated?: string }>(record: T, options: ShapeOptions): object {
	const { created, updated, ...rest } = record;
	const renamed = options.timestamps === 'created' ? record : { ...rest, created_at: created, updated_at: updated };
	return withEmptyFields(renamed, options);
}

function withEmptyFields(record: object, { emptyFields }: ShapeOptions): object {
	if (emptyFields === 'null') return record;
	if (emptyFields === 'absent') return withoutNulls(record);
	return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, value ?? '']));
}

export const showAgent = (agent: Agent, options: ShapeOptions) => shown(agent, options);

export const showContact = (contact: Contact, options: ShapeOptions) =>
	shown({ ...contact, tags: showTags(contact.tags, options) }, options);

/** `dataListed` is false where the list of subscriptions leaves out their `data`. */
export function showSubscription(subscription: Subscription, options: ShapeOptions, dataListed = true): object {
	const { data, ...rest } = subscription;
	return shown(dataListed ? { ...rest, data } : rest, options);
}

/** A call as a list shows it. */
export function showCall(call: Call, agent: Agent | undefined, options: ShapeOptions): object {
	if (options.listedCalls === 'flat') return flatCall(call, options);
	if (options.listedCalls === 'nested') return nestedCall(call, agent, options);
	return { ...profileCall(call, options), transcript: profileTurns(call) };
}

/** A call as the response to placing it. */
export function showPlacedCall(call: Call, options: ShapeOptions): object {
	if (options.placedCalls === 'flat') return flatCall(call, options);
	return {
		call_id: call.id,
		status: wordsOf(call, options.vocabulary).status,
		interview_id: call.interview.id,
		contact_id: call.contact?.id,
	};
}

/** The body of an event about a call. */
export function eventBody(
	shape: 'flat' | 'nested',
	event: string,
	call: Call,
	agent: Agent | undefined,
	options: ShapeOptions,
): object {
	return shape === 'flat' ? flatCall(call, options) : { event, ...nestedCall(call, agent, options) };
}

/** A real delivery's shape (pipedream). */
function flatCall(call: Call, options: ShapeOptions): object {
	const worded = { ...call, ...wordsOf(call, options.vocabulary) };
	const { contact, tags, direction, outcome, custom_fields, ...rest } = worded;
	const record = {
		...rest,
		...(contact && options.contactInCalls && { contact: showContact(contact, options) }),
		tags: showTags(tags, options),
		...(options.profileFields && { direction, outcome, custom_fields }),
	};
	return withEmptyFields(record, options);
}

/** The profile's event without the event's name. */
function nestedCall(call: Call, agent: Agent | undefined, options: ShapeOptions): object {
	return {
		call: profileCall(call, options),
		agent: withoutNulls({ id: call.interview.id, title: call.ai_name, phone_number: agent?.phone_number }),
		transcript: profileTurns(call),
		// In the profile's example they are the metadata that the call was placed with
		custom_fields: { ...call.metadata, ...call.custom_fields },
	};
}

/** The profile's call; its fields may be missing, but are never null. */
function profileCall(call: Call, options: ShapeOptions): object {
	const { status, outcome } = wordsOf(call, options.vocabulary);
	return withoutNulls({
		id: call.id,
		interview_id: call.interview.id,
		contact_id: call.contact?.id,
		job_id: call.job_id,
		direction: call.direction,
		status,
		outcome,
		duration_seconds: call.duration_ms === null ? null : Math.round(Number(call.duration_ms) / 1_000),
		recording_url: call.recording_url,
		tags: showTags(call.tags, options),
		metadata: call.metadata,
		started_at: call.start_time,
		ended_at: call.end_time,
	});
}

/** The turns of a call as the profile has them: only the agent's own carry a step of its script. */
const profileTurns = (call: Call) =>
	call.conversation_history.map(({ text, author, date }, step) => ({
		transcript: text,
		speaker: author,
		createdAt: date,
		...(author === 'ai' && { step, node_id: `node-${step}` }),
	}));

const withoutNulls = (record: object) =>
	Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null && value !== undefined));
