import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import axios from 'axios';
import type { Api } from './engine.mts';

const TOKEN = 'simulator-token';
const TEAM_ID = 'simulator-team';

const AREA_CODES = [201, 202, 203, 205, 206, 207, 208, 209, 210, 212];
const NUMBERS = AREA_CODES.flatMap((area) =>
	Array.from({ length: 100 }, (_, index) => `+1${area}55501${String(index).padStart(2, '0')}`),
);

export interface SimulatorProcess {
	api: Api;
	/** The IDs of the first records of a list, such as `contact` with its `contacts` */
	idsOf(path: string, key: string): Promise<string[]>;
	/** Creates 1,000 contacts with numbers reserved for fiction; returns their IDs. */
	createContacts(): Promise<string[]>;
	stop(): void;
}

/** Starts a simulator without a quota in a process of its own, so that it takes no time from the measured one. */
export async function startSimulatorProcess(latencyMs: number): Promise<SimulatorProcess> {
	const program = join(import.meta.dirname, '..', 'test', 'simulator', 'main.mts');
	const options = ['--port', '0', '--quota', '0', '--latency-ms', String(latencyMs)];
	const child = spawn(
		process.execPath,
		['--import', 'tsx', program, ...options, '--token', TOKEN, '--team-id', TEAM_ID],
		{ stdio: ['ignore', 'pipe', 'inherit'] },
	);
	for await (const line of createInterface(child.stdout)) {
		const url = /^URL:\s+(\S+)/.exec(line)?.[1];
		if (!url) continue;
		const client = axios.create({ baseURL: url, headers: { 'x-api-token': TOKEN, team_id: TEAM_ID } });
		return {
			api: { url, token: TOKEN, teamId: TEAM_ID, requestsPerMinute: 1_000_000 },
			async idsOf(path, key) {
				const { data } = await client.get<{ data: Record<string, Array<{ id: string }>> }>(path);
				return data.data[key].map(({ id }) => id);
			},
			async createContacts() {
				return await Promise.all(
					NUMBERS.map(async (number) => {
						const { data } = await client.post<{ data: { id: string } }>('contact/create', { phone_number: number });
						return data.data.id;
					}),
				);
			},
			stop: () => void child.kill(),
		};
	}
	await once(child, 'exit');
	throw new Error('The simulator did not start');
}
