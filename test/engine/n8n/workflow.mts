import { ExecutionLifecycleHooks } from 'n8n-core';
import { NodeConnectionTypes, Workflow } from 'n8n-workflow';
import type {
	IConnections,
	ICredentialDataDecryptedObject,
	INode,
	INodeParameters,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { CredentialsHelper } from './credentials.mts';
import { nodeTypes } from './nodeTypes.mts';

/** Where n8n is reached unless a test says otherwise. */
export const N8N_URL = 'http://127.0.0.1:5678';

/** A node as a workflow holds it, named like its ID. */
export const nodeOf = (
	name: string,
	type: string,
	parameters: INodeParameters,
	settings: Partial<INode> = {},
): INode => ({
	id: name,
	name,
	type,
	typeVersion: 1,
	position: [0, 0],
	parameters,
	...settings,
});

/** A resource locator that holds an ID, or an expression for one. */
export const byId = (value: string) => ({ __rl: true, mode: 'id', value });

/** The connections of a node: its first output, to each of these nodes. */
export const to = (...names: string[]) => ({
	main: [names.map((node) => ({ node, type: NodeConnectionTypes.Main, index: 0 }))],
});

/** A workflow that is not activated unless said otherwise. */
export const workflowOf = (nodes: INode[], connections: IConnections = {}, active = false) =>
	new Workflow({
		id: 'workflow',
		nodes,
		connections,
		active,
		nodeTypes,
		settings: { executionOrder: 'v1' },
	});

/** What n8n knows of an execution beside its workflow. */
export interface Surroundings {
	/** An execution that goes on keeps its ID; without one it gets the next. */
	executionId?: string;
	/** Where Thoughtly reaches n8n */
	n8nUrl?: string;
}

/** Executions with the same ID would share their turns in the quota as one. */
let executions = 0;

/** What n8n gives every context: the credential, the execution's ID and n8n's addresses. */
export function additionalDataOf(
	credential: ICredentialDataDecryptedObject,
	{ executionId = String(++executions), n8nUrl = N8N_URL }: Surroundings = {},
): IWorkflowExecuteAdditionalData {
	return {
		credentialsHelper: new CredentialsHelper(credential),
		executionId,
		currentNodeExecutionIndex: 0,
		restApiUrl: `${N8N_URL}/rest`,
		instanceBaseUrl: `${N8N_URL}/`,
		formBaseUrl: `${N8N_URL}/form`,
		formWaitingBaseUrl: `${N8N_URL}/form-waiting`,
		formTestBaseUrl: `${N8N_URL}/form-test`,
		webhookBaseUrl: `${n8nUrl}/webhook`,
		webhookWaitingBaseUrl: `${n8nUrl}/webhook-waiting`,
		webhookTestBaseUrl: `${N8N_URL}/webhook-test`,
		mcpBaseUrl: `${N8N_URL}/mcp`,
		mcpTestBaseUrl: `${N8N_URL}/mcp-test`,
		variables: {},
		setExecutionStatus: () => {},
	} as Partial<IWorkflowExecuteAdditionalData> as IWorkflowExecuteAdditionalData;
}

/** As `additionalDataOf`, with the hooks that n8n's engine calls while it runs a workflow. */
export function executionData(
	credential: ICredentialDataDecryptedObject,
	workflow: Workflow,
	surroundings?: Surroundings,
): IWorkflowExecuteAdditionalData {
	const additionalData = additionalDataOf(credential, surroundings);
	additionalData.hooks = new ExecutionLifecycleHooks('manual', additionalData.executionId!, {
		id: 'workflow',
		name: 'Test',
		active: false,
		isArchived: false,
		createdAt: new Date(),
		updatedAt: new Date(),
		activeVersionId: null,
		nodes: Object.values(workflow.nodes),
		connections: workflow.connectionsBySourceNode,
	});
	return additionalData;
}
