import type { IDataObject, INodeParameters } from 'n8n-workflow';
import {
	CONTINUE,
	agentIds,
	byId,
	callLists,
	callNode,
	called,
	contactIds,
	contactItems,
	credential,
	dials,
	failCalls,
	placed,
	simulator,
	times,
	until,
	useSimulator,
} from '../fixtures.mts';
import { postToWaiting, runNode, startNode } from '../n8n/index.mts';
import type { NodeRun } from '../n8n/index.mts';
import { calledRecently, isCalled, toContacts, toNumbers, within } from './recipients.mts';

/** Skip if Called Within: calls of other nodes, rounds and executions, which the API's list may not show yet. */

useSimulator({ firstBackoff: 2, pollInterval: 10 });

const ADA = { contact: 'c0000000-0000-4000-8000-000000000001', number: '+14155550101' };

const BY_CONTACT: INodeParameters = { callTo: 'contact', contact: byId('={{ $json.contact }}') };
const BY_NUMBER: INodeParameters = { callTo: 'phoneNumber', phoneNumber: '={{ $json.number }}' };
const WAYS: Array<[string, INodeParameters, INodeParameters]> = [
	['contact', BY_CONTACT, BY_CONTACT],
	['number', BY_NUMBER, BY_NUMBER],
	['contact, then number', BY_CONTACT, BY_NUMBER],
	['number, then contact', BY_NUMBER, BY_CONTACT],
];

/** A node that calls Ada, unless she was called lately. */
const toAda = (way: INodeParameters, options: INodeParameters = within()) => callNode([ADA], { ...way, options });

const outputs = (run: NodeRun, node: string) =>
	run.run.data.resultData.runData[node].map(({ data }) => data!.main[0]!.map(({ json }) => json));

describe('within an execution', () => {
	test.each(WAYS)('a call of another node counts at once: by %s', async (_name, first, second) => {
		simulator.options.listLagMs = 60_000;
		const run = await runNode({ ...toAda(first), siblings: [second] });
		expect(outputs(run, 'Thoughtly 2')).toEqual([[calledRecently(placed()[0].id)]]);
		expect(called()).toEqual([ADA.contact]);
	});

	test('a call of an earlier round counts in the process that continues a suspended execution, too', async () => {
		const node = { ...toAda({ ...BY_CONTACT, operation: 'startAndWait', waitBy: 'webhook' }), rounds: 2 };
		const waiting = await runNode(node);
		const [call] = placed();
		await simulator.finishCall(call.id);
		// what the old process knew goes by the token
		simulator.options.token = 'another process';
		// after the look that finds the call ended, the list does not show it
		const fault = { kind: 'status', status: 200, body: { data: { responses: [] } } } as const;
		simulator.faults.add({ path: /responses$/, after: 1, times: Infinity, fault });
		const { resumed } = await postToWaiting(waiting, credential(), simulator.deliveries.at(-1)!.body);
		expect(resumed?.json).toEqual([calledRecently(call.id)]);
		expect(called()).toEqual([ADA.contact]);
	});

	test('two nodes call each person of a loop once, and read the list once', async () => {
		const [ada, ben] = contactIds();
		const contact = byId(`={{ $prevNode.name === 'Round 0' ? '${ada}' : '${ben}' }}`);
		const run = await runNode({ ...callNode([{}], { contact, options: within() }), rounds: 2, siblings: [{}] });
		expect(called()).toEqual([ada, ben]);
		const [first, second] = placed().map(({ id }) => id);
		expect(outputs(run, 'Thoughtly 2')).toEqual([[calledRecently(first)], [calledRecently(second)]]);
		expect(callLists()).toHaveLength(1);
	});

	test('with several calls at once, one person by contact and by number is called once', async () => {
		const callTo = '={{ $json.callTo }}';
		const contact = byId(ADA.contact);
		const phoneNumber = ADA.number;
		const parameters = { callTo, contact, phoneNumber, options: { ...within(), callsAtOnce: 2 } };
		await runNode(callNode([{ callTo: 'contact' }, { callTo: 'phoneNumber' }], parameters));
		expect(dials()).toBe(1);
	});

	test('with several calls at once, two contacts with one number are called once', async () => {
		simulator.store.contacts[1].phone_number = ADA.number;
		await runNode(toContacts(contactIds(2), { ...within(), callsAtOnce: 2 }));
		expect(dials()).toBe(1);
	});

	test('with Count Only Answered, who did not answer the first node is called by the second', async () => {
		simulator.options.callPace = 10;
		const [ada, , carla] = contactItems(3);
		const options = within({ countOnlyAnswered: true });
		const node = callNode([ada, carla], { operation: 'startAndWait', options });
		const run = await runNode({ ...node, siblings: [{ operation: 'start' }] });
		// numbers that end in 10 are not answered
		expect(called()).toEqual([ada.contact, carla.contact, carla.contact]);
		expect(outputs(run, 'Thoughtly 2')).toEqual([[calledRecently(placed()[0].id), isCalled()]]);
	});
});

