import axios, { type AxiosRequestConfig, type AxiosResponse } from 'axios';
import { type SimulatorOptions, defaults } from '../../simulator/options.mts';
import { type Simulator, startSimulator } from '../../simulator/simulator.mts';

export const base = { callPace: 0, quota: null } satisfies SimulatorOptions;

/** A simulator for the tests of a file, as new before each of them, and requests that it lets in. */
export function useSimulator() {
	let simulator: Simulator;
	beforeAll(async () => {
		simulator = await startSimulator(base);
	});
	beforeEach(() => {
		Object.assign(simulator.options, structuredClone({ ...defaults, ...base }));
		simulator.reset();
	});
	afterAll(async () => await simulator.stop());

	async function request(method: string, path: string, data?: unknown, config: AxiosRequestConfig = {}) {
		return await axios.request({
			method,
			url: simulator.url + path,
			data,
			headers: { 'x-api-token': simulator.token, team_id: simulator.teamId },
			maxRedirects: 0,
			validateStatus: null,
			...config,
		});
	}

	return {
		get simulator(): Simulator {
			return simulator;
		},
		request,
		/** The `data` of a response without an error. */
		async read(path: string) {
			const { status, data } = await request('GET', path);
			expect([path, status, data.error]).toEqual([path, 200, null]);
			return data.data;
		},
		async subscribe(type: string, url: string, data?: string): Promise<AxiosResponse> {
			return await request('POST', '/webhooks/subscribe', { type, url, ...(data === undefined ? {} : { data }) });
		},
		/** Places a call to the number, creating its contact if needed; returns the `data` of the response. */
		async placeCall(phoneNumber = '+14155550101', metadata?: Record<string, string>) {
			const contact = await request('POST', '/contact/create', { phone_number: phoneNumber });
			const ids = { contact_id: contact.data.data.id, interview_id: simulator.store.agents[0].id };
			const { status, data } = await request('POST', '/contact/call', { ...ids, ...(metadata && { metadata }) });
			expect(status).toBe(200);
			return data.data;
		},
	};
}
