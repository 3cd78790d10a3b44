import { execFile } from 'node:child_process';
import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import axios, { type AxiosRequestConfig } from 'axios';
import { endOfCall } from '../simulator/store.mts';
import { type Fault, type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator.mts';

const defaults = { callPace: 0, quota: null } satisfies SimulatorOptions;

let simulator: Simulator;
beforeAll(async () => {
	simulator = await startSimulator(defaults);
});
beforeEach(() => {
	Object.assign(simulator.options, {
		...defaults,
		latencyMs: 0,
		deliveries: { shape: 'flat', early: false, repeats: 1 },
		webhookListing: 'all',
		newestFirst: true,
		undocumentedEvents: 'refused',
		existingContact: 'returned',
		searchFindsNumbers: true,
	});
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

async function read(path: string) {
	const { status, data } = await request('GET', path);
	expect([path, status, data.error]).toEqual([path, 200, null]);
	return data.data;
}

async function subscribe(type: string, url: string, data?: string) {
	return await request('POST', '/webhooks/subscribe', { type, url, ...(data === undefined ? {} : { data }) });
}

async function placeCall(phoneNumber = '+14155550101', metadata?: Record<string, string>) {
	const contact = await request('POST', '/contact/create', { phone_number: phoneNumber });
	const ids = { contact_id: contact.data.data.id, interview_id: simulator.store.agents[0].id };
	const { status, data } = await request('POST', '/contact/call', { ...ids, ...(metadata && { metadata }) });
	expect(status).toBe(200);
	return data.data;
}

describe('what the contract refuses', () => {
	const agent = 'a0000000-0000-4000-8000-000000000001';
	const contact = 'c0000000-0000-4000-8000-000000000001';
	const hook = 'http://127.0.0.1:9/hook';

	test.each<[string, string, unknown, string]>([
		['GET', '/interview?limit=51', undefined, 'limit'],
		['GET', '/interview?limit=0', undefined, 'limit'],
		['GET', '/interview?limit=ten', undefined, 'limit'],
		['GET', '/interview?page=-1', undefined, 'page'],
		['GET', '/interview?status=active', undefined, 'status'],
		['GET', '/interview?sort=title', undefined, 'sort'],
		['GET', '/interview?all_interviews=yes', undefined, 'all_interviews'],
		['GET', '/interview?archived=true', undefined, 'archived'],
		['GET', `/interview/${agent}/responses?tags=a`, undefined, 'tags'],
		['GET', `/interview/${agent}/responses?job_id=a&job_id=b`, undefined, 'job_id'],
		['GET', '/contact?tags[]=vip', undefined, 'tags[]'],
		['GET', '/contact?tags[0]=vip', undefined, 'tags[0]'],
		['GET', '/contact?sortDirection=up', undefined, 'sortDirection'],
		['GET', `/contact/${contact}?page=0`, undefined, 'page'],
		['GET', '/user?page=0', undefined, 'page'],
		['GET', '/webhooks?page=0', undefined, 'page'],
		['GET', '/webhooks?limit=50', undefined, 'limit'],
		['POST', '/contact/create', [], 'body'],
		['POST', '/contact/create', {}, 'phone_number'],
		['POST', '/contact/create', { phone_number: 14155550101 }, 'phone_number'],
		['POST', '/contact/create', { phone_number: '4155550101' }, 'phone_number'],
		['POST', '/contact/create', { phone_number: '+1 415 555 0101' }, 'phone_number'],
		['POST', '/contact/create', { phone_number: '+14155550199', email: 'ada' }, 'email'],
		['POST', '/contact/create', { phone_number: '+14155550199', name: null }, 'name'],
		['POST', '/contact/create', { phone_number: '+14155550199', tags: 'vip' }, 'tags'],
		['POST', '/contact/create', { phone_number: '+14155550199', attributes: { age: 42 } }, 'attributes.age'],
		['POST', '/contact/create', { phone_number: '+14155550199', phone: 'x' }, 'phone'],
		['POST', '/contact/create?dry=1', { phone_number: '+14155550199' }, 'dry'],
		['POST', '/contact/call', { contact_id: contact }, 'interview_id'],
		['POST', '/contact/call', { interview_id: agent }, 'contact_id'],
		['POST', '/contact/call', { contact_id: contact, interview_id: agent, metadata: { n: 1 } }, 'metadata.n'],
		['POST', '/contact/call', { contact_id: contact, interview_id: agent, metadata: 'x' }, 'metadata'],
		['POST', '/contact/call', { contact_id: contact, interview_id: agent, phone_number: '+1' }, 'phone_number'],
		['POST', '/webhooks/subscribe', { type: 'NEW_RESPONSE' }, 'url'],
		['POST', '/webhooks/subscribe', { type: 'NEW_RESPONSE', url: 'hook' }, 'url'],
		['POST', '/webhooks/subscribe', { type: 'ACTION_FAILED', url: hook }, 'type'],
		['POST', '/webhooks/subscribe', { type: 'NEW_CALL', url: hook }, 'type'],
		['POST', '/webhooks/subscribe', { type: 'NEW_RESPONSE', url: hook, agent }, 'agent'],
		['DELETE', '/webhooks/unsubscribe', undefined, 'body'],
		['DELETE', '/webhooks/unsubscribe', { url: hook }, 'type'],
		['DELETE', '/webhooks/unsubscribe', { type: 'NEW_RESPONSE', url: hook, data: null }, 'data'],
		['POST', '/webhook/automation/f0000000-0000-4000-8000-000000000001', [1], 'body'],
	])('%s %s %j', async (method, path, body, field) => {
		const { status, data } = await request(method, path, body);
		expect(status).toBe(400);
		expect(data.data).toBeNull();
		expect(data.error.message.split(' ')).toContain(field);
		expect(simulator.requests.map((seen) => seen.status)).toEqual([400]);
	});

	test.each<[string, string, unknown, string]>([
		['GET', '/contact/unknown', undefined, 'Contact not found'],
		['DELETE', '/contact/unknown', undefined, 'Contact not found'],
		['GET', '/interview/unknown/responses', undefined, 'Agent not found'],
		['POST', '/contact/call', { contact_id: 'unknown', interview_id: agent }, 'Contact not found'],
		['POST', '/contact/call', { contact_id: contact, interview_id: 'unknown' }, 'Agent not found'],
		['POST', '/contact/call', { contact_id: contact, interview_id: agent.replace(/1$/, '4') }, 'Agent not found'],
		['DELETE', '/webhooks/unsubscribe', { type: 'NEW_RESPONSE', url: hook }, 'Webhook subscription not found'],
		['POST', '/webhook/automation/unknown', {}, 'Automation not found'],
		['GET', '/call', undefined, 'There is no GET /call'],
		['HEAD', '/user', undefined, ''],
	])('knows no %s %s %j', async (method, path, body, message) => {
		const { status, data } = await request(method, path, body);
		expect([status, data.error?.message ?? '']).toEqual([404, message]);
		expect(simulator.requests).toHaveLength(1);
	});
});

test.each<[string, string, number]>([
	['application/x-www-form-urlencoded', 'phone_number=%2B14155550199', 415],
	['application/json', '{"phone_number":', 400],
	['application/json', '', 400],
])('a body of %s: %s', async (type, body, status) => {
	const headers = { 'x-api-token': simulator.token, team_id: simulator.teamId, 'content-type': type };
	const answer = await request('POST', '/contact/create', body, { headers, transformRequest: [(data) => data] });
	expect(answer.status).toBe(status);
	expect(answer.data).toEqual({ data: null, error: { message: expect.any(String) } });
});

describe('authentication', () => {
	test.each<[string, Record<string, string>, number]>([
		['no header', {}, 401],
		['a wrong token', { 'x-api-token': 'x', team_id: 'simulator-team' }, 401],
		['no team', { 'x-api-token': 'simulator-token' }, 403],
		['a wrong team', { 'x-api-token': 'simulator-token', team_id: 'x' }, 403],
		['both headers', { 'x-api-token': 'simulator-token', team_id: 'simulator-team' }, 200],
	])('%s', async (_name, headers, status) => {
		const answer = await request('GET', '/user', undefined, { headers });
		expect(answer.status).toBe(status);
		if (status === 401) expect(answer.data).toBe('Unauthorized');
		if (status === 403) expect(answer.data).toMatchObject({ data: null, error: { message: expect.any(String) } });
	});

	test('an automation wants the token only where verification is on', async () => {
		const [automation] = simulator.store.automations;
		const path = `/webhook/automation/${automation.id}`;
		const statusWith = async (headers: Record<string, string>) =>
			(await request('POST', path, { any: [{ thing: 1 }] }, { headers })).status;

		expect(await statusWith({})).toBe(200);
		automation.verified = true;
		expect(await statusWith({})).toBe(401);
		expect(await statusWith({ 'x-api-token': simulator.token })).toBe(200);
	});

	test('a refused request is recorded with its body', async () => {
		await request('POST', '/contact/create?a=1&a=2', { name: 'Ada' }, { headers: {} });
		expect(simulator.requests).toEqual([
			expect.objectContaining({
				method: 'POST',
				path: '/contact/create',
				query: { a: ['1', '2'] },
				body: { name: 'Ada' },
				status: 401,
				at: expect.any(Number),
			}),
		]);
	});
});

describe('the quota', () => {
	test.each(['seconds', 'date', 'none'] as const)('Retry-After as %s', async (retryAfter) => {
		simulator.options.quota = { requests: 2, windowMs: 30_000, retryAfter };
		const answers = [];
		for (let count = 0; count < 4; count++) answers.push(await request('GET', '/user'));

		expect(answers.map(({ status }) => status)).toEqual([200, 200, 429, 429]);
		const { data, headers } = answers[3];
		expect(data).toBe('Too Many Requests');
		if (retryAfter === 'none') expect(headers).not.toHaveProperty('retry-after');
		if (retryAfter === 'seconds') expect(headers['retry-after']).toMatch(/^(29|30)$/);
		if (retryAfter === 'date') {
			expect(headers['retry-after']).toMatch(/GMT$/);
			const wait = Date.parse(headers['retry-after']) - Date.now();
			expect(wait).toBeGreaterThan(28_000);
			expect(wait).toBeLessThanOrEqual(31_000);
		}
	});

	test('the window rolls, and a refused request does not count', async () => {
		simulator.options.quota = { requests: 2, windowMs: 600, retryAfter: 'none' };
		const statuses = async (count: number) => {
			const answers = await Promise.all(Array.from({ length: count }, async () => await request('GET', '/user')));
			return answers.map(({ status }) => status).sort();
		};
		expect(await statuses(5)).toEqual([200, 200, 429, 429, 429]);
		await new Promise((resolve) => setTimeout(resolve, 650));
		expect(await statuses(3)).toEqual([200, 200, 429]);
	});

	test('reset makes it unused again', async () => {
		simulator.options.quota = { requests: 1, windowMs: 60_000, retryAfter: 'none' };
		await read('/user');
		simulator.reset();
		await read('/user');
	});
});

describe('faults', () => {
	const contact = { phone_number: '+14155550199' };
	const create = async (config: AxiosRequestConfig = {}) => await request('POST', '/contact/create', contact, config);
	const acted = () => simulator.store.contacts.length === 6;
	const add = (fault: Fault) => simulator.faults.add({ method: 'POST', path: '/contact/create', fault });

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
		[{ kind: 'empty' }, { status: 200, data: '', acts: true }],
		[{ kind: 'brokenJson' }, { status: 200, data: expect.stringMatching(/^\{"data":\{/), acts: true }],
	])('%j', async (fault, { status, type, data, acts }) => {
		add(fault);
		const answer = await create();
		expect([answer.status, answer.data, acted()]).toEqual([status, data, acts]);
		if (type) expect(answer.headers['content-type']).toContain(type);
		if (fault.kind === 'status') expect(answer.headers).toMatchObject(fault.headers ?? {});
		expect(simulator.requests).toEqual([expect.objectContaining({ status, body: contact })]);
		expect((await create()).status).toBe(200);
	});

	test.each<[Fault, RegExp, boolean]>([
		[{ kind: 'reset' }, /ECONNRESET/, false],
		[{ kind: 'resetAfter' }, /ECONNRESET/, true],
		[{ kind: 'hang' }, /ECONNABORTED/, false],
	])('%j', async (fault, code, acts) => {
		add(fault);
		await expect(create({ timeout: 200 })).rejects.toMatchObject({ code: expect.stringMatching(code) });
		expect(acted()).toBe(acts);
		expect(simulator.requests).toEqual([expect.objectContaining({ status: null, body: contact })]);
	});

	test('latency: the server acts at once, and the answer is late', async () => {
		add({ kind: 'latency', ms: 300 });
		const started = Date.now();
		const answer = create();
		while (!acted()) await new Promise((resolve) => setTimeout(resolve, 5));
		expect(Date.now() - started).toBeLessThan(250);
		expect((await answer).status).toBe(200);
		expect(Date.now() - started).toBeGreaterThanOrEqual(295);
	});

	test('latencyMs holds for every answer', async () => {
		simulator.options.latencyMs = 100;
		for (const path of ['/user', '/nowhere']) {
			const started = Date.now();
			await request('GET', path);
			expect(Date.now() - started).toBeGreaterThanOrEqual(95);
		}
	});

	test('times, after and a pattern choose the requests', async () => {
		const fault: Fault = { kind: 'status', status: 500 };
		simulator.faults.add({ method: 'get', path: /^\/(user|contact)$/, after: 1, times: 2, fault });
		const statuses = [];
		for (const path of ['/user', '/interview', '/contact', '/user', '/user']) {
			statuses.push((await request('GET', path)).status);
		}
		expect(statuses).toEqual([200, 200, 500, 500, 200]);
	});

	test('a fault that lasts until reset', async () => {
		simulator.faults.add({ times: Infinity, fault: { kind: 'status', status: 500 } });
		for (let count = 0; count < 3; count++) expect((await request('GET', '/user')).status).toBe(500);
		simulator.reset();
		await read('/user');
	});

	test('random faults are the same for the same seed', async () => {
		const draw = async (seed: number) => {
			simulator.reset();
			simulator.faults.random(0.5, (chance) => ({ kind: 'status', status: chance < 0.5 ? 500 : 503 }), seed);
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
		simulator.store.contacts[0].phone_number = null;
		expect(await names('?phone_numbers_only=true')).toHaveLength(4);
		simulator.options.searchFindsNumbers = false;
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
		const path = `/interview/${simulator.store.agents[0].id}/responses${query}`;
		const lastDigits = async () => (await read(path)).responses.map(({ id }: { id: string }) => id.slice(-1));
		expect(await lastDigits()).toEqual(expected);
		simulator.options.newestFirst = false;
		if (!query.includes('page')) expect(await lastDigits()).toEqual(expected.reverse());
	});

	test.each([
		['returned', 200, 5],
		['refused', 409, 5],
		['duplicated', 200, 6],
	] as const)('a contact whose number exists is %s', async (existingContact, status, count) => {
		simulator.options.existingContact = existingContact;
		const answer = await request('POST', '/contact/create', { phone_number: '+14155550101', name: 'Other' });
		expect(answer.status).toBe(status);
		expect(simulator.store.contacts).toHaveLength(count);
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
		const other = await startSimulator(defaults);
		await other.stop();
		const ids = ({ store }: Simulator) =>
			Object.values(store).map((kind: Array<{ id: string }>) => kind.map(({ id }) => id));
		await request('DELETE', `/contact/${simulator.store.contacts[0].id}`);
		simulator.reset();
		expect(ids(simulator)).toEqual(ids(other));
		expect(simulator.requests).toEqual([]);
	});

	test('without the seed there is nothing', async () => {
		const empty = await startSimulator({ seed: false });
		await empty.stop();
		expect(empty.store).toEqual({ agents: [], contacts: [], calls: [], subscriptions: [], automations: [] });
	});
});

describe('subscriptions', () => {
	const url = 'https://n8n.example.com/webhook/1';

	test('the same type, URL and data only once', async () => {
		expect((await subscribe('NEW_RESPONSE', url, 'one')).status).toBe(200);
		expect((await subscribe('NEW_RESPONSE', url, 'two')).status).toBe(200);
		expect((await subscribe('NEW_RESPONSE', url)).status).toBe(200);
		const again = await subscribe('NEW_RESPONSE', url, 'one');
		expect([again.status, again.data.error.message]).toEqual([409, expect.stringContaining('already exists')]);

		await request('DELETE', '/webhooks/unsubscribe', { type: 'NEW_RESPONSE', url, data: 'one' });
		await request('DELETE', '/webhooks/unsubscribe', { type: 'NEW_RESPONSE', url });
		expect((await read('/webhooks')).webhooks).toEqual([expect.objectContaining({ data: 'two' })]);
	});

	test('undocumented events where they are accepted', async () => {
		simulator.options.undocumentedEvents = 'accepted';
		expect((await subscribe('FOLDER_NEW_RESPONSE', url, 'folder')).status).toBe(200);
		expect((await subscribe('SOMETHING', url)).status).toBe(400);
	});

	test.each([
		['all', 45, 400],
		['paged', 20, 5],
		['ignoresPage', 20, 20],
	] as const)('listed %s', async (webhookListing, firstPage, thirdPage) => {
		simulator.options.webhookListing = webhookListing;
		for (let count = 0; count < 45; count++) await subscribe('NEW_RESPONSE', url, String(count));
		expect((await read('/webhooks')).webhooks).toHaveLength(firstPage);
		const { status, data } = await request('GET', '/webhooks?page=2');
		expect(status === 200 ? data.data.webhooks.length : status).toBe(thirdPage);
		for (const query of ['?page=-1', '?page=1&page=2', '?offset=1']) {
			expect((await request('GET', `/webhooks${query}`)).status).toBe(400);
		}
	});
});

describe('calls and their webhooks', () => {
	let receiver: Server;
	let hook: string;
	let received: Array<{ path: string; body: Record<string, unknown> }>;
	let answers: Array<{ status: number; headers?: Record<string, string> }>;

	const textOf = async (message: IncomingMessage) => {
		const chunks: Buffer[] = [];
		for await (const chunk of message) chunks.push(chunk as Buffer);
		return Buffer.concat(chunks).toString();
	};

	beforeAll(async () => {
		receiver = createServer(async (message, response) => {
			received.push({ path: message.url ?? '', body: JSON.parse(await textOf(message)) });
			const { status, headers } = answers.shift() ?? { status: 200 };
			response.writeHead(status, headers).end('thanks');
		});
		await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
		hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
	});
	beforeEach(() => {
		received = [];
		answers = [];
	});
	afterAll(async () => await new Promise((resolve) => receiver.close(resolve)));

	const paths = () => received.map(({ path }) => path).sort();

	test('a placed call lives through its statuses', async () => {
		simulator.options.callPace = 150;
		await subscribe('NEW_RESPONSE', `${hook}/response`);
		const placed = await placeCall('+14155550101', { order: '7' });
		expect(placed).toMatchObject({
			status: 'NOT_STARTED',
			end_time: null,
			duration_ms: null,
			metadata: { order: '7' },
		});

		const seen = new Set<string>();
		for (let over = false; !over;) {
			const { responses } = await read(`/interview/${placed.interview.id}/responses`);
			expect(responses[0].id).toBe(placed.id);
			seen.add(responses[0].status);
			over = responses[0].end_time !== null;
		}
		expect([...seen]).toEqual(['NOT_STARTED', 'IN_PROGRESS', 'COMPLETED']);

		await simulator.idle();
		expect(received).toHaveLength(1);
		const { body } = received[0];
		expect(body).toMatchObject({ id: placed.id, version: 3, type: 'PHONE_CALL', metadata: { order: '7' } });
		expect(body.duration_ms).toBe(String(Date.parse(String(body.end_time)) - Date.parse(String(body.start_time))));
		expect(body.transcript).toMatch(/^Agent: .+\nUser: /);
		expect(body.conversation_history).toHaveLength(4);
		expect(simulator.deliveries).toEqual([
			expect.objectContaining({ status: 200, answer: 'thanks', body, at: expect.any(Number) }),
		]);
	});

	test.each([
		['+14155550110', 'NO_ANSWER', false],
		['+14155550111', 'BUSY', false],
		['+14155550112', 'LEFT_VOICEMAIL', true],
		['+14155550113', 'TRANSFERRED', true],
		['+14155550114', 'COMPLETED', true],
	])('a call to %s ends as %s', async (phoneNumber, status, hasRecording) => {
		simulator.options.callPace = 60;
		await subscribe('NEW_RESPONSE', `${hook}/response`);
		await subscribe('PHONE_TRANSFER', `${hook}/transfer`);
		await placeCall(phoneNumber);
		await simulator.idle();
		expect(paths()).toEqual(status === 'TRANSFERRED' ? ['/response', '/transfer'] : ['/response']);
		const body = received.find(({ path }) => path === '/response')?.body;
		expect(body).toMatchObject({ status, recording_url: hasRecording ? expect.any(String) : null });
		if (status === 'TRANSFERRED') expect(received[0]).toMatchObject({ path: '/transfer', body: { end_time: null } });
	});

	test('each subscription gets what it asked for', async () => {
		simulator.options.undocumentedEvents = 'accepted';
		const [agent, other] = simulator.store.agents;
		await subscribe('NEW_RESPONSE', `${hook}/agent`, agent.id);
		await subscribe('NEW_RESPONSE', `${hook}/other`, other.id);
		await subscribe('NEW_RESPONSE', `${hook}/any`);
		await subscribe('FOLDER_NEW_RESPONSE', `${hook}/folder`, agent.folder_id ?? '');
		await subscribe('FOLDER_PHONE_TRANSFER', `${hook}/folder-transfer`, agent.folder_id ?? '');
		const call = await placeCall();

		await simulator.transferCall(call.id);
		expect(paths()).toEqual(['/folder-transfer']);
		received = [];
		await simulator.finishCall(call.id, { status: 'FAILED', tags: ['x'] });
		expect(paths()).toEqual(['/agent', '/any', '/folder']);
		expect(received[0].body).toMatchObject({ status: 'FAILED', tags: ['x'], duration_ms: '0' });
		await expect(simulator.finishCall(call.id)).rejects.toThrow('over already');
		await expect(simulator.transferCall('unknown')).rejects.toThrow('There is no call unknown');
	});

	test('early, repeated and nested', async () => {
		simulator.options.deliveries = { shape: 'nested', early: true, repeats: 2 };
		await subscribe('NEW_RESPONSE', `${hook}/response`);
		const { id } = await placeCall();
		await simulator.finishCall(id);
		expect(received.map(({ body }) => (body.call as { status: string }).status).sort()).toEqual([
			'COMPLETED',
			'COMPLETED',
			'NOT_STARTED',
			'NOT_STARTED',
		]);
		const last = received.find(({ body }) => (body.call as { ended_at: unknown }).ended_at !== null);
		expect(last?.body).toMatchObject({
			event: 'NEW_RESPONSE',
			call: { id, outcome: 'completed', duration_seconds: 0 },
			agent: { title: 'Appointment Reminder' },
			transcript: expect.arrayContaining([expect.objectContaining({ speaker: 'user' })]),
		});
	});

	test('a 429 is tried again once, other answers are not', async () => {
		await subscribe('ACTION_FAILED', `${hook}/any`);
		simulator.store.subscriptions.push({ id: '1', type: 'ACTION_FAILED', url: hook, data: null, created: '' });
		answers = [{ status: 429, headers: { 'retry-after': '0' } }, { status: 429 }, { status: 500 }];
		expect((await simulator.deliver('ACTION_FAILED', {})).map(({ status }) => status)).toEqual([429, 429]);
		expect((await simulator.deliver('ACTION_FAILED', { a: 1 }, 'x')).map(({ status }) => status)).toEqual([500]);
		expect(received.map(({ body }) => body)).toEqual([{}, {}, { a: 1 }]);
	});

	test('a receiver that is gone leaves a delivery without a status', async () => {
		await subscribe('NEW_RESPONSE', 'http://127.0.0.1:9/gone');
		await simulator.finishCall((await placeCall()).id);
		expect(simulator.deliveries).toEqual([
			expect.objectContaining({ status: null, answer: expect.stringContaining('ECONNREFUSED') }),
		]);
	});

	test('a call stays as placed with a pace of 0, and reset ends its life', async () => {
		await placeCall();
		let idle = false;
		const waiting = simulator.idle().then(() => (idle = true));
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(idle).toBe(false);
		simulator.reset();
		await waiting;
	});

	test('the recording is a WAV file, open to all and recorded nowhere', async () => {
		const { data, headers } = await axios.get(simulator.store.calls[0].recording_url ?? '', {
			responseType: 'arraybuffer',
		});
		expect(headers['content-type']).toBe('audio/wav');
		expect(data.subarray(0, 4).toString()).toBe('RIFF');
		expect(data.readUInt32LE(4)).toBe(data.length - 8);
		expect((await request('GET', '/recordings/unknown.wav')).status).toBe(404);
		expect(simulator.requests).toEqual([]);
	});

	test('an end changes nothing in the record that it is given', () => {
		const [call] = simulator.store.calls;
		const before = JSON.stringify(call);
		endOfCall(call, 'COMPLETED', new Date(), '');
		expect(JSON.stringify(call)).toBe(before);
	});
});

describe('the server', () => {
	test('its contract is open to all, recorded nowhere, and names every operation', async () => {
		const { data } = await axios.get(`${simulator.url}/openapi.json`);
		type Operation = { operationId: string; parameters?: Array<{ name: string }>; security: unknown[] };
		const operations = Object.entries<Record<string, Operation>>(data.paths).flatMap(([path, methods]) =>
			Object.entries(methods).map(([method, { operationId, parameters = [], security }]) => [
				`${method} ${path} ${operationId}`,
				parameters
					.map(({ name }) => name)
					.sort()
					.join(' '),
				security.length > 0,
			]),
		);
		expect(operations.sort()).toEqual([
			['delete /contact/{id} deleteContact', 'id', true],
			['delete /webhooks/unsubscribe unsubscribeWebhook', '', true],
			['get /contact getContacts', 'excluded_tags limit page phone_numbers_only search sort sortDirection tags', true],
			['get /contact/{id} getContact', 'id', true],
			['get /interview getAgents', 'all_interviews limit page search sort status', true],
			[
				'get /interview/{interview_id}/responses searchCalls',
				'interview_id job_id limit page response_tags search status',
				true,
			],
			['get /user getUser', '', true],
			['get /webhooks getWebhooks', '', true],
			['post /contact/call callContact', '', true],
			['post /contact/create createContact', '', true],
			['post /webhook/automation/{automation_id} triggerAutomation', 'automation_id', false],
			['post /webhooks/subscribe subscribeWebhook', '', true],
		]);
		const body = data.paths['/webhooks/subscribe'].post.requestBody.content['application/json'].schema;
		expect(body.properties.type.enum).toEqual(['NEW_RESPONSE', 'PHONE_TRANSFER']);
		expect(simulator.requests).toEqual([]);
	});

	test('the generated types are those of the contract', async () => {
		const program = ['--import', 'tsx', 'test/simulator/generateTypes.mts', '--check'];
		await promisify(execFile)(process.execPath, program);
	}, 30_000);

	test('stop ends hanging requests and running calls', async () => {
		const other = await startSimulator({ callPace: 60_000, latencyMs: 60_000 });
		other.faults.add({ path: '/user', fault: { kind: 'hang' } });
		const headers = { 'x-api-token': other.token, team_id: other.teamId };
		const ids = { contact_id: other.store.contacts[0].id, interview_id: other.store.agents[0].id };
		const ended = Promise.allSettled([
			axios.get(`${other.url}/user`, { headers }),
			axios.post(`${other.url}/contact/call`, ids, { headers }),
		]);
		while (other.store.calls.length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
		const started = Date.now();
		await other.stop();
		await ended;
		await other.idle();
		expect(Date.now() - started).toBeLessThan(1_000);
	});

	test('a port in use is refused', async () => {
		const port = Number(new URL(simulator.url).port);
		await expect(startSimulator({ port })).rejects.toThrow('EADDRINUSE');
	});
});
