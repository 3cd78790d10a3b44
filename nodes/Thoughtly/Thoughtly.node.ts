import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { showHints } from './execution/hints';
import { runItems } from './execution/runItems';
import { findCountries, findTimeZones, searchAgents, searchContacts } from './fields/locators';
import { findOperation, properties } from './resources';
import { resume, resumeWebhooks } from './resources/call/waitByWebhook';
import { inputError } from './transport/nodeErrors';

export class Thoughtly implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Thoughtly',
		name: 'thoughtly',
		icon: { light: 'file:thoughtly.svg', dark: 'file:thoughtly.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter.operation + ": " + $parameter.resource }}',
		// n8n's list of nodes shows the action node and the trigger as one entry
		description: 'Call people with Thoughtly voice agents, and start workflows when calls end',
		builderHint: {
			searchHint:
				"Places real phone calls. Use 'Start and Wait' if the workflow needs the result of the call, and branch on the field 'result'.",
			relatedNodes: [
				{ nodeType: 'n8n-nodes-thoughtly.thoughtlyTrigger', relationHint: 'Starts a workflow when a call has ended' },
			],
		},
		defaults: { name: 'Thoughtly' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [{ name: 'thoughtlyApi', required: true }],
		webhooks: resumeWebhooks,
		waitingNodeTooltip: 'The execution continues when Thoughtly reports that the calls have ended',
		properties,
	};

	methods = { listSearch: { findCountries, findTimeZones, searchAgents, searchContacts } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const resource = this.getNodeParameter('resource', 0);
		const operation = this.getNodeParameter('operation', 0);
		const found = findOperation(resource, operation);
		if (!found) {
			throw inputError(
				{ context: this },
				`The resource '${resource}' has no operation '${operation}'`,
				"Choose 'Resource' and 'Operation' from the lists",
			);
		}
		const outputs = found.runAll ? await found.runAll(this) : await runItems(this, found);
		showHints(this, found, outputs);
		return [outputs];
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await resume(this);
	}
}
