import type { INodeParameters } from 'n8n-workflow';
import { byId, contactIds, credential, requested, simulator, useSimulator } from '../fixtures.mts';
import { runNode } from '../n8n/index.mts';

/** Contacts in every envelope, and whether one was created, whatever n8n's clock says. */

useSimulator();

const NEW = '+14155550177';
const run = async (operation: string, parameters: INodeParameters) =>
	await runNode({ parameters: { resource: 'contact', operation, ...parameters }, credential: credential() });

describe.each(['data', 'deeper', 'none'] as const)('in the envelope "%s"', (envelope) => {
	beforeEach(() => void (simulator.options.envelope = envelope));

	test('a contact that was read', async () => {
		const { json } = await run('get', { contact: byId(contactIds()[0]) });
		expect(json).toEqual([expect.objectContaining({ id: contactIds()[0], name: 'Ada Park' })]);
	});

	test.each(['create', 'findOrCreate'])('a contact that was created (%s)', async (operation) => {
		const { json } = await run(operation, { phoneNumber: NEW });
		expect(json).toEqual([expect.objectContaining({ id: simulator.store.contacts.at(-1)!.id, phoneNumber: NEW })]);
	});

	test('contacts of a list', async () => {
		const { json } = await run('getAll', { returnAll: true });
		expect(json.map(({ id }) => id)).toEqual(contactIds());
	});
});

describe.each([-60, -2, 0, 2, 60])("with the API's clock %d minutes ahead of n8n's", (minutes) => {
	const MINUTE = 60_000;
	const apiTime = (ago: number) => new Date(Date.now() + minutes * MINUTE - ago).toISOString();
	beforeEach(() => {
		Object.assign(simulator.options, { clockOffsetMs: minutes * MINUTE, searchFindsNumbers: false });
	});

	test('a contact that is new was created', async () => {
		const { json } = await run('findOrCreate', { phoneNumber: NEW });
		expect(json).toEqual([expect.objectContaining({ phoneNumber: NEW, wasCreated: true })]);
	});

	test('a contact of some minutes ago, which creating returns, was not', async () => {
		const [contact] = simulator.store.contacts;
		contact.created = apiTime(3 * MINUTE);
		const { json } = await run('findOrCreate', { phoneNumber: contact.phone_number });
		expect(json).toEqual([expect.objectContaining({ id: contact.id, wasCreated: false })]);
		expect(requested()).toEqual(['GET /contact', 'POST /contact/create']);
	});
});
