import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import {
	ADVICE,
	callNode,
	contactItems,
	credential,
	failCalls,
	placed,
	simulator,
	useSimulator,
} from '../fixtures.mts';
import { runNode } from '../n8n/index.mts';

/** What errors say: the cause first, whether anyone was called, the next step. */

useSimulator({ firstBackoff: 5 });

describe('an error says what to do', () => {
	const get = async (overrides: ICredentialDataDecryptedObject = {}) =>
		await runNode({ parameters: { resource: 'user', operation: 'get' }, credential: credential(overrides) });

	test('a wrong token, sent once', async () => {
		const { error, run } = await get({ apiToken: 'wrong-token' });
		expect(error?.message).toBe(
			"Thoughtly did not accept the credential (401): check its 'API Token' and 'Team ID' [item 0]",
		);
		expect(error?.description).toMatch(
			/Settings → Developer\. Thoughtly said: Unauthorized\. <a href="https:.*#correct-the-credential"/,
		);
		expect(simulator.requests).toHaveLength(1);
		expect(JSON.stringify(run)).not.toContain('wrong-token');
	});

	test('a wrong team', async () => {
		const { error } = await get({ teamId: 'other' });
		expect(error?.message).toBe(
			"Thoughtly denied access (403): check that the credential's 'API Token' belongs to its 'Team ID' [item 0]",
		);
	});

	test('a firewall in front of Thoughtly, not the team', async () => {
		const body = '<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Enable cookies</body></html>';
		simulator.faults.add({ fault: { kind: 'status', status: 403, body } });
		const { error } = await get();
		expect(error?.message).toBe('A firewall in front of Thoughtly blocked the request (403) [item 0]');
		expect(error?.description).toMatch(/IP address of this n8n/);
		expect(`${error?.message} ${error?.description}`).not.toMatch(/Team ID/);
	});

	test('nothing listens there', async () => {
		const { error } = await get({ baseUrl: 'http://127.0.0.1:9' });
		expect(error?.message).toBe('Thoughtly could not be reached [item 0]');
		expect(error?.description).toMatch(/'Base URL'.*ECONNREFUSED/);
	});

	test.each([301, 302, 307, 308])(
		'a redirect (%d) is not followed, so the token stays, and not asked again',
		async (status) => {
			const headers = { location: `${simulator.url}/contact` };
			simulator.faults.add({ fault: { kind: 'status', status, headers } });
			const { error } = await get();
			expect(error?.message).toBe(`Thoughtly redirected the request (${status}) [item 0]`);
			expect(error?.description).toMatch(/'Base URL'/);
			expect(simulator.requests).toHaveLength(1);
		},
	);

	test('a 2xx that carries an error', async () => {
		simulator.faults.add({ fault: { kind: 'errorInBody', error: { title: 'Team is suspended' } } });
		expect((await get()).error?.message).toBe('Thoughtly reported an error: Team is suspended [item 0]');
	});

	test('HTML, broken JSON and an empty body', async () => {
		simulator.faults.add({
			times: 3,
			fault: { kind: 'status', status: 502, body: '<html><h1>Bad Gateway</h1></html>' },
		});
		simulator.faults.add({ fault: { kind: 'brokenJson' } });
		simulator.faults.add({ fault: { kind: 'empty' } });
		const messages = [(await get()).error?.message, (await get()).error?.message, (await get()).error?.message];
		expect(messages).toEqual([
			'Thoughtly could not process the request (502): Bad Gateway [item 0]',
			'Thoughtly sent a response that could not be parsed [item 0]',
			'Thoughtly sent a response that could not be parsed [item 0]',
		]);
	});

	test('a call whose outcome is unclear is not to be repeated', async () => {
		failCalls({ kind: 'resetAfter' });
		const { error } = await runNode(callNode(contactItems(1)));
		expect(error?.message).toMatch(ADVICE);
		expect(error?.message).toMatch(/before placing it again \[item 0\]$/);
		expect(placed()).toHaveLength(1);
		expect(simulator.requests).toHaveLength(1);
	});

	test('nobody was called, also where a step before the call failed', async () => {
		simulator.faults.add({ path: /responses$/, times: 3, fault: { kind: 'status', status: 503 } });
		const options = { skipIfCalledWithin: { time: {} } };
		const { error } = await runNode(callNode(contactItems(1), { options }));
		expect(error?.message).toMatch(
			/^Thoughtly could not process the request \(503\).*\. Nobody was called \[item 0\]$/,
		);
		expect(placed()).toEqual([]);
	});
});
