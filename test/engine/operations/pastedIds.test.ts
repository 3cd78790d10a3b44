import type { IDataObject, INodeParameters } from 'n8n-workflow';
import {
	agentIds,
	byId,
	callNode,
	contactIds,
	contactItems,
	credential,
	placed,
	requested,
	simulator,
	useSimulator,
} from '../fixtures.mts';
import { runNode } from '../n8n/index.mts';

/** IDs as users paste them: addresses of the dashboard, other letters, and what does not exist. */

useSimulator();

describe('an agent by URL', () => {
	const ID = 'a0000000-0000-4000-8000-000000000001';
	const OTHER = '99999999-2222-4333-8444-555555555555';
	const APP = 'https://app.example.com';

	/** The agent's ID that a list of its calls is requested with. */
	async function agentAt(url: string) {
		const { error } = await runNode({
			parameters: {
				resource: 'call',
				operation: 'getAll',
				agent: { __rl: true, mode: 'url', value: '={{ $json.url }}' },
			},
			items: [{ url }],
			credential: credential(),
		});
		const [, id] = /^GET \/interview\/(.+)\/responses$/.exec(requested()[0] ?? '') ?? [];
		return id ?? error?.message;
	}

	test.each([
		[`${APP}/agents/${ID}`, ID],
		[`${APP}/agents/${ID}/`, ID],
		[`${APP}/agents/${ID}/edit?tab=script`, ID],
		[`${APP}/agents/${ID}/history?from=2026-11-01`, ID],
		[`${APP}/agents/${ID}?campaign=spring2026`, ID],
		[`${APP}/agents/${ID}#section-12345`, ID],
		[`${APP}/agents/${ID}/versions/version2`, ID],
		[`${APP}/agents/${ID}/calls/${OTHER}`, ID],
		[`${APP}/team/${OTHER}/agents/${ID}`, ID],
		[`${APP}/#/agents/${ID}`, ID],
		[`${APP}/interview/${ID}/responses`, ID],
		[`${APP}/studio/${ID}/2026-11-01`, ID],
		[`${APP}/agents/k3v9x2ab`, 'k3v9x2ab'],
		[`${APP}/agents/abcdefgh/edit`, 'abcdefgh'],
		[`${APP}/studio/k3v9x2ab/settings`, 'k3v9x2ab'],
		[`${APP}/studio/k3v9x2ab/2026-11-01`, 'k3v9x2ab'],
		[`${APP}/studio/abcdefgh`, 'abcdefgh'],
	])('%s is agent %s', async (url, id) => expect(await agentAt(url)).toBe(id));

	test.each([`${APP}/home`, `${APP}/calls/2026-11-01`, `${APP}/home?agent=${ID}`, APP, ID])(
		'%s names none',
		async (url) => {
			expect(await agentAt(url)).toEqual(expect.any(String));
			expect(requested()).toEqual([]);
		},
	);
});

describe('an automation', () => {
	const trigger = async (automationId: string) =>
		await runNode({
			parameters: { resource: 'automation', operation: 'trigger', automationId },
			credential: credential(),
		});

	test.each([
		'a1B2c3D4e5F6',
		' a1B2c3D4e5F6 ',
		'https://api.thoughtly.com/webhook/automation/a1B2c3D4e5F6',
		'https://api.thoughtly.com/webhook/automation/a1B2c3D4e5F6/?source=n8n',
		'https://app.example.com/automations/a1B2c3D4e5F6/edit#step-2',
	])('is found by %s', async (entered) => {
		simulator.store.automations.push({ id: 'a1B2c3D4e5F6', title: 'Pasted', verified: false });
		const { json } = await trigger(entered);
		expect(json).toEqual([{ id: 'a1B2c3D4e5F6' }]);
		expect(requested()).toEqual(['POST /webhook/automation/a1B2c3D4e5F6']);
	});

	test.each([
		'https://api.thoughtly.com/webhook/other/a1B2c3D4e5F6',
		'https://api.thoughtly.com/webhook/automation/..',
	])('is not guessed from %s', async (entered) => {
		const { error } = await trigger(entered);
		expect(error?.message).toBe(`'Automation ID' is a URL without an automation ID: ${entered} [item 0]`);
		expect(requested()).toEqual([]);
	});

	test('that does not exist is named', async () => {
		const { error } = await trigger('nope');
		expect(error?.message).toBe('Automation nope was not found (404). The automation was not started [item 0]');
		expect(error?.description).toMatch(/^Check the automation ID/);
	});
});

describe('what does not exist is named as that', () => {
	const start = async (parameters: INodeParameters) => await runNode(callNode(contactItems(1), parameters));
	const byNumber = (phoneNumber: string): INodeParameters => ({ callTo: 'phoneNumber', phoneNumber });

	test.each<[string, () => INodeParameters, string]>([
		['an agent', () => ({ agent: byId('nope') }), 'Agent nope was not found (404). Nobody was called [item 0]'],
		[
			'an agent, for the number of a contact',
			() => ({ agent: byId('nope'), ...byNumber('+14155550101') }),
			'Agent nope was not found (404). Nobody was called [item 0]',
		],
		[
			'an agent, whose calls are looked through first',
			() => ({ agent: byId('nope'), options: { skipIfCalledWithin: { time: {} } } }),
			'Agent nope was not found (404). Nobody was called [item 0]',
		],
		['a contact', () => ({ contact: byId('nope') }), 'Contact nope was not found (404). Nobody was called [item 0]'],
	])('%s', async (_name, parameters, message) => {
		const { error } = await start(parameters());
		expect(error?.message).toBe(message);
		expect(placed()).toEqual([]);
	});

	test('an agent for a new number, before a contact is created', async () => {
		const { error } = await start({ agent: byId('nope'), ...byNumber('+14155550177') });
		expect(error?.message).toBe('Agent nope was not found (404). Nobody was called [item 0]');
		expect(requested()).toEqual(['GET /contact', 'GET /interview/nope/responses']);
	});

	test('the agent of a list of calls', async () => {
		const { error } = await runNode({
			parameters: { resource: 'call', operation: 'getAll', agent: byId('nope') },
			credential: credential(),
		});
		expect(error?.message).toBe('Agent nope was not found (404) [item 0]');
		expect(error?.description).toMatch(/^Check the agent ID/);
	});
});

test.each<IDataObject>([{ contact: '..' }, { contact: ' . ' }, { agent: '..' }])(
	'%j is no ID: it would name another path',
	async (ids) => {
		const parameters = Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, byId(String(id))]));
		const { error } = await runNode(callNode([{ contact: contactIds()[0] }], parameters));
		expect(error?.message).toMatch(/^'(Contact|Agent)' is not a valid ID: \.+\. Nobody was called \[item 0\]$/);
		expect(requested()).toEqual([]);
	},
);

test('an ID stays one part of the path, whatever is in it', async () => {
	const ids = ['../user', 'a/b', '%2e%2e', 'a?b=c', 'a#b', 'a b', 'é'];
	await runNode({
		parameters: { resource: 'contact', operation: 'get', contact: byId('={{ $json.id }}') },
		items: ids.map((id) => ({ id })),
		settings: { onError: 'continueRegularOutput' },
		credential: credential(),
	});
	const paths = simulator.requests.map(({ path }) => path.split('/').slice(1).map(decodeURIComponent));
	expect(paths.sort()).toEqual(ids.map((id) => ['contact', id]).sort());
	expect(agentIds()).toHaveLength(4);
});
