import { useSimulator } from './harness.mts';

const api = useSimulator();
const { request } = api;

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
		expect(api.simulator.requests.map((seen) => seen.status)).toEqual([400]);
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
		expect(api.simulator.requests).toHaveLength(1);
	});
});

test.each<[string, string, number]>([
	['application/x-www-form-urlencoded', 'phone_number=%2B14155550199', 415],
	['application/json', '{"phone_number":', 400],
	['application/json', '', 400],
])('a body of %s: %s', async (type, body, status) => {
	const headers = { 'x-api-token': api.simulator.token, team_id: api.simulator.teamId, 'content-type': type };
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
		const [automation] = api.simulator.store.automations;
		const path = `/webhook/automation/${automation.id}`;
		const statusWith = async (headers: Record<string, string>) =>
			(await request('POST', path, { any: [{ thing: 1 }] }, { headers })).status;

		expect(await statusWith({})).toBe(200);
		automation.verified = true;
		expect(await statusWith({})).toBe(401);
		expect(await statusWith({ 'x-api-token': api.simulator.token })).toBe(200);
	});

	test('a refused request is recorded with its body', async () => {
		await request('POST', '/contact/create?a=1&a=2', { name: 'Ada' }, { headers: {} });
		expect(api.simulator.requests).toEqual([
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
