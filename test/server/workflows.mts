import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NodeConnectionTypes } from 'n8n-workflow';
import type { INode } from 'n8n-workflow';
import type { Credential, WorkflowDraft } from './client.mts';
import { ROOT } from './package.mts';

const PACKAGE = 'n8n-nodes-thoughtly.';

/** The action node and the trigger node, by the type that saved workflows hold. */
export const THOUGHTLY = 'n8n-nodes-thoughtly.thoughtly';
export const THOUGHTLY_TRIGGER = 'n8n-nodes-thoughtly.thoughtlyTrigger';

/** The nodes of the two workflows that tests and demo refer to by name. */
export const MANUAL_TRIGGER = 'When clicking ‘Execute workflow’';
export const CONTACT_NODE = 'Find or create the contact';
export const CALL_NODE = 'Call the lead';
/** Where a completed call goes. */
export const TALKED_NODE = 'Talked';
export const TRIGGER_NODE = 'Thoughtly Trigger';
export const OUTCOME_NODE = 'Outcome';

export interface AgentChoice {
	id: string;
	title: string;
}

/** "Call a new lead", with the agent that calls if one is given. */
export async function callNewLead(credential: Credential, agent?: AgentChoice): Promise<WorkflowDraft> {
	const draft = await readWorkflow(join(OURS, 'call-a-new-lead.json'), credential);
	return agent ? chooseAgent(draft, agent) : draft;
}

/** "When a call is over". */
export async function whenCallIsOver(credential: Credential): Promise<WorkflowDraft> {
	return await readWorkflow(join(OURS, 'when-a-call-is-over.json'), credential);
}

/** One of the package's examples as its user leaves it: with a credential, and the agent that calls. */
export async function example(file: string, credential: Credential, agent: AgentChoice): Promise<WorkflowDraft> {
	return chooseAgent(await readWorkflow(join(ROOT, 'examples', file), credential), agent);
}

/** The package's examples, by file name. */
export const EXAMPLES = readdirSync(join(ROOT, 'examples')).filter((file) => file.endsWith('.json'));

/** A node as a workflow holds it, without parameters unless given. */
export function nodeOf(name: string, type: string, typeVersion: number, more: Partial<INode> = {}): INode {
	return { id: randomUUID(), name, type, typeVersion, position: [0, 0], parameters: {}, ...more };
}

/** The connections of a node: its outputs in order, each to one node. */
export function to(...names: string[]) {
	return { main: names.map((node) => [{ node, type: NodeConnectionTypes.Main, index: 0 }]) };
}

const OURS = join(import.meta.dirname, 'workflows');

async function readWorkflow(path: string, { id, name, type }: Credential): Promise<WorkflowDraft> {
	return changeNodes(JSON.parse(await readFile(path, 'utf8')) as WorkflowDraft, (node) =>
		node.type.startsWith(PACKAGE) ? { credentials: { [type]: { id, name } } } : {},
	);
}

/** Chooses the agent wherever it is chosen from the list. */
function chooseAgent(draft: WorkflowDraft, { id, title }: AgentChoice): WorkflowDraft {
	const agent = { __rl: true, mode: 'list', value: id, cachedResultName: title };
	return changeNodes(draft, ({ type, parameters }) =>
		type.startsWith(PACKAGE) && (parameters.agent as { mode?: string } | undefined)?.mode === 'list'
			? { parameters: { ...parameters, agent } }
			: {},
	);
}

/** The workflow with some fields of its nodes changed. */
export function changeNodes(draft: WorkflowDraft, change: (node: INode) => Partial<INode>): WorkflowDraft {
	return { ...draft, nodes: draft.nodes.map((node) => ({ ...node, ...change(node) })) };
}
