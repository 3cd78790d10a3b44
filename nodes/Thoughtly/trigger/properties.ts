import type { INodeProperties } from 'n8n-workflow';

/** The trigger's parameters. */
export const triggerProperties: INodeProperties[] = [
	{
		displayName: 'Receive From',
		name: 'receiveFrom',
		type: 'options',
		default: 'subscription',
		options: [
			{
				name: 'Subscription',
				value: 'subscription',
				description: 'The node subscribes to the events by itself when the workflow is activated',
			},
			{
				name: 'Automation',
				value: 'automation',
				description: "A Thoughtly Automation posts what you put together in its 'Send Webhook' step",
			},
		],
	},
	{
		displayName:
			"In Thoughtly, make an Automation with the trigger 'On Call Completed' and a 'Send Webhook' step. Give that step the Production URL of this node and a header x-webhook-secret with the 'Webhook Secret' of this credential. Then activate this workflow.",
		name: 'automationNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { receiveFrom: ['automation'] } },
	},
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
		displayOptions: { show: { receiveFrom: ['subscription'] } },
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
		displayOptions: { show: { receiveFrom: ['subscription'] } },
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
		displayOptions: { show: { receiveFrom: ['subscription'], agentScope: ['selected'] } },
	},
	{
		displayName: 'Only Ended Calls',
		name: 'onlyEnded',
		type: 'boolean',
		default: true,
		description: 'Whether to start only when a call is over; Thoughtly may report a new response earlier than that',
		displayOptions: { show: { receiveFrom: ['subscription'], events: ['NEW_RESPONSE'] } },
	},
	{
		displayName: 'Simplify',
		name: 'simplify',
		type: 'boolean',
		default: true,
		description: 'Whether to return a simplified version of the response instead of the raw data',
	},
];
