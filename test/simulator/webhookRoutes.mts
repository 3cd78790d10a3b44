// What the operations about webhook subscriptions and automations do with the store.
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { recordList, oneRecord } from './envelope.mts';
import { type Backend, Refusal, byId, operation } from './backend.mts';
import { contract, documentedEvents } from './contract.mts';
import { pageOf } from './lists.mts';
import type { ListOptions } from './options.mts';
import type { Subscription } from './store.mts';
import { showSubscription } from './views.mts';

interface WebhookBody {
	type: string;
	url: string;
	data?: string | null;
}

const subscriptionsPerPage = 20;

/** Adds the operations to the server. */
export function addWebhookRoutes(api: FastifyInstance, { store, settings, time }: Backend): void {
	api.get<{ Querystring: Record<string, string> }>(
		'/webhooks',
		// Its paging is undocumented and depends on the options: checked here, and in no published schema
		{ schema: { ...contract.getWebhooks, operationId: 'getWebhooks' } },
		async ({ query }) => {
			checkPaging(query, settings.webhookListing);
			const page = settings.webhookListing === 'paged' ? Number(query.page ?? 0) : 0;
			const listed =
				settings.webhookListing === 'all' || settings.webhookListing === 'allOnEveryPage'
					? store.subscriptions
					: pageOf(store.subscriptions, { page, limit: subscriptionsPerPage });
			const shown = listed.map((subscription) => showSubscription(subscription, settings, settings.webhookData));
			return recordList('webhooks', shown, settings);
		},
	);

	const subscribed = ({ type, url, data = null }: WebhookBody) =>
		store.subscriptions.find((other) => other.type === type && other.url === url && other.data === data);

	api.post<{ Body: WebhookBody }>('/webhooks/subscribe', operation('subscribeWebhook'), async ({ body }) => {
		const { type, url, data = null } = body;
		if (settings.undocumentedEvents === 'refused' && !documentedEvents.includes(type)) {
			throw new Refusal(400, `body type must be one of ${documentedEvents.join(', ')}`);
		}
		const existing = settings.existingSubscription === 'duplicated' ? undefined : subscribed(body);
		if (existing && settings.existingSubscription === 'refused') {
			throw new Refusal(409, 'This webhook subscription already exists');
		}
		const created = time().toISOString();
		const subscription: Subscription = existing ?? { id: randomUUID(), type, url, data, created };
		if (!existing) store.subscriptions.push(subscription);
		return oneRecord('webhook', showSubscription(subscription, settings), settings);
	});

	api.delete<{ Body: WebhookBody }>('/webhooks/unsubscribe', operation('unsubscribeWebhook'), async ({ body }) => {
		const subscription = subscribed(body);
		if (subscription === undefined) throw new Refusal(404, 'Webhook subscription not found');
		store.subscriptions.splice(store.subscriptions.indexOf(subscription), 1);
		return oneRecord('webhook', {}, settings);
	});

	api.post<{ Params: { automation_id: string } }>(
		'/webhook/automation/:automation_id',
		operation('triggerAutomation'),
		async ({ params, headers }, reply) => {
			const automation = byId(store.automations, params.automation_id, 'Automation');
			if (automation.verified && headers['x-api-token'] !== settings.token) {
				return await reply.code(401).type('text/plain').send('Unauthorized');
			}
			return oneRecord('automation', { id: automation.id }, settings);
		},
	);
}

/** Refuses what is no parameter of the list of subscriptions as the option has it. */
function checkPaging(query: Record<string, string>, listing: ListOptions['webhookListing']): void {
	const takesPages = listing !== 'all' && listing !== 'cut';
	for (const [name, value] of Object.entries(query)) {
		if (!takesPages || !['page', 'limit'].includes(name)) {
			throw new Refusal(400, `querystring ${name} is not a known field`);
		}
		if (!/^\d+$/.test(value)) throw new Refusal(400, `querystring ${name} must be an integer from 0`);
	}
}
