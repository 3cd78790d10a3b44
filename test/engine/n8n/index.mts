// n8n's own engine in process, with the built package loaded the way n8n loads it.

// comes first: n8n-core reads it while it is loaded
import './environment.mts';

export { credentialFor, CredentialsHelper } from './credentials.mts';
export { knowsStart, limitsPolls } from './engines.mts';
export { loadOptions, searchList } from './lists.mts';
export { logLines } from './log.mts';
export { addNodeType } from './nodeTypes.mts';
export { loadPackage, outputSchema, packageTimes } from './package.mts';
export { PolledWorkflow } from './polling.mts';
export { retryCrashed, retryExecution } from './retry.mts';
export { runNode, startNode } from './runs.mts';
export type { NodeRun, NodeUnderTest } from './runs.mts';
export { aiAgents, runTool, survivesErrors } from './tools.mts';
export { triggerOf } from './trigger.mts';
export type { Delivered, TriggerUnderTest } from './trigger.mts';
export { endWaitTime, postToWaiting } from './waiting.mts';
export { byId } from './workflow.mts';
