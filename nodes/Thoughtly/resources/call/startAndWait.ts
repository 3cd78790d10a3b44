import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { readCall } from '../../api/call';
import { isTool } from '../../execution/atMostOnce';
import type { Operation } from '../../execution/operation';
import { runItems } from '../../execution/runItems';
import { optionsField, simplifyField } from '../../fields/common';
import { collection, switchParameter } from '../../fields/parameters';
import { inputError } from '../../transport/nodeErrors';
import { skipHints, timeoutHints } from './callHints';
import { isSkipped, waitedCall } from './callOutput';
import { placingFields, placingOptions } from './placingFields';
import { beforeCall, placing, readPlacing } from './start';
import type { PlacingInput } from './start';
import { waitForCall } from './waitByPolling';
import { placeAndSuspend } from './waitByWebhook';
import { endOfWait, limitWaitTimeField, readWaitLimit } from './waitLimit';
import type { WaitLimit } from './waitLimit';

const waitingFields: INodeProperties[] = [
	{
		displayName: 'Wait By',
		name: 'waitBy',
		type: 'options',
		default: 'polling',
		description: 'How to detect that the call has ended',
		options: [
			{
				name: 'Polling',
				value: 'polling',
				description:
					'Check at most every 15 seconds. Works behind a firewall; the execution keeps running while it waits.',
			},
			{
				name: 'Webhook',
				value: 'webhook',
				description:
					'Pause the execution until Thoughtly reports that the call has ended. Best for long waits and many executions; Thoughtly must be able to reach this n8n.',
			},
		],
	},
	{
		displayName:
			"If a call has not ended within 'Limit Wait Time', n8n passes on all input items unchanged, without results: check that 'ended' is true. The longest limit of all items applies, counted from the last call placed. As a tool of an AI Agent, the node always waits by polling.",
		name: 'webhookNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { waitBy: ['webhook'] } },
	},
];

const onTimeoutField: INodeProperties = {
	displayName: 'On Timeout',
	name: 'onTimeout',
	type: 'options',
	default: 'returnLastState',
	description: "What to do with an item whose call has not ended within 'Limit Wait Time'. The call itself continues.",
	options: [
		{ name: 'Fail', value: 'fail', description: 'Fail the item' },
		{
			name: 'Return Last Known State',
			value: 'returnLastState',
			description: "Return the call with 'ended' set to false and its last status",
		},
	],
	displayOptions: { show: { '/waitBy': ['polling'] } },
};

/** What an item says about the call to place, and about waiting for it. */
export interface WaitingInput extends PlacingInput {
	limit: WaitLimit;
	simplify: boolean;
	failsOnTimeout: boolean;
}

/** Places calls as *Start* does, and returns how they ended. */
export const startAndWait: Operation<WaitingInput> = {
	name: 'Start and Wait',
	value: 'startAndWait',
	action: 'Start call and wait for result',
	description: 'Place a real phone call, wait for it to end, and return the result with the transcript',
	fields: [
		...placingFields,
		...waitingFields,
		simplifyField,
		optionsField([...placingOptions, limitWaitTimeField, onTimeoutField]),
	],
	...placing,
	read: async (context, itemIndex) =>
		await beforeCall({ context, itemIndex }, async () => ({
			...(await readPlacing(context, itemIndex)),
			limit: readWaitLimit(context, itemIndex),
			simplify: switchParameter(context, 'simplify', 'Simplify', itemIndex),
			failsOnTimeout: collection(context, 'options', itemIndex).onTimeout === 'fail',
		})),
	async wait(context, itemIndex, { limit, simplify, failsOnTimeout }, placed) {
		if (isSkipped(placed)) return placed;
		const { record, isDone } = await waitForCall(context, String(placed.agentId), {
			id: placed.id,
			until: endOfWait(limit),
			isDone: (candidate) => readCall(candidate).ended,
		});
		if (isDone || !failsOnTimeout) return waitedCall(record, placed, simplify);
		throw inputError(
			{ context, itemIndex },
			`Call ${String(placed.id)} was placed and has not ended within 'Limit Wait Time'. It continues in Thoughtly`,
			"Read its result later with the operation 'Get', or set a longer limit",
			'look-for-the-recording-or-the-result-later',
		);
	},
	hints: (outputs) => [...skipHints(outputs), ...timeoutHints(outputs)],
	async runAll(context) {
		return isSuspended(context) ? await placeAndSuspend(context, startAndWait) : await runItems(context, startAndWait);
	},
};

/** An AI Agent waits for its tools' responses, so a tool cannot pause the execution. */
const isSuspended = (context: IExecuteFunctions) =>
	context.getNodeParameter('waitBy', 0) === 'webhook' && !isTool(context);
