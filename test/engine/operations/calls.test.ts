import type { INodeParameters } from 'n8n-workflow';
import { agentIds, byId, contactIds, endedCall, limitWaitTime, placed, simulator, useSimulator } from '../fixtures.mts';
import { pairs, testOperations, wholePage } from './cases';

/** Every operation on calls: what it sends, and what it returns. */

useSimulator();

const agent = () => ({ agent: byId(agentIds()[0]) });
const contact = () => simulator.store.contacts[0];
const toContact = (parameters: INodeParameters = {}) => ({ ...agent(), contact: byId(contact().id), ...parameters });
const oneCall = () => ({ ...agent(), callId: simulator.store.calls[0].id });
const calls = () => `/interview/${agentIds()[0]}/responses`;
const placing = (metadata?: object) => ({
	method: 'POST',
	path: '/contact/call',
	body: { contact_id: contact().id, interview_id: agentIds()[0], ...(metadata && { metadata }) },
});

/** A call to the first contact as it is returned when it was just placed. */
const newCall = (known: object = {}) => ({
	id: placed()[0].id,
	result: 'in_progress',
	status: 'NOT_STARTED',
	outcome: null,
	ended: false,
	direction: 'outbound',
	phoneNumber: '+14155550101',
	contactName: 'Ada Park',
	agentName: 'Appointment Reminder',
	startedAt: null,
	endedAt: null,
	durationSeconds: null,
	summary: null,
	transcript: null,
	recordingUrl: null,
	metadata: null,
	tags: [],
	customFields: null,
	agentId: agentIds()[0],
	contactId: contactIds()[0],
	...known,
});

testOperations('call', [
	{
		operation: 'start',
		name: 'with metadata fields',
		parameters: () => toContact({ metadata: { metadataValues: pairs({ product: 'Premium', empty: '' }) } }),
		requests: () => [placing({ product: 'Premium' })],
		output: () => [newCall({ metadata: { product: 'Premium' } })],
	},
	{
		operation: 'start',
		name: 'with a phone number that no contact has yet',
		parameters: () => ({
			...agent(),
			callTo: 'phoneNumber',
			phoneNumber: '(415) 555-0177',
			options: {
				defaultCountry: { __rl: true, mode: 'list', value: 'US' },
				contactFields: {
					name: 'Ada',
					tags: 'lead, vip',
					attributes: { attributeValues: pairs({ plan: 'free', empty: '' }) },
				},
			},
		}),
		requests: () => [
			{ method: 'GET', path: '/contact', query: { ...wholePage, search: '+14155550177' } },
			// an agent that does not exist must not leave a contact behind
			{ method: 'GET', path: calls(), query: { page: '0', limit: '1' } },
			{
				path: '/contact/create',
				body: { phone_number: '+14155550177', name: 'Ada', tags: ['lead', 'vip'], attributes: { plan: 'free' } },
			},
			{ path: '/contact/call', body: { contact_id: expect.any(String), interview_id: agentIds()[0] } },
		],
		output: () => [newCall({ phoneNumber: '+14155550177', contactName: 'Ada', contactId: expect.any(String) })],
	},
	{
		operation: 'startAndWait',
		name: 'left before the call has ended',
		parameters: () => ({
			...agent(),
			callTo: 'phoneNumber',
			phoneNumber: contact().phone_number,
			options: limitWaitTime(0),
		}),
		requests: () => [
			{ path: '/contact', query: { ...wholePage, search: contact().phone_number } },
			placing(),
			{ path: calls(), query: wholePage },
		],
		output: () => [newCall()],
	},
	{
		operation: 'downloadRecording',
		name: 'beside the fields of the call',
		parameters: oneCall,
		requests: () => [{ path: calls(), query: wholePage }],
		output: () => [endedCall()],
	},
	{
		operation: 'get',
		name: 'simplified',
		parameters: oneCall,
		requests: () => [{ method: 'GET', path: calls(), query: wholePage }],
		output: () => [endedCall()],
	},
	{
		operation: 'get',
		name: 'not simplified',
		parameters: () => ({ ...oneCall(), simplify: false }),
		requests: () => [{ path: calls() }],
		output: () => [{ ...simulator.store.calls[0] }],
	},
	{
		operation: 'getAll',
		name: 'with every filter of the API',
		parameters: () => ({
			...agent(),
			limit: 7,
			filters: { search: 'hello', status: 'COMPLETED, NO_ANSWER', tags: 'a,b', jobId: 'job-1' },
		}),
		requests: () => [
			{
				path: calls(),
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
		operation: 'getAll',
		name: 'all of them',
		parameters: () => ({ ...agent(), returnAll: true }),
		requests: () => [{ path: calls(), query: wholePage }],
		output: () => [
			expect.objectContaining({ result: 'completed', metadata: { order: '1042' } }),
			expect.objectContaining({ result: 'no_answer', durationSeconds: 0, transcript: null }),
			endedCall(),
		],
	},
]);
