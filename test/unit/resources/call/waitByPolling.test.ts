import { sleep } from 'n8n-workflow';
import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import { waitForCall } from '../../../../nodes/Thoughtly/resources/call/waitByPolling';
import { contextOf } from '../../context';

const PAGE = 50;
const SECOND = 1000;
const NEVER = 24 * 3600 * SECOND;

let began: number;
beforeEach(() => {
	jest.useFakeTimers();
	began = Date.now();
});
afterEach(() => jest.useRealTimers());

/** Seconds since the test began, by the clock that only the test moves. */
const now = () => Math.round((Date.now() - began) / SECOND);
const pass = async (seconds: number) => await jest.advanceTimersByTimeAsync(seconds * SECOND);
const isOver = ({ status }: IDataObject) => status === 'COMPLETED';

let accounts = 0;

/** An execution, and an API that lists the calls of each agent. */
function execution({ requestsPerMinute = 1000 } = {}) {
	// a quota of its own
	const credential = { baseUrl: 'https://api.example.com', apiToken: `token ${++accounts}`, requestsPerMinute };
	const cancel = new AbortController();
	const api = {
		calls: { ann: [], bob: [] } as Record<string, IDataObject[]>,
		isDown: false,
		/** Each page that was read: agent, page, second */
		reads: [] as Array<[string, number, number]>,
		log: [] as string[],
		cancel: () => cancel.abort(new Error('cancelled')),
		/** Waits for a call; tells what was seen of it, and in which second. */
		wait: async (agent: string, id: string, limit = NEVER) => {
			const seen = await waitForCall(context, agent, { id, isDone: isOver, until: began + limit });
			return { status: seen.record?.status, isDone: seen.isDone, at: now() };
		},
	};
	const context = contextOf(
		{
			getCredentials: async () => credential,
			getExecutionId: () => '1',
			getExecutionCancelSignal: () => cancel.signal,
			helpers: {
				async httpRequestWithAuthentication(_type: string, { url, qs }: IHttpRequestOptions) {
					const agent = url.split('/').at(-2)!;
					const page = Number(qs?.page);
					api.reads.push([agent, page, now()]);
					await sleep(50);
					cancel.signal.throwIfAborted();
					if (api.isDown) return response(503, '');
					const responses = api.calls[agent].slice(page * PAGE, (page + 1) * PAGE);
					return response(200, JSON.stringify({ data: { responses } }));
				},
			},
		},
		api.log,
	);
	return api;
}

/** What n8n's helper returns: the body as a stream. */
const response = (statusCode: number, text: string) => ({
	statusCode,
	headers: {},
	body: (async function* () {
		yield new TextEncoder().encode(text);
	})(),
});

const calls = (count: number, name = 'old') =>
	Array.from({ length: count }, (_, index) => ({ id: `${name} ${index}`, status: 'COMPLETED' }));
const failedLooks = ({ log }: ReturnType<typeof execution>) => log.filter((line) => /check for ended calls/.test(line));
const lookedAt = ({ reads }: ReturnType<typeof execution>) => reads.map(([, , second]) => second);

test('a call is looked at every 15 seconds until it is over', async () => {
	const api = execution();
	const call = { id: 'call', status: 'IN_PROGRESS' };
	api.calls.ann = [call];
	const seen = api.wait('ann', 'call');
	await pass(14);
	expect(api.reads).toEqual([]);
	await pass(20);
	call.status = 'COMPLETED';
	await pass(60);
	expect(await seen).toEqual({ status: 'COMPLETED', isDone: true, at: 45 });
	expect(lookedAt(api)).toEqual([15, 30, 45]);
});

test('the wait ends at its limit, with what the API said last', async () => {
	const api = execution();
	api.calls.ann = [{ id: 'call', status: 'IN_PROGRESS' }];
	const both = Promise.all([api.wait('ann', 'call', 20 * SECOND), api.wait('ann', 'unknown', 40 * SECOND)]);
	await pass(60);
	expect(await both).toEqual([
		{ status: 'IN_PROGRESS', isDone: false, at: 20 },
		{ status: undefined, isDone: false, at: 40 },
	]);
});

