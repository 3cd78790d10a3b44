import type { INodeParameters } from 'n8n-workflow';
import type { RecordedRequest } from '../simulator/simulator.mts';
import { resources } from '../../nodes/Thoughtly/resources';
import { activeAgentIds, byId, credential, limitWaitTime, placed, simulator, useSimulator } from './fixtures.mts';
import { runNode } from './n8n/index.mts';

/** Every operation with every field: what it sends, and what it gives. */

useSimulator();

const pairs = (fields: Record<string, string>) => Object.entries(fields).map(([name, value]) => ({ name, value }));

/** What went over the wire, with what every request must carry checked on the way. */
function sent(request: RecordedRequest) {
	const { method, path, query, headers, body } = request;
	const authenticated = headers['x-api-token'] === simulator.token && headers.team_id === simulator.teamId;
	return { method, path, query, body: body ?? undefined, authenticated };
}

interface Case {
	name: string;
	parameters: () => INodeParameters;
	requests: () => Array<Partial<ReturnType<typeof sent>>>;
	output: () => unknown;
}
const agent = () => simulator.store.agents[0];
const contact = () => simulator.store.contacts[0];
const endedCall = () => simulator.store.calls.find(({ interview }) => interview.id === agent().id)!;
const names = (tags: unknown) =>
	(tags as Array<string | { name: string }>).map((tag) => (typeof tag === 'string' ? tag : tag.name));
const callShape = {
	id: expect.any(String),
	agentId: expect.any(String),
	contactId: expect.any(String),
	phoneNumber: expect.stringMatching(/^\+1415555/),
	status: 'COMPLETED',
	startedAt: expect.stringMatching(/Z$/),
	endedAt: expect.stringMatching(/Z$/),
	durationSeconds: expect.any(Number),
	summary: expect.any(String),
	transcript: expect.stringMatching(/^Agent: .*\nUser: /),
};
const listQuery = { page: '0', limit: '50' };

