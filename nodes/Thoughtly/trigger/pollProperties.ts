import type { INodeProperties } from 'n8n-workflow';
import { CALL_ENDED } from '../api/webhook';
import { optionsField, simplifyField } from '../fields/common';
import { agentFields, filterOptions } from './properties';

/** The poll trigger's parameters; n8n adds its 'Poll Times'. */
export const pollProperties: INodeProperties[] = [
	{
		displayName: 'Trigger On',
		name: 'event',
		type: 'options',
		default: CALL_ENDED,
		options: [
			{
				name: 'Call Ended',
				value: CALL_ENDED,
				description: 'A call has ended, with its result, summary and transcript',
			},
		],
	},
	...agentFields('All active agents, including agents added later'),
	simplifyField,
	optionsField(filterOptions),
];
