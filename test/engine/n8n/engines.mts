// What differs between the engines of n8n's versions, told by what they have.
import * as n8nCore from 'n8n-core';
import * as n8nWorkflow from 'n8n-workflow';
import type { IPinData, IRunExecutionData, IWorkflowExecuteAdditionalData, Workflow } from 'n8n-workflow';
import { additionalDataOf, nodeOf, workflowOf } from './workflow.mts';

/** Whether the engine says when an execution began: since n8n 1.121. */
export const knowsStart = 'getExecutionContext' in n8nCore.ExecuteContext.prototype;

/** Whether the engine limits how long a poll may take: not yet in n8n 2.35. */
export function limitsPolls(): boolean {
	const node = nodeOf('Poll', 'poll', {});
	return (
		'getPollBudgetMs' in new n8nCore.PollContext(workflowOf([node]), node, additionalDataOf({}), 'manual', 'manual')
	);
}

/** Whether an agent may ask the engine to run a tool. */
export const runsTools = 'isEngineRequest' in n8nCore;

/** Whether n8n calls functions for a webhook's fields instead of evaluating expressions: not yet in n8n 2.20. */
export const takesFunctions = 'resolveWebhookDescriptionField' in n8nWorkflow;

type RunDataOptions = Parameters<typeof n8nWorkflow.createRunExecutionData>[0];

/** The data of an execution; before n8n 1.121 there was no function for it. */
export const runData: typeof n8nWorkflow.createRunExecutionData =
	n8nWorkflow.createRunExecutionData ??
	(({ executionData, resultData }: NonNullable<RunDataOptions> = {}) =>
		({
			startData: {},
			resultData: { runData: {}, ...resultData },
			executionData: {
				contextData: {},
				nodeExecutionStack: [],
				metadata: {},
				waitingExecution: {},
				waitingExecutionSource: {},
				...executionData,
			},
		}) as unknown as IRunExecutionData);

/** Runs a workflow from its node *Start*; the parameters of the engine's own `run` are others in each version. */
export function runFromStart(workflow: Workflow, additionalData: IWorkflowExecuteAdditionalData, pinData?: IPinData) {
	const start = { node: workflow.getNode('Start')!, data: { main: [[{ json: {} }]] }, source: null };
	const data = runData({ executionData: { nodeExecutionStack: [start] }, resultData: { pinData } });
	return new n8nCore.WorkflowExecute(additionalData, 'manual', data).processRunExecutionData(workflow);
}