const cases: Case[] = [
	{
		name: 'agent: getAll',
		parameters: () => ({ resource: 'agent', operation: 'getAll', returnAll: true }),
		requests: () => [{ method: 'GET', path: '/interview', query: listQuery }],
		output: () => activeAgentIds().map((id) => expect.objectContaining({ id })),
	},
	{
		name: 'agent: getAll with every filter and option',
		parameters: () => ({
			resource: 'agent',
			operation: 'getAll',
			limit: 5,
			filters: { search: agent().title, status: 'ACTIVE', includeArchived: true },
			options: { sort: 'created_desc' },
		}),
		requests: () => [
			{
				path: '/interview',
				query: {
					search: agent().title,
					status: 'ACTIVE',
					all_interviews: 'true',
					sort: 'created_desc',
					page: '0',
					limit: '5',
				},
			},
		],
		output: () => [expect.objectContaining({ id: agent().id, title: agent().title })],
	},
	{
		name: 'automation: trigger with fields, without the token',
		parameters: () => ({
			resource: 'automation',
			operation: 'trigger',
			automationId: simulator.store.automations[0].id,
			specifyBody: 'keypair',
			bodyParameters: { parameters: pairs({ lead: 'Ada', plan: '' }) },
		}),
		requests: () => [
			{
				method: 'POST',
				path: `/webhook/automation/${simulator.store.automations[0].id}`,
				body: { lead: 'Ada', plan: '' },
				authenticated: false,
			},
		],
		output: () => [expect.any(Object)],
	},
	{
		name: 'automation: trigger with nothing to tell',
		parameters: () => ({
			resource: 'automation',
			operation: 'trigger',
			automationId: simulator.store.automations[0].id,
		}),
		requests: () => [{ body: {}, authenticated: false }],
		output: () => [expect.any(Object)],
	},
	{
		name: 'automation: trigger with JSON and the token',
		parameters: () => ({
			resource: 'automation',
			operation: 'trigger',
			automationId: simulator.store.automations[0].id,
			specifyBody: 'json',
			jsonBody: '{"lead":{"name":"Ada","scores":[1,2]}}',
			options: { sendCredentials: true },
		}),
		requests: () => [{ body: { lead: { name: 'Ada', scores: [1, 2] } }, authenticated: true }],
		output: () => [expect.any(Object)],
	},
	{
		name: 'call: start with metadata fields',
		parameters: () => ({
			resource: 'call',
			operation: 'start',
			agent: byId(agent().id),
			contact: byId(contact().id),
			metadata: { metadataValues: pairs({ product: 'Premium', empty: '' }) },
		}),
		requests: () => [
			{
				method: 'POST',
				path: '/contact/call',
				body: { contact_id: contact().id, interview_id: agent().id, metadata: { product: 'Premium' } },
			},
		],
		output: () => [
			{
				id: placed()[0].id,
				agentId: agent().id,
				contactId: contact().id,
				phoneNumber: contact().phone_number,
				status: 'NOT_STARTED',
			},
		],
	},
	{
		name: 'call: start with JSON metadata, values as texts',
		parameters: () => ({
			resource: 'call',
			operation: 'start',
			agent: { __rl: true, mode: 'url', value: `https://app.thoughtly.com/agents/${agent().id}/edit?tab=script` },
			contact: byId(contact().id),
			specifyMetadata: 'json',
			jsonMetadata: '{"seats": 3, "trial": true, "note": null}',
		}),
		requests: () => [
			{ body: { contact_id: contact().id, interview_id: agent().id, metadata: { seats: '3', trial: 'true' } } },
		],
		output: () => [expect.objectContaining({ status: 'NOT_STARTED' })],
	},
	{
		name: 'call: start with a phone number that no contact has yet',
		parameters: () => ({
			resource: 'call',
			operation: 'start',
			agent: byId(agent().id),
			callTo: 'phoneNumber',
			phoneNumber: '(415) 555-0177',
			options: {
				defaultCountry: 'US',
				contactFields: {
					name: 'Ada',
					tags: 'lead, vip',
					attributes: { attributeValues: pairs({ plan: 'free', empty: '' }) },
				},
			},
		}),
		requests: () => [
			{ method: 'GET', path: '/contact', query: { ...listQuery, search: '+14155550177' } },
			{
				path: '/contact/create',
				body: { phone_number: '+14155550177', name: 'Ada', tags: ['lead', 'vip'], attributes: { plan: 'free' } },
			},
			{ path: '/contact/call', body: { contact_id: expect.any(String), interview_id: agent().id } },
		],
		output: () => [expect.objectContaining({ status: 'NOT_STARTED', phoneNumber: '+14155550177' })],
	},
	{
		name: 'call: startAndWait',
		parameters: () => ({
			resource: 'call',
			operation: 'startAndWait',
			agent: byId(agent().id),
			callTo: 'phoneNumber',
			phoneNumber: contact().phone_number,
			options: limitWaitTime(0),
		}),
		requests: () => [
			{ path: '/contact', query: { ...listQuery, search: contact().phone_number } },
			{ path: '/contact/call', body: { contact_id: contact().id, interview_id: agent().id } },
			{ path: `/interview/${agent().id}/responses`, query: listQuery },
		],
		output: () => [
			{
				id: placed()[0].id,
				agentId: agent().id,
				contactId: contact().id,
				phoneNumber: contact().phone_number,
				status: 'NOT_STARTED',
				ended: false,
				endedAt: null,
				durationSeconds: null,
				summary: null,
				transcript: null,
			},
		],
	},
	{
		name: 'call: downloadRecording',
		parameters: () => ({
			resource: 'call',
			operation: 'downloadRecording',
			agent: byId(agent().id),
			callId: endedCall().id,
		}),
		requests: () => [{ path: `/interview/${agent().id}/responses`, query: listQuery }],
		output: () => [{ ...callShape, id: endedCall().id }],
	},
	{
		name: 'call: get',
		parameters: () => ({ resource: 'call', operation: 'get', agent: byId(agent().id), callId: endedCall().id }),
		requests: () => [{ method: 'GET', path: `/interview/${agent().id}/responses`, query: listQuery }],
		output: () => [{ ...callShape, id: endedCall().id, agentId: agent().id }],
	},
	{
		name: 'call: get, not simplified',
		parameters: () => ({
			resource: 'call',
			operation: 'get',
			agent: byId(agent().id),
			callId: endedCall().id,
			simplify: false,
		}),
		requests: () => [{ path: `/interview/${agent().id}/responses` }],
		output: () => [{ ...endedCall() }],
	},
	{
		name: 'call: getAll with every filter of the API',
		parameters: () => ({
			resource: 'call',
			operation: 'getAll',
			agent: byId(agent().id),
			limit: 7,
			filters: { search: 'hello', status: 'COMPLETED, NO_ANSWER', tags: 'a,b', jobId: 'job-1' },
		}),
		requests: () => [
			{
				path: `/interview/${agent().id}/responses`,
				query: {
					search: 'hello',
					status: ['COMPLETED', 'NO_ANSWER'],
					response_tags: ['a', 'b'],
					job_id: 'job-1',
					page: '0',
					limit: '7',
				},
			},
		],
		output: () => [],
	},
	{
		name: 'call: getAll by time of start',
		parameters: () => ({
			resource: 'call',
			operation: 'getAll',
			agent: byId(agent().id),
			returnAll: true,
			filters: { startedAfter: endedCall().start_time!, startedBefore: endedCall().start_time! },
		}),
		requests: () => [{ query: listQuery }],
		output: () => [{ ...callShape, id: endedCall().id }],
	},
	{
		name: 'contact: create with every field',
		parameters: () => ({
			resource: 'contact',
			operation: 'create',
			phoneNumber: '+1 (415) 555-0177',
			additionalFields: {
				name: 'Ada',
				email: 'ada@example.com',
				countryCode: 'US',
				tags: 'lead, vip',
				attributes: { attributeValues: pairs({ company: 'Example Ltd' }) },
			},
		}),
		requests: () => [
			{
				method: 'POST',
				path: '/contact/create',
				body: {
					phone_number: '+14155550177',
					name: 'Ada',
					email: 'ada@example.com',
					country_code: 'US',
					tags: ['lead', 'vip'],
					attributes: { company: 'Example Ltd' },
				},
			},
		],
		output: () => [expect.objectContaining({ phone_number: '+14155550177', name: 'Ada', tags: ['lead', 'vip'] })],
	},
	{
		name: 'contact: create with a number as dialled in the default country',
		parameters: () => ({
			resource: 'contact',
			operation: 'create',
			phoneNumber: '020 7946 0123',
			options: { defaultCountry: 'GB' },
		}),
		requests: () => [{ method: 'POST', path: '/contact/create', body: { phone_number: '+442079460123' } }],
		output: () => [expect.objectContaining({ phone_number: '+442079460123' })],
	},
	{
		name: 'contact: findOrCreate, new',
		parameters: () => ({ resource: 'contact', operation: 'findOrCreate', phoneNumber: '+14155550178' }),
		requests: () => [
			{ method: 'GET', path: '/contact', query: { ...listQuery, search: '+14155550178' } },
			{ method: 'POST', path: '/contact/create', body: { phone_number: '+14155550178' } },
		],
		output: () => [expect.objectContaining({ phone_number: '+14155550178', wasCreated: true })],
	},
	{
		name: 'contact: findOrCreate with a number as dialled in the default country',
		parameters: () => ({
			resource: 'contact',
			operation: 'findOrCreate',
			phoneNumber: '(415) 555-0178',
			options: { defaultCountry: 'US' },
		}),
		requests: () => [
			{ method: 'GET', path: '/contact', query: { ...listQuery, search: '+14155550178' } },
			{ method: 'POST', path: '/contact/create', body: { phone_number: '+14155550178' } },
		],
		output: () => [expect.objectContaining({ phone_number: '+14155550178', wasCreated: true })],
	},
	{
		name: 'contact: findOrCreate, found',
		parameters: () => ({ resource: 'contact', operation: 'findOrCreate', phoneNumber: contact().phone_number! }),
		requests: () => [{ method: 'GET', path: '/contact' }],
		output: () => [expect.objectContaining({ id: contact().id, wasCreated: false })],
	},
	{
		name: 'contact: get',
		parameters: () => ({ resource: 'contact', operation: 'get', contact: byId(contact().id) }),
		requests: () => [{ method: 'GET', path: `/contact/${contact().id}` }],
		output: () => [{ ...contact(), tags: names(contact().tags) }],
	},
	{
		name: 'contact: delete',
		parameters: () => ({ resource: 'contact', operation: 'delete', contact: byId(simulator.store.contacts[1].id) }),
		requests: () => [{ method: 'DELETE', path: expect.stringMatching(/^\/contact\/[\w-]{36}$/) }],
		output: () => [{ deleted: true, id: expect.stringMatching(/^[\w-]{36}$/) }],
	},
	{
		name: 'contact: getAll with every filter and option',
		parameters: () => ({
			resource: 'contact',
			operation: 'getAll',
			limit: 3,
			filters: { search: '555', tags: 'lead', excludedTags: 'vip, old', phoneNumbersOnly: true },
			options: { sort: 'created', sortDirection: 'desc' },
		}),
		requests: () => [
			{
				method: 'GET',
				path: '/contact',
				query: {
					search: '555',
					tags: 'lead',
					excluded_tags: ['vip', 'old'],
					phone_numbers_only: 'true',
					sort: 'created',
					sortDirection: 'desc',
					page: '0',
					limit: '3',
				},
			},
		],
		output: () => expect.any(Array),
	},
	{
		name: 'contact: getAll, tags as texts',
		parameters: () => ({ resource: 'contact', operation: 'getAll', returnAll: true }),
		requests: () => [{ path: '/contact', query: listQuery }],
		output: () => simulator.store.contacts.map(({ id, tags }) => expect.objectContaining({ id, tags: names(tags) })),
	},
	{
		name: 'user: get, nothing but id, name and email',
		parameters: () => ({ resource: 'user', operation: 'get' }),
		requests: () => [{ method: 'GET', path: '/user', query: {} }],
		output: () => [
			{
				id: expect.any(String),
				name: 'Sam Simulator',
				email: 'sam@example.com',
				teamId: simulator.teamId,
				teamName: 'Simulated Team',
			},
		],
	},
	{
		name: 'webhook: subscribe',
		parameters: () => ({
			resource: 'webhook',
			operation: 'subscribe',
			event: 'PHONE_TRANSFER',
			url: 'https://example.com/hook',
			options: { data: agent().id },
		}),
		requests: () => [
			{
				method: 'POST',
				path: '/webhooks/subscribe',
				body: { type: 'PHONE_TRANSFER', url: 'https://example.com/hook', data: agent().id },
			},
		],
		output: () => [{ success: true, event: 'PHONE_TRANSFER', url: 'https://example.com/hook', data: agent().id }],
	},
	{
		name: 'webhook: unsubscribe what is not there',
		parameters: () => ({
			resource: 'webhook',
			operation: 'unsubscribe',
			event: 'ACTION_FAILED',
			url: 'https://example.com/gone',
		}),
		requests: () => [
			{
				method: 'DELETE',
				path: '/webhooks/unsubscribe',
				body: { type: 'ACTION_FAILED', url: 'https://example.com/gone' },
			},
		],
		output: () => [{ success: true }],
	},
	{
		name: 'webhook: getAll',
		parameters: () => ({ resource: 'webhook', operation: 'getAll', returnAll: true }),
		requests: () => [{ method: 'GET', path: '/webhooks', query: {} }],
		output: () => [],
	},
];
test.each(cases)('$name', async ({ parameters, requests, output }) => {
	const expected = { requests: requests(), parameters: parameters() };
	const { json, error } = await runNode({ parameters: expected.parameters, credential: credential() });
	expect(error).toBeUndefined();
	expect(simulator.requests.map(sent)).toEqual(
		expected.requests.map((request) => expect.objectContaining({ authenticated: true, ...request })),
	);
	expect(simulator.requests.map(({ status }) => status)).not.toContain(400);
	expect(json).toEqual(output());
});

test('every operation stands in the table of cases', () => {
	const covered = new Set(
		cases.map(({ name }) => name.replace(/[,\s]*(with|by|new|found|not|tags|nothing|what)\b.*$/, '')),
	);
	const declared = resources.flatMap(({ value, operations }) =>
		operations.map((operation) => `${value}: ${operation.value}`),
	);
	expect([...covered].sort()).toEqual(declared.sort());
});
