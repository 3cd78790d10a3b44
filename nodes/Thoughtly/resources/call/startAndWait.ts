import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { inputError } from '../../transport/errors';
import { runItems } from '../../execution/runItems';
import { isTool } from '../../execution/atMostOnce';
import type { Operation } from '../../execution/operation';
import { placing } from './start';
import { placeAndSuspend } from './waitByWebhook';
import { limitWaitTimeField, readWaitLimit, waitForEnd, whenTimeRunsOutField } from './waiting';

export const waitingFields: INodeProperties[] = [
	{
		displayName: 'Wait By',
		name: 'waitBy',
		type: 'options',
		default: 'polling',
		description: 'How to learn that a call is over',
		options: [
			{
				name: 'Polling',
				value: 'polling',
				description:
					'Ask Thoughtly every 15 seconds or more slowly. Works behind a firewall; the execution keeps running meanwhile.',
			},
			{
				name: 'Webhook',
				value: 'webhook',
				description:
					'Put the execution to sleep until Thoughtly reports the end. Good for long waits and many executions; Thoughtly must reach this n8n.',
			},
		],
	},
	{
		displayName:
			"If one call has not ended within 'Limit Wait Time', n8n passes on all input items as they came in, without the fields of the calls: check for 'ended'. The longest limit of all items counts, from the last call on. As a tool of an AI Agent, polling is used.",
		name: 'webhookNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { waitBy: ['webhook'] } },
	},
];

export const waitingOptions: INodeProperties[] = [limitWaitTimeField, whenTimeRunsOutField];

/** Places calls as `placing` does, and gives what became of them. */
export const startAndWait: Pick<Operation, 'sideBySide' | 'lane' | 'run' | 'wait' | 'runAll'> = {
	...placing,
	async run(context, itemIndex) {
		// refused before anybody is called
		readWaitLimit(context, itemIndex);
		const placed = await placing.run(context, itemIndex);
		if (placed.skipped || placed.id) return placed;
		throw inputError(
			context.getNode(),
			'The call was placed, but Thoughtly gave no ID by which to wait for it',
			"Read its result later with the operation 'Get Many'",
			itemIndex,
		);
	},
	wait: waitForEnd,
	async runAll(context) {
		return isSuspended(context) ? await placeAndSuspend(context, startAndWait) : await runItems(context, startAndWait);
	},
};

/** An AI Agent waits for its tools' answers: it cannot be put to sleep by one. */
const isSuspended = (context: IExecuteFunctions) =>
	context.getNodeParameter('waitBy', 0) === 'webhook' && !isTool(context);
