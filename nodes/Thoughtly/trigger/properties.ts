import type { INodeProperties } from 'n8n-workflow';

/** The trigger's parameters. */
export const triggerProperties: INodeProperties[] = [
	{
		displayName: 'Trigger On',
		name: 'events',
		type: 'multiOptions',
		required: true,
		default: ['NEW_RESPONSE'],
		options: [
			{
				name: 'New Response',
				value: 'NEW_RESPONSE',
				description: 'A call is over: with status, duration, summary and transcript',
			},
			{ name: 'Phone Transfer', value: 'PHONE_TRANSFER', description: 'An agent transfers a running call to a person' },
		],
	},
	{
		displayName: 'Agents',
		name: 'agentScope',
		type: 'options',
		default: 'all',
		description: 'Whose calls start the workflow',
		options: [
			{
				name: 'All Agents',
				value: 'all',
				description: 'All active agents there are when the workflow is activated. For later ones, activate it again.',
			},
			{ name: 'Selected Agents', value: 'selected' },
		],
	},
	{
		displayName: 'Agent Names or IDs',
		name: 'agentIds',
		type: 'multiOptions',
		typeOptions: { loadOptionsMethod: 'getAgents' },
		required: true,
		default: [],
		description:
			'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
		displayOptions: { show: { agentScope: ['selected'] } },
	},
	{
		displayName: 'Only Ended Calls',
		name: 'onlyEnded',
		type: 'boolean',
		default: true,
		description: 'Whether to start only when a call is over; Thoughtly may report a new response earlier than that',
		displayOptions: { show: { events: ['NEW_RESPONSE'] } },
	},
	{
		displayName: 'Simplify',
		name: 'simplify',
		type: 'boolean',
		default: true,
		description: 'Whether to return a simplified version of the response instead of the raw data',
	},
];
