import { setImmediate } from 'node:timers/promises';
import axios from 'axios';
import { type Clock, type Simulator, startSimulator } from '../../simulator/simulator.mts';

/** A clock that stands still until it is moved. */
class StandingClock implements Clock {
	#now = Date.parse('2026-11-25T09:00:00Z');
	#pauses: Array<{ until: number; resolve: () => void }> = [];

	now(): number {
		return this.#now;
	}

	async pause(ms: number, signal: AbortSignal): Promise<void> {
		await new Promise<void>((resolve, reject) => {
			this.#pauses.push({ until: this.#now + ms, resolve });
			signal.addEventListener('abort', () => reject(new Error('aborted')));
		});
	}

	async advance(ms: number): Promise<void> {
		this.#now += ms;
		const over = this.#pauses.filter(({ until }) => until <= this.#now);
		this.#pauses = this.#pauses.filter(({ until }) => until > this.#now);
		for (const { resolve } of over) resolve();
		await setImmediate();
	}
}

let clock: StandingClock;
let simulator: Simulator;
beforeEach(async () => {
	clock = new StandingClock();
	simulator = await startSimulator(
		{ callPace: 3_600_000, quota: { requests: 2, windowMs: 60_000, retryAfter: 'date' } },
		clock,
	);
});
afterEach(async () => await simulator.stop());

async function request(method: string, path: string, data?: object) {
	const headers = { 'x-api-token': simulator.token, team_id: simulator.teamId };
	return await axios.request({ method, url: simulator.url + path, data, headers, validateStatus: null });
}

async function placeCall() {
	const [{ id: contact_id }] = simulator.store.contacts;
	const [{ id: interview_id }] = simulator.store.agents;
	return await request('POST', '/contact/call', { contact_id, interview_id });
}

test('a call of hours lives by the clock that it is given', async () => {
	const { data } = await placeCall();
	const call = simulator.store.calls[4];
	expect(data.data).toMatchObject({ created: '2026-11-25T09:00:00.000Z', status: 'NOT_STARTED' });
	await clock.advance(3_600_000);
	expect(call).toMatchObject({ start_time: '2026-11-25T10:00:00.000Z', status: 'IN_PROGRESS' });
	await clock.advance(1_800_000);
	await clock.advance(1_800_000);
	await simulator.idle();
	expect(call).toMatchObject({ end_time: '2026-11-25T11:00:00.000Z', duration_ms: '3600000', status: 'COMPLETED' });
});

test('the quota rolls by it', async () => {
	const statuses = async () =>
		[await request('GET', '/user'), await request('GET', '/user')].map(({ status }) => status);
	expect(await statuses()).toEqual([200, 200]);
	const { status, headers } = await request('GET', '/user');
	expect([status, headers['retry-after']]).toEqual([429, 'Wed, 25 Nov 2026 09:01:00 GMT']);
	await clock.advance(60_000);
	expect(await statuses()).toEqual([200, 200]);
});

test('the latency waits by it', async () => {
	simulator.options.latencyMs = 86_400_000;
	let done = false;
	const response = request('GET', '/user').then(() => (done = true));
	while (simulator.requests[0]?.status !== 200) await setImmediate();
	await new Promise((resolve) => setTimeout(resolve, 50));
	expect(done).toBe(false);
	await clock.advance(86_400_000);
	await response;
});

test("the API's clock is off in its Date header and its records, not in the books", async () => {
	simulator.options.clockOffsetMs = -300_000;
	const { data, headers } = await placeCall();
	expect(headers.date).toBe('Wed, 25 Nov 2026 08:55:00 GMT');
	expect(data.data.created).toBe('2026-11-25T08:55:00.000Z');
	expect([simulator.requests[0].at, simulator.placements[0].at]).toEqual([clock.now(), clock.now()]);
});

test('the books hold who was called, when and by which request, also where the response was lost', async () => {
	simulator.faults.add({ path: '/contact/call', fault: { kind: 'resetAfter' } });
	await expect(placeCall()).rejects.toThrow();
	await clock.advance(1_000);
	await request('POST', '/contact/call', { contact_id: 'unknown', interview_id: simulator.store.agents[0].id });
	expect(simulator.placements).toEqual([
		{ at: clock.now() - 1_000, call: simulator.store.calls[4], request: simulator.requests[0] },
	]);
	expect(simulator.placements[0].call).toMatchObject({ phone_number: '+14155550101', contact: { name: 'Ada Park' } });
	simulator.reset();
	expect(simulator.placements).toEqual([]);
});

test('an inbound call lives like any other, and no request placed it', async () => {
	const [agent] = simulator.store.agents;
	const { id } = simulator.receiveCall(agent.id, simulator.store.contacts[0].id);
	await simulator.finishCall(id);
	expect(simulator.store.calls[4]).toMatchObject({ id, direction: 'inbound', status: 'COMPLETED' });
	expect(simulator.placements).toEqual([]);
	expect(() => simulator.receiveCall(agent.id, 'unknown')).toThrow('There is no contact of this call');
});
