import type { INode, INodeParameters } from 'n8n-workflow';
import type { Call } from '../../simulator/simulator.mts';
import { agentIds, byId, callNode, contactItems, credential, requested, simulator } from '../fixtures.mts';
import { postToWaiting } from '../n8n/index.mts';
import type { NodeRun } from '../n8n/index.mts';

/** Nodes that suspend their execution until Thoughtly reports the end of the calls that they placed. */

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

/** Has the agent of each item, at first the first one, call the first contacts. */
export const waitFor = (count: number, parameters: INodeParameters = {}, settings: Partial<INode> = {}) =>
	callNode(
		contactItems(count).map((item) => ({ ...item, agent: agentIds()[0] })),
		{ operation: 'startAndWait', waitBy: 'webhook', agent: byId('={{ $json.agent }}'), ...parameters },
		settings,
	);

/** Posts an event to the URL of a waiting execution. */
export const post = async (waiting: NodeRun, body: unknown) => await postToWaiting(waiting, credential(), body);

export const subscribed = () => simulator.store.subscriptions;
export const unsubscribed = () => requested().filter((request) => request === 'DELETE /webhooks/unsubscribe').length;
export const links = ({ items }: NodeRun) => items.map(({ pairedItem }) => pairedItem);

/** Ends a call; returns the event that Thoughtly sends. */
export async function finish({ id }: Call, result: Partial<Call> = {}): Promise<unknown> {
	await simulator.finishCall(id, result);
	return simulator.deliveries.at(-1)!.body;
}
