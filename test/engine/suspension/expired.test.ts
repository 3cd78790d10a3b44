import {
	agentIds,
	credential,
	failCalls,
	limitWaitTime,
	passTime,
	requested,
	simulator,
	until,
	useSimulator,
} from '../fixtures.mts';
import { logLines, runNode, startNode, triggerOf } from '../n8n/index.mts';
import { DAY, MINUTE, subscribed, unsubscribed, waitFor } from './waits.mts';

/** What waits that nobody has ended leave subscribed, a day after their limit. */

useSimulator({ firstBackoff: 2 });

const ids = () => subscribed().map(({ id }) => id);

describe('a subscription whose time is over', () => {
	/** Leaves one of ours that is over, one that is not, and two of strangers that are; returns the IDs of those that stay. */
	async function leaveSome(): Promise<string[]> {
		await runNode(waitFor(1, { options: limitWaitTime(0) }));
		await runNode(waitFor(1, { options: limitWaitTime(10) }));
		const [over, stays] = subscribed();
		passTime(DAY + MINUTE);
		const stranger = { ...over, id: 'stranger', url: over.url.replace(/instance=\w+/, 'instance=another') };
		const unsigned = { ...over, id: 'other', url: 'https://example.com/hook?expires=1' };
		subscribed().push(stranger, unsigned);
		simulator.requests.length = 0;
		return [stays.id, 'stranger', 'other'];
	}

	test('is removed by the next run; what is in time, and what is not ours, stays', async () => {
		const stays = await leaveSome();
		await runNode(waitFor(1));
		expect(ids()).toEqual([...stays, expect.any(String)]);
		expect(unsubscribed()).toBe(1);
	});

	test('is removed by the next run, although the list does not say which agent it is for', async () => {
		const stays = await leaveSome();
		simulator.options.webhookData = false;
		await runNode(waitFor(1));
		expect(ids()).toEqual([...stays, expect.any(String)]);
	});

	test('is removed by the next run after an execution that was cancelled', async () => {
		failCalls({ kind: 'hang' });
		const { done, cancel } = await startNode(waitFor(1, { options: limitWaitTime(1) }));
		await until(() => requested().includes('POST /contact/call'));
		cancel();
		await done;
		const [{ id }] = subscribed();
		passTime(DAY + 2 * MINUTE);
		await runNode(waitFor(1));
		expect(ids()).toEqual([expect.not.stringContaining(id)]);
	});

	test('is removed by the next activation of a trigger', async () => {
		const stays = await leaveSome();
		const trigger = await triggerOf({
			parameters: { agentScope: 'selected', agentIds: [agentIds()[0]] },
			credential: credential(),
		});
		await trigger.activate();
		expect(ids()).toEqual([...stays, expect.any(String)]);
		await trigger.deactivate();
		expect(ids()).toEqual(stays);
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
