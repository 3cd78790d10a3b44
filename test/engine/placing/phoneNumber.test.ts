import type { Fault } from '../../simulator/simulator.mts';
import {
	REFUSAL,
	RETRY,
	agentIds,
	contactIds,
	failCalls,
	requested,
	simulator,
	underWay,
	useSimulator,
} from '../fixtures.mts';
import { runNode } from '../n8n/index.mts';
import { toNumbers } from './recipients.mts';

/** Calls to a phone number: its contact is found, or created, and called once. */

useSimulator({ firstBackoff: 2 });

const NEW = '+14155550177';
const creations = () => requested().filter((request) => request === 'POST /contact/create').length;

describe('a phone number', () => {
	test('of a contact takes two requests, and leaves the contact as it is', async () => {
		const fields = { contactFields: { name: 'Someone Else' } };
		const { json } = await runNode(toNumbers(['+14155550101'], fields));
		expect(requested()).toEqual(['GET /contact', 'POST /contact/call']);
		expect(json).toEqual([expect.objectContaining({ contactId: contactIds()[0], phoneNumber: '+14155550101' })]);
		expect(simulator.store.contacts[0].name).toBe('Ada Park');
	});

	test('of nobody has its contact created first, with its fields, once the agent is known to exist', async () => {
		const { json } = await runNode(toNumbers([NEW], { contactFields: { name: 'New Lead', tags: 'lead' } }));
		expect(requested()).toEqual([
			'GET /contact',
			`GET /interview/${agentIds()[0]}/responses`,
			'POST /contact/create',
			'POST /contact/call',
		]);
		const created = simulator.store.contacts.at(-1)!;
		expect(created).toMatchObject({ phone_number: NEW, name: 'New Lead', tags: ['lead'] });
		expect(json).toEqual([
			expect.objectContaining({ contactId: created.id, phoneNumber: NEW, contactName: 'New Lead' }),
		]);
	});

	test('the agent is looked for once, however many contacts are created', async () => {
		const numbers = [NEW, '+14155550178', '+14155550179'];
		await runNode({ ...toNumbers(numbers), rounds: 2 });
		expect(requested().filter((request) => request.includes('/interview/'))).toHaveLength(1);
		expect(creations()).toBe(3);
	});

	test('no contact is created for an agent that does not exist', async () => {
		const node = toNumbers([NEW]);
		simulator.store.agents.splice(0);
		const { error } = await runNode(node);
		expect(error?.message).toMatch(/^Agent [\w-]+ was not found \(404\)\. Nobody was called \[item 0\]$/);
		expect(creations()).toBe(0);
	});

	const BEFORE = /^Could not find or create the contact, so nobody was called: /;
	test.each<[string, string, Fault, RegExp[]]>([
		['looking for the contact', '/contact', REFUSAL, [BEFORE, /No credit \[item 0\]$/]],
		['creating the contact', '/contact/create', REFUSAL, [BEFORE, /No credit \[item 0\]$/]],
		['creating it, unclear', '/contact/create', { kind: 'reset' }, [BEFORE, /The contact may have been created/]],
		[
			'calling',
			'/contact/call',
			REFUSAL,
			[/^Thoughtly refused the request/, /No credit\. Nobody was called \[item 0\]$/],
		],
		[
			'calling, unclear',
			'/contact/call',
			{ kind: 'reset' },
			[/^The connection was lost/, /The call may have been placed/],
		],
	])('fails with the step that failed: %s', async (_name, path, fault, messages) => {
		simulator.faults.add({ path, fault });
		const { error } = await runNode(toNumbers([NEW]));
		for (const message of messages) expect(error?.message).toMatch(message);
		expect(underWay()).toEqual([]);
	});

	test('that exists already is found where creating is refused', async () => {
		simulator.options.existingContact = 'refused';
		await runNode(toNumbers(['+14155550101']));
		expect(underWay().map(({ contact }) => contact!.id)).toEqual([contactIds()[0]]);
		simulator.options.searchFindsNumbers = false;
		const { error } = await runNode(toNumbers(['+14155550102']));
		expect(error?.message).toMatch(/so nobody was called: .*already exists/);
		expect(underWay()).toHaveLength(1);
	});

	test('is called once where creating gives a second contact', async () => {
		Object.assign(simulator.options, { existingContact: 'duplicated', searchFindsNumbers: false });
		await runNode(toNumbers(['+14155550101']));
		expect(underWay()).toHaveLength(1);
		expect(underWay()[0].contact!.id).toBe(simulator.store.contacts.at(-1)!.id);
	});

	test.each(['data', 'deeper', 'none'] as const)(
		'is called by the ID of the contact that was created, in the envelope "%s"',
		async (envelope) => {
			simulator.options.envelope = envelope;
			const { json } = await runNode(toNumbers([NEW]));
			const { id } = simulator.store.contacts.at(-1)!;
			expect(simulator.requests.at(-1)!.body).toMatchObject({ contact_id: id });
			expect(json).toEqual([expect.objectContaining({ id: underWay()[0].id, contactId: id })]);
		},
	);

	test.each([
		['no ID', { phone_number: NEW }],
		['an empty ID', { id: '', phone_number: NEW }],
		['an ID that is an object', { id: {}, contact: [] }],
	])('is not called where the contact that was created has %s', async (_name, record) => {
		simulator.faults.add({ path: '/contact/create', fault: { kind: 'status', status: 200, body: { data: record } } });
		const { error } = await runNode(toNumbers([NEW]));
		expect(error?.message).toMatch(/so nobody was called: .*no contact ID/);
		expect(requested()).not.toContain('POST /contact/call');
	});

	test('that no call can go to is refused before any request', async () => {
		const { error } = await runNode(toNumbers(['555-0123']));
		expect(error?.message).toMatch(
			/^'Phone Number' is not a valid phone number: '555-0123' has no country code\. Nobody was called \[item 0\]$/,
		);
		expect(requested()).toEqual([]);
	});

	test('written in several ways is worked on one after another: one contact, however many calls at once', async () => {
		simulator.options.latencyMs = 20;
		const numbers = [NEW, '(415) 555-0177', '415 555 0177'];
		const { json } = await runNode(toNumbers(numbers, { callsAtOnce: 3, defaultCountry: 'US' }));
		expect(creations()).toBe(1);
		expect(new Set(json.map(({ contactId }) => contactId)).size).toBe(1);
		expect(underWay()).toHaveLength(3);
	});

	test.each<[string, Fault]>([
		['was refused', REFUSAL],
		['was placed before the connection broke', { kind: 'resetAfter' }],
	])('is called once with Retry On Fail where the second call %s', async (_name, fault) => {
		failCalls(fault, 1);
		const numbers = [NEW, '+14155550178', '+14155550179'];
		const { json, error } = await runNode(toNumbers(numbers, {}, RETRY));
		expect(error).toBeUndefined();
		expect(json.map(({ phoneNumber }) => phoneNumber)).toEqual(numbers);
		expect(underWay().map(({ phone_number }) => phone_number)).toEqual(numbers);
		expect(simulator.store.contacts.slice(5).map(({ phone_number }) => phone_number)).toEqual(numbers);
	});
});