test('all calls of an agent are looked for in the same rounds, each agent in its own', async () => {
	const api = execution();
	api.calls = { ann: calls(30, 'ann'), bob: calls(1, 'bob') };
	const all = [...api.calls.ann.map(({ id }) => api.wait('ann', String(id))), api.wait('bob', 'bob 0')];
	await pass(15);
	await pass(1);
	for (const { isDone } of await Promise.all(all)) expect(isDone).toBe(true);
	expect(api.reads).toEqual([
		['ann', 0, 15],
		['bob', 0, 15],
	]);
});

test('the rounds end with the last call, and begin anew with the next', async () => {
	const api = execution();
	api.calls.ann = calls(2);
	const first = api.wait('ann', 'old 0');
	await pass(100);
	expect(await first).toMatchObject({ at: 15 });
	const second = api.wait('ann', 'old 1');
	await pass(100);
	expect(await second).toMatchObject({ at: 115 });
	expect(lookedAt(api)).toEqual([15, 115]);
});

test('one that joins later with a shorter limit does not wait for longer', async () => {
	const api = execution();
	void api.wait('ann', 'call').catch(() => undefined);
	await pass(20);
	const joined = api.wait('ann', 'other', 35 * SECOND);
	await pass(60);
	expect(await joined).toEqual({ status: undefined, isDone: false, at: 35 });
	api.cancel();
	await pass(0);
});

test('a look that fails fails no call: it is told in the log, and the next goes on', async () => {
	const api = execution();
	api.calls.ann = calls(1);
	api.isDown = true;
	const seen = api.wait('ann', 'old 0');
	await pass(25);
	api.isDown = false;
	await pass(60);
	expect(await seen).toMatchObject({ isDone: true });
	expect(failedLooks(api)).toHaveLength(1);
});

test.each([
	['between two looks', 20],
	['during a look', 15.01],
])('cancelling %s ends every wait at once, and nothing is asked any more', async (_name, seconds) => {
	const api = execution();
	api.calls.ann = [{ id: 'call', status: 'IN_PROGRESS' }];
	const waits = ['call', 'unknown'].map(async (id) => await api.wait('ann', id).catch((error: Error) => error.message));
	await pass(seconds);
	const { length } = api.reads;
	api.cancel();
	await pass(0.05);
	expect(await Promise.all(waits)).toEqual(['cancelled', 'cancelled']);
	await pass(3600);
	expect(api.reads).toHaveLength(length);
	expect(failedLooks(api)).toEqual([]);
});

describe('a long list', () => {
	test('is read as far as it must be, from the first page that had one of the calls', async () => {
		const api = execution();
		const running = [
			{ id: 'first', status: 'IN_PROGRESS' },
			{ id: 'second', status: 'IN_PROGRESS' },
		];
		// the oldest come first: ours are on the third and the fourth page of five
		api.calls.ann = [...calls(120), running[0], ...calls(40, 'other'), running[1], ...calls(70, 'newer')];
		const seen = Promise.all(running.map(({ id }) => api.wait('ann', id)));
		await pass(35);
		expect(api.reads.map(([, page]) => page)).toEqual([0, 1, 2, 3, 2, 3]);
		for (const call of running) call.status = 'COMPLETED';
		await pass(30);
		expect((await seen).map(({ isDone }) => isDone)).toEqual([true, true]);
	});

	test('is read again from its beginning when another call is waited for', async () => {
		const api = execution();
		api.calls.ann = [{ id: 'first', status: 'IN_PROGRESS' }, ...calls(120), { id: 'last', status: 'IN_PROGRESS' }];
		void api.wait('ann', 'last').catch(() => undefined);
		await pass(35);
		expect(api.reads.map(([, page]) => page)).toEqual([0, 1, 2, 2]);
		void api.wait('ann', 'first').catch(() => undefined);
		await pass(15);
		expect(api.reads.map(([, page]) => page).slice(4)).toEqual([0, 1, 2]);
		api.cancel();
		await pass(0);
	});

	test('is looked at so seldom that half of the quota is left to others', async () => {
		const api = execution({ requestsPerMinute: 22 });
		api.calls.ann = [...calls(510), { id: 'call', status: 'IN_PROGRESS' }];
		void api.wait('ann', 'call').catch(() => undefined);
		await pass(15 + 5);
		expect(api.reads).toHaveLength(11);
		// eleven requests a minute are half of 22
		await pass(54);
		expect(api.reads).toHaveLength(11);
		await pass(4);
		expect(api.reads.length).toBeGreaterThan(11);
		api.cancel();
		await pass(0);
	});
});
