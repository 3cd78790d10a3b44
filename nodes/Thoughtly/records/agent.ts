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
export async function activeAgentIds(context: IAllExecuteFunctions): Promise<string[]> {
	const ids: string[] = [];
	for await (const agent of listRecords(context, agentList({ status: 'ACTIVE' }))) ids.push(String(agent.id));
	return ids;
}
