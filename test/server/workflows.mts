import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { INode } from 'n8n-workflow';
import type { Credential, WorkflowDraft } from './client.mts';

/** The action node and the trigger node, by the type that saved workflows hold. */
export const THOUGHTLY = 'n8n-nodes-thoughtly.thoughtly';
export const THOUGHTLY_TRIGGER = 'n8n-nodes-thoughtly.thoughtlyTrigger';

/** The nodes of the two workflows that are run and read by name. */
export const MANUAL_TRIGGER = 'When clicking ‘Execute workflow’';
export const CONTACT_NODE = 'Find or create the contact';
export const CALL_NODE = 'Start a call';
export const TRIGGER_NODE = 'Thoughtly Trigger';
export const OUTCOME_NODE = 'Outcome';

export interface AgentChoice {
	id: string;
	title: string;
}

/** "Call a new lead", with the agent who calls where one is given. */
export async function callNewLead(credential: Credential, agent?: AgentChoice): Promise<WorkflowDraft> {
	const draft = await readWorkflow('call-a-new-lead.json', credential);
	const chosen = agent && { __rl: true, mode: 'list', value: agent.id, cachedResultName: agent.title };
	return changeNodes(draft, ({ name, parameters }) =>
		chosen && name === CALL_NODE ? { parameters: { ...parameters, agent: chosen } } : {},
	);
}

/** "When a call is over". */
export async function whenCallIsOver(credential: Credential): Promise<WorkflowDraft> {
	return await readWorkflow('when-a-call-is-over.json', credential);
}

async function readWorkflow(file: string, { id, name, type }: Credential): Promise<WorkflowDraft> {
	const text = await readFile(join(import.meta.dirname, 'workflows', file), 'utf8');
	return changeNodes(JSON.parse(text) as WorkflowDraft, (node) =>
		[THOUGHTLY, THOUGHTLY_TRIGGER].includes(node.type) ? { credentials: { [type]: { id, name } } } : {},
	);
}

function changeNodes(draft: WorkflowDraft, change: (node: INode) => Partial<INode>): WorkflowDraft {
	return { ...draft, nodes: draft.nodes.map((node) => ({ ...node, ...change(node) })) };
}
