import { NodeConnectionTypes } from 'n8n-workflow';
import type { INodeExecutionData, INodeType, INodeTypeDescription, IPollFunctions } from 'n8n-workflow';
import { getAgents } from './fields/locators';
import { poll } from './trigger/poll';
import { pollProperties } from './trigger/pollProperties';

export class ThoughtlyPollTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Thoughtly Poll Trigger',
		name: 'thoughtlyPollTrigger',
		icon: { light: 'file:thoughtly.svg', dark: 'file:thoughtly.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: 'call ended',
		description:
			'Checks for Thoughtly calls that have ended and starts the workflow with each of them once. Works even if Thoughtly cannot reach this n8n.',
		builderHint: {
			searchHint:
				'Use it if Thoughtly cannot reach this n8n, or if you must not miss a call; otherwise use the Thoughtly Trigger.',
		},
		defaults: { name: 'Thoughtly Poll Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'thoughtlyApi', required: true }],
		polling: true,
		activationMessage: 'The workflow now gets each call once after it has ended',
		properties: pollProperties,
	};

	methods = { loadOptions: { getAgents } };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await poll(this);
	}
}