describe('of two executions', () => {
	test("an agent's call counts although another agent has called since", async () => {
		simulator.options.listLagMs = 60_000;
		const [first, second] = agentIds();
		await runNode(toAda({ ...BY_CONTACT, agent: byId(first) }));
		await runNode(toAda({ ...BY_CONTACT, agent: byId(second) }));
		expect(called()).toEqual([ADA.contact, ADA.contact]);
		const { json } = await runNode(toAda({ ...BY_CONTACT, agent: byId(first) }));
		expect(json).toEqual([calledRecently(placed()[0].id)]);
	});

	test.each(WAYS)('that begin at once only one calls: by %s', async (_name, first, second) => {
		Object.assign(simulator.options, { latencyMs: 30, listLagMs: 60_000 });
		const one = await startNode(toAda(first));
		await until(() => simulator.requests.length > 0);
		const other = await startNode(toAda(second));
		const json = [...(await one.done).json, ...(await other.done).json];
		expect(json).toEqual(expect.arrayContaining([isCalled(), calledRecently(placed()[0].id)]));
		expect(called()).toEqual([ADA.contact]);
	});

	test('that begin at once for a new number, only one calls, and one contact is created', async () => {
		Object.assign(simulator.options, { latencyMs: 30, listLagMs: 60_000 });
		const nodes = ['+14155550177', '+1 (415) 555-0177'].map((number) => toNumbers([number], within()));
		const runs = await Promise.all(nodes.map(async (node) => await runNode(node)));
		expect(placed()).toHaveLength(1);
		expect(simulator.store.contacts).toHaveLength(6);
		const unknown = { contactId: null, contactName: null };
		expect(runs.flatMap(({ json }) => json)).toEqual(
			expect.arrayContaining([isCalled(), calledRecently(placed()[0].id, unknown)]),
		);
	});

	test('that begin at once for two contacts with one number, only one calls', async () => {
		Object.assign(simulator.options, { latencyMs: 30, listLagMs: 60_000 });
		simulator.store.contacts[1].phone_number = ADA.number;
		await Promise.all(contactIds(2).map(async (id) => await runNode(toContacts([id], within()))));
		expect(placed()).toHaveLength(1);
	});

	test('the second does not call whom the first may have called', async () => {
		failCalls({ kind: 'reset' });
		const { error } = await runNode(toAda(BY_CONTACT));
		expect(error?.message).toMatch(/may have been placed/);
		const { json } = await runNode(toAda(BY_NUMBER));
		expect(json).toEqual([expect.objectContaining({ skipReason: 'called_recently' }) as IDataObject]);
		expect((json[0].lastCall as IDataObject).startedAt).toMatch(/Z$/);
		expect(dials()).toBe(1);
	});

	test('the second calls whom Thoughtly refused to call for the first', async () => {
		failCalls({ kind: 'status', status: 422 });
		await runNode(toAda(BY_CONTACT));
		expect((await runNode(toAda(BY_CONTACT))).json).toEqual([isCalled()]);
	});

	test('one that goes on for longer than the calls of others are remembered finds them in the list', async () => {
		Object.assign(times, { recentCallKept: -1, callsKept: 0 });
		failCalls({ kind: 'latency', ms: 300 });
		const [ada, ben] = contactIds();
		const long = await startNode(toContacts([ben, ada], within()));
		await until(() => dials() === 1);
		await runNode(toAda(BY_CONTACT, {}));
		expect((await long.done).json).toEqual([isCalled(), calledRecently(placed().at(-1)!.id)]);
		expect(called().sort()).toEqual([ada, ben]);
	});

	test('the second sees a call of the first that had no such option', async () => {
		simulator.options.listLagMs = 60_000;
		await runNode(toAda(BY_CONTACT, {}));
		const { json } = await runNode(toAda(BY_CONTACT));
		expect(json).toEqual([calledRecently(placed()[0].id)]);
	});

	test('the second sees by number a call of the first by contact, though its contact is not found by number', async () => {
		Object.assign(simulator.options, { listLagMs: 60_000, searchFindsNumbers: false });
		await runNode(toAda(BY_CONTACT, {}));
		const { json } = await runNode(toAda(BY_NUMBER));
		expect(json).toEqual([calledRecently(placed()[0].id, { contactId: null, contactName: null })]);
	});
});

test('of several items at once, each fails with an error of its own where the list cannot be read', async () => {
	simulator.faults.add({ path: /responses$/, times: 2, fault: { kind: 'status', status: 422 } });
	const { json } = await runNode(toContacts(contactIds(3), { ...within(), callsAtOnce: 3 }, CONTINUE));
	expect(json).toEqual([
		{ error: expect.stringMatching(/\[item 0\]/) },
		{ error: expect.stringMatching(/\[item 1\]/) },
		isCalled(),
	]);
});
