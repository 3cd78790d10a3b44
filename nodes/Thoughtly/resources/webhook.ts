import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { listSubscriptions, subscribe, unsubscribe } from '../api/webhook';
import type { Subscription } from '../api/webhook';
import { inputError } from '../transport/errors';
import { asQuotaAllows } from '../execution/operation';
import type { Resource } from '../execution/operation';
import { collection, optionsField, readLimit, requiredText, returnAllFields } from '../fields/parameters';

const subscriptionFields: INodeProperties[] = [
	{
		displayName: 'Event',
		name: 'event',
		type: 'options',
		default: 'NEW_RESPONSE',
		description: 'What Thoughtly reports. Events marked as undocumented may be refused by Thoughtly.',
		options: [
			{
				name: 'Action Failed',
				value: 'ACTION_FAILED',
				description: 'An action of the agent did not work (undocumented)',
			},
			{
				name: 'Folder: New Response',
				value: 'FOLDER_NEW_RESPONSE',
				description: 'As New Response, for a folder of agents (undocumented)',
			},
			{
				name: 'Folder: Phone Transfer',
				value: 'FOLDER_PHONE_TRANSFER',
				description: 'As Phone Transfer, for a folder of agents (undocumented)',
			},
			{ name: 'New Response', value: 'NEW_RESPONSE', description: 'A call of the agent was recorded or has changed' },
			{ name: 'Phone Transfer', value: 'PHONE_TRANSFER', description: 'The agent transfers a call' },
		],
	},
	{
		displayName: 'URL',
		name: 'url',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. https://example.com/thoughtly',
		description: 'Address that Thoughtly posts the events to',
	},
	optionsField([
		{
			displayName: 'Data',
			name: 'data',
			type: 'string',
			default: '',
			placeholder: 'e.g. 0b8c1a52-7d34-4a1f-9a3e-5f2d6c7b8e90',
			description: 'ID of the agent (or folder) whose events are meant',
		},
	]),
];

function readSubscriptionParameters(context: IExecuteFunctions, itemIndex: number): Subscription {
	const url = requiredText(context, 'url', 'URL', itemIndex);
	if (!/^https?:\/\/[^/\s]/i.test(url)) {
		throw inputError(
			context.getNode(),
			"'URL' must start with https:// or http://",
			'Thoughtly posts the events to this address',
			itemIndex,
		);
	}
	const data = String(collection(context, 'options', itemIndex).data ?? '').trim();
	return { type: requiredText(context, 'event', 'Event', itemIndex), url, data: data || null };
}

export const webhook: Resource = {
	name: 'Webhook',
	value: 'webhook',
	description: 'Subscription that reports events to a URL; the Thoughtly Trigger manages its own',
	operations: [
		{
			name: 'Get Many',
			value: 'getAll',
			action: 'Get many webhooks',
			description: 'List the webhook subscriptions of the team',
			fields: returnAllFields,
			sideBySide: asQuotaAllows,
			/** `GET /webhooks` (source: spec) */
			async run(context, itemIndex) {
				const limit = readLimit(context, itemIndex);
				return (await listSubscriptions(context, itemIndex)).records.slice(0, limit);
			},
		},
		{
			name: 'Subscribe',
			value: 'subscribe',
			action: 'Subscribe webhook',
			description: 'Have Thoughtly report an event to a URL',
			fields: subscriptionFields,
			/** `POST /webhooks/subscribe` (source: spec) */
			async run(context, itemIndex) {
				const subscription = readSubscriptionParameters(context, itemIndex);
				await subscribe(context, subscription, itemIndex);
				return { success: true, event: subscription.type, url: subscription.url, data: subscription.data };
			},
		},
		{
			name: 'Unsubscribe',
			value: 'unsubscribe',
			action: 'Unsubscribe webhook',
			description: 'Remove a subscription: event, URL and data must be those it was made with',
			fields: subscriptionFields,
			/** `DELETE /webhooks/unsubscribe` (source: spec) */
			async run(context, itemIndex) {
				await unsubscribe(context, readSubscriptionParameters(context, itemIndex), itemIndex);
				return { success: true };
			},
		},
	],
};
