import { WorkflowExecute } from 'n8n-core';
import type { ICredentialDataDecryptedObject, INodeParameters, IRun, Workflow } from 'n8n-workflow';
import { runData } from './engines.mts';
import { startedRun, stored } from './runs.mts';
import type { NodeRun, StartedRun } from './runs.mts';
import { executionData, workflowOf } from './workflow.mts';

/**
 * Does what n8n's "retry execution" does with a failed one: the same data, from the node that failed. With `changed`, the
 * node has got these parameters in the meantime ("retry with currently saved workflow").
 */
export const retryExecution = async (
	failed: NodeRun,
	credential: ICredentialDataDecryptedObject,
	changed?: INodeParameters,
): Promise<NodeRun> => await startRetry(failed, credential, changed).done;

/** As `retryExecution`, without waiting for its end. */
export function startRetry(
	failed: NodeRun,
	credential: ICredentialDataDecryptedObject,
	changed: INodeParameters = {},
): StartedRun {
	const data = stored(failed);
	delete data.resultData.error;
	delete data.waitTill;
	data.resultData.runData[data.resultData.lastNodeExecuted!].pop();
	const workflow = withParameters(failed.workflow, changed);
	for (const entry of data.executionData!.nodeExecutionStack) entry.node = workflow.getNode(entry.node.name)!;
	return retryFrom(data, workflow, credential);
}

const withParameters = ({ nodes, connectionsBySourceNode }: Workflow, changed: INodeParameters) =>
	workflowOf(
		Object.values(nodes).map((node) =>
			node.name === 'Thoughtly' ? { ...node, parameters: { ...node.parameters, ...changed } } : node,
		),
		connectionsBySourceNode,
	);

/** As `retryExecution`, of one that a crash has ended: only its start is stored, so it begins there. */
export const retryCrashed = async (...crashed: Parameters<typeof startRetryOfCrashed>): Promise<NodeRun> =>
	await startRetryOfCrashed(...crashed).done;

/**
 * As `retryCrashed`, without waiting for its end.
 * @param startIsKnown whether n8n has stored when the execution began, as it does since 2.20
 */
export function startRetryOfCrashed(
	crashed: NodeRun,
	credential: ICredentialDataDecryptedObject,
	startIsKnown = true,
): StartedRun {
	const runtimeData = startIsKnown ? crashed.run.data.executionData!.runtimeData : undefined;
	const [start] = crashed.run.data.resultData.runData.Start;
	const nodeExecutionStack = [{ node: crashed.workflow.getNode('Start')!, data: start.data!, source: null }];
	const data = runData({ executionData: { nodeExecutionStack, runtimeData } });
	return retryFrom(data, crashed.workflow, credential);
}

/** n8n retries as a new execution. */
function retryFrom(data: IRun['data'], workflow: Workflow, credential: ICredentialDataDecryptedObject): StartedRun {
	const additionalData = executionData(credential, workflow);
	const run = new WorkflowExecute(additionalData, 'retry', data).processRunExecutionData(workflow);
	return startedRun(run, workflow, additionalData);
}
