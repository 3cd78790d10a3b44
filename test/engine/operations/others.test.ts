import { activeAgentIds, agentIds, simulator, useSimulator } from '../fixtures.mts';
import { pairs, testOperations, wholePage } from './cases';

/** Every operation on agents, automations, the user and webhooks: what it sends, and what it returns. */

useSimulator();

const automation = () => simulator.store.automations[0];
const HOOK = 'https://example.com/hook';

testOperations('agent', [
	{
		operation: 'getAll',
		name: 'all of them',
		parameters: () => ({ returnAll: true }),
		requests: () => [{ method: 'GET', path: '/interview', query: wholePage }],
		output: () => activeAgentIds().map((id) => expect.objectContaining({ id })),
	},
	{
		operation: 'getAll',
		name: 'with every filter and option',
		parameters: () => ({
			limit: 5,
			filters: { search: 'Reminder', status: 'ACTIVE', includeArchived: true },
			options: { sort: 'created_desc' },
		}),
		requests: () => [
			{
				path: '/interview',
				query: {
					search: 'Reminder',
					status: 'ACTIVE',
					all_interviews: 'true',
					sort: 'created_desc',
					page: '0',
					limit: '5',
				},
			},
		],
		output: () => [
			{
				id: agentIds()[0],
				title: 'Appointment Reminder',
				status: 'ACTIVE',
				phoneNumber: '+14155550151',
				createdAt: '2026-11-01T09:00:00.000Z',
			},
		],
	},
	{
		operation: 'getAll',
		name: 'not simplified',
		parameters: () => ({ limit: 1, simplify: false }),
		requests: () => [{ path: '/interview', query: { page: '0', limit: '1' } }],
		output: () => [{ ...simulator.store.agents[0] }],
	},
]);

testOperations('automation', [
	{
		operation: 'trigger',
		name: 'with fields, without the token',
		parameters: () => ({
			automationId: automation().id,
			specifyBody: 'keypair',
			bodyParameters: { parameters: pairs({ lead: 'Ada', plan: '' }) },
		}),
		requests: () => [
			{
				method: 'POST',
				path: `/webhook/automation/${automation().id}`,
				body: { lead: 'Ada', plan: '' },
				authenticated: false,
			},
		],
		output: () => [{ id: automation().id }],
	},
	{
		operation: 'trigger',
		name: 'without data',
		parameters: () => ({ automationId: automation().id }),
		requests: () => [{ body: {}, authenticated: false }],
		output: () => [{ id: automation().id }],
	},
	{
		operation: 'trigger',
		name: 'with JSON and the token',
		parameters: () => ({
			automationId: automation().id,
			specifyBody: 'json',
			jsonBody: '{"lead":{"name":"Ada","scores":[1,2]}}',
			options: { sendCredentials: true },
		}),
		requests: () => [{ body: { lead: { name: 'Ada', scores: [1, 2] } }, authenticated: true }],
		output: () => [{ id: automation().id }],
	},
]);

testOperations('user', [
	{
		operation: 'get',
		name: 'nothing but names, IDs and email',
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
]);

testOperations('webhook', [
	{
		operation: 'subscribe',
		name: 'to the events of an agent',
		parameters: () => ({ event: 'PHONE_TRANSFER', url: HOOK, options: { data: agentIds()[0] } }),
		requests: () => [
			{
				method: 'POST',
				path: '/webhooks/subscribe',
				body: { type: 'PHONE_TRANSFER', url: HOOK, data: agentIds()[0] },
			},
		],
		output: () => [
			{
				success: true,
				id: simulator.store.subscriptions[0].id,
				event: 'PHONE_TRANSFER',
				url: HOOK,
				data: agentIds()[0],
			},
		],
	},
	{
		operation: 'unsubscribe',
		name: 'what does not exist',
		parameters: () => ({ event: 'ACTION_FAILED', url: HOOK }),
		requests: () => [{ method: 'DELETE', path: '/webhooks/unsubscribe', body: { type: 'ACTION_FAILED', url: HOOK } }],
		output: () => [{ success: true }],
	},
	{
		operation: 'getAll',
		name: 'none',
		parameters: () => ({ returnAll: true }),
		requests: () => [{ method: 'GET', path: '/webhooks', query: {} }],
		output: () => [],
	},
]);
