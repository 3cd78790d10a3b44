import type { INodeParameters, WorkflowExecuteMode } from 'n8n-workflow';
import { activeAgentIds, credential, simulator } from '../fixtures.mts';
import { triggerOf } from '../n8n/index.mts';
import type { Delivered, NodeUnderTest } from '../n8n/index.mts';

/** A trigger node on the simulator's account. */
export const trigger = async (
	parameters: INodeParameters = {},
	others: Partial<NodeUnderTest> = {},
	mode?: WorkflowExecuteMode,
) => await triggerOf({ parameters, credential: credential(), ...others }, mode);

/** Parameters for the events of these agents. */
export const selected = (...agentIds: string[]) => ({ agentScope: 'selected', agentIds });

/** The simulator's subscriptions, as `NEW_RESPONSE <data>`. */
export const subscribed = () => simulator.store.subscriptions.map(({ type, data }) => `${type} ${data}`).sort();

/** The hosts that are subscribed. */
export const hosts = () => simulator.store.subscriptions.map(({ url }) => new URL(url).host);

/** Somebody else's subscription. */
export const stranger = (url: string) => ({
	id: url,
	type: 'NEW_RESPONSE',
	url,
	data: null,
	created: new Date().toISOString(),
});

let nodes = 0;

/**
 * A trigger that is subscribed for the first agent, and takes deliveries at its subscription for an event. It is a node of its
 * own, since what was delivered to one is remembered.
 */
export async function activeTrigger(parameters: INodeParameters = {}, mode?: WorkflowExecuteMode) {
	simulator.options.undocumentedEvents = 'accepted';
	const node = await trigger(
		{ ...selected(activeAgentIds()[0]), ...parameters },
		{ webhookId: `node-${++nodes}` },
		mode,
	);
	await node.activate();
	return {
		...node,
		async deliver(body: unknown, headers?: Record<string, string>, event?: string): Promise<Delivered> {
			const ours = simulator.store.subscriptions.filter(({ url }) => url.startsWith(node.url));
			const { url } = ours.find(({ type }) => type === (event ?? type))!;
			return await node.deliver(url, body, headers);
		},
	};
}
