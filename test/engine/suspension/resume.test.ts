import type { IDataObject, INode } from 'n8n-workflow';
import type { Call, Fault } from '../../simulator/simulator.mts';
import {
	CONTINUE,
	agentIds,
	callLists,
	contactIds,
	credential,
	placed,
	simulator,
	times,
	until,
	useSimulator,
} from '../fixtures.mts';
import { endWaitTime, logLines, runNode } from '../n8n/index.mts';
import { finish, links, post, subscribed, waitFor } from './waits.mts';

/** Start and Wait with a webhook: which events continue the execution, and what is returned then. */

useSimulator({ firstBackoff: 2 });

describe('an event', () => {
	test('of one of several calls is answered, and the execution keeps waiting for the last one', async () => {
		const waiting = await runNode(waitFor(3));
		const [first, second, third] = placed();
		expect(await post(waiting, await finish(third))).toEqual({ answer: 'Waiting' });
		expect(await post(waiting, await finish(first))).toEqual({ answer: 'Waiting' });
		const { answer, resumed } = await post(waiting, await finish(second));
		expect(answer).toBe('OK');
		expect(resumed!.run.status).toBe('success');
		expect([first, second, third].map(({ status }) => status)).toEqual(['COMPLETED', 'COMPLETED', 'NO_ANSWER']);
		expect(resumed!.json).toEqual(
			placed().map((call) => ({
				id: call.id,
				result: call.status.toLowerCase(),
				status: call.status,
				outcome: call.outcome,
				ended: true,
				direction: 'outbound',
				phoneNumber: call.contact!.phone_number,
				contactName: call.contact!.name,
				agentName: 'Appointment Reminder',
				startedAt: call.start_time,
				endedAt: call.end_time,
				durationSeconds: Number(call.duration_ms) / 1000,
				summary: call.summary_data?.summary ?? null,
				transcript: call.transcript,
				recordingUrl: call.recording_url,
				metadata: null,
				tags: [],
				customFields: call.custom_fields,
				agentId: agentIds()[0],
				contactId: call.contact!.id,
			})),
		);
		expect(links(resumed!)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
		expect(subscribed()).toEqual([]);
	});

	test.each(['flat', 'nested'] as const)('is understood in its %s shape', async (shape) => {
		const waiting = await runNode(waitFor(1));
		simulator.options.deliveries.shape = shape;
		const event = await finish(placed()[0]);
		simulator.options.deliveries.shape = 'flat';
		expect((await post(waiting, event)).resumed?.json).toEqual([expect.objectContaining({ ended: true })]);
	});

	test.each(['dashboard', 'api'] as const)('is understood with the status words of the %s', async (vocabulary) => {
		simulator.options.vocabulary = vocabulary;
		const waiting = await runNode(waitFor(3));
		const [first, second, third] = placed();
		for (const call of [first, second]) expect(await post(waiting, await finish(call))).toEqual({ answer: 'Waiting' });
		const { resumed } = await post(waiting, await finish(third));
		expect(resumed?.json.map(({ result }) => result)).toEqual(['completed', 'completed', 'no_answer']);
	});

	test('that comes early, or again, or says what the API does not, is answered and ends nothing', async () => {
		const waiting = await runNode(waitFor(2));
		const [first, second] = placed();
		const forged = { ...second, status: 'COMPLETED', end_time: new Date().toISOString() };
		for (const body of [first, first, forged]) expect(await post(waiting, body)).toEqual({ answer: 'Waiting' });
		const event = await finish(first);
		for (const body of [event, event]) expect(await post(waiting, body)).toEqual({ answer: 'Waiting' });
		expect((await post(waiting, await finish(second))).resumed?.json).toHaveLength(2);
	});

	test.each([[undefined], [null], [''], ['<call/>'], [[]], [7], [{}], [{ call: 'x' }], [{ id: null, interview: {} }]])(
		'with the body %j ends nothing',
		async (body) => {
			const waiting = await runNode(waitFor(1));
			expect(await post(waiting, body)).toEqual({ answer: 'Waiting' });
			expect(subscribed()).toHaveLength(1);
		},
	);

	test('that comes while the calls are looked at is waited for as well, if the list lags behind it', async () => {
		times.listLag = 50;
		const waiting = await runNode(waitFor(2));
		const [first, second] = placed();
		const event = await finish(first);
		const looks = callLists().length;
		simulator.faults.add({ path: /responses$/, fault: { kind: 'latency', ms: 200 } });
		const looking = post(waiting, event);
		await until(() => callLists().length > looks);
		const announced = { ...second, status: 'COMPLETED', end_time: new Date().toISOString() };
		expect(await post(waiting, announced)).toEqual({ answer: 'Waiting' });
		// the look after the one under way
		await until(() => callLists().length > looks + 1);
		await simulator.finishCall(second.id);
		const { answer, resumed } = await looking;
		expect(answer).toBe('OK');
		expect(resumed?.json.map(({ ended }) => ended)).toEqual([true, true]);
	});

	test('that comes while a look fails has the calls looked at again', async () => {
		const waiting = await runNode(waitFor(2));
		const [first, second] = placed();
		const event = await finish(first);
		const looks = callLists().length;
		simulator.options.latencyMs = 100;
		simulator.faults.add({ path: /responses$/, times: 3, fault: { kind: 'status', status: 503 } });
		const looking = post(waiting, event);
		await until(() => callLists().length > looks);
		expect(await post(waiting, await finish(second))).toEqual({ answer: 'Waiting' });
		const { answer, resumed } = await looking;
		expect(answer).toBe('OK');
		expect(resumed?.json.map(({ ended }) => ended)).toEqual([true, true]);
	});

	test('continues the execution whatever the name of the node is', async () => {
		const waiting = await runNode(waitFor(1, {}, { name: 'Call {{ $json.name }} "now"' }));
		expect(waiting.run.status).toBe('waiting');
		const { answer, resumed } = await post(waiting, await finish(placed()[0]));
		expect([answer, resumed?.run.status]).toEqual(['OK', 'success']);
	});

	test('of another call has the calls looked at, but only now and then', async () => {
		const waiting = await runNode(waitFor(1));
		const foreign = simulator.store.calls[0];
		const before = simulator.requests.length;
		for (let count = 0; count < 3; count++) expect(await post(waiting, foreign)).toEqual({ answer: 'Waiting' });
		expect(simulator.requests).toHaveLength(before + 1);
		const other = await runNode(waitFor(1));
		await finish(placed()[1]);
		expect((await post(other, foreign)).resumed?.json).toEqual([expect.objectContaining({ ended: true })]);
		expect((await post(waiting, await finish(placed()[0]))).resumed?.json).toHaveLength(1);
	});

	test.each<[string, Fault]>([
		['is down', { kind: 'status', status: 503 }],
		['breaks off', { kind: 'reset' }],
		['cannot be understood', { kind: 'brokenJson' }],
		['refuses the token', { kind: 'status', status: 401 }],
	])('while the API %s is answered and logged; the next one continues the execution', async (_name, fault) => {
		const lines = await logLines();
		const waiting = await runNode(waitFor(1));
		const event = await finish(placed()[0]);
		simulator.faults.add({ path: /responses$/, times: 3, fault });
		expect(await post(waiting, event)).toEqual({ answer: 'Waiting' });
		expect(lines.filter((line) => /could not check whether the calls have ended/.test(line))).toHaveLength(1);
		simulator.faults.clear();
		expect((await post(waiting, event)).resumed?.json).toHaveLength(1);
	});

	test('continues the execution where unsubscribing fails; a line in the log says that a later run does it', async () => {
		const lines = await logLines();
		const waiting = await runNode(waitFor(1));
		simulator.faults.add({ path: '/webhooks/unsubscribe', times: 3, fault: { kind: 'status', status: 503 } });
		const { resumed } = await post(waiting, await finish(placed()[0]));
		expect(resumed?.json).toHaveLength(1);
		expect(subscribed()).toHaveLength(1);
		expect(lines.join('\n')).toMatch(/a subscription is left until a later run removes it/);
	});

	test('of each of two executions at one agent continues its own, and leaves the other', async () => {
		const one = await runNode(waitFor(1));
		const other = await runNode(waitFor(1));
		const [first, second] = placed();
		expect(subscribed()).toHaveLength(2);
		const event = await finish(second);
		expect((await post(one, event)).resumed).toBeUndefined();
		expect((await post(other, event)).resumed?.json).toEqual([expect.objectContaining({ id: second.id })]);
		expect(subscribed()).toHaveLength(1);
		expect((await post(one, await finish(first))).resumed?.json).toEqual([expect.objectContaining({ id: first.id })]);
		expect(subscribed()).toEqual([]);
	});
});

test('a loop waits in each of its rounds', async () => {
	const first = await runNode({ ...waitFor(1), rounds: 2 });
	const second = (await post(first, await finish(placed()[0]))).resumed!;
	expect(second.run.status).toBe('waiting');
	expect(placed()).toHaveLength(2);
	const { resumed } = await post(second, await finish(placed()[1]));
	expect(resumed!.run.status).toBe('success');
	expect(resumed!.json).toEqual([expect.objectContaining({ id: placed()[1].id, ended: true })]);
	expect(subscribed()).toEqual([]);
});

describe('what is returned', () => {
	/** An ended call, a failed item, a skipped one and another ended call. */
	async function mixed(settings: Partial<INode>) {
		simulator.store.calls[1].created = new Date().toISOString();
		const node = waitFor(4, { options: { skipIfCalledWithin: { time: {} } } }, settings);
		const [ada, ben, carla, dev] = contactIds();
		node.items = [ben, 'nobody', carla, dev].map((contact) => ({ contact, agent: agentIds()[0] }));
		const waiting = await runNode(node);
		expect(waiting.run.status).toBe('waiting');
		expect(ada).not.toBe(ben);
		await finish(placed()[0]);
		return (await post(waiting, await finish(placed()[1]))).resumed!;
	}
	const ended = (contact: number) => expect.objectContaining({ contactId: contactIds()[contact], ended: true });
	const failed = { error: expect.stringMatching(/nobody/) };
	const skipped = expect.objectContaining({
		result: 'skipped',
		skipReason: 'called_recently',
		lastCall: expect.objectContaining({ result: 'no_answer' }) as IDataObject,
	});

	test('is one item for each input item, failed and skipped ones in their places', async () => {
		const resumed = await mixed(CONTINUE);
		expect(resumed.json).toEqual([ended(1), failed, skipped, ended(3)]);
		expect(links(resumed)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }, { item: 3 }]);
	});

	test('is at the error output where it failed, if the node has one', async () => {
		const resumed = await mixed({ onError: 'continueErrorOutput' });
		expect(resumed.json).toEqual([ended(1), skipped, ended(3)]);
		expect(links(resumed)).toEqual([{ item: 0 }, { item: 2 }, { item: 3 }]);
		expect(resumed.errorItems).toEqual([
			expect.objectContaining({
				json: { contact: 'nobody', agent: agentIds()[0], ...failed },
				pairedItem: { item: 1 },
			}),
		]);
	});

	test("with Simplify off is the API's record, and whether the call has ended", async () => {
		const waiting = await runNode(waitFor(1, { simplify: false }));
		const event = await finish(placed()[0], { error: 'as the API has it' } as Partial<Call>);
		const { resumed } = await post(waiting, event);
		const { error: apiError, ...call } = event as IDataObject;
		expect(resumed?.json).toEqual([{ ...call, apiError, ended: true }]);
	});

	test.each([CONTINUE, { onError: 'continueErrorOutput' } as const])(
		'at the limit is the input as it came (%j)',
		async (settings) => {
			const waiting = await runNode(waitFor(2, {}, settings));
			const { json, run } = await endWaitTime(waiting, credential());
			expect(run.status).toBe('success');
			expect(json).toEqual(waitFor(2).items);
		},
	);
});
