import {
	ADVICE,
	CONTINUE,
	REFUSAL,
	agentIds,
	byId,
	callLists,
	callNode,
	called,
	contactIds,
	contactItems,
	credential,
	failCalls,
	placed,
	simulator,
	useSimulator,
} from '../fixtures.mts';
import { knowsStart, retryCrashed, retryExecution, runNode } from '../n8n/index.mts';
import { between } from '../placing/recipients.mts';

/** n8n's "retry execution", of one that failed or that a crash ended: nobody is called twice. */

useSimulator({ firstBackoff: 5 });

const BY_CONTACT = { callTo: 'contact', contact: byId('={{ $json.contact }}') };
const BY_NUMBER = { callTo: 'phoneNumber', phoneNumber: '={{ $json.number }}' };

/** Has the first agent call the first contacts, one item each. */
const callItems = (count: number, parameters = {}) => callNode(contactItems(count), parameters);

test('nobody is called twice', async () => {
	failCalls(REFUSAL, 2);
	const failed = await runNode(callItems(4));
	expect(failed.error?.message).toMatch(/No credit/);
	const { json } = await retryExecution(failed, credential());
	expect(json.map(({ contactId }) => contactId)).toEqual(contactIds(4));
	expect(called()).toEqual(contactIds(4));
});

test.each([
	['contact to phone number', {}, BY_NUMBER],
	['phone number to contact', BY_NUMBER, BY_CONTACT],
])('nobody is called twice after the workflow was changed from %s', async (_, before, after) => {
	failCalls(REFUSAL, 2);
	const failed = await runNode(callItems(4, before));
	expect(called()).toEqual(contactIds(2));
	const { json } = await retryExecution(failed, credential(), after);
	expect(json.map(({ contactId }) => contactId)).toEqual(contactIds(4));
	expect(called()).toEqual(contactIds(4));
});

test('nobody is called again whom an earlier retry has called, of which this one was given nothing', async () => {
	failCalls(REFUSAL, 1);
	failCalls(REFUSAL, 3);
	const failed = await runNode(callItems(5));
	await retryExecution(failed, credential());
	expect(called()).toEqual(contactIds(3));
	const { json } = await retryExecution(failed, credential());
	expect(json.map(({ contactId }) => contactId)).toEqual(contactIds(5));
	expect(called()).toEqual(contactIds(5));
});

test.each([
	['failed', 1],
	['was never come to', 0],
])("another node's calls are not taken for those of a node that %s", async (_, node) => {
	failCalls(REFUSAL, 2 * node);
	const failed = await runNode({ ...callItems(2), siblings: [{}] });
	await retryExecution(failed, credential());
	expect(called()).toEqual([...contactIds(2), ...contactIds(2)]);
});

