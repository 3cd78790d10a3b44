import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { triggerAutomation } from '../api/automation';
import { atMostOnce, isTool } from '../execution/atMostOnce';
import type { Operation, Resource } from '../execution/operation';
import { optionsField, toolNotice } from '../fields/common';
import { keyValueField, readJsonObject, readPairs, specifyField } from '../fields/keyValues';
import { collection, readSwitch, requiredId } from '../fields/parameters';
import { inputError } from '../transport/nodeErrors';

interface AutomationInput {
	automationId: string;
	body: IDataObject;
	sendCredentials: boolean;
}

const trigger: Operation<AutomationInput> = {
	name: 'Trigger',
	value: 'trigger',
	action: 'Trigger automation',
	description: 'Start a Thoughtly Automation that has a webhook trigger. Its steps run immediately.',
	fields: [
		toolNotice,
		{
			displayName: 'Automation ID',
			name: 'automationId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. a1B2c3D4e5F6',
			description:
				'ID or webhook URL of the Automation, from the Thoughtly dashboard. While the Automation is in draft mode, the data only updates its test values.',
		},
		specifyField({ displayName: 'Specify Body', name: 'specifyBody' }),
		{
			...keyValueField({
				displayName: 'Body Parameters',
				name: 'bodyParameters',
				entries: 'parameters',
				description: 'Data for the steps of the Automation',
			}),
			displayOptions: { show: { specifyBody: ['keypair'] } },
		},
		{
			displayName: 'JSON Body',
			name: 'jsonBody',
			type: 'json',
			default: '{}',
			description: 'Data for the steps of the Automation, as one JSON object',
			displayOptions: { show: { specifyBody: ['json'] } },
		},
		optionsField([
			{
				displayName: 'Send Credentials',
				name: 'sendCredentials',
				type: 'boolean',
				default: false,
				description: 'Whether to send the token and team ID, for Automations that require authentication',
			},
		]),
	],
	read: (context, itemIndex) => ({
		automationId: readAutomationId(context, itemIndex),
		body:
			context.getNodeParameter('specifyBody', itemIndex) === 'json'
				? readJsonObject(context, 'jsonBody', 'JSON Body', itemIndex)
				: readPairs(context, collection(context, 'bodyParameters', itemIndex).parameters, 'Body Parameters', itemIndex),
		sendCredentials: readSwitch(
			context,
			collection(context, 'options', itemIndex),
			'sendCredentials',
			'Send Credentials',
			itemIndex,
		),
	}),
	async run(context, itemIndex, { automationId, body, sendCredentials }) {
		// the body counts for an AI agent only: a time in it is another one when the node is run again
		const target = { automationId, ...(isTool(context) && { body: JSON.stringify(body) }) };
		return await atMostOnce(context, itemIndex, {
			kind: 'automation',
			target: () => target,
			isSameTarget: (other) => other.automationId === automationId && other.body === target.body,
			perform: async () => await triggerAutomation({ context, itemIndex }, automationId, body, sendCredentials),
		});
	},
};

/** The dashboard shows the webhook's URL, `https://…/webhook/automation/<ID>` (source: docs). */
function readAutomationId(context: IExecuteFunctions, itemIndex: number): string {
	const entered = requiredId(context, 'automationId', 'Automation ID', itemIndex);
	if (!/^https?:/i.test(entered)) return entered;
	const [, id] = /\/automations?\/([^/?#\s]+)/.exec(entered) ?? [];
	if (id && id !== '.' && id !== '..') return id;
	throw inputError(
		{ context, itemIndex },
		`'Automation ID' is a URL without an automation ID: ${entered}`,
		'Copy the webhook URL that the automation shows, e.g. https://api.thoughtly.com/webhook/automation/a1B2c3D4e5F6',
	);
}

export const automationResource: Resource = {
	name: 'Automation',
	value: 'automation',
	description: 'Workflow in Thoughtly, started by a webhook',
	operations: [trigger],
};
