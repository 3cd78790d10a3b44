import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IHookFunctions,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { getAgents } from './resources/locators';
import { receive } from './trigger/delivery';
import { triggerProperties } from './trigger/properties';
import { applyPlan, planOf, removalPlanOf } from './trigger/subscriptions';

export class ThoughtlyTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Thoughtly Trigger',
		name: 'thoughtlyTrigger',
		icon: { light: 'file:thoughtly.svg', dark: 'file:thoughtly.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter.receiveFrom === "automation" ? "Automation" : $parameter.events.join(", ") }}',
		description: 'Starts the workflow when a Thoughtly call is over or transferred',
		defaults: { name: 'Thoughtly Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'thoughtlyApi', required: true }],
		webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', responseData: '', path: 'webhook' }],
		properties: triggerProperties,
	};

	methods = { loadOptions: { getAgents } };

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				const { create, remove } = await planOf(this);
				return create.length === 0 && remove.length === 0;
			},
			async create(this: IHookFunctions): Promise<boolean> {
				await applyPlan(this, await planOf(this));
				return true;
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				await applyPlan(this, await removalPlanOf(this));
				return true;
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const verdict = await receive(this);
		switch (verdict.kind) {
			case 'refuse':
				this.getResponseObject().status(verdict.status).send(verdict.reason);
				return { noWebhookResponse: true };
			case 'drop':
				this.logger.info(`Thoughtly (${this.getNode().name}): dropped a delivery, the call is not over`);
				return { webhookResponse: 'Ignored' };
			case 'start':
				return { webhookResponse: 'OK', workflowData: [[{ json: verdict.item }]] };
		}
	}
}
