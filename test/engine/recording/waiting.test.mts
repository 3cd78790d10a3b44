import { callLists, passTime, simulator, times, until, useSimulator } from '../fixtures.mts';
import { runNode, startNode } from '../n8n/index.mts';
import { SOUND, file, status } from './fileHost.mts';
import { call, download, host, keepAt, notDownloaded, useFileHost } from './node.mts';

/** Download Recording waits for a recording that is not there yet, as long as *Wait for Recording* says. */

useSimulator({ pollInterval: 20 });
useFileHost();

const looks = () => callLists().length;

describe('a call without a recording', () => {
	beforeEach(() => (call().recording_url = null));

	test('fails with what to do about it', async () => {
		const { error } = await runNode(download());
		expect(error?.message).toBe(`Call ${call().id} has no recording yet [item 0]`);
		expect(error?.description).toMatch(/'Wait for Recording'/);
		expect(looks()).toBe(1);
	});

	test('is waited for: several of them in the same rounds', async () => {
		const calls = simulator.store.calls.filter(({ interview }) => interview.id === call().interview.id);
		for (const one of calls) one.recording_url = null;
		const { done } = await startNode(download({ waitForRecording: 1 }, {}, calls));
		await until(() => looks() >= calls.length + 3);
		for (const one of calls) one.recording_url = `${simulator.url}/recordings/${one.id}.wav`;
		const before = looks();
		const { items } = await done;
		expect(items.map(({ json, binary }) => [json.id, binary!.data.mimeType])).toEqual(
			calls.map(({ id }) => [id, 'audio/wav']),
		);
		expect(looks()).toBeLessThanOrEqual(before + 2);
	});

	test('fails when the time to wait is over', async () => {
		const { done } = await startNode(download({ waitForRecording: 1 }));
		await until(() => looks() > 3);
		passTime(61_000);
		const { error } = await done;
		expect(error?.message).toBe(`Call ${call().id} has no recording [item 0]`);
		expect(error?.description).not.toMatch(/'Wait for Recording'/);
	});

	test('is no longer waited for when the execution is cancelled', async () => {
		times.pollInterval = 600_000;
		const { done, cancel } = await startNode(download({ waitForRecording: 20 }));
		await until(() => looks() === 1);
		cancel();
		await done;
		expect(looks()).toBe(1);
	});

	test.each([0, -1, 1.5, 'soon', ''])('%j is no time to wait', async (waitForRecording) => {
		const { error } = await runNode(download({ waitForRecording }));
		expect(error?.message).toBe("'Wait for Recording' must be a whole number, 1 or more [item 0]");
	});
});

describe('a recording whose file follows its URL', () => {
	test.each([404, 403])('is waited for while its host answers %d', async (code) => {
		keepAt('/a', status(code), status(code), file('audio/wav'));
		const { items } = await runNode(download({ waitForRecording: 1 }));
		expect(items[0].binary!.data.data).toBe(SOUND.toString('base64'));
		expect(host.requests).toHaveLength(3);
	});

	test('is looked for where the call says by then', async () => {
		keepAt('/a', status(404));
		host.answers['/b'] = file('audio/wav');
		const { done } = await startNode(download({ waitForRecording: 1 }));
		await until(() => host.requests.length === 1);
		call().recording_url = `${host.url}/b`;
		expect((await done).items[0].binary!.data.mimeType).toBe('audio/wav');
	});

	test('fails when the time to wait is over', async () => {
		keepAt('/a', status(404));
		const { done } = await startNode(download({ waitForRecording: 1 }));
		await until(() => host.requests.length > 2);
		passTime(61_000);
		const { error } = await done;
		expect(error?.message).toBe(notDownloaded('status 404'));
	});

	test('is not waited for unless the option says so', async () => {
		keepAt('/a', status(404), file('audio/wav'));
		const { error } = await runNode(download());
		expect(error?.message).toBe(notDownloaded('status 404'));
		expect(host.requests).toHaveLength(1);
	});

	test('is not waited for where its host says that it is gone', async () => {
		keepAt('/a', status(410), file('audio/wav'));
		const { error } = await runNode(download({ waitForRecording: 1 }));
		expect(error?.message).toBe(notDownloaded('status 410'));
	});
});
