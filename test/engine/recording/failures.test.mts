import { CONTINUE, simulator, times, until, useSimulator } from '../fixtures.mts';
import { logLines, runNode, startNode } from '../n8n/index.mts';
import { SOUND, broken, file, redirect, stalled, startFileHost, status } from './fileHost.mts';
import type { Answer } from './fileHost.mts';
import { call, download, host, keepAt, notDownloaded, useFileHost } from './node.mts';

/** Download Recording from a host that fails: what is asked again, and what the error says. */

useSimulator({ firstBackoff: 2 });
useFileHost();

/** For a host that never starts or never ends its response; a busy machine still has time for the good one that follows. */
const loseNoTime = () => Object.assign(times, { requestTimeout: 1_500, fileTimeout: 3_000 });

test.each([
	[403, 1],
	[404, 1],
	[302, 1],
	[304, 1],
	[500, 3],
])('status %d: asked %d times', async (code, count) => {
	keepAt('/a', status(code));
	const { error } = await runNode(download());
	expect(error?.message).toBe(notDownloaded(`status ${code}`));
	expect(error?.description).toMatch(/expired/);
	expect(host.requests).toHaveLength(count);
});

test('status 429: asked again, but not for ever', async () => {
	times.longestRefusal = 50;
	keepAt('/a', status(429));
	const { error } = await runNode(download());
	expect(error?.message).toBe(notDownloaded('status 429'));
	expect(host.requests.length).toBeGreaterThan(1);
});

test('a host that redirects in a circle is left after five times', async () => {
	keepAt('/a', redirect('/a'));
	const { error } = await runNode(download());
	expect(error?.message).toBe(notDownloaded('status 302'));
	expect(host.requests).toHaveLength(6);
});

test.each<[string, Answer, () => void]>([
	['breaks off in the middle', broken, () => {}],
	['stops sending in the middle', stalled, loseNoTime],
	['does not answer', () => {}, loseNoTime],
	['has a fault', status(503), () => {}],
])('a host that %s is asked again, which the log says without the address', async (_name, answer, setTimes) => {
	setTimes();
	const lines = await logLines();
	keepAt('/a', answer, file('audio/wav'));
	const { items, error } = await runNode(download());
	expect(error).toBeUndefined();
	expect(items[0].binary!.data.data).toBe(SOUND.toString('base64'));
	expect(host.requests).toHaveLength(2);
	expect(lines).toEqual([expect.stringMatching(/could not fetch a recording \(.*\), retrying in 0\.1 s$/)]);
	expect(lines.join()).not.toMatch(host.url);
});

test('a host that goes on breaking off fails the item, and only this one', async () => {
	keepAt('/a', broken, broken, broken);
	const calls = [call(), simulator.store.calls[3]];
	const { json, items } = await runNode(download({}, CONTINUE, calls));
	expect(json).toEqual([
		{ error: expect.stringMatching(`^${notDownloaded('the connection was lost').replace(/[[\]]/g, '\\$&')}`) },
		expect.objectContaining({ id: calls[1].id }),
	]);
	expect(items[1].binary!.data.mimeType).toBe('audio/wav');
	expect(host.requests).toHaveLength(3);
});

test.each<[string, Answer, string]>([
	['does not answer', () => {}, 'it took longer than 1.5 seconds'],
	['stops sending', stalled, 'it took longer than 3 seconds'],
])('a host that %s however often it is asked fails the item', async (_name, answer, why) => {
	loseNoTime();
	keepAt('/a', answer);
	const { error } = await runNode(download());
	expect(error?.message).toBe(notDownloaded(why));
	expect(host.requests).toHaveLength(3);
});

test('a host that does not exist fails the item', async () => {
	const gone = await startFileHost();
	gone.stop();
	call().recording_url = `${gone.url}/a`;
	const { error } = await runNode(download());
	expect(error?.message).toBe(notDownloaded('its host could not be reached'));
});

test('a host is left at once when the execution is cancelled', async () => {
	// the host goes on saying nothing for longer than the test may take
	keepAt('/a', stalled);
	const { done, cancel } = await startNode(download());
	await until(() => host.requests.length === 1);
	cancel();
	await done;
	expect(host.requests).toHaveLength(1);
});
