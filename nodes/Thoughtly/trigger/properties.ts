import type { INodeProperties, INodeTypeDescription } from 'n8n-workflow';

const AGENT_EVENTS = ['NEW_RESPONSE', 'PHONE_TRANSFER', 'ACTION_FAILED'];
const FOLDER_EVENTS = ['FOLDER_NEW_RESPONSE', 'FOLDER_PHONE_TRANSFER'];

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
				description: 'The node subscribes to the events by itself when the workflow is published (activated)',
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
			"In Thoughtly, make an Automation with the trigger 'On Call Completed' and a 'Send Webhook' step. Give that step the Production URL of this node and a header x-webhook-secret with the 'Webhook Secret' of this credential. Then publish (activate) this workflow.",
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
		// of the folder events and Action Failed only unsubscribing is documented (source: spec)
		options: [
			{
				name: 'Action Failed',
				value: 'ACTION_FAILED',
				description: 'An action of an agent failed. Thoughtly does not document it for subscribing and may refuse it.',
			},
			{
				name: 'New Response',
				value: 'NEW_RESPONSE',
				description: 'A call is over, or has changed: with status, duration, summary and transcript',
			},
			{
				name: 'New Response in Folder',
				value: 'FOLDER_NEW_RESPONSE',
				description:
					'A call of an agent in a folder is over. Thoughtly does not document it for subscribing and may refuse it.',
			},
			{ name: 'Phone Transfer', value: 'PHONE_TRANSFER', description: 'An agent transfers a running call to a person' },
			{
				name: 'Phone Transfer in Folder',
				value: 'FOLDER_PHONE_TRANSFER',
				description:
					'An agent in a folder transfers a running call to a person. Thoughtly does not document it for subscribing and may refuse it.',
			},
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
				description:
					'All active agents there are when the workflow is published (activated). For later ones, unpublish it and publish it again.',
			},
			{ name: 'Selected Agents', value: 'selected' },
		],
		displayOptions: { show: { receiveFrom: ['subscription'], events: AGENT_EVENTS } },
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
		displayOptions: { show: { receiveFrom: ['subscription'], events: AGENT_EVENTS, agentScope: ['selected'] } },
	},
	{
		displayName: 'Folder IDs',
		name: 'folderIds',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. 5c2f7d10-93ab-4e6d-b1c8-0a9f8e7d6c5b',
		description: 'Folders whose agents start the workflow, separated by commas',
		hint: "The ID is in the folder's address in the Thoughtly dashboard",
		displayOptions: { show: { receiveFrom: ['subscription'], events: FOLDER_EVENTS } },
	},
	{
		displayName: 'Only Ended Calls',
		name: 'onlyEnded',
		type: 'boolean',
		default: true,
		description: 'Whether to start only when a call is over; Thoughtly may report a new response earlier than that',
		displayOptions: { show: { receiveFrom: ['subscription'], events: ['NEW_RESPONSE', 'FOLDER_NEW_RESPONSE'] } },
	},
	{
		displayName: 'Simplify',
		name: 'simplify',
		type: 'boolean',
		default: true,
		description: 'Whether to return a simplified version of the response instead of the raw data',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Ignore Repeats',
				name: 'ignoreRepeats',
				type: 'boolean',
				default: true,
				description: 'Whether to start only once for the same call in the same state, however often it is sent',
			},
			{
				displayName: 'Minimum Duration',
				name: 'minimumDuration',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: 0,
				description: 'Only calls that lasted so many seconds or longer',
			},
			{
				displayName: 'Statuses',
				name: 'statuses',
				type: 'string',
				default: '',
				placeholder: 'e.g. completed, left voicemail',
				description: 'Only calls with one of these statuses, separated by commas',
			},
			{
				displayName: 'Tags',
				name: 'tags',
				type: 'string',
				default: '',
				placeholder: 'e.g. interested, call back',
				description: 'Only calls with one of these tags, of their own or of their contact, separated by commas',
			},
		],
	},
];

/** What the panel beside the parameters says: where events come from, and what to do to see one. */
export const triggerPanel: INodeTypeDescription['triggerPanel'] = {
	header: '',
	executionsHelp: {
		inactive:
			"<b>While you build the workflow</b>, click 'Execute step': the node's Test URL is subscribed in Thoughtly for two minutes or until the first event. Then let one of the chosen agents end a call, for example by calling it from the Thoughtly dashboard; with an Automation, let it post to the Test URL. The event shows up here.<br /> <br /> <b>To run it automatically</b>, publish the workflow (in older n8n: activate it): its Production URL is subscribed until you unpublish it. What then arrives shows up in the executions list, not here.",
		active:
			"<b>The workflow is published</b>: its Production URL is subscribed in Thoughtly. What arrives shows up in the <a data-key='executions'>executions list</a>, not here.<br /> <br /> <b>To see an event here</b>, click 'Execute step': the Test URL is subscribed as well, for two minutes or until the first event. Then let one of the chosen agents end a call.",
	},
	activationHint: {
		inactive:
			"Once you've finished building the workflow, publish it (in older n8n: activate it): from then on Thoughtly's events start it by themselves.",
		active:
			"The workflow is published: Thoughtly's events start it by themselves and show up in the executions list, not here.",
	},
};
