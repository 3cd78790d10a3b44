import { WorkflowExecute } from 'n8n-core';
import type { ICredentialDataDecryptedObject, INodeParameters, IRun, Workflow } from 'n8n-workflow';
import { runData } from './engines.mts';
import { nodeRun, stored } from './runs.mts';
import type { NodeRun } from './runs.mts';
import { executionData, workflowOf } from './workflow.mts';

/**
 * Does what n8n's "retry execution" does with a failed one: the same data, from the node that failed. With `changed`, the
 * node has got these parameters in the meantime ("retry with currently saved workflow").
 */
export async function retryExecution(
	failed: NodeRun,
	credential: ICredentialDataDecryptedObject,
	changed: INodeParameters = {},
): Promise<NodeRun> {
	const data = stored(failed);
	delete data.resultData.error;
	data.resultData.runData[data.resultData.lastNodeExecuted!].pop();
	const workflow = withParameters(failed.workflow, changed);
	for (const entry of data.executionData!.nodeExecutionStack) entry.node = workflow.getNode(entry.node.name)!;
	return await retryFrom(data, workflow, credential);
}

const withParameters = ({ nodes, connectionsBySourceNode }: Workflow, changed: INodeParameters) =>
	workflowOf(
		Object.values(nodes).map((node) =>
			node.name === 'Thoughtly' ? { ...node, parameters: { ...node.parameters, ...changed } } : node,
		),
		connectionsBySourceNode,
	);

/**
 * As `retryExecution`, of one that a crash has ended: only its start is stored, so it begins there.
 * @param startIsKnown whether n8n has stored when the execution began, as it does since 2.20
 */
export async function retryCrashed(
	crashed: NodeRun,
	credential: ICredentialDataDecryptedObject,
	startIsKnown = true,
): Promise<NodeRun> {
	const runtimeData = startIsKnown ? crashed.run.data.executionData!.runtimeData : undefined;
	const [start] = crashed.run.data.resultData.runData.Start;
	const nodeExecutionStack = [{ node: crashed.workflow.getNode('Start')!, data: start.data!, source: null }];
	const data = runData({ executionData: { nodeExecutionStack, runtimeData } });
	return await retryFrom(data, crashed.workflow, credential);
}

/** n8n retries as a new execution. */
async function retryFrom(data: IRun['data'], workflow: Workflow, credential: ICredentialDataDecryptedObject) {
	const additionalData = executionData(credential, workflow);
	const retried = await new WorkflowExecute(additionalData, 'retry', data).processRunExecutionData(workflow);
	return nodeRun(retried, workflow, additionalData.executionId!);
}
