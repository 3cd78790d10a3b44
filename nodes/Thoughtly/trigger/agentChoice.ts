import type { IHookFunctions, IPollFunctions } from 'n8n-workflow';
import { readList } from '../fields/parameters';
import { inputError } from '../transport/nodeErrors';

type TriggerContext = IHookFunctions | IPollFunctions;

export const isForAllAgents = (context: TriggerContext) => context.getNodeParameter('agentScope', 'all') === 'all';

/** Reads 'Agent Names or IDs'. */
export const selectedAgentIds = (context: TriggerContext) =>
	readList(context, context.getNodeParameter('agentIds', []), 'Agent Names or IDs');

export const noAgentSelected = (context: TriggerContext) =>
	inputError(
		{ context },
		"'Agent Names or IDs' is empty",
		"Choose at least one agent, or set 'Agents' to 'All Agents'",
	);
