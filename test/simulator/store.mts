// The records that the API holds, in its own shapes.
import { randomUUID } from 'node:crypto';

/** An agent, called "interview" in paths and payloads (pipedream); `folder_id` stands for the dashboard's folders. */
export interface Agent {
	id: string;
	title: string;
	status: 'ACTIVE' | 'ARCHIVED';
	created: string;
	updated: string;
	version: number;
	folder_id: string | null;
	phone_number: string | null;
}

/** A contact's tag: a string, or an object with a name (clients saw both). */
export type Tag = string | { name: string };

/** A contact as listed and as part of a delivered call (pipedream, clients). */
export interface Contact {
	id: string;
	created: string;
	updated: string;
	version: number;
	team_id: string;
	status: string;
	name: string | null;
	caller_type: string;
	phone_number: string | null;
	email: string | null;
	attributes: Record<string, unknown>;
	tags: Tag[];
}

/** One turn of a call (pipedream); times in milliseconds since the call's start. */
export interface Turn {
	date: string;
	text: string;
	author: 'ai' | 'user';
	audio_url: string | null;
	cumulative_duration_ms: number;
}

/** A call, called "response" in paths and payloads: the flat record of a real delivery (pipedream). */
export interface Call {
	id: string;
	created: string;
	updated: string;
	version: number;
	interview: { id: string };
	contact?: Contact;
	type: string;
	status: string;
	start_time: string | null;
	end_time: string | null;
	duration_ms: string | null;
	conversation_history: Turn[];
	ai_name: string;
	phone_number: string | null;
	recording_url: string | null;
	transcript: string | null;
	summary_data: Record<string, unknown> | null;
	metadata: Record<string, unknown> | null;
	tags: Tag[];
	job_id: string | null;
	/** From here on the profile's fields; null where the agent's author defined none. */
	direction: 'inbound' | 'outbound';
	outcome: string | null;
	custom_fields: Record<string, unknown> | null;
}

/** A webhook subscription: known by its type, URL and data together (spec). */
export interface Subscription {
	id: string;
	type: string;
	url: string;
	data: string | null;
	created: string;
}

/** An automation with a webhook trigger; `verified` is the team's switch for wanting the token (docs). */
export interface Automation {
	id: string;
	title: string;
	verified: boolean;
}

export interface Store {
	agents: Agent[];
	contacts: Contact[];
	calls: Call[];
	subscriptions: Subscription[];
	automations: Automation[];
}

/** A new contact record from what is known of it; the rest as the API fills it in. */
export function newContact(
	known: Partial<Contact> & { phone_number: string; team_id: string },
	at = new Date(),
): Contact {
	const created = at.toISOString();
	return {
		id: randomUUID(),
		created,
		updated: created,
		version: 1,
		status: 'ACTIVE',
		name: null,
		caller_type: 'CONTACT',
		email: null,
		attributes: {},
		tags: [],
		...known,
	};
}

/** A call as it is the moment it was placed. */
export function newCall(agent: Agent, contact: Contact, metadata: Call['metadata'], at: Date): Call {
	return {
		id: randomUUID(),
		created: at.toISOString(),
		updated: at.toISOString(),
		version: 1,
		interview: { id: agent.id },
		contact: { ...contact },
		type: 'PHONE_CALL',
		status: 'NOT_STARTED',
		start_time: null,
		end_time: null,
		duration_ms: null,
		conversation_history: [],
		ai_name: agent.title,
		phone_number: contact.phone_number,
		recording_url: null,
		transcript: null,
		summary_data: null,
		metadata,
		tags: [],
		job_id: null,
		direction: 'outbound',
		outcome: null,
		custom_fields: null,
	};
}
