// One variant of the paging bench, in a process of its own.
import { Agent } from 'node:http';
import axios from 'axios';
import { type ListCalls, PAGE, loadEngine } from './engine.mts';
import { readInput } from './measure.mts';
import type { PagingFigures, PagingInput, PagingVariant } from './paging.mts';

const axiosLists: ListCalls = async ({ url, token, teamId }, agentId) => {
	const httpAgent = new Agent({ keepAlive: true });
	const headers = { 'x-api-token': token, team_id: teamId };
	const ids: string[] = [];
	const start = performance.now();
	for (let page = 0; ids.length === page * PAGE; page++) {
		const { data } = await axios.get<{ data: { responses: Array<{ id: string }> } }>(
			`${url}/interview/${agentId}/responses`,
			{ params: { page, limit: PAGE }, headers, httpAgent, proxy: false },
		);
		ids.push(...data.data.responses.map(({ id }) => id));
	}
	return { ids, ms: performance.now() - start };
};

const listers: Record<PagingVariant, (runtimeFolder: string) => Promise<ListCalls>> = {
	thoughtly: async (runtimeFolder) => (await loadEngine(runtimeFolder)).thoughtlyCalls,
	httpRequest: async (runtimeFolder) => (await loadEngine(runtimeFolder)).httpRequestCalls(),
	axios: async () => axiosLists,
};

const { variant, runtimeFolder, api, agentId } = readInput<PagingInput>();
const list = await listers[variant](runtimeFolder);
const { ids, ms } = await list(api, agentId);
const figures: PagingFigures = { ms, calls: new Set(ids).size, peakMB: process.resourceUsage().maxRSS / 1024 };
process.stdout.write(`${JSON.stringify(figures)}\n`);
// axios keeps connections open
process.exit();
