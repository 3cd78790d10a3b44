import type { IDataObject } from 'n8n-workflow';
import { listRecords } from './lists';
import type { ListRequest } from './lists';
import type { ReceivedAgent } from './records';
import { firstText, isoTime, text } from './values';
import type { Scope } from '../transport/scope';

/** An agent in the shape that workflows see with *Simplify* on. What the API did not give is null. */
export interface Agent extends IDataObject {
	id: string | null;
	title: string | null;
	status: string | null;
	phoneNumber: string | null;
	/** ISO 8601 */
	createdAt: string | null;
}

export const readAgent = (agent: ReceivedAgent): Agent => ({
	id: text(agent.id),
	title: firstText(agent.title, agent.name),
	status: text(agent.status),
	phoneNumber: text(agent.phone_number),
	createdAt: isoTime(firstText(agent.created, agent.created_at)),
});

/** `GET /interview` (source: spec): the API calls agents interviews. */
export const agentList = (query: IDataObject): ListRequest => ({
	path: '/interview',
	key: 'interviews',
	subject: 'the list of agents',
	query,
});

/** Reads the IDs of all active agents. */
export const activeAgentIds = async (scope: Scope) => await agentIds(scope, { status: 'ACTIVE' });

/** Reads the IDs of all agents, including archived ones. */
export const allAgentIds = async (scope: Scope) => await agentIds(scope, { all_interviews: true });

async function agentIds(scope: Scope, query: IDataObject): Promise<string[]> {
	const ids: string[] = [];
	for await (const { id } of listRecords(scope, agentList(query))) if (text(id) !== null) ids.push(String(id));
	return ids;
}
