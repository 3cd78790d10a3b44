// What a fresh simulator starts with: the same IDs and dates every time.
import { endOfCall } from './endings.mts';
import { type Agent, type Call, type Contact, type Store, newCall, newContact } from './store.mts';

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

/** A store as a simulator at `url` starts with; without `seeded`, an empty one. */
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
