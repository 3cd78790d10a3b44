// One variant of the overhead bench, in a process of its own.
import { Agent } from 'node:http';
import axios from 'axios';
import { type ReadContacts, loadEngine } from './engine.mts';
import { readInput } from './measure.mts';
import type { OverheadFigures, OverheadInput, Variant } from './overhead.mts';

const WARM_UP_ITEMS = 20;

/** Bare axios with the credential's headers and reused connections. */
const axiosReads =
	(maxSockets: number): ReadContacts =>
	async ({ url, token, teamId }, ids) => {
		const client = axios.create({
			baseURL: url,
			headers: { 'x-api-token': token, team_id: teamId },
			httpAgent: new Agent({ keepAlive: true, maxSockets }),
			proxy: false,
		});
		const start = performance.now();
		const records = await Promise.all(
			ids.map(async (id) => (await client.get<{ data: { id: string } }>(`/contact/${id}`)).data.data),
		);
		const ms = performance.now() - start;
		return { ms, lost: ids.filter((id, index) => records[index].id !== id).length };
	};

const readers: Record<Variant, (runtimeFolder: string) => Promise<ReadContacts>> = {
	thoughtly: async (runtimeFolder) => (await loadEngine(runtimeFolder)).thoughtly,
	httpRequest: async (runtimeFolder) => (await loadEngine(runtimeFolder)).httpRequest(),
	axios500: async () => axiosReads(500),
	axiosUnlimited: async () => axiosReads(Infinity),
};

const { variant, runtimeFolder, api, contactIds, requests } = readInput<OverheadInput>();
const read = await readers[variant](runtimeFolder);
const ids = Array.from({ length: requests }, (_, index) => contactIds[index % contactIds.length]);
// a running n8n has already compiled what every execution needs
await read(api, ids.slice(0, WARM_UP_ITEMS));
const peakMB = () => process.resourceUsage().maxRSS / 1024;
const peakBefore = peakMB();
const cpuBefore = process.cpuUsage();
const measured = await read(api, ids);
const { user, system } = process.cpuUsage(cpuBefore);
const figures: OverheadFigures = {
	...measured,
	cpuMs: (user + system) / 1000,
	peakMB: peakMB(),
	addedMB: peakMB() - peakBefore,
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
// axios keeps connections open
process.exit();