(knowsStart ? describe : describe.skip)('after a crash', () => {
	test.each([
		['contacts', {}],
		['numbers', BY_NUMBER],
	])('no %s are called again', async (_, parameters) => {
		failCalls(REFUSAL, 2);
		const { items, ...node } = callItems(4, parameters);
		const [first, second, ...others] = items;
		// one person twice on the list, called once before the crash
		const crashed = await runNode({ ...node, items: [first, second, first, ...others] });
		expect(called()).toEqual(contactIds(2));
		const { json } = await retryCrashed(crashed, credential());
		const [one, two, ...more] = contactIds(4);
		expect(json.map(({ contactId }) => contactId)).toEqual([one, two, one, ...more]);
		expect(json.slice(0, 2).map(({ id }) => id)).toEqual(
			placed()
				.slice(0, 2)
				.map(({ id }) => id),
		);
		expect(called()).toEqual([one, two, one, ...more]);
		// read once for all items
		expect(callLists()).toHaveLength(1);
	});

	test('nobody is called again whose calls are listed without their contact', async () => {
		simulator.options.contactInCalls = false;
		failCalls(REFUSAL, 1);
		const crashed = await runNode(callItems(2));
		const { json } = await retryCrashed(crashed, credential());
		expect(json[0].id).toBe(placed()[0].id);
		expect(called()).toEqual(contactIds(2));
	});

	test.each([
		['the calls could not be read', /responses$/, {}],
		['the contact was not found', '/contact', { listedCalls: 'profile' }],
	] as const)('an error says that someone may have been called where %s', async (_, path, options) => {
		Object.assign(simulator.options, options);
		failCalls(REFUSAL, 1);
		const crashed = await runNode(callItems(2, BY_NUMBER));
		simulator.faults.add({ path, times: 3, fault: { kind: 'status', status: 500 } });
		const { error } = await retryCrashed(crashed, credential());
		expect(error?.message).toMatch(/The outcome of attempts before this retry is unknown\. .*\[item 0\]$/);
		expect(error?.message).toMatch(ADVICE);
		expect(error?.message).not.toMatch(/nobody was called(?! this time)/i);
		expect(called()).toEqual(contactIds(1));
	});

	test.each([
		['fast', -10 * 60_000],
		['slow', 10 * 60_000],
	])("nobody is called again where n8n's clock is %s", async (_, clockOffsetMs) => {
		simulator.options.clockOffsetMs = clockOffsetMs;
		failCalls(REFUSAL, 1);
		const crashed = await runNode(callItems(2));
		// what the old process knew about the account, by its token, died with it
		simulator.options.token = 'after the crash';
		await retryCrashed(crashed, credential());
		expect(called()).toEqual(contactIds(2));
	});

	test.each([
		['contacts', {}],
		['numbers', BY_NUMBER],
	])('the calls of %s are returned in place of skipping who was called', async (_, parameters) => {
		failCalls(REFUSAL, 2);
		const options = { skipIfCalledWithin: { time: {} } };
		const { items, ...node } = callItems(2, { ...parameters, options });
		// nobody was called lately but in this execution
		simulator.store.calls = [];
		const crashed = await runNode({ ...node, items: [...items, ...callItems(3).items.slice(2)] });
		const { json } = await retryCrashed(crashed, credential());
		expect(json.map(({ id }) => id)).toEqual(simulator.store.calls.map(({ id }) => id));
		expect(json).toHaveLength(3);
	});

	test('a call is returned in place of skipping who was called where the search finds no numbers', async () => {
		Object.assign(simulator.options, { listedCalls: 'profile', searchFindsNumbers: false });
		failCalls(REFUSAL, 1);
		simulator.store.calls = [];
		const options = { skipIfCalledWithin: { time: {} } };
		const crashed = await runNode(callItems(2, { ...BY_NUMBER, options }));
		// what the old process knew of the call, by the token, died with it
		simulator.options.token = 'after the crash';
		const { json } = await retryCrashed(crashed, credential());
		expect(json.map(({ id }) => id)).toEqual(simulator.store.calls.map(({ id }) => id));
	});

	test('someone is not called again whose number the API has saved as a second contact', async () => {
		Object.assign(simulator.options, {
			listedCalls: 'profile',
			searchFindsNumbers: false,
			existingContact: 'duplicated',
		});
		failCalls(REFUSAL, 1);
		simulator.store.calls = [];
		const crashed = await runNode(callItems(2, BY_NUMBER));
		const { json } = await retryCrashed(crashed, credential());
		expect(json.map(({ id }) => id)).toEqual(simulator.store.calls.map(({ id }) => id));
		expect(simulator.placements).toHaveLength(2);
	});

	test.each([
		['finds', true],
		['does not find', false],
	])('someone whose number the search %s is not skipped because the hours are over', async (_, searchFindsNumbers) => {
		// calls are listed with their contact, but without a number
		Object.assign(simulator.options, { listedCalls: 'profile', searchFindsNumbers });
		failCalls(REFUSAL, 1);
		const now = jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-11-25T16:59:00Z'));
		const crashed = await runNode(callItems(2, { ...BY_NUMBER, options: between({}, 'Europe/Berlin') }));
		now.mockReturnValue(Date.parse('2026-11-25T17:01:00Z'));
		const { json } = await retryCrashed(crashed, credential());
		expect(json).toMatchObject([{ id: placed()[0].id }, { result: 'skipped' }]);
	});

	test('nobody is called again for whom an expression now chooses another agent', async () => {
		const [first, second] = agentIds();
		const now = jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-11-25T11:59:00Z'));
		const agent = byId(`={{ $now.toUTC().hour < 12 ? '${first}' : '${second}' }}`);
		failCalls(REFUSAL, 1);
		const crashed = await runNode(callItems(2, { agent }));
		now.mockReturnValue(Date.parse('2026-11-25T12:01:00Z'));
		const { json } = await retryCrashed(crashed, credential());
		expect(json.map(({ agentId }) => agentId)).toEqual([first, second]);
		expect(called()).toEqual(contactIds(2));
	});

	test("another node's calls are not taken for a node's own", async () => {
		failCalls(REFUSAL, 1);
		const crashed = await runNode({ ...callItems(2), siblings: [{}] });
		expect(called()).toEqual(contactIds(1));
		await retryCrashed(crashed, credential());
		expect(called()).toEqual([...contactIds(2), ...contactIds(2)]);
	});

	test('a call that the person has made is not taken for one to them', async () => {
		failCalls(REFUSAL);
		const crashed = await runNode(callItems(1));
		simulator.receiveCall(agentIds()[0], contactIds()[0]);
		await retryCrashed(crashed, credential());
		expect(called()).toEqual([contactIds()[0], contactIds()[0]]);
		expect(simulator.placements).toHaveLength(1);
	});

	test('calls from before the execution are not taken for its own', async () => {
		await runNode(callItems(2));
		for (const call of simulator.store.calls) call.created = new Date(Date.now() - 120_000).toISOString();
		failCalls(REFUSAL);
		await retryCrashed(await runNode(callItems(2)), credential());
		expect(called()).toEqual([...contactIds(2), ...contactIds(2)]);
	});
});

test('after a crash of which n8n has stored no start, nobody is called, and each item says so', async () => {
	const crashed = await runNode(callNode(contactItems(4), {}, CONTINUE));
	expect(called()).toEqual(contactIds(4));
	const { json } = await retryCrashed(crashed, credential(), false);
	const refusal =
		/^n8n does not know when this execution began, .+\. Nobody was called this time \[item \d\]\. Check in Thoughtly/;
	expect(json).toEqual(contactItems(4).map(() => ({ error: expect.stringMatching(refusal) })));
	expect(called()).toHaveLength(4);
});
