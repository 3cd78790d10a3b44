import { type Simulator, startSimulator } from '../../simulator/simulator.mts';
import { base, useSimulator } from './harness.mts';

const api = useSimulator();
const { request, read } = api;

describe('records', () => {
	const titles = async (query: string) =>
		(await read(`/interview${query}`)).interviews.map(({ title }: { title: string }) => title);
	const names = async (query: string) =>
		(await read(`/contact${query}`)).contacts.map(({ name }: { name: string }) => name);

	test.each([
		['', ['Appointment Reminder', 'Lead Qualifier', 'Customer Survey']],
		['?sort=title_desc', ['Lead Qualifier', 'Customer Survey', 'Appointment Reminder']],
		['?sort=created_asc&limit=2&page=1', ['Customer Survey']],
		['?status=ARCHIVED', ['Summer Campaign']],
		['?all_interviews=true&search=M', ['Appointment Reminder', 'Customer Survey', 'Summer Campaign']],
		['?all_interviews=true&status=ACTIVE&search=summer', []],
		['?all_interviews=false&search=summer', []],
	])('agents %s', async (query, expected) => {
		expect(await titles(query)).toEqual(expected);
	});

	test.each([
		['?tags=lead&tags=vip', ['Ben Ortiz', 'Dev Shah']],
		['?excluded_tags=customer&excluded_tags=lead', ['Carla Weiss', 'Eve Lind']],
		['?sort=name&sortDirection=desc&limit=2', ['Eve Lind', 'Dev Shah']],
		['?search=ADA%40', ['Ada Park']],
		['?search=5550113', ['Eve Lind']],
		['?page=1&limit=4', ['Eve Lind']],
		['?page=9', []],
	])('contacts %s', async (query, expected) => {
		expect(await names(query)).toEqual(expected);
	});

	test('contacts without a number, and a search that looks at none', async () => {
		api.simulator.store.contacts[0].phone_number = null;
		expect(await names('?phone_numbers_only=true')).toHaveLength(4);
		api.simulator.options.searchFindsNumbers = false;
		expect(await names('?search=5550113')).toEqual([]);
	});

	test.each([
		['', ['4', '2', '1']],
		['?status=NO_ANSWER&status=BUSY', ['2']],
		['?response_tags=confirmed', ['1']],
		['?job_id=other', []],
		['?search=carla', ['2']],
		['?limit=1&page=1', ['2']],
	])('calls %s', async (query, expected) => {
		const path = `/interview/${api.simulator.store.agents[0].id}/responses${query}`;
		const lastDigits = async () => (await read(path)).responses.map(({ id }: { id: string }) => id.slice(-1));
		expect(await lastDigits()).toEqual(expected);
		api.simulator.options.callOrder = 'oldest';
		if (!query.includes('page')) expect(await lastDigits()).toEqual(expected.reverse());
	});

	test.each([
		['returned', 200, 5],
		['refused', 409, 5],
		['duplicated', 200, 6],
	] as const)('a contact whose number exists is %s', async (existingContact, status, count) => {
		api.simulator.options.existingContact = existingContact;
		const answer = await request('POST', '/contact/create', { phone_number: '+14155550101', name: 'Other' });
		expect(answer.status).toBe(status);
		expect(api.simulator.store.contacts).toHaveLength(count);
		if (existingContact === 'returned') expect(answer.data.data.name).toBe('Ada Park');
		if (existingContact === 'refused') expect(answer.data.error.message).toContain('already exists');
	});

	test('a contact is created, read and deleted', async () => {
		const sent = { phone_number: '+14155550199', tags: ['new'], attributes: { plan: 'pro' }, country_code: 'US' };
		const { id } = (await request('POST', '/contact/create', sent)).data.data;
		expect(await read(`/contact/${id}`)).toMatchObject({ id, phone_number: '+14155550199', tags: ['new'], name: null });
		expect((await request('DELETE', `/contact/${id}`)).status).toBe(200);
		expect((await request('GET', `/contact/${id}`)).status).toBe(404);
	});

	test('the seed is the same every time, and reset brings it back', async () => {
		const other = await startSimulator(base);
		await other.stop();
		const ids = ({ store }: Simulator) =>
			Object.values(store).map((kind: Array<{ id: string }>) => kind.map(({ id }) => id));
		await request('DELETE', `/contact/${api.simulator.store.contacts[0].id}`);
		api.simulator.reset();
		expect(ids(api.simulator)).toEqual(ids(other));
		expect(api.simulator.requests).toEqual([]);
	});

	test('without the seed there is nothing', async () => {
		const empty = await startSimulator({ seed: false });
		await empty.stop();
		expect(empty.store).toEqual({ agents: [], contacts: [], calls: [], subscriptions: [], automations: [] });
	});
});
