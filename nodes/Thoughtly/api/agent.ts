import type { IAllExecuteFunctions, IDataObject } from 'n8n-workflow';
import { listRecords } from './envelope';
import type { ListRequest } from './envelope';

/** An agent list as a request; the API calls agents interviews (source: spec). */
export const agentList = (query: IDataObject): ListRequest => ({
	path: '/interview',
	key: 'interviews',
	subject: 'list of agents',
	query,
});

/** Gives the IDs of all active agents. */
export const activeAgentIds = async (context: IAllExecuteFunctions) => await agentIds(context, { status: 'ACTIVE' });

/** Gives the IDs of all agents, archived ones included. */
export const allAgentIds = async (context: IAllExecuteFunctions, itemIndex: number) =>
	await agentIds(context, { all_interviews: true }, itemIndex);

async function agentIds(context: IAllExecuteFunctions, query: IDataObject, itemIndex?: number): Promise<string[]> {
	const ids: string[] = [];
	for await (const agent of listRecords(context, agentList(query), itemIndex)) ids.push(String(agent.id));
	return ids;
}
