import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { useSimulator } from './harness.mts';

const api = useSimulator();

let asked: Array<{ method?: string; url?: string; secret: unknown; body: string }>;
let server: Server;
let url: string;
beforeAll(async () => {
	server = createServer(async (message, response) => {
		let body = '';
		for await (const chunk of message) body += String(chunk);
		asked.push({ method: message.method, url: message.url, secret: message.headers['x-webhook-secret'], body });
		response.writeHead(201, { 'content-type': 'application/json' }).end('{"slots":["09:00"]}');
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ask`;
});
beforeEach(() => void (asked = []));
afterAll(async () => await new Promise((resolve) => server.close(resolve)));

test.each([
	['GET', '/ask?day=Monday', ''],
	['POST', '/ask', '{"day":"Monday"}'],
] as const)('an agent asks by %s during a call, and gets the response', async (method, path, body) => {
	const headers = { 'x-webhook-secret': 's' };
	const response = await api.simulator.askDuringCall({ method, url, headers, payload: { day: 'Monday' } });
	expect(asked).toEqual([{ method, url: path, secret: 's', body }]);
	expect(response).toMatchObject({ status: 201, body: { slots: ['09:00'] }, ms: expect.any(Number) });
	expect(response.headers).toMatchObject({ 'content-type': 'application/json' });
});
