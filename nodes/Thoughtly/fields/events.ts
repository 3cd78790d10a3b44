import type { INodePropertyOptions } from 'n8n-workflow';
import { CALL_ENDED } from '../api/webhook';

/** The events of subscriptions; for the folder events and Action Failed only unsubscribing is documented (source: spec). */
export const eventOptions: INodePropertyOptions[] = [
	{
		name: 'Action Failed',
		value: 'ACTION_FAILED',
		description:
			"An agent's action has failed. May be unavailable: Thoughtly's documentation does not list it for subscribing.",
	},
	{
		name: 'Call Ended',
		value: CALL_ENDED,
		description:
			'A call has ended, with its result, summary and transcript. Thoughtly may also report changes before that.',
	},
	{
		name: 'Call Ended in Folder',
		value: 'FOLDER_NEW_RESPONSE',
		description:
			"A call with an agent in a folder has ended. May be unavailable: Thoughtly's documentation does not list it for subscribing.",
	},
	{
		name: 'Call Transferred',
		value: 'PHONE_TRANSFER',
		description: 'An agent has transferred a running call to a person',
	},
	{
		name: 'Call Transferred in Folder',
		value: 'FOLDER_PHONE_TRANSFER',
		description:
			"An agent in a folder has transferred a running call. May be unavailable: Thoughtly's documentation does not list it for subscribing.",
	},
];

export const EVENTS = eventOptions.map(({ value }) => String(value));
