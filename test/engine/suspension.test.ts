import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import type { Call, Fault } from '../simulator/simulator.mts';
import {
	CONTINUE,
	RETRY,
	agentIds,
	byId,
	callNode,
	called,
	contactIds,
	contactItems,
	credential,
	failCalls,
	limitWaitTime,
	passTime,
	placed,
	requested,
	simulator,
	until,
	useSimulator,
} from './fixtures.mts';
import { endWaitTime, logLines, postToWaiting, runNode, startNode, triggerOf } from './n8n/index.mts';
import type { NodeRun } from './n8n/index.mts';

/** Start and Wait with a webhook: what is subscribed, when the execution is parked, and what has it go on. */

useSimulator({ firstBackoff: 2 });

/** Has the first agent call the first contacts, one item each. */
const waitFor = (count: number, parameters: INodeParameters = {}, settings: Partial<INode> = {}) =>
	callNode(
		contactItems(count).map((item) => ({ ...item, agent: agentIds()[0] })),
		{ operation: 'startAndWait', waitBy: 'webhook', agent: byId('={{ $json.agent }}'), ...parameters },
		settings,
	);
const post = async (waiting: NodeRun, body: unknown) => await postToWaiting(waiting, credential(), body);

const subscribed = () => simulator.store.subscriptions;
const unsubscribed = () => requested().filter((request) => request === 'DELETE /webhooks/unsubscribe').length;
const links = ({ items }: NodeRun) => items.map(({ pairedItem }) => pairedItem);

/** Ends a call; gives the event that Thoughtly sends. */
async function finish({ id }: Call, result: Partial<Call> = {}): Promise<unknown> {
	await simulator.finishCall(id, result);
	return simulator.deliveries.at(-1)!.body;
}

const MINUTE = 60_000;
/** Has all of a test happen in one millisecond; returns which. */
function stopTime(): number {
	const now = Date.now();
	jest.spyOn(Date, 'now').mockReturnValue(now);
	return now;
}

describe('parking', () => {
	test('subscribes to each agent with the resume URL and the expiry, then calls, then waits', async () => {
		const node = waitFor(4);
		node.items[2].agent = agentIds()[1];
		const now = stopTime();
		const { run, executionId } = await runNode(node);
		expect(run.status).toBe('waiting');
		const limit = run.waitTill!.getTime();
		expect(limit).toBe(now + 30 * MINUTE);
		expect(placed()).toHaveLength(4);
		expect(subscribed().map(({ type, data }) => [type, data])).toEqual([
			['NEW_RESPONSE', agentIds()[0]],
			['NEW_RESPONSE', agentIds()[1]],
		]);
		for (const { url } of subscribed()) {
			const { origin, pathname, searchParams } = new URL(url);
			expect(origin + pathname).toBe(`http://127.0.0.1:5678/webhook-waiting/${executionId}`);
			expect(searchParams.get('signature')).toBe(run.data.resumeToken);
			expect(Number(searchParams.get('expires'))).toBeGreaterThanOrEqual(limit);
			expect(searchParams.get('instance')).toMatch(/^[\da-f]{12}$/);
		}
		const order = simulator.requests.map(({ path }) => path);
		expect(order.lastIndexOf('/webhooks/subscribe')).toBeLessThan(order.indexOf('/contact/call'));
	});

	test('the limit is the one that is set', async () => {
		const now = stopTime();
		const { run } = await runNode(waitFor(1, { options: limitWaitTime(2, 'days') }));
		expect(run.waitTill!.getTime()).toBe(now + 2 * 24 * 60 * MINUTE);
	});

	test('nothing is parked where no call was placed', async () => {
		const options = { skipIfCalledWithin: { time: {} } };
		simulator.store.calls.push({ ...simulator.store.calls[0], id: 'lately', created: new Date().toISOString() });
		const node = waitFor(2, { options }, CONTINUE);
		node.items[1].contact = 'nobody';
		const { run, json } = await runNode(node);
		expect(run.status).toBe('success');
		expect(json).toEqual([expect.objectContaining({ skipped: true }), { error: expect.any(String) }]);
		expect(subscribed()).toEqual([]);
	});

	test('nothing is parked where all calls are over already', async () => {
		failCalls({ kind: 'latency', ms: 100 }, 1);
		const done = runNode(waitFor(2));
		await until(() => placed().length === 2);
		// both before the late answer comes
		await Promise.all(placed().map(async (call) => await finish(call)));
		const { run, json, items } = await done;
		expect(run.status).toBe('success');
		expect(json.map(({ contactId, ended }) => [contactId, ended])).toEqual([
			[contactIds()[0], true],
			[contactIds()[1], true],
		]);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		expect(subscribed()).toEqual([]);
	});

	test('where the look right before it fails, the execution is parked all the same', async () => {
		simulator.faults.add({ path: /responses$/, times: 3, fault: { kind: 'status', status: 500 } });
		const { run, error } = await runNode(waitFor(1));
		expect(error).toBeUndefined();
		expect(run.status).toBe('waiting');
	});

	test('where an item fails without Continue On Fail, it is not, and nothing stays subscribed', async () => {
		const node = waitFor(2);
		node.items[1].contact = 'nobody';
		const { run, error } = await runNode(node);
		expect(run.status).toBe('error');
		expect(error?.message).toMatch(/\[item 1\]$/);
		expect(subscribed()).toEqual([]);
	});

	test('Retry On Fail then dials nobody twice, and is parked', async () => {
		failCalls({ kind: 'status', status: 422 }, 1);
		const { run } = await runNode(waitFor(2, {}, RETRY));
		expect(run.status).toBe('waiting');
		expect(called()).toEqual(contactIds(2));
		expect(subscribed()).toHaveLength(1);
	});

	test('Retry On Fail takes no input item for a failure', async () => {
		const node = waitFor(1, {}, RETRY);
		node.items[0].error = 'of an earlier node';
		const { run } = await runNode(node);
		expect(run.status).toBe('waiting');
		expect(subscribed()).toHaveLength(1);
	});

	test('an agent that cannot be read fails its item, not the others', async () => {
		const node = waitFor(2, { agent: byId('={{ $json.agent ?? $("Nowhere").item.json.id }}') }, CONTINUE);
		delete node.items[0].agent;
		const waiting = await runNode(node);
		expect(waiting.run.status).toBe('waiting');
		const { resumed } = await post(waiting, await finish(placed()[0]));
		expect(resumed?.json).toEqual([{ error: expect.any(String) }, expect.objectContaining({ ended: true })]);
	});
});

