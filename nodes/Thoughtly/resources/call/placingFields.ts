import type { INodeProperties } from 'n8n-workflow';
import { toolNotice } from '../../fields/common';
import { keyValueField, specifyField } from '../../fields/keyValues';
import { agentLocator } from '../../fields/locators';
import { defaultCountryField } from '../../fields/phoneNumber';
import { calleeFields, contactFieldsOption } from './callee';
import { onlyCallBetweenField, skipIfCalledWithinField } from './guards';

/** Fields of every operation that places a call; its options are merged with the operation's own. */
export const placingFields: INodeProperties[] = [
	toolNotice,
	agentLocator,
	...calleeFields,
	specifyField({
		displayName: 'Specify Metadata',
		name: 'specifyMetadata',
		description: "Data about this call, available in the agent's script as {{metadata.NAME}}",
	}),
	{
		...keyValueField({
			displayName: 'Metadata',
			name: 'metadata',
			entries: 'metadataValues',
			description: "Data about this call, available in the agent's script as {{metadata.NAME}}",
		}),
		displayOptions: { show: { specifyMetadata: ['keypair'] } },
	},
	{
		displayName: 'JSON Metadata',
		name: 'jsonMetadata',
		type: 'json',
		default: '{}',
		description: 'Data about this call as one flat JSON object, e.g. {"product": "Premium plan"}',
		displayOptions: { show: { specifyMetadata: ['json'] } },
	},
];

export const placingOptions: INodeProperties[] = [
	{
		displayName: 'Calls at Once',
		name: 'callsAtOnce',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 1,
		description:
			"How many calls may be placed at the same time. With 1, no more calls are placed after an item has failed, unless 'On Error' is set to continue.",
	},
	contactFieldsOption,
	{ ...defaultCountryField, displayOptions: { show: { '/callTo': ['phoneNumber'] } } },
	onlyCallBetweenField,
	skipIfCalledWithinField,
];
