import { randomUUID } from 'node:crypto';
import type { INode, INodeParameters } from 'n8n-workflow';
import type { Credential, WorkflowDraft } from '../server/client.mts';
import { nodeOf, THOUGHTLY, to } from '../server/workflows.mts';

/** The node that processes a list. */
export const WORK = 'Thoughtly';

/**
 * A workflow that receives a list (`POST /webhook/<its name>` with `{items}`), responds with the ID of the execution and
 * processes it: Webhook → Items → Thoughtly.
 * @param settings of the Thoughtly node, beside its parameters
 */
export function listWorkflow(
	{ id, name, type }: Credential,
	parameters: INodeParameters,
	settings: Partial<INode> = {},
): WorkflowDraft {
	const path = randomUUID();
	const credentials = { [type]: { id, name } };
	const answer = { responseData: '={{ $execution.id }}' };
	return {
		name: path,
		nodes: [
			nodeOf('Webhook', 'n8n-nodes-base.webhook', 2, {
				webhookId: path,
				parameters: { path, httpMethod: 'POST', options: answer },
			}),
			nodeOf('Items', 'n8n-nodes-base.splitOut', 1, { parameters: { fieldToSplitOut: 'body.items' } }),
			nodeOf(WORK, THOUGHTLY, 1, { parameters, credentials, ...settings }),
		],
		connections: { Webhook: to('Items'), Items: to(WORK) },
	};
}
