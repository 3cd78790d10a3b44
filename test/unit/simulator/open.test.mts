import type { SimulatorOptions } from '../../simulator/simulator.mts';
import { useSimulator } from './harness.mts';

const api = useSimulator();
const { request, read, subscribe, placeCall } = api;

const hook = 'http://127.0.0.1:9/hook';
const use = (options: SimulatorOptions) => void Object.assign(api.simulator.options, options);
const callIds = async (query = '') =>
	(await read(`/interview/${api.simulator.store.agents[0].id}/responses${query}`)).responses.map(
		({ id }: { id: string }) => id,
	);

describe('lists', () => {
	test('have pages no larger than the cap, one after another', async () => {
		use({ largestPage: 2 });
		const names = async (page: number) =>
			(await read(`/contact?limit=50&page=${page}`)).contacts.map(({ name }: { name: string }) => name);
		expect([await names(0), await names(1), await names(2)]).toEqual([
			['Ada Park', 'Ben Ortiz'],
			['Carla Weiss', 'Dev Shah'],
			['Eve Lind'],
		]);
	});

	test('unordered are neither newest nor oldest first, and the same on every page', async () => {
		const [call] = api.simulator.store.calls;
		for (let day = 10; day < 30; day++) {
			api.simulator.store.calls.push({ ...call, id: `call-${day}`, created: `2026-10-${day}T09:00:00.000Z` });
		}
		const newest = await callIds('?limit=50');
		use({ callOrder: 'unordered' });
		const unordered = await callIds('?limit=50');
		expect(unordered).not.toEqual(newest);
		expect(unordered).not.toEqual([...newest].reverse());
		expect([...unordered].sort()).toEqual([...newest].sort());
		expect([await callIds('?limit=12'), await callIds('?limit=12&page=1')].flat()).toEqual(unordered);
	});

	test('show a call and a contact only after the lag', async () => {
		use({ listLagMs: 60_000 });
		const { id } = await placeCall('+14155550199');
		const contacts = async () => (await read('/contact?search=5550199')).contacts.length;
		expect([(await callIds()).includes(id), await contacts()]).toEqual([false, 0]);
		use({ listLagMs: 1 });
		await new Promise((resolve) => setTimeout(resolve, 2));
		expect([(await callIds()).includes(id), await contacts()]).toEqual([true, 1]);
	});

	test('reach only so far back', async () => {
		const { id } = await placeCall();
		use({ callHistoryMs: 60_000 });
		expect(await callIds()).toEqual([id]);
	});
});

describe('subscriptions', () => {
	test('are listed without their data', async () => {
		await subscribe('NEW_RESPONSE', hook, 'one');
		use({ webhookData: false });
		const [subscription] = (await read('/webhooks')).webhooks;
		expect(subscription).toMatchObject({ type: 'NEW_RESPONSE', url: hook });
		expect(subscription).not.toHaveProperty('data');
	});

	test.each([
		['refused', 409, 1],
		['returned', 200, 1],
		['duplicated', 200, 2],
	] as const)('made twice are %s', async (existingSubscription, status, count) => {
		use({ existingSubscription });
		const first = await subscribe('NEW_RESPONSE', hook);
		const second = await subscribe('NEW_RESPONSE', hook);
		expect([second.status, api.simulator.store.subscriptions.length]).toEqual([status, count]);
		if (existingSubscription === 'returned') expect(second.data).toEqual(first.data);
	});

	test.each([
		['all', 2],
		['none', 1],
	] as const)('without data get the events of %s agents', async (eventsWithoutData, count) => {
		use({ eventsWithoutData });
		await subscribe('NEW_RESPONSE', hook);
		await subscribe('NEW_RESPONSE', hook, api.simulator.store.agents[0].id);
		await api.simulator.finishCall((await placeCall()).id);
		expect(api.simulator.deliveries).toHaveLength(count);
	});
});

test('values other than strings are accepted where the option says so, but never nested ones', async () => {
	use({ values: 'scalars' });
	const create = async (attributes: object) =>
		(await request('POST', '/contact/create', { phone_number: '+14155550199', attributes })).status;
	expect(await create({ age: 42, vip: true })).toBe(200);
	expect(await create({ list: [1] })).toBe(400);
	expect(await create({ nothing: null })).toBe(400);
});
