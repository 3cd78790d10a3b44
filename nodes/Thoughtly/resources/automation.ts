import { fetchData, isRecord } from '../api/envelope';
import type { ApiRequest } from '../transport/request';
import { once } from '../execution/atMostOnce';
import type { Resource } from '../execution/operation';
import { collection, jsonObject, keyValueField, keyValues, optionsField, requiredId, specifyField } from '../fields/parameters';

export const automation: Resource = {
	name: 'Automation',
	value: 'automation',
	description: 'Workflow inside Thoughtly that starts with a webhook',
	operations: [
		{
			name: 'Trigger',
			value: 'trigger',
			action: 'Trigger automation',
			description: 'Start a Thoughtly Automation that has a webhook trigger. What the automation does, it does now.',
			fields: [
				{
					displayName: 'Automation ID',
					name: 'automationId',
					type: 'string',
					default: '',
					required: true,
					placeholder: 'e.g. 5f6e7d8c-9b0a-4c1d-8e2f-3a4b5c6d7e8f',
					description:
						'ID at the end of the webhook URL that the automation shows. In draft mode the data only refreshes its test values.',
				},
				specifyField({ displayName: 'Specify Body', name: 'specifyBody' }),
				{
					...keyValueField({
						displayName: 'Body Parameters',
						name: 'bodyParameters',
						entries: 'parameters',
						description: 'Data for the steps of the automation',
					}),
					displayOptions: { show: { specifyBody: ['keypair'] } },
				},
				{
					displayName: 'JSON Body',
					name: 'jsonBody',
					type: 'json',
					default: '{}',
					description: 'Data for the steps of the automation, as one JSON object',
					displayOptions: { show: { specifyBody: ['json'] } },
				},
				optionsField([
					{
						displayName: 'Send Credentials',
						name: 'sendCredentials',
						type: 'boolean',
						default: false,
						description: 'Whether to send the token and team ID, for automations that verify their callers',
					},
				]),
			],
			/** `POST /webhook/automation/{automation_id}`, without authentication by default (source: spec, docs) */
			async run(context, itemIndex) {
				const automationId = requiredId(context, 'automationId', 'Automation ID', itemIndex);
				const body =
					context.getNodeParameter('specifyBody', itemIndex) === 'json'
						? jsonObject(context, 'jsonBody', 'JSON Body', itemIndex)
						: keyValues(
								context,
								collection(context, 'bodyParameters', itemIndex).parameters,
								'Body Parameters',
								itemIndex,
							);
				const request: ApiRequest = {
					kind: 'automation',
					method: 'POST',
					path: `/webhook/automation/${encodeURIComponent(automationId)}`,
					body,
					subject: `automation ${automationId}`,
					anonymous: !collection(context, 'options', itemIndex).sendCredentials,
				};
				return await once(context, itemIndex, {
					kind: 'automation',
					// not the body: a time in it is another one when the node is run again
					target: automationId,
					identity: `${automationId} ${JSON.stringify(body)}`,
					async perform() {
						const data = await fetchData(context, request, itemIndex);
						return isRecord(data) ? data : { success: true };
					},
				});
			},
		},
	],
};
