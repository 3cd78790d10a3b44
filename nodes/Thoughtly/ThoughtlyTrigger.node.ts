import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IHookFunctions,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { getAgents } from './fields/locators';
import { log } from './transport/log';
import { activate, deactivate, isSubscribed } from './trigger/activation';
import { receive } from './trigger/delivery';
import { triggerPanel, triggerProperties } from './trigger/properties';
import { webhookDescription } from './trigger/webhookDescription';

export class ThoughtlyTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Thoughtly Trigger',
		name: 'thoughtlyTrigger',
		icon: { light: 'file:thoughtly.svg', dark: 'file:thoughtly.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle:
			'={{ $parameter.receiveFrom === "subscription" ? [$parameter.events].flat().join(", ").replaceAll("NEW_RESPONSE", "call ended").replaceAll("PHONE_TRANSFER", "call transferred").toLowerCase().replaceAll("_", " ") : $parameter.receiveFrom === "automation" ? "automation" : "mid-call action" }}',
		// as that of the action node, with which n8n's list of nodes merges it
		description: 'Call people with Thoughtly voice agents, and start workflows when calls end',
		builderHint: {
			searchHint:
				'Thoughtly must be able to reach this n8n; otherwise use the Thoughtly Poll Trigger. To respond to an agent during a call, end the workflow with the response: Respond to Webhook does not work here.',
		},
		defaults: { name: 'Thoughtly Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'thoughtlyApi', required: true }],
		webhooks: [webhookDescription],
		triggerPanel,
		eventTriggerDescription: 'Waiting for an event from Thoughtly',
		activationMessage: 'The workflow is now subscribed in Thoughtly, or ready for your Automation or mid-call action',
		properties: triggerProperties,
	};

	methods = { loadOptions: { getAgents } };

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return await isSubscribed(this);
			},
			async create(this: IHookFunctions): Promise<boolean> {
				await activate(this);
				return true;
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				await deactivate(this);
				return true;
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const verdict = await receive(this);
		switch (verdict.kind) {
			case 'refuse':
				// strangers must not fill the log
				if (verdict.status !== 401) log(this, `refused a delivery (${verdict.status}): ${verdict.message}`, 'warn');
				this.getResponseObject().status(verdict.status).send(verdict.message);
				return { noWebhookResponse: true };
			case 'drop':
				log(this, `dropped a delivery: ${verdict.reason}`);
				return { webhookResponse: 'Ignored' };
			case 'start':
				return { webhookResponse: 'OK', workflowData: [[{ json: verdict.item }]] };
		}
	}
}
