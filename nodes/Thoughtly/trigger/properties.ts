import type { INodeProperties, INodeTypeDescription } from 'n8n-workflow';
import { CALL_ENDED, isFolderEvent, isResponseEvent } from '../api/webhook';
import { optionsField, simplifyField } from '../fields/common';
import { eventOptions, EVENTS } from '../fields/events';
import { resultsField } from '../fields/results';

const SUBSCRIPTION = ['subscription'];

/** Which agents' calls start the workflow. */
export const agentFields = (
	allAgents: string,
	show?: NonNullable<INodeProperties['displayOptions']>['show'],
): INodeProperties[] => [
	{
		displayName: 'Agents',
		name: 'agentScope',
		type: 'options',
		default: 'all',
		description: 'Agents whose calls start the workflow',
		options: [
			{ name: 'All Agents', value: 'all', description: allAgents },
			{ name: 'Selected Agents', value: 'selected' },
		],
		...(show && { displayOptions: { show } }),
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
		displayOptions: { show: { ...show, agentScope: ['selected'] } },
	},
];

/** Options that filter calls, see `filters.ts`. */
export const filterOptions: INodeProperties[] = [
	{
		displayName: 'Minimum Duration',
		name: 'minimumDuration',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		description: 'Only start the workflow for calls that lasted this many seconds or longer',
	},
	{
		displayName: 'Outcomes',
		name: 'outcomes',
		type: 'string',
		default: '',
		placeholder: 'e.g. qualified, booked',
		description:
			"Only start the workflow for calls with one of these outcomes, as the agent's author named them. Separate them with commas.",
	},
	resultsField('Only start the workflow for calls with one of these results'),
	{
		displayName: 'Tags',
		name: 'tags',
		type: 'string',
		default: '',
		placeholder: 'e.g. interested, call back',
		description:
			'Only start the workflow for calls with one of these tags, of the call or its contact. Separate tags with commas.',
	},
];

/** The webhook trigger's parameters. */
export const triggerProperties: INodeProperties[] = [
	{
		displayName: 'Trigger On',
		name: 'events',
		type: 'multiOptions',
		required: true,
		default: [CALL_ENDED],
		options: eventOptions,
		displayOptions: { show: { receiveFrom: SUBSCRIPTION } },
	},
	...agentFields(
		'All agents that are active when the workflow is published. To include agents added later, unpublish the workflow and publish it again.',
		{ receiveFrom: SUBSCRIPTION, events: EVENTS.filter((event) => !isFolderEvent(event)) },
	),
	{
		displayName: 'Folder IDs',
		name: 'folderIds',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. 5c2f7d10-93ab-4e6d-b1c8-0a9f8e7d6c5b',
		description: "IDs of the folders whose agents' calls start the workflow, separated by commas",
		hint: "The ID is part of the folder's URL in the Thoughtly dashboard",
		displayOptions: { show: { receiveFrom: SUBSCRIPTION, events: EVENTS.filter(isFolderEvent) } },
	},
	{
		displayName: 'Only Ended Calls',
		name: 'onlyEnded',
		type: 'boolean',
		default: true,
		description: 'Whether to ignore calls that are still running, which Thoughtly may report as well',
		displayOptions: { show: { receiveFrom: SUBSCRIPTION, events: EVENTS.filter(isResponseEvent) } },
	},
	{ ...simplifyField, displayOptions: { show: { receiveFrom: SUBSCRIPTION, events: EVENTS.filter(isResponseEvent) } } },
	{
		displayName: 'Receive From',
		name: 'receiveFrom',
		type: 'options',
		default: 'subscription',
		options: [
			{
				name: 'Automation',
				value: 'automation',
				description: "A Thoughtly Automation posts the body that you define in its 'Send Webhook' step",
			},
			{
				name: 'Mid-Call Action',
				value: 'midCallAction',
				description:
					"An agent's webhook action sends a request during a call, and the workflow's last node responds while the caller waits",
			},
			{
				name: 'Subscription',
				value: 'subscription',
				description: 'The node subscribes to the events by itself when the workflow is published',
			},
		],
	},
	{
		displayName:
			"Enter a long random text as 'Webhook Secret' in the credential. In Thoughtly, create an Automation with the trigger 'On Call Completed' and a 'Send Webhook' step. In that step, enter the Production URL of this node and add the header x-webhook-secret with the same text. Then publish this workflow.",
		name: 'automationNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { receiveFrom: ['automation'] } },
	},
	{
		displayName:
			"Enter a long random text as 'Webhook Secret' in the credential. In Thoughtly's Agent Builder, add a webhook action to a Speak node. Enter the Production URL of this node, the method GET or POST, and the header x-webhook-secret with the same text. Then publish this workflow. The caller waits for the response, so move slow steps into a sub-workflow that this workflow does not wait for.",
		name: 'midCallActionNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { receiveFrom: ['midCallAction'] } },
	},
	{
		displayName: 'Respond With',
		name: 'respondWith',
		type: 'options',
		default: 'firstItem',
		description: 'What to send back to the agent, as JSON, from the last node that runs',
		options: [
			{
				name: 'All Items',
				value: 'allItems',
				description: 'A list of all items, empty if there are none',
			},
			{
				name: 'First Item',
				value: 'firstItem',
				description: 'The first item. If there are no items, the agent gets an error.',
			},
		],
		displayOptions: { show: { receiveFrom: ['midCallAction'] } },
	},
	{
		...optionsField([
			{
				displayName: 'Ignore Duplicates',
				name: 'ignoreDuplicates',
				type: 'boolean',
				default: true,
				description: 'Whether to ignore repeated deliveries of the same call in the same state',
			},
			...filterOptions,
		]),
		displayOptions: { show: { receiveFrom: SUBSCRIPTION } },
	},
];

/** What the panel beside the parameters says: where events come from, and how to see one. */
export const triggerPanel: INodeTypeDescription['triggerPanel'] = {
	header: '',
	executionsHelp: {
		inactive:
			"<b>While you build the workflow</b>, click 'Execute step': the node's Test URL is subscribed in Thoughtly for two minutes or until the first event. Then make a test call with one of the agents, for example from the Thoughtly dashboard. The event shows up here. An Automation or a mid-call action must use the Test URL instead; for a mid-call action, click 'Execute workflow', so that the last node responds.<br /> <br /> <b>To run it automatically</b>, publish the workflow: its Production URL stays subscribed, or waits for your Automation or mid-call action, until you unpublish it. Events then show up in the executions list, not here.",
		active:
			"<b>The workflow is published</b>: its Production URL is subscribed in Thoughtly, or waits for your Automation or mid-call action. Events show up in the <a data-key='executions'>executions list</a>, not here.<br /> <br /> <b>To see an event here</b>, click 'Execute step': the Test URL is subscribed as well, for two minutes or until the first event. Then make a test call with one of the agents, or have the Automation or the mid-call action use the Test URL.",
	},
	activationHint: {
		inactive: "Once you've finished building the workflow, publish it to have Thoughtly start it automatically.",
		active:
			'The workflow is published: Thoughtly starts it, and its executions show up in the executions list, not here.',
	},
};
