import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import axios from 'axios';
import { startSimulator } from '../../simulator/simulator.mts';
import { useSimulator } from './harness.mts';

const api = useSimulator();

describe('the server', () => {
	test('its contract is open to all, recorded nowhere, and names every operation', async () => {
		const { data } = await axios.get(`${api.simulator.url}/openapi.json`);
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
		expect(api.simulator.requests).toEqual([]);
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
		// the latency alone would take as long as this test may
		await other.stop();
		await ended;
		await other.idle();
	});

	test('a port in use is refused', async () => {
		const port = Number(new URL(api.simulator.url).port);
		await expect(startSimulator({ port })).rejects.toThrow('EADDRINUSE');
	});
});