describe('refused before anybody is called', () => {
	test('a local address that Thoughtly cannot reach', async () => {
		const baseUrl = 'https://thoughtly.invalid';
		const { error } = await runNode({ ...waitFor(1), credential: credential({ baseUrl }) });
		expect(error?.message).toBe('Thoughtly cannot reach this n8n at http://127.0.0.1:5678, so nobody was called');
		expect(error?.description).toMatch(/polling.*N8N_WEBHOOK_URL/);
	});

	test('a subscription that Thoughtly refuses; those before it are taken back', async () => {
		const fault: Fault = { kind: 'status', status: 422, body: { data: null, error: { message: 'Plan allows one' } } };
		simulator.faults.add({ path: '/webhooks/subscribe', after: 1, fault });
		const node = waitFor(2);
		node.items[1].agent = agentIds()[1];
		const { error } = await runNode(node);
		expect(error?.message).toBe('Thoughtly refused the request (422): Plan allows one');
		expect(subscribed()).toEqual([]);
		expect(placed()).toEqual([]);
	});

	test('a limit that is none', async () => {
		const { error } = await runNode(waitFor(1, { options: limitWaitTime('soon') }));
		expect(error?.message).toMatch(/^'Limit Wait Time' is no time/);
		expect(simulator.requests).toEqual([]);
	});
});

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
			placed().map(({ id, contact, status, transcript, summary_data: summary }) => ({
				id,
				agentId: agentIds()[0],
				contactId: contact!.id,
				phoneNumber: contact!.phone_number,
				status,
				ended: true,
				endedAt: expect.any(String),
				durationSeconds: expect.any(Number),
				summary: summary?.summary ?? null,
				transcript,
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

	test('of another call has the calls looked at, but only now and then', async () => {
		const waiting = await runNode(waitFor(1));
		const foreign = simulator.store.calls[0];
		const before = simulator.requests.length;
		expect(await post(waiting, foreign)).toEqual({ answer: 'Waiting' });
		expect(await post(waiting, foreign)).toEqual({ answer: 'Ignored' });
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
	])('while the API %s is answered and said in the log; the next one has the execution go on', async (_name, fault) => {
		const lines = await logLines();
		const waiting = await runNode(waitFor(1));
		const event = await finish(placed()[0]);
		simulator.faults.add({ path: /responses$/, times: 3, fault });
		expect(await post(waiting, event)).toEqual({ answer: 'Waiting' });
		expect(lines.filter((line) => /could not look whether the calls are over/.test(line))).toHaveLength(1);
		simulator.faults.clear();
		expect((await post(waiting, event)).resumed?.json).toHaveLength(1);
	});

	test('goes on where unsubscribing fails; a line in the log says that a later run does it', async () => {
		const lines = await logLines();
		const waiting = await runNode(waitFor(1));
		simulator.faults.add({ path: '/webhooks/unsubscribe', times: 3, fault: { kind: 'status', status: 503 } });
		const { resumed } = await post(waiting, await finish(placed()[0]));
		expect(resumed?.json).toHaveLength(1);
		expect(subscribed()).toHaveLength(1);
		expect(lines.join('\n')).toMatch(/a subscription is left until a later run removes it/);
	});

	test('of each of two executions at one agent has its own go on, and leaves the other', async () => {
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

describe('what goes on', () => {
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
	const skipped = expect.objectContaining({ skipped: true, lastCall: expect.any(Object) });

	test('is one item for each input item, failed and skipped ones in their places', async () => {
		const resumed = await mixed(CONTINUE);
		expect(resumed.json).toEqual([ended(1), failed, skipped, ended(3)]);
		expect(links(resumed)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }, { item: 3 }]);
	});

	test('stands at the error output where it failed, if the node has one', async () => {
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

describe('a subscription whose time is over', () => {
	/** Leaves one of ours that is over, one that is not, and two of strangers that are. */
	async function leaveSome(): Promise<string[]> {
		await runNode(waitFor(1, { options: limitWaitTime(0) }));
		const [expired] = subscribed();
		await runNode(waitFor(1));
		const stays = subscribed().filter(({ id }) => id !== expired.id);
		const stranger = { ...expired, id: 'stranger', url: expired.url.replace(/instance=\w+/, 'instance=another') };
		const unsigned = { ...expired, id: 'other', url: 'https://example.com/hook?expires=1' };
		subscribed().push(stranger, unsigned);
		if (!subscribed().includes(expired)) subscribed().push(expired);
		simulator.requests.length = 0;
		return [...stays.map(({ id }) => id), 'stranger', 'other'];
	}
	const left = () => subscribed().map(({ id }) => id);

	test('is removed by the next run; what is in time, and what is not ours, stays', async () => {
		const stays = await leaveSome();
		await runNode(waitFor(1));
		expect(left()).toEqual([...stays, expect.any(String)]);
		expect(unsubscribed()).toBe(1);
	});

	test('is removed by the next run after an execution that was cancelled, once its time is over', async () => {
		failCalls({ kind: 'hang' });
		const { done, cancel } = await startNode(waitFor(1, { options: limitWaitTime(1) }));
		await until(() => requested().includes('POST /contact/call'));
		cancel();
		await done;
		expect(subscribed()).toHaveLength(1);
		const [{ id }] = subscribed();
		passTime(2 * MINUTE);
		await runNode(waitFor(1));
		expect(left()).toEqual([expect.not.stringContaining(id)]);
	});

	test('is removed by the next activation of a trigger', async () => {
		const stays = await leaveSome();
		const trigger = await triggerOf({
			parameters: { agentScope: 'selected', agentIds: [agentIds()[0]] },
			credential: credential(),
		});
		await trigger.activate();
		expect(left()).toEqual([...stays, expect.any(String)]);
		await trigger.deactivate();
		expect(left()).toEqual(stays);
	});

	test('keeps nobody from being called where it cannot be removed', async () => {
		await leaveSome();
		const lines = await logLines();
		simulator.faults.add({ path: '/webhooks/unsubscribe', times: 3, fault: { kind: 'status', status: 503 } });
		const { run, error } = await runNode(waitFor(1));
		expect(error).toBeUndefined();
		expect(run.status).toBe('waiting');
		expect(lines.join('\n')).toMatch(/a subscription is left until a later run removes it/);
	});
});
