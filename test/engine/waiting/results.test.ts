import type { IDataObject } from 'n8n-workflow';
import type { Call } from '../../simulator/simulator.mts';
import {
	ADVICE,
	CONTINUE,
	agentIds,
	byId,
	callLists,
	contactIds,
	dials,
	failCalls,
	simulator,
	underWay,
	until,
	useSimulator,
} from '../fixtures.mts';
import { aiAgents, runNode, runTool, startNode } from '../n8n/index.mts';
import { finish, waitFor } from './waits.mts';

/** Start and Wait with polling: when a call has ended, and what is returned of it. */

useSimulator({ pollInterval: 10, firstBackoff: 2 });

test('the item is the call as it ended', async () => {
	const { done } = await startNode(waitFor(1));
	await until(() => underWay().length === 1);
	await finish(underWay());
	const { json } = await done;
	const call = simulator.store.calls.at(-1)!;
	expect(json).toEqual([
		{
			id: call.id,
			result: 'completed',
			status: 'COMPLETED',
			outcome: 'qualified',
			ended: true,
			direction: 'outbound',
			phoneNumber: '+14155550101',
			contactName: 'Ada Park',
			agentName: 'Appointment Reminder',
			startedAt: call.start_time,
			endedAt: call.end_time,
			durationSeconds: expect.any(Number),
			summary: 'The call with Ada Park ended as COMPLETED.',
			transcript: call.transcript,
			recordingUrl: `${simulator.url}/recordings/${call.id}.wav`,
			metadata: null,
			tags: [],
			customFields: { appointment: 'Monday' },
			agentId: agentIds()[0],
			contactId: contactIds()[0],
		},
	]);
	expect(json[0].transcript).toMatch(/^Agent: Hello.*\nUser: Yes/);
});

describe.each(['dashboard', 'api'] as const)('with the status words of the %s', (vocabulary) => {
	test('the results are the same', async () => {
		simulator.options.vocabulary = vocabulary;
		const { done } = await startNode(waitFor(5));
		await until(() => underWay().length === 5);
		await finish(underWay());
		// as the numbers of the five contacts end calls
		expect((await done).json.map(({ result, ended }) => [result, ended])).toEqual([
			['completed', true],
			['completed', true],
			['no_answer', true],
			['voicemail', true],
			['transferred', true],
		]);
	});
});

describe('a call without an end time', () => {
	test.each([
		['NOT_STARTED'],
		['queued'],
		['in_progress'],
		['Ongoing'],
		['active'],
		['dialing'],
		['ringing'],
		['on hold'],
		['transferring'],
		['answered'],
		['A_NEW_WORD'],
		[''],
	])('is waited for with the status %j', async (status) => {
		const { done } = await startNode(waitFor(1));
		await until(() => underWay().length === 1);
		Object.assign(underWay()[0], { status });
		const looks = callLists().length;
		await until(() => callLists().length > looks + 2);
		const [call] = underWay();
		await finish([call]);
		expect((await done).json).toEqual([expect.objectContaining({ result: 'completed', endedAt: call.end_time })]);
	});

	test.each([
		['success', 'completed'],
		['Completed', 'completed'],
		['no-answer', 'no_answer'],
		['left voicemail', 'voicemail'],
		['FAILURE', 'failed'],
		['blocked', 'suppressed'],
		['cancelled', 'canceled'],
	])('has ended with the status %j, and its result is %s', async (status, result) => {
		const { done } = await startNode(waitFor(1));
		await until(() => underWay().length === 1);
		Object.assign(underWay()[0], { status });
		expect((await done).json).toEqual([expect.objectContaining({ status, result, ended: true, endedAt: null })]);
	});
});

test('a call with an end time has ended, whatever its status', async () => {
	const { done } = await startNode(waitFor(1));
	await until(() => underWay().length === 1);
	await finish(underWay(), { status: 'A_NEW_WORD', outcome: null });
	expect((await done).json).toEqual([
		expect.objectContaining({ status: 'A_NEW_WORD', result: 'unknown', ended: true }),
	]);
});

test('a failed and a skipped item stand in their places, whichever call ends first', async () => {
	const skipped = { ...simulator.store.calls[0], id: 'lately', version: 2, created: new Date().toISOString() };
	simulator.store.calls.push(skipped);
	const node = waitFor(4, { options: { skipIfCalledWithin: { time: {} } } }, CONTINUE);
	const [ada, ben, carla] = contactIds();
	node.items = [ben, 'nobody', ada, carla].map((contact) => ({ contact }));
	const { done } = await startNode(node);
	await until(() => underWay().length === 2 && callLists().length >= 2);
	await finish(underWay().slice(1));
	await finish(underWay());
	const { json, items } = await done;
	expect(json).toEqual([
		expect.objectContaining({ contactId: ben, ended: true }),
		{ error: expect.stringMatching(/^Contact nobody was not found \(404\)(\. Nobody was called)? \[item 1\]/) },
		expect.objectContaining({
			result: 'skipped',
			skipReason: 'called_recently',
			lastCall: expect.objectContaining({ id: 'lately' }) as IDataObject,
			contactId: ada,
		}),
		expect.objectContaining({ contactId: carla, ended: true }),
	]);
	expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }, { item: 3 }]);
	expect(dials()).toBe(2);
});

test('where an item fails without Continue On Fail, nothing is waited for', async () => {
	const node = waitFor(2);
	node.items[1].contact = 'nobody';
	const { error } = await runNode(node);
	expect(error?.message).toMatch(/\[item 1\]$/);
	// one request tells whether the agent or the contact was not found
	expect(underWay()).toHaveLength(1);
	expect(callLists()).toEqual([]);
});

test("with Simplify off the API's own record is returned, and whether the call has ended", async () => {
	const { done } = await startNode(waitFor(1, { simplify: false }));
	await until(() => underWay().length === 1);
	await finish(underWay(), { error: 'as the API has it' } as Partial<Call>);
	const { json } = await done;
	const { error: apiError, ...call } = JSON.parse(JSON.stringify(simulator.store.calls.at(-1))) as IDataObject;
	expect(json).toEqual([{ ...call, apiError, ended: true }]);
});

describe.each(aiAgents)('as a tool of an AI Agent (%s)', (way) => {
	const tool = () => waitFor(1, { waitBy: 'webhook', contact: byId(contactIds()[0]) });

	test('polling is used whatever is set: one call, whose transcript the model gets', async () => {
		const done = runTool(way, [{}, {}], tool());
		await until(() => underWay().length === 1);
		await finish(underWay());
		const answers = await done;
		expect(dials()).toBe(1);
		expect(answers).toHaveLength(2);
		for (const answer of answers) {
			expect(answer).toContain('Yes, go on.');
			expect(answer).toContain('"ended":true');
		}
		expect(simulator.requests.filter(({ path }) => path.startsWith('/webhooks'))).toEqual([]);
	});

	test('the model is told not to repeat a call that may have been placed', async () => {
		failCalls({ kind: 'reset' });
		const [answer] = await runTool(way, [{}], tool());
		expect(answer).toMatch(ADVICE);
		expect(dials()).toBe(1);
	});
});
