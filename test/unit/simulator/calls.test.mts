import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import axios from 'axios';
import { endOfCall } from '../../simulator/endings.mts';
import { useSimulator } from './harness.mts';

const api = useSimulator();
const { request, read, subscribe, placeCall } = api;

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
		api.simulator.options.callPace = 150;
		await subscribe('NEW_RESPONSE', `${hook}/response`);
		const placed = await placeCall('+14155550101', { order: '7' });
		expect(placed).toMatchObject({
			status: 'NOT_STARTED',
			end_time: null,
			duration_ms: null,
			metadata: { order: '7' },
		});

		const seen = new Set<string>([placed.status]);
		for (let over = false; !over;) {
			const { responses } = await read(`/interview/${placed.interview.id}/responses`);
			expect(responses[0].id).toBe(placed.id);
			seen.add(responses[0].status);
			over = responses[0].end_time !== null;
		}
		expect([...seen]).toEqual(['NOT_STARTED', 'IN_PROGRESS', 'COMPLETED']);

		await api.simulator.idle();
		expect(received).toHaveLength(1);
		const { body } = received[0];
		expect(body).toMatchObject({ id: placed.id, version: 3, type: 'PHONE_CALL', metadata: { order: '7' } });
		expect(body.duration_ms).toBe(String(Date.parse(String(body.end_time)) - Date.parse(String(body.start_time))));
		expect(body.transcript).toMatch(/^Agent: .+\nUser: /);
		expect(body.conversation_history).toHaveLength(4);
		expect(api.simulator.deliveries).toEqual([
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
		api.simulator.options.callPace = 60;
		await subscribe('NEW_RESPONSE', `${hook}/response`);
		await subscribe('PHONE_TRANSFER', `${hook}/transfer`);
		await placeCall(phoneNumber);
		await api.simulator.idle();
		expect(paths()).toEqual(status === 'TRANSFERRED' ? ['/response', '/transfer'] : ['/response']);
		const body = received.find(({ path }) => path === '/response')?.body;
		expect(body).toMatchObject({ status, recording_url: hasRecording ? expect.any(String) : null });
		if (status === 'TRANSFERRED') expect(received[0]).toMatchObject({ path: '/transfer', body: { end_time: null } });
	});

	test('each subscription gets what it asked for', async () => {
		api.simulator.options.undocumentedEvents = 'accepted';
		const [agent, other] = api.simulator.store.agents;
		await subscribe('NEW_RESPONSE', `${hook}/agent`, agent.id);
		await subscribe('NEW_RESPONSE', `${hook}/other`, other.id);
		await subscribe('NEW_RESPONSE', `${hook}/any`);
		await subscribe('FOLDER_NEW_RESPONSE', `${hook}/folder`, agent.folder_id ?? '');
		await subscribe('FOLDER_PHONE_TRANSFER', `${hook}/folder-transfer`, agent.folder_id ?? '');
		const call = await placeCall();

		await api.simulator.transferCall(call.id);
		expect(paths()).toEqual(['/folder-transfer']);
		received = [];
		await api.simulator.finishCall(call.id, { status: 'FAILED', tags: ['x'] });
		expect(paths()).toEqual(['/agent', '/any', '/folder']);
		expect(received[0].body).toMatchObject({ status: 'FAILED', tags: ['x'], duration_ms: '0' });
		await expect(api.simulator.finishCall(call.id)).rejects.toThrow('already ended');
		await expect(api.simulator.transferCall('unknown')).rejects.toThrow('There is no call unknown');
	});

	test('early, repeated and nested', async () => {
		api.simulator.options.deliveries = { shape: 'nested', early: true, repeats: 2 };
		await subscribe('NEW_RESPONSE', `${hook}/response`);
		const { id } = await placeCall();
		await api.simulator.finishCall(id);
		expect(received.map(({ body }) => (body.call as { status: string }).status).sort()).toEqual([
			'COMPLETED',
			'COMPLETED',
			'NOT_STARTED',
			'NOT_STARTED',
		]);
		const last = received.find(({ body }) => 'ended_at' in (body.call as object));
		expect(last?.body).toMatchObject({
			event: 'NEW_RESPONSE',
			call: { id, outcome: 'qualified', duration_seconds: 0, direction: 'outbound' },
			agent: { title: 'Appointment Reminder' },
			transcript: expect.arrayContaining([expect.objectContaining({ speaker: 'user' })]),
		});
	});

	test('a 429 is tried again once, other answers are not', async () => {
		await subscribe('ACTION_FAILED', `${hook}/any`);
		api.simulator.store.subscriptions.push({ id: '1', type: 'ACTION_FAILED', url: hook, data: null, created: '' });
		answers = [{ status: 429, headers: { 'retry-after': '0' } }, { status: 429 }, { status: 500 }];
		expect((await api.simulator.deliver('ACTION_FAILED', {})).map(({ status }) => status)).toEqual([429, 429]);
		expect((await api.simulator.deliver('ACTION_FAILED', { a: 1 }, 'x')).map(({ status }) => status)).toEqual([500]);
		expect(received.map(({ body }) => body)).toEqual([{}, {}, { a: 1 }]);
	});

	test('a receiver that is gone leaves a delivery without a status', async () => {
		await subscribe('NEW_RESPONSE', 'http://127.0.0.1:9/gone');
		await api.simulator.finishCall((await placeCall()).id);
		expect(api.simulator.deliveries).toEqual([
			expect.objectContaining({ status: null, answer: expect.stringContaining('ECONNREFUSED') }),
		]);
	});

	test('a call stays as placed with a pace of 0, and reset ends its life', async () => {
		await placeCall();
		let idle = false;
		const waiting = api.simulator.idle().then(() => (idle = true));
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(idle).toBe(false);
		api.simulator.reset();
		await waiting;
	});

	test('the recording is a WAV file, open to all and recorded nowhere', async () => {
		const { data, headers } = await axios.get(api.simulator.store.calls[0].recording_url ?? '', {
			responseType: 'arraybuffer',
		});
		expect(headers['content-type']).toBe('audio/wav');
		expect(data.subarray(0, 4).toString()).toBe('RIFF');
		expect(data.readUInt32LE(4)).toBe(data.length - 8);
		expect((await request('GET', '/recordings/unknown.wav')).status).toBe(404);
		expect(api.simulator.requests).toEqual([]);
	});

	test('an end changes nothing in the record that it is given', () => {
		const [call] = api.simulator.store.calls;
		const before = JSON.stringify(call);
		endOfCall(call, 'COMPLETED', new Date(), '');
		expect(JSON.stringify(call)).toBe(before);
	});
});
