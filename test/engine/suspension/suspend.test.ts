import type { Fault } from '../../simulator/simulator.mts';
import {
	CONTINUE,
	RETRY,
	agentIds,
	byId,
	called,
	contactIds,
	credential,
	failCalls,
	limitWaitTime,
	placed,
	simulator,
	until,
	useSimulator,
} from '../fixtures.mts';
import { runNode } from '../n8n/index.mts';
import { DAY, MINUTE, finish, post, subscribed, waitFor } from './waits.mts';

/** Start and Wait with a webhook: what is subscribed, and when the execution is suspended. */

useSimulator({ firstBackoff: 2 });

/** Has all of a test happen in one millisecond; returns which. */
function stopTime(): number {
	const now = Date.now();
	jest.spyOn(Date, 'now').mockReturnValue(now);
	return now;
}

describe('an execution is suspended', () => {
	test('after subscribing the resume URL with its expiry to each agent, and placing the calls', async () => {
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
			expect(searchParams.get('signature')).toBe(run.data.resumeToken ?? null);
			expect(Number(searchParams.get('expires'))).toBe(limit + DAY);
			expect(searchParams.get('instance')).toMatch(/^[\da-f]{12}$/);
		}
		const order = simulator.requests.map(({ path }) => path);
		expect(order.lastIndexOf('/webhooks/subscribe')).toBeLessThan(order.indexOf('/contact/call'));
	});

	test('until the limit that is set', async () => {
		const now = stopTime();
		const { run } = await runNode(waitFor(1, { options: limitWaitTime(2, 'days') }));
		expect(run.waitTill!.getTime()).toBe(now + 2 * DAY);
	});

	test('until the longest limit of its items', async () => {
		const now = stopTime();
		const node = waitFor(2, { options: limitWaitTime('={{ $json.minutes }}') });
		node.items.forEach((item, index) => (item.minutes = 5 - index));
		const { run } = await runNode(node);
		expect(run.waitTill!.getTime()).toBe(now + 5 * MINUTE);
	});

	test('although the look right before that fails', async () => {
		simulator.faults.add({ path: /responses$/, times: 3, fault: { kind: 'status', status: 500 } });
		const { run, error } = await runNode(waitFor(1));
		expect(error).toBeUndefined();
		expect(run.status).toBe('waiting');
	});

	test('after Retry On Fail, which calls nobody twice', async () => {
		failCalls({ kind: 'status', status: 422 }, 1);
		const { run } = await runNode(waitFor(2, {}, RETRY));
		expect(run.status).toBe('waiting');
		expect(called()).toEqual(contactIds(2));
		expect(subscribed()).toHaveLength(1);
	});

	test('after Retry On Fail has found a call whose response was lost', async () => {
		failCalls({ kind: 'resetAfter' }, 1);
		const { run } = await runNode(waitFor(3, {}, RETRY));
		expect(run.status).toBe('waiting');
		expect(called()).toEqual(contactIds(3));
		expect(subscribed()).toHaveLength(1);
	});

	test('with Retry On Fail although an input item has an error of its own', async () => {
		const node = waitFor(1, {}, RETRY);
		node.items[0].error = 'of an earlier node';
		const { run } = await runNode(node);
		expect(run.status).toBe('waiting');
		expect(subscribed()).toHaveLength(1);
	});

	test('for the other items where the limit of one cannot be read', async () => {
		const node = waitFor(2, { options: limitWaitTime('={{ $json.minutes }}') }, CONTINUE);
		node.items.forEach((item, index) => (item.minutes = ['soon', 5][index]));
		const waiting = await runNode(node);
		expect(waiting.run.status).toBe('waiting');
		const { resumed } = await post(waiting, await finish(placed()[0]));
		expect(resumed?.json).toEqual([
			{ error: expect.stringMatching(/^'Limit Wait Time' is not a valid period: soon minutes/) },
			expect.objectContaining({ ended: true }),
		]);
	});

	test('for the other items where the agent of one cannot be read', async () => {
		const node = waitFor(2, { agent: byId('={{ $json.agent ?? $("Nowhere").item.json.id }}') }, CONTINUE);
		delete node.items[0].agent;
		const waiting = await runNode(node);
		expect(waiting.run.status).toBe('waiting');
		const { resumed } = await post(waiting, await finish(placed()[0]));
		expect(resumed?.json).toEqual([{ error: expect.any(String) }, expect.objectContaining({ ended: true })]);
	});
});

describe('an execution is not suspended', () => {
	test('where no call was placed', async () => {
		const options = { skipIfCalledWithin: { time: {} } };
		simulator.store.calls.push({ ...simulator.store.calls[0], id: 'lately', created: new Date().toISOString() });
		const node = waitFor(2, { options }, CONTINUE);
		node.items[1].contact = 'nobody';
		const { run, json } = await runNode(node);
		expect(run.status).toBe('success');
		expect(json).toEqual([
			expect.objectContaining({ result: 'skipped', skipReason: 'called_recently', contactId: contactIds()[0] }),
			{ error: expect.any(String) },
		]);
		expect(subscribed()).toEqual([]);
	});

	test('where all calls have ended already', async () => {
		failCalls({ kind: 'latency', ms: 100 }, 1);
		const done = runNode(waitFor(2));
		await until(() => placed().length === 2);
		// both before the late response comes
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

	test('where an item fails without Continue On Fail, and nothing stays subscribed', async () => {
		const node = waitFor(2);
		node.items[1].contact = 'nobody';
		const { run, error } = await runNode(node);
		expect(run.status).not.toBe('waiting');
		expect(error?.message).toMatch(/\[item 1\]$/);
		expect(subscribed()).toEqual([]);
	});
});

describe('nobody is called', () => {
	test('where Thoughtly cannot reach the address of this n8n', async () => {
		const baseUrl = 'https://thoughtly.invalid';
		const { error } = await runNode({ ...waitFor(1), credential: credential({ baseUrl }) });
		expect(error?.message).toBe('Thoughtly cannot reach this n8n at http://127.0.0.1:5678. Nobody was called');
		expect(error?.description).toMatch(/Polling.*N8N_WEBHOOK_URL/);
	});

	test('where Thoughtly refuses a subscription; those before it are taken back', async () => {
		const fault: Fault = { kind: 'status', status: 422, body: { data: null, error: { message: 'Plan allows one' } } };
		simulator.faults.add({ path: '/webhooks/subscribe', after: 1, fault });
		const node = waitFor(2);
		node.items[1].agent = agentIds()[1];
		const { error } = await runNode(node);
		expect(error?.message).toBe('Thoughtly refused the request (422): Plan allows one. Nobody was called');
		expect(subscribed()).toEqual([]);
		expect(placed()).toEqual([]);
	});

	test('with Continue On Fail each item has the error, and none passes as if it had been called', async () => {
		simulator.faults.add({ path: '/webhooks/subscribe', fault: { kind: 'status', status: 422 } });
		const { run, json } = await runNode(waitFor(2, {}, CONTINUE));
		const refused = { error: expect.stringMatching(/^Thoughtly refused the request \(422\).*Nobody was called/) };
		expect(run.status).toBe('success');
		expect(json).toEqual([refused, refused]);
		expect(placed()).toEqual([]);
	});
});
