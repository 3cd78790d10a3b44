import type { INodeParameters } from 'n8n-workflow';
import { resources } from '../../nodes/Thoughtly/resources';
import { byId, limitWaitTime, simulator } from './fixtures.mts';

/** All operations, as `call: start`. */
export const OPERATIONS = resources.flatMap(({ value, operations }) =>
	operations.map((operation) => `${value}: ${operation.value}`),
);

/** Parameters with which an operation works on the simulator's seed; a subscription to remove is added to it. */
export function parametersOf(operation: string): INodeParameters {
	const { agents, automations, calls, contacts } = simulator.store;
	const [resource, value] = operation.split(': ');
	const agent = byId(agents[0].id);
	const contact = byId(contacts[0].id);
	const webhook = { event: 'NEW_RESPONSE', url: 'https://example.com/hook', options: { data: agents[0].id } };
	if (operation === 'webhook: unsubscribe') {
		const { event: type, url, options } = webhook;
		simulator.store.subscriptions.push({ id: 'existing', type, url, ...options, created: agents[0].created });
	}
	const fields: Record<string, INodeParameters> = {
		'automation: trigger': { automationId: automations[0].id },
		'call: downloadRecording': { agent, callId: calls[0].id },
		'call: get': { agent, callId: calls[0].id },
		'call: getAll': { agent },
		'call: start': { agent, contact },
		// one look is enough here
		'call: startAndWait': { agent, contact, options: limitWaitTime(0) },
		'contact: create': { phoneNumber: '+14155550180' },
		'contact: delete': { contact },
		'contact: findOrCreate': { phoneNumber: '+14155550181' },
		'contact: get': { contact },
		'webhook: subscribe': webhook,
		'webhook: unsubscribe': webhook,
	};
	return { resource, operation: value, ...fields[operation] };
}
