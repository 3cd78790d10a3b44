import { type AxiosRequestConfig } from 'axios';
import { type Fault } from '../../simulator/simulator.mts';
import { useSimulator } from './harness.mts';

const api = useSimulator();
const { request, read } = api;

describe('faults', () => {
	const contact = { phone_number: '+14155550199' };
	const create = async (config: AxiosRequestConfig = {}) => await request('POST', '/contact/create', contact, config);
	const acted = () => api.simulator.store.contacts.length === 6;
	const add = (fault: Fault) => api.simulator.faults.add({ method: 'POST', path: '/contact/create', fault });

	test.each<[Fault, { status: number; type?: string; data: unknown; acts: boolean }]>([
		[
			{ kind: 'status', status: 502, body: '<html>Bad Gateway</html>' },
			{ status: 502, type: 'text/html', data: '<html>Bad Gateway</html>', acts: false },
		],
		[
			{ kind: 'status', status: 503, body: 'Busy', headers: { 'retry-after': '1' } },
			{ status: 503, type: 'text/plain', data: 'Busy', acts: false },
		],
		[
			{ kind: 'status', status: 500, body: { data: null, error: 'No' } },
			{ status: 500, type: 'application/json', data: { data: null, error: 'No' }, acts: false },
		],
		[
			{ kind: 'errorInBody', error: 'Suspended' },
			{ status: 200, data: { data: null, error: 'Suspended' }, acts: false },
		],
		[
			{ kind: 'redirect', location: 'http://127.0.0.1:9/' },
			{ status: 307, data: '', acts: false },
		],
		[
			{ kind: 'status', status: 408, acts: true },
			{ status: 408, type: 'application/json', data: expect.objectContaining({ data: null }), acts: true },
		],
		[
			{ kind: 'status', status: 200, body: { success: false }, acts: true },
			{ status: 200, data: { success: false }, acts: true },
		],
		[
			{ kind: 'errorInBody', error: 'Suspended', acts: true },
			{ status: 200, type: 'application/json', data: { data: null, error: 'Suspended' }, acts: true },
		],
		[
			{ kind: 'redirect', location: 'http://127.0.0.1:9/', acts: true },
			{ status: 307, data: '', acts: true },
		],
		[{ kind: 'empty' }, { status: 200, data: '', acts: true }],
		[{ kind: 'brokenJson' }, { status: 200, data: expect.stringMatching(/^\{"data":\{/), acts: true }],
	])('%j', async (fault, { status, type, data, acts }) => {
		add(fault);
		const answer = await create();
		expect([answer.status, answer.data, acted()]).toEqual([status, data, acts]);
		if (type) expect(answer.headers['content-type']).toContain(type);
		if (fault.kind === 'status') expect(answer.headers).toMatchObject(fault.headers ?? {});
		expect(api.simulator.requests).toEqual([expect.objectContaining({ status, body: contact })]);
		expect((await create()).status).toBe(200);
	});

	test.each<[Fault, RegExp, boolean]>([
		[{ kind: 'reset' }, /ECONNRESET/, false],
		[{ kind: 'resetAfter' }, /ECONNRESET/, true],
		[{ kind: 'hang' }, /ECONNABORTED/, false],
	])('%j', async (fault, code, acts) => {
		add(fault);
		const timeout = fault.kind === 'hang' ? 2_000 : 30_000;
		await expect(create({ timeout })).rejects.toMatchObject({ code: expect.stringMatching(code) });
		expect(acted()).toBe(acts);
		expect(api.simulator.requests).toEqual([expect.objectContaining({ status: null, body: contact })]);
	});

	test('latency: the server acts at once, and the answer is late', async () => {
		add({ kind: 'latency', ms: 300 });
		const started = Date.now();
		let isAnswered = false;
		const answer = create().finally(() => (isAnswered = true));
		while (!acted()) await new Promise((resolve) => setTimeout(resolve, 5));
		expect(isAnswered).toBe(false);
		expect((await answer).status).toBe(200);
		expect(Date.now() - started).toBeGreaterThanOrEqual(295);
	});

	test('latency until a promise is resolved', async () => {
		let respond = () => {};
		add({ kind: 'latency', ms: new Promise<number>((resolve) => (respond = () => resolve(0))) });
		let isAnswered = false;
		const answer = create().finally(() => (isAnswered = true));
		while (!acted()) await new Promise((resolve) => setTimeout(resolve, 5));
		await read('/user');
		expect(isAnswered).toBe(false);
		respond();
		expect((await answer).status).toBe(200);
	});

	test('a fault before the server acts comes as late as every answer, and it does not act', async () => {
		api.simulator.options.latencyMs = 50;
		add({ kind: 'status', status: 429 });
		expect((await create()).status).toBe(429);
		expect(acted()).toBe(false);
	});

	test('latencyMs holds for every answer', async () => {
		api.simulator.options.latencyMs = 100;
		for (const path of ['/user', '/nowhere']) {
			const started = Date.now();
			await request('GET', path);
			expect(Date.now() - started).toBeGreaterThanOrEqual(95);
		}
	});

	test('times, after and a pattern choose the requests', async () => {
		const fault: Fault = { kind: 'status', status: 500 };
		api.simulator.faults.add({ method: 'get', path: /^\/(user|contact)$/, after: 1, times: 2, fault });
		const statuses = [];
		for (const path of ['/user', '/interview', '/contact', '/user', '/user']) {
			statuses.push((await request('GET', path)).status);
		}
		expect(statuses).toEqual([200, 200, 500, 500, 200]);
	});

	test('a fault that lasts until reset', async () => {
		api.simulator.faults.add({ times: Infinity, fault: { kind: 'status', status: 500 } });
		for (let count = 0; count < 3; count++) expect((await request('GET', '/user')).status).toBe(500);
		api.simulator.reset();
		await read('/user');
	});

	test('random faults are the same for the same seed', async () => {
		const draw = async (seed: number) => {
			api.simulator.reset();
			api.simulator.faults.random(0.5, (chance) => ({ kind: 'status', status: chance < 0.5 ? 500 : 503 }), seed);
			const statuses = [];
			for (let count = 0; count < 20; count++) statuses.push((await request('GET', '/user')).status);
			return statuses;
		};
		const first = await draw(7);
		expect(new Set(first)).toEqual(new Set([200, 500, 503]));
		expect(await draw(7)).toEqual(first);
		expect(await draw(8)).not.toEqual(first);
	});
});
