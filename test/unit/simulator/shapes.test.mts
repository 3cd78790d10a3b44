import type { SimulatorOptions } from '../../simulator/simulator.mts';
import { useSimulator } from './harness.mts';

const api = useSimulator();
const { request, read, subscribe, placeCall } = api;

const agentId = 'a0000000-0000-4000-8000-000000000001';
const contactId = 'c0000000-0000-4000-8000-000000000001';
const calls = async (query = '') => (await read(`/interview/${agentId}/responses${query}`)).responses;
const use = (options: SimulatorOptions) => void Object.assign(api.simulator.options, options);

describe('the vocabulary', () => {
	test.each([
		['+14155550101', 'COMPLETED', 'qualified', 'success', 'qualified'],
		['+14155550110', 'NO_ANSWER', null, 'failure', 'no_answer'],
		['+14155550111', 'BUSY', null, 'failure', 'busy'],
		['+14155550112', 'LEFT_VOICEMAIL', null, 'success', 'voicemail'],
		['+14155550113', 'TRANSFERRED', null, 'success', 'transferred'],
	])('of a call to %s: %s, %s or %s, %s', async (phoneNumber, status, outcome, apiStatus, apiOutcome) => {
		const { id } = await placeCall(phoneNumber);
		await api.simulator.finishCall(id);
		expect((await calls())[0]).toMatchObject({ id, status, outcome });
		use({ vocabulary: 'api' });
		expect((await calls())[0]).toMatchObject({ id, status: apiStatus, outcome: apiOutcome });
		expect((await calls(`?status=${status}`)).length).toBe(0);
		expect((await calls(`?status=${apiStatus}`))[0].id).toBe(id);
	});

	test('of a call that is under way, and of one with a status and an outcome of its own', async () => {
		use({ vocabulary: 'api' });
		const [placed, other] = [await placeCall(), await placeCall()];
		expect(placed.status).toBe('queued');
		await api.simulator.finishCall(placed.id, { status: 'SUPPRESSED', outcome: 'booked' });
		await api.simulator.finishCall(other.id, { status: 'on hold' });
		const shown = Object.fromEntries((await calls()).map(({ id, status, outcome }: never) => [id, [status, outcome]]));
		expect([shown[placed.id], shown[other.id]]).toEqual([
			['failure', 'booked'],
			['on hold', null],
		]);
	});
});

describe('the shape of calls', () => {
	const ended = async () => {
		const { id, call_id } = await placeCall('+14155550101', { order: '7' });
		await api.simulator.finishCall(id ?? call_id, { tags: ['x'] });
		return (await calls())[0];
	};

	test('flat', async () => {
		expect(await ended()).toMatchObject({
			interview: { id: agentId },
			contact: { id: contactId, name: 'Ada Park' },
			ai_name: 'Appointment Reminder',
			direction: 'outbound',
			outcome: 'qualified',
			metadata: { order: '7' },
			custom_fields: { appointment: 'Monday' },
		});
	});

	test('flat as in a real delivery', async () => {
		use({ profileFields: false, contactInCalls: false });
		const call = await ended();
		for (const field of ['direction', 'outcome', 'custom_fields', 'contact']) expect(call).not.toHaveProperty(field);
	});

	test("the profile's", async () => {
		use({ listedCalls: 'profile', placedCalls: 'profile' });
		const call = await ended();
		expect(call).toMatchObject({
			interview_id: agentId,
			contact_id: contactId,
			direction: 'outbound',
			outcome: 'qualified',
			duration_seconds: 0,
			tags: ['x'],
			metadata: { order: '7' },
			ended_at: expect.any(String),
		});
		expect(call.transcript.map((turn: object) => Object.keys(turn))).toEqual([
			['transcript', 'speaker', 'createdAt', 'step', 'node_id'],
			['transcript', 'speaker', 'createdAt'],
			['transcript', 'speaker', 'createdAt', 'step', 'node_id'],
			['transcript', 'speaker', 'createdAt'],
		]);
	});

	test("nested as in the profile's event, without a field that is null", async () => {
		use({ listedCalls: 'nested' });
		expect(await ended()).toMatchObject({
			call: { interview_id: agentId },
			agent: { id: agentId, title: 'Appointment Reminder', phone_number: '+14155550151' },
			custom_fields: { order: '7', appointment: 'Monday' },
		});
		const [{ call }] = await calls('?status=NO_ANSWER');
		expect(Object.values(call)).not.toContain(null);
		expect(call).not.toHaveProperty('outcome');
	});

	test('just placed', async () => {
		use({ placedCalls: 'profile', vocabulary: 'api' });
		expect(await placeCall()).toEqual({
			call_id: api.simulator.store.calls[4].id,
			status: 'queued',
			interview_id: agentId,
			contact_id: contactId,
		});
	});
});

describe('responses', () => {
	const bodyOf = async (path: string) => (await request('GET', path)).data;

	test('one level deeper', async () => {
		use({ envelope: 'deeper' });
		expect(await bodyOf(`/contact/${contactId}`)).toEqual({ data: { contact: expect.anything() }, error: null });
		expect(await bodyOf('/user')).toMatchObject({ data: { user: { name: 'Sam Simulator' } } });
	});

	test('without data', async () => {
		use({ envelope: 'none' });
		expect(await bodyOf(`/contact/${contactId}`)).toMatchObject({ id: contactId });
		expect(await bodyOf('/contact')).toEqual({ contacts: expect.any(Array) });
	});

	test('with bare lists, and an empty error', async () => {
		use({ lists: 'bare', noError: {} });
		expect(await bodyOf('/interview')).toEqual({ data: expect.any(Array), error: {} });
	});

	test.each([
		['status', 404, { data: null, error: { message: 'Contact not found' } }],
		['error', 200, { data: null, error: { message: 'Contact not found' } }],
		['success', 200, { success: false, message: 'Contact not found' }],
		['errors', 200, { errors: [{ message: 'Contact not found' }] }],
	] as const)('that refuse by %s', async (refusals, status, body) => {
		use({ refusals });
		const response = await request('GET', '/contact/unknown');
		expect([response.status, response.data]).toEqual([status, body]);
	});

	test('with tags as objects', async () => {
		use({ tags: 'objects' });
		await api.simulator.finishCall((await placeCall()).id, { tags: ['x'] });
		expect((await read(`/contact/${contactId}`)).tags).toEqual([{ name: 'customer' }]);
		expect((await calls())[0]).toMatchObject({ tags: [{ name: 'x' }], contact: { tags: [{ name: 'customer' }] } });
	});

	test.each([
		['null', null],
		['absent', undefined],
		['emptyText', ''],
	] as const)('with fields without a value as %s', async (emptyFields, value) => {
		use({ emptyFields });
		expect((await read(`/contact/${contactId.replace(/1$/, '2')}`)).email).toBe(value);
		const call = (await placeCall('+14155550102')) as Record<string, unknown>;
		expect([call.end_time, (call.contact as { email?: unknown }).email]).toEqual([value, value]);
	});

	test('with tags as strings', async () => {
		use({ tags: 'strings' });
		expect((await read(`/contact/${contactId.replace(/1$/, '2')}`)).tags).toEqual(['lead']);
	});

	test("with the profile's timestamps", async () => {
		use({ timestamps: 'created_at' });
		const { data } = (await subscribe('NEW_RESPONSE', 'http://127.0.0.1:9/hook')).data;
		for (const record of [data, await read(`/contact/${contactId}`), (await read('/interview')).interviews[0]]) {
			expect(record).toHaveProperty('created_at');
			expect(record).not.toHaveProperty('created');
		}
	});
});
