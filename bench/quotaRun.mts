// The variants of the quota bench, run concurrently in this process, each with its own simulator and so its own quota.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Simulator, startSimulator } from '../test/simulator/simulator.mts';
import { newContact } from '../test/simulator/store.mts';
import { type Measured, type ReadContacts, loadEngine } from './engine.mts';
import { readInput } from './measure.mts';
import type { QuotaFigures, QuotaInput } from './quota.mts';

/** Between the starts of two variants, so that the first burst of one does not delay another. */
const BETWEEN_STARTS_MS = 3_000;

const { runtimeFolder, contacts, requests, windowMs, scale } = readInput<QuotaInput>();

const { thoughtly, httpRequest, times } = await loadEngine(runtimeFolder);
Object.assign(times, { quotaWindow: windowMs, longestWayThere: times.longestWayThere * scale });

/** Contacts for an execution; only 100 numbers are reserved for fiction, so several contacts share one. */
function addContacts({ store, teamId }: Simulator): string[] {
	const added = Array.from({ length: contacts }, (_, index) =>
		newContact({ phone_number: `+141555501${String(index % 100).padStart(2, '0')}`, team_id: teamId }),
	);
	store.contacts.push(...added);
	return added.map(({ id }) => id);
}

/** Measures executions that start at the same time with the same credential. */
async function figuresOf(name: string, read: ReadContacts, executions: number): Promise<QuotaFigures> {
	// a quota belongs to a token
	const simulator = await startSimulator({ token: name, quota: { requests, windowMs, retryAfter: 'seconds' } });
	try {
		const ids = addContacts(simulator);
		const { url, token, teamId } = simulator;
		const api = { url, token, teamId, requestsPerMinute: requests };
		const runs: Measured[] = await Promise.all(Array.from({ length: executions }, async () => await read(api, ids)));
		return {
			name,
			items: contacts * executions,
			lost: runs.reduce((sum, { lost }) => sum + lost, 0),
			refused: simulator.requests.filter(({ status }) => status === 429).length,
			ms: Math.max(...runs.map(({ ms }) => ms)),
		};
	} finally {
		await simulator.stop();
	}
}

/** A long-running n8n has already loaded and compiled everything. */
async function warmUp(read: ReadContacts): Promise<void> {
	const simulator = await startSimulator({ quota: null });
	const ids = simulator.store.contacts.map(({ id }) => id);
	await read({ ...simulator, requestsPerMinute: 1_000_000 }, ids);
	await simulator.stop();
}

await warmUp(thoughtly);
await warmUp(httpRequest());

const inBatches = httpRequest({ batchSize: requests, batchInterval: windowMs });
const variants = [
	async () => await figuresOf('Thoughtly node', thoughtly, 1),
	async () => await figuresOf('Thoughtly node, two executions at once', thoughtly, 2),
	async () => await figuresOf('HTTP Request node', httpRequest(), 1),
	async () => await figuresOf(`HTTP Request node, batches of ${requests}`, inBatches, 1),
	async () => await figuresOf(`HTTP Request node, batches of ${requests}, two executions at once`, inBatches, 2),
];
const figures = await Promise.all(
	variants.map(async (variant, index) => {
		await sleep(index * BETWEEN_STARTS_MS);
		return await variant();
	}),
);
process.stdout.write(`${JSON.stringify(figures)}\n`);
