import { WebhookContext, WorkflowExecute } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	IWebhookData,
	IWebhookResponseData,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { ownNodeType } from './nodeTypes.mts';
import { nodeRun, stored } from './runs.mts';
import type { NodeRun } from './runs.mts';
import { executionData } from './workflow.mts';

/**
 * Does what n8n does with a POST to the URL of an execution that waits. Returns n8n's answer, and the execution where it
 * goes on.
 * @param claim returns false if another request has continued the execution meanwhile: n8n answers that with a 500
 */
export async function postToWaiting(
	waiting: NodeRun,
	credential: ICredentialDataDecryptedObject,
	body: unknown,
	claim = () => true,
): Promise<{ answer: unknown; resumed?: NodeRun }> {
	const { workflow, executionId } = waiting;
	const data = stored(waiting);
	const [entry] = data.executionData!.nodeExecutionStack;
	entry.node.disabled = true;
	delete data.waitTill;
	data.resultData.runData[data.resultData.lastNodeExecuted!].pop();
	const node = workflow.getNode(entry.node.name)!;
	const type = ownNodeType(node.type);
	const [webhookDescription] = type.description.webhooks!;
	const additionalData = executionData(credential, workflow, { executionId });
	const webhook: IWebhookData = {
		httpMethod: 'POST',
		node: node.name,
		path: '',
		webhookDescription,
		workflowId: workflow.id,
		workflowExecuteAdditionalData: additionalData,
	};
	const request = { httpRequest: { headers: {}, params: {}, query: {}, body }, httpResponse: {} };
	const context = new WebhookContext(
		workflow,
		node,
		{ ...additionalData, ...request } as unknown as IWorkflowExecuteAdditionalData,
		'manual',
		webhook,
		[],
		data,
	);
	const { workflowData, webhookResponse: answer }: IWebhookResponseData = await type.webhook!.call(context);
	if (!workflowData || !claim()) return { answer };
	entry.data.main = workflowData;
	entry.metadata = { ...entry.metadata, forwardAllOutputs: true };
	const run = await new WorkflowExecute(additionalData, 'manual', data).processRunExecutionData(workflow);
	return { answer, resumed: nodeRun(run, workflow, executionId) };
}

/** Does what n8n does when the time of an execution that waits is over. */
export async function endWaitTime(waiting: NodeRun, credential: ICredentialDataDecryptedObject): Promise<NodeRun> {
	const { workflow, executionId } = waiting;
	const additionalData = executionData(credential, workflow, { executionId });
	const run = await new WorkflowExecute(additionalData, 'manual', stored(waiting)).processRunExecutionData(workflow);
	return nodeRun(run, workflow, executionId);
}
