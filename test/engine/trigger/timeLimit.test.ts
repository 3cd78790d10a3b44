import { activeAgentIds, requested, simulator, until, useSimulator } from '../fixtures.mts';
import { subscribed, trigger } from './nodes';

/** Activations and deactivations that take too long: they end by themselves and say what there is. */

useSimulator();

/** Answers so many requests of a kind, then none any more. */
const answerOnly = (after: number, method: string) =>
	simulator.faults.add({ method, after, times: Infinity, fault: { kind: 'hang' } });

/** Has n8n's time for a hook run out once it has sent so many requests of a kind. */
async function runOutOfTime(hook: () => Promise<void>, count: number, request: string): Promise<unknown> {
	const deadline = new AbortController();
	jest.spyOn(AbortSignal, 'timeout').mockReturnValue(deadline.signal);
	const done = hook().catch((error: unknown) => error);
	await until(() => requested().filter((sent) => sent === request).length === count);
	deadline.abort();
	return await done;
}

test('an activation stops by itself, says what was created, and keeps it for the next', async () => {
	const node = await trigger();
	answerOnly(2, 'POST');
	const outOfTime = /longer than 60 seconds: 2 of 3 subscriptions were created and kept, 1 are missing/;
	const error = await runOutOfTime(node.activate, 3, 'POST /webhooks/subscribe');
	expect(error).toMatchObject({ message: expect.stringMatching(outOfTime) });
	// n8n calls this after a failed activation, then tries again at once
	await node.deactivate();
	const asked = simulator.requests.length;
	await expect(node.activate()).rejects.toThrow(outOfTime);
	expect(simulator.requests).toHaveLength(asked);
	expect(subscribed()).toHaveLength(2);
	jest.restoreAllMocks();
	simulator.faults.clear();
	const next = await trigger();
	await next.activate();
	expect(subscribed()).toHaveLength(activeAgentIds().length);
	await next.deactivate();
	expect(subscribed()).toEqual([]);
});

test('in the editor, what an activation created is removed', async () => {
	const node = await trigger({}, {}, 'manual');
	answerOnly(1, 'POST');
	const error = await runOutOfTime(node.activate, 2, 'POST /webhooks/subscribe');
	expect(error).toMatchObject({ message: expect.stringContaining('1 of 3 subscriptions') });
	jest.restoreAllMocks();
	await node.deactivate();
	expect(subscribed()).toEqual([]);
});

test('a deactivation stops by itself and says what is left', async () => {
	const node = await trigger();
	await node.activate();
	answerOnly(1, 'DELETE');
	const error = await runOutOfTime(node.deactivate, 2, 'DELETE /webhooks/unsubscribe');
	expect(error).toMatchObject({
		message: expect.stringMatching(/Subscriptions left: 2\. To remove them, publish and unpublish the workflow again/),
	});
});
