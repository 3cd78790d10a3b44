import type { IHookFunctions, IPollFunctions } from 'n8n-workflow';
import { activeAgentIds } from '../api/agent';
import { readList } from '../fields/parameters';
import { inputError } from '../transport/nodeErrors';
import type { Scope } from '../transport/scope';

type TriggerContext = IHookFunctions | IPollFunctions;

export const isForAllAgents = (context: TriggerContext) => context.getNodeParameter('agentScope', 'all') === 'all';

const selectedAgentIds = (context: TriggerContext) =>
	readList(context, context.getNodeParameter('agentIds', []), 'Agent Names or IDs');

/** The IDs of the agents that the parameters stand for: all that are active, or those selected. */
export const chosenAgentIds = async (scope: Scope & { context: TriggerContext }): Promise<string[]> =>
	isForAllAgents(scope.context) ? await activeAgentIds(scope) : selectedAgentIds(scope.context);

/** @throws NodeOperationError if agents are to be selected and none is */
export function refuseNoAgent(context: TriggerContext): void {
	if (isForAllAgents(context) || selectedAgentIds(context).length) return;
	throw inputError(
		{ context },
		"'Agent Names or IDs' is empty",
		"Choose at least one agent, or set 'Agents' to 'All Agents'",
	);
}
