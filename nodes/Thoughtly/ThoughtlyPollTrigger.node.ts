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
			'Looks for ended Thoughtly calls regularly and starts the workflow with each of them once. Thoughtly need not reach this n8n.',
		defaults: { name: 'Thoughtly Poll Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'thoughtlyApi', required: true }],
		polling: true,
		activationMessage: 'From now on, each call starts the workflow once after it has ended.',
		properties: pollProperties,
	};

	methods = { loadOptions: { getAgents } };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await poll(this);
	}
}
