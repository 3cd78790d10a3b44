import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { CALL_ENDED, listSubscriptions, subscribe, unsubscribe } from '../api/webhook';
import type { Subscription } from '../api/webhook';
import { firstText } from '../api/values';
import { nothingFound } from '../execution/hints';
import { halfTheQuota } from '../execution/operation';
import type { Resource } from '../execution/operation';
import { optionsField, returnAllFields } from '../fields/common';
import { eventOptions } from '../fields/events';
import { collection, readLimit, requiredText } from '../fields/parameters';
import { inputError } from '../transport/nodeErrors';

const subscriptionFields: INodeProperties[] = [
	{
		displayName: 'Event',
		name: 'event',
		type: 'options',
		default: CALL_ENDED,
		description:
			'The event of the subscription. Thoughtly may refuse events that its documentation does not list for subscribing.',
		options: eventOptions,
	},
	{
		displayName: 'URL',
		name: 'url',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. https://example.com/thoughtly',
		description: 'URL that Thoughtly posts the events to',
	},
	optionsField([
		{
			displayName: 'Agent or Folder ID',
			name: 'data',
			type: 'string',
			default: '',
			placeholder: 'e.g. 0b8c1a52-7d34-4a1f-9a3e-5f2d6c7b8e90',
			description:
				'ID of the agent or folder whose events to report. Thoughtly does not document what happens without it.',
		},
	]),
];

function readSubscriptionParameters(context: IExecuteFunctions, itemIndex: number): Subscription {
	const url = requiredText(context, 'url', 'URL', itemIndex);
	if (!/^https?:\/\/[^/\s]/i.test(url)) {
		throw inputError(
			{ context, itemIndex },
			"'URL' must start with https:// or http://",
			'Thoughtly posts the events to this URL',
		);
	}
	const data = String(collection(context, 'options', itemIndex).data ?? '').trim();
	return { type: requiredText(context, 'event', 'Event', itemIndex), url, data: data || null };
}

export const webhookResource: Resource = {
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
			concurrency: halfTheQuota,
			async run(context, itemIndex) {
				const limit = readLimit(context, itemIndex);
				return (await listSubscriptions({ context, itemIndex })).records.slice(0, limit);
			},
			hints: nothingFound('subscriptions'),
		},
		{
			name: 'Subscribe',
			value: 'subscribe',
			action: 'Create webhook subscription',
			description: 'Subscribe a URL to an event',
			fields: subscriptionFields,
			async run(context, itemIndex) {
				const subscription = readSubscriptionParameters(context, itemIndex);
				const { id } = await subscribe({ context, itemIndex }, subscription);
				const { type, url, data } = subscription;
				return { success: true, ...(firstText(id) !== null && { id }), event: type, url, data };
			},
		},
		{
			name: 'Unsubscribe',
			value: 'unsubscribe',
			action: 'Remove webhook subscription',
			description: 'Remove a subscription. Event, URL and agent or folder ID must match those it was created with.',
			fields: subscriptionFields,
			async run(context, itemIndex) {
				await unsubscribe({ context, itemIndex }, readSubscriptionParameters(context, itemIndex));
				return { success: true };
			},
		},
	],
};
