import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { findOperation, properties } from './resources';
import { runItems } from './execution/runItems';
import { searchAgents, searchContacts } from './fields/locators';
import { resume, resumeWebhooks } from './resources/call/waitByWebhook';
import { inputError } from './transport/errors';

export class Thoughtly implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Thoughtly',
		name: 'thoughtly',
		icon: { light: 'file:thoughtly.svg', dark: 'file:thoughtly.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter.operation + ": " + $parameter.resource }}',
		description: 'Have Thoughtly voice agents phone your contacts, and read what was said',
		defaults: { name: 'Thoughtly' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [{ name: 'thoughtlyApi', required: true }],
		webhooks: resumeWebhooks,
		waitingNodeTooltip: 'The execution goes on when Thoughtly reports that the calls are over',
		properties,
	};

	methods = { listSearch: { searchAgents, searchContacts } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const resource = this.getNodeParameter('resource', 0);
		const operation = this.getNodeParameter('operation', 0);
		const found = findOperation(resource, operation);
		if (!found) {
			throw inputError(
				this.getNode(),
				`There is no operation '${operation}' of '${resource}'`,
				"Choose 'Resource' and 'Operation' from their lists",
			);
		}
		return [found.runAll ? await found.runAll(this) : await runItems(this, found)];
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await resume(this);
	}
}
