// The records that the API holds, in its own shapes, and what a fresh simulator starts with.
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
	attributes: Record<string, string>;
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
	metadata: Record<string, string> | null;
	tags: string[];
	job_id: string | null;
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
export function newContact(known: Partial<Contact> & { phone_number: string; team_id: string }): Contact {
	const created = new Date().toISOString();
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
export function newCall(agent: Agent, contact: Contact, metadata: Call['metadata'], at = new Date()): Call {
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
	};
}

const greeting = ['ai', 'Hello, this is your assistant. Is this a good time to talk?'] as const;
const conversation = [
	greeting,
	['user', 'Yes, go on.'],
	['ai', 'Shall we keep your appointment on Monday?'],
	['user', 'Monday is fine, thank you.'],
] as const;
const linesByEnd: Record<string, typeof conversation | readonly [typeof greeting] | undefined> = {
	COMPLETED: conversation,
	TRANSFERRED: conversation,
	LEFT_VOICEMAIL: [greeting],
};

/** What changes in a call when it ends at `at` with `status`; `url` is the simulator's, for the recording. */
export function endOfCall(call: Call, status: string, at: Date, url: string): Partial<Call> {
	const startTime = call.start_time ?? at.toISOString();
	const end = {
		status,
		start_time: startTime,
		end_time: at.toISOString(),
		updated: at.toISOString(),
		version: call.version + 1,
	};
	const lines = linesByEnd[status];
	if (lines === undefined) return { ...end, duration_ms: '0' };

	const duration = at.getTime() - Date.parse(startTime);
	return {
		...end,
		duration_ms: String(duration),
		conversation_history: lines.map(([author, text], index) => {
			const elapsed = Math.round((duration * index) / lines.length);
			const date = new Date(Date.parse(startTime) + elapsed).toISOString();
			return { date, text, author, audio_url: null, cumulative_duration_ms: elapsed };
		}),
		transcript: lines.map(([author, text]) => `${author === 'ai' ? 'Agent' : 'User'}: ${text}`).join('\n'),
		summary_data: { summary: `The call with ${call.contact?.name ?? 'the contact'} ended as ${status}.` },
		recording_url: `${url}/recordings/${call.id}.wav`,
	};
}

const seedId = (kind: string, number: number) => `${kind}0000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const seedDate = (day: number) => `2026-11-${String(day).padStart(2, '0')}T09:00:00.000Z`;

function seedAgent(number: number, title: string, folder: number | null, status: Agent['status'] = 'ACTIVE'): Agent {
	return {
		id: seedId('a', number),
		title,
		status,
		created: seedDate(number),
		updated: seedDate(number),
		version: 1,
		folder_id: folder === null ? null : seedId('b', folder),
		phone_number: `+1415555015${number}`,
	};
}

function seedContact(number: number, teamId: string, known: Partial<Contact> & { phone_number: string }): Contact {
	const created = seedDate(number);
	return newContact({ id: seedId('c', number), team_id: teamId, created, updated: created, ...known });
}

function seedCall(
	number: number,
	agent: Agent,
	contact: Contact,
	status: string,
	url: string,
	known: Partial<Call>,
): Call {
	const created = new Date(seedDate(10 + number));
	const placed = { ...newCall(agent, contact, null, created), id: seedId('d', number) };
	const started = { ...placed, start_time: new Date(created.getTime() + 2_000).toISOString() };
	const end = new Date(created.getTime() + 2_000 + 32_000 * number);
	return { ...started, ...endOfCall(started, status, end, url), ...known };
}

/** A store as a simulator at `url` starts with; without `seeded`, an empty one. The same ids and dates every time. */
export function createStore(url: string, teamId: string, seeded: boolean): Store {
	if (!seeded) return { agents: [], contacts: [], calls: [], subscriptions: [], automations: [] };
	const agents = [
		seedAgent(1, 'Appointment Reminder', 1),
		seedAgent(2, 'Lead Qualifier', 1),
		seedAgent(3, 'Customer Survey', null),
		seedAgent(4, 'Summer Campaign', 2, 'ARCHIVED'),
	];
	const contacts = [
		seedContact(1, teamId, {
			name: 'Ada Park',
			phone_number: '+14155550101',
			email: 'ada@example.com',
			tags: ['customer'],
		}),
		seedContact(2, teamId, { name: 'Ben Ortiz', phone_number: '+14155550102', tags: [{ name: 'lead' }] }),
		seedContact(3, teamId, { name: 'Carla Weiss', phone_number: '+14155550110', attributes: { plan: 'basic' } }),
		seedContact(4, teamId, { name: 'Dev Shah', phone_number: '+14155550112', tags: ['customer', 'vip'] }),
		seedContact(5, teamId, { name: 'Eve Lind', phone_number: '+14155550113', email: 'eve@example.com' }),
	];
	const calls = [
		seedCall(1, agents[0], contacts[0], 'COMPLETED', url, { tags: ['confirmed'] }),
		seedCall(2, agents[0], contacts[2], 'NO_ANSWER', url, {}),
		seedCall(3, agents[1], contacts[3], 'LEFT_VOICEMAIL', url, { job_id: seedId('e', 1) }),
		seedCall(4, agents[0], contacts[1], 'COMPLETED', url, { metadata: { order: '1042' } }),
	];
	const automations = [{ id: seedId('f', 1), title: 'New lead', verified: false }];
	return { agents, contacts, calls, subscriptions: [], automations };
}
