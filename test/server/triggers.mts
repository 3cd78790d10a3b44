import { randomUUID } from 'node:crypto';
import type { INodeParameters } from 'n8n-workflow';
import type { Subscription } from '../simulator/simulator.mts';
import type { Credential, Workflow, WorkflowDraft } from './client.mts';
import { THOUGHTLY_TRIGGER, TRIGGER_NODE } from './workflows.mts';

/** A workflow of one Thoughtly Trigger. */
export function triggerWorkflow(name: string, credential: Credential, parameters: INodeParameters): WorkflowDraft {
	const { id, name: credentialName } = credential;
	return {
		name,
		nodes: [
			{
				id: randomUUID(),
				name: TRIGGER_NODE,
				type: THOUGHTLY_TRIGGER,
				typeVersion: 1,
				position: [0, 0],
				webhookId: randomUUID(),
				parameters,
				credentials: { thoughtlyApi: { id, name: credentialName } },
			},
		],
		connections: {},
	};
}

/** A copy as the editor's "Duplicate" makes it: the same nodes with IDs and webhook IDs of their own. */
export function duplicateOf({ name, nodes, connections }: Workflow): WorkflowDraft {
	const copies = nodes.map((node) => ({ ...node, id: randomUUID(), webhookId: randomUUID() }));
	return { name: `${name} copy`, nodes: copies, connections };
}

/** Where n8n takes the events of a trigger, behind its address. */
export function pathOf({ nodes }: Pick<Workflow, 'nodes'>, kind: 'webhook' | 'webhook-test' = 'webhook'): string {
	return `/${kind}/${nodes[0].webhookId}/webhook`;
}

/** A subscription as one line, without the claims in its URL's query. */
export function line({ type, url, data }: Subscription): string {
	return `${type} ${data} ${url.split('?')[0]}`;
}

/** More subscriptions of others than fit on a page of the API's list. */
export function strangers(): Subscription[] {
	const webhookId = randomUUID();
	return [
		...Array.from({ length: 20 }, (_, number) =>
			stranger(`https://crm.example.com/calls/${number}`, `agent-${number}`),
		),
		stranger('https://crm.example.com/calls', null),
		stranger('https://crm.example.com/calls', undefined),
		stranger('no address at all', null),
		stranger(`https://n8n.example.com/webhook/${webhookId}/webhook?event=NEW_RESPONSE&instance=0123456789ab`),
		stranger(`https://n8n.example.com/webhook/${webhookId}/webhook`),
	];
}

/** Subscriptions of others on a trigger's own path: a copy of the workflow on another n8n, and a hand-made one. */
export function strangersOnPathOf(workflow: Workflow, url: string): Subscription[] {
	return [url, 'https://n8n.example.com'].flatMap((base) => [
		stranger(`${base}${pathOf(workflow)}?event=NEW_RESPONSE&instance=0123456789ab&signature=00`),
		stranger(`${base}${pathOf(workflow)}`, null),
	]);
}

function stranger(url: string, data: string | null | undefined = 'a0000000-0000-4000-8000-000000000001'): Subscription {
	const subscription = { id: randomUUID(), type: 'NEW_RESPONSE', url, data, created: '2026-11-01T09:00:00.000Z' };
	// the API may leave out what is empty
	return subscription as Subscription;
}
