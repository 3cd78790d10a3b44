// What the documentation shows of an operation's output, from the schema of it that n8n gets.
import { readFileSync } from 'node:fs';

interface Schema {
	properties: Record<string, unknown>;
}

/** @param operation as `call: start` */
export const schemaOf = (operation: string): Schema =>
	JSON.parse(readFileSync(`nodes/Thoughtly/__schema__/v1.0.0/${operation.replace(': ', '/')}.json`, 'utf8'));

const AGENT_ID = 'a0000000-0000-4000-8000-000000000001';
const CONTACT_ID = 'c0000000-0000-4000-8000-000000000001';
const URL = 'https://example.com/thoughtly';

/** Values of an output's fields, by resource, or by operation where they differ. */
const SAMPLES: Record<string, Record<string, unknown>> = {
	agent: {
		id: AGENT_ID,
		title: 'Appointment reminder',
		status: 'ACTIVE',
		phoneNumber: '+14155550100',
		createdAt: '2026-11-01T09:00:00.000Z',
	},
	automation: { success: true },
	call: {
		id: 'd0000000-0000-4000-8000-000000000001',
		result: 'completed',
		status: 'success',
		outcome: 'qualified',
		ended: true,
		direction: 'outbound',
		phoneNumber: '+14155550101',
		contactName: 'Ada Lovelace',
		agentName: 'Appointment reminder',
		startedAt: '2026-11-11T09:00:02.000Z',
		endedAt: '2026-11-11T09:00:34.000Z',
		durationSeconds: 32,
		summary: 'Ada keeps her appointment on Monday.',
		transcript: 'Agent: Shall we keep your appointment on Monday?\nUser: Monday is fine, thank you.',
		recordingUrl: 'https://recordings.example.com/d0000000.wav',
		metadata: { appointment: 'Dental check-up' },
		tags: ['reminder'],
		customFields: { keeps_appointment: 'yes' },
		agentId: AGENT_ID,
		contactId: CONTACT_ID,
	},
	'call: start': {
		result: 'in_progress',
		status: 'queued',
		outcome: null,
		ended: false,
		agentName: null,
		startedAt: null,
		endedAt: null,
		durationSeconds: null,
		summary: null,
		transcript: null,
		recordingUrl: null,
		tags: null,
		customFields: null,
	},
	contact: {
		id: CONTACT_ID,
		name: 'Ada Lovelace',
		phoneNumber: '+14155550101',
		email: 'ada.lovelace@example.com',
		tags: ['lead'],
		attributes: { plan: 'premium' },
		status: 'ACTIVE',
		createdAt: '2026-11-01T09:00:00.000Z',
		updatedAt: '2026-11-01T09:00:00.000Z',
		wasCreated: true,
		deleted: true,
	},
	user: {
		id: 'e0000000-0000-4000-8000-000000000001',
		name: 'Grace Hopper',
		email: 'grace.hopper@example.com',
		teamId: 'b0000000-0000-4000-8000-000000000001',
		teamName: 'Example Dental',
	},
	webhook: {
		success: true,
		id: 'f0000000-0000-4000-8000-000000000001',
		event: 'NEW_RESPONSE',
		type: 'NEW_RESPONSE',
		url: URL,
		data: AGENT_ID,
		created: '2026-11-01T09:00:00.000Z',
	},
};

/** Returns an output with the fields of its schema, in their order. */
export function exampleOf(operation: string): Record<string, unknown> {
	const samples = { ...SAMPLES[operation.split(':')[0]], ...SAMPLES[operation] };
	const fields = Object.keys(schemaOf(operation).properties);
	const missing = fields.filter((field) => !(field in samples));
	if (missing.length) throw new Error(`There is no example of ${missing.join(', ')} in the output of ${operation}`);
	return Object.fromEntries(fields.map((field) => [field, samples[field]]));
}
