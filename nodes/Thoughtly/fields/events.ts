import type { INodePropertyOptions } from 'n8n-workflow';
import { CALL_ENDED } from '../api/webhook';

/** The events of subscriptions; for the folder events and Action Failed only unsubscribing is documented (source: spec). */
export const eventOptions: INodePropertyOptions[] = [
	{
		name: 'Action Failed',
		value: 'ACTION_FAILED',
		description: 'An action of an agent failed. May be unavailable: Thoughtly does not document subscribing to it.',
	},
	{
		name: 'Call Ended',
		value: CALL_ENDED,
		description: 'A call ended or changed, with its result, summary and transcript',
	},
	{
		name: 'Call Ended in Folder',
		value: 'FOLDER_NEW_RESPONSE',
		description:
			'A call with an agent in a folder ended. May be unavailable: Thoughtly does not document subscribing to it.',
	},
	{
		name: 'Call Transferred',
		value: 'PHONE_TRANSFER',
		description: 'An agent transferred a running call to a person',
	},
	{
		name: 'Call Transferred in Folder',
		value: 'FOLDER_PHONE_TRANSFER',
		description:
			'An agent in a folder transferred a running call. May be unavailable: Thoughtly does not document subscribing to it.',
	},
];

export const EVENTS = eventOptions.map(({ value }) => String(value));
