// What the operations about agents and their calls do with the store.
import type { FastifyInstance } from 'fastify';
import { recordList } from './envelope.mts';
import { type Backend, byId, operation } from './backend.mts';
import { wordsOf } from './endings.mts';
import { type Paging, found, inOrder, isListed, pageOf, sharesOne, sorted } from './lists.mts';
import type { Agent } from './store.mts';
import { showAgent, showCall, tagName } from './views.mts';

interface AgentsQuery extends Paging {
	search?: string;
	status?: Agent['status'];
	sort?: string;
	all_interviews?: boolean;
}
interface CallsQuery extends Paging {
	search?: string;
	response_tags?: string[];
	status?: string[];
	job_id?: string;
}
/** Adds the operations to the server. */
export function addAgentRoutes(api: FastifyInstance, { store, settings, time }: Backend): void {
	api.get<{ Querystring: AgentsQuery }>('/interview', operation('getAgents'), async ({ query }) => {
		const [field, direction] = (query.sort ?? '').split('_');
		const archivedToo = query.all_interviews || query.status !== undefined;
		const agents = store.agents
			.filter((agent) => archivedToo || agent.status === 'ACTIVE')
			.filter((agent) => query.status === undefined || agent.status === query.status)
			.filter((agent) => found(query.search, [agent.title]));
		const ordered = field ? sorted(agents, field as keyof Agent, direction) : agents;
		const page = pageOf(ordered, query, settings.largestPage).map((agent) => showAgent(agent, settings));
		return recordList('interviews', page, settings, { count: agents.length });
	});

	api.get<{ Params: { interview_id: string }; Querystring: CallsQuery }>(
		'/interview/:interview_id/responses',
		operation('searchCalls'),
		async ({ params, query }) => {
			const agent = byId(store.agents, params.interview_id, 'Agent');
			const responses = store.calls
				.filter((call) => call.interview.id === agent.id)
				.filter((call) => isListed(call, time(), settings.listLagMs, settings.callHistoryMs))
				.filter(({ tags }) => query.response_tags === undefined || sharesOne(tags.map(tagName), query.response_tags))
				.filter((call) => query.status?.includes(wordsOf(call, settings.vocabulary).status) ?? true)
				.filter((call) => query.job_id === undefined || call.job_id === query.job_id)
				.filter((call) => found(query.search, [call.contact?.name, call.phone_number, call.transcript]));
			const page = pageOf(inOrder(responses, settings.callOrder), query, settings.largestPage);
			return recordList(
				'responses',
				page.map((call) => showCall(call, agent, settings)),
				settings,
			);
		},
	);
}
