import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INode, INodeParameters } from 'n8n-workflow';
import type { Call } from '../simulator/simulator.mts';
import { CONTINUE, byId, callLists, credential, passTime, simulator, times, until, useSimulator } from './fixtures.mts';
import { runNode, startNode } from './n8n/index.mts';

/** Download Recording: the file, where it is fetched from, and what becomes of it when that fails. */

const SOUND = Buffer.from('the sound of a call');

useSimulator({ firstBackoff: 2, pollInterval: 20 });

let host: FileHost;
beforeAll(async () => (host = await startFileHost()));
beforeEach(() => host.reset());
afterAll(() => host.stop());

interface FileHost {
	url: string;
	requests: Array<{ path: string; headers: IncomingHttpHeaders }>;
	/** What it answers, by path; a list is used up from request to request. */
	answers: Record<string, Answer | Answer[]>;
	reset(): void;
	stop(): void;
}
type Answer = (response: ServerResponse) => void;

/** Starts a server that stands for wherever Thoughtly keeps recordings. */
async function startFileHost(): Promise<FileHost> {
	const server: Server = createServer(({ url = '', headers }, response) => {
		fileHost.requests.push({ path: url, headers });
		const answer = fileHost.answers[url];
		(Array.isArray(answer) ? answer.shift() : answer)?.(response);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const fileHost: FileHost = {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests: [],
		answers: {},
		reset() {
			fileHost.requests.length = 0;
			fileHost.answers = {};
		},
		stop() {
			server.closeAllConnections();
			server.close();
		},
	};
	return fileHost;
}

const file =
	(type?: string): Answer =>
	(response) =>
		response.writeHead(200, type === undefined ? {} : { 'content-type': type }).end(SOUND);
const status =
	(code: number): Answer =>
	(response) =>
		response.writeHead(code).end('no file');
const redirect =
	(location: string, code = 302): Answer =>
	(response) =>
		response.writeHead(code, { location }).end();
/** Sends half of the file, then cuts the connection. */
const broken: Answer = (response) => {
	response.writeHead(200, { 'content-type': 'audio/wav', 'content-length': SOUND.length });
	response.write(SOUND.subarray(0, 5), () => response.destroy());
};
/** Sends half of the file, then nothing any more. */
const stalled: Answer = (response) => {
	response.writeHead(200, { 'content-type': 'audio/wav', 'content-length': SOUND.length });
	response.write(SOUND.subarray(0, 5));
};

const call = () => simulator.store.calls[0];
function download(options: INodeParameters = {}, settings: Partial<INode> = {}, calls: Call[] = [call()]) {
	return {
		parameters: {
			resource: 'call',
			operation: 'downloadRecording',
			agent: byId(call().interview.id),
			callId: '={{ $json.id }}',
			options,
		},
		items: calls.map(({ id }) => ({ id })),
		settings,
		credential: credential(),
	};
}
/** Has the first call's recording stand at a path of the file host. */
function keepAt(path: string, ...answers: Answer[]): void {
	call().recording_url = host.url + path;
	host.answers[path] = answers.length === 1 ? answers[0] : answers;
}
const looks = () => callLists().length;
/** Shortens what the host of a file is given to answer, for tests in which it does not. */
const loseNoTime = () => Object.assign(times, { requestTimeout: 300, fileTimeout: 600 });

test('gives the file with its type and a telling name, beside the fields of the call', async () => {
	const { items } = await runNode(download());
	const { id } = call();
	expect(items).toHaveLength(1);
	const [{ json, binary, pairedItem }] = items;
	expect(pairedItem).toEqual({ item: 0 });
	expect(json).toEqual({
		id,
		agentId: call().interview.id,
		contactId: call().contact!.id,
		phoneNumber: '+14155550101',
		status: 'COMPLETED',
		startedAt: call().start_time,
		endedAt: call().end_time,
		durationSeconds: 32,
		summary: expect.any(String),
		transcript: expect.any(String),
	});
	expect(binary!.data).toMatchObject({
		fileName: `call-2026-11-11-${id}.wav`,
		fileExtension: 'wav',
		mimeType: 'audio/wav',
		fileType: 'audio',
	});
	const served = await fetch(call().recording_url!);
	expect(binary!.data.data).toBe(Buffer.from(await served.arrayBuffer()).toString('base64'));
});

test.each([
	['/sound.wav', 'audio/x-wav', 'wav', 'audio/x-wav'],
	['/sound', 'audio/mpeg', 'mp3', 'audio/mpeg'],
	['/sound.MP3?signature=x.y', 'binary/octet-stream', 'mp3', 'audio/mpeg'],
	['/sound.ogg', undefined, 'ogg', 'audio/ogg'],
	['/sound', 'Audio/WebM; codecs=opus', 'webm', 'audio/webm'],
	['/sound', 'video/mp4', 'bin', 'video/mp4'],
	['/sound', undefined, 'bin', 'application/octet-stream'],
])('%s sent as %s becomes a .%s of type %s', async (path, sent, extension, type) => {
	keepAt(path, file(sent));
	const { items } = await runNode(download());
	expect(items[0].binary!.data).toMatchObject({
		fileName: `call-2026-11-11-${call().id}.${extension}`,
		mimeType: type,
		data: SOUND.toString('base64'),
	});
});

test('goes into the field that is named', async () => {
	const node = download();
	const { items } = await runNode({ ...node, parameters: { ...node.parameters, binaryPropertyName: 'recording' } });
	expect(Object.keys(items[0].binary!)).toEqual(['recording']);
});

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

	test('fails when the minutes to wait are over', async () => {
		const { done } = await startNode(download({ waitForRecording: 1 }));
		await until(() => looks() > 3);
		passTime(61_000);
		const { error } = await done;
		expect(error?.message).toBe(`Call ${call().id} has no recording [item 0]`);
	});

	test('is not asked for without minutes to wait', async () => {
		const { error } = await runNode(download({ waitForRecording: 0 }));
		expect(error?.message).toBe("'Wait for Recording' must be a whole number from 1 on [item 0]");
	});
});

describe('the token', () => {
	const told = () => JSON.stringify(host.requests.map(({ headers }) => headers));

	test('is not sent to the host of the file, nor to where it redirects', async () => {
		const other = await startFileHost();
		keepAt('/a', redirect('/b', 301));
		host.answers['/b'] = redirect(`${other.url}/c`, 307);
		other.answers['/c'] = file('audio/wav');
		const { items } = await runNode(download());
		other.stop();
		expect(items[0].binary!.data.data).toBe(SOUND.toString('base64'));
		expect(host.requests.map(({ path }) => path)).toEqual(['/a', '/b']);
		expect(other.requests).toHaveLength(1);
		for (const secret of [simulator.token, simulator.teamId, 'x-api-token']) {
			expect(told()).not.toContain(secret);
			expect(JSON.stringify(other.requests)).not.toContain(secret);
		}
	});

	test.each(['http://files.example.com/sound.wav', 'ftp://files.example.com/sound.wav', 'file:///etc/hostname'])(
		'%s is not fetched, neither at once nor on a redirect',
		async (address) => {
			keepAt('/a', redirect(address));
			for (const recordingUrl of [address, `${host.url}/a`]) {
				call().recording_url = recordingUrl;
				const { error } = await runNode(download());
				expect(error?.message).toBe(`The recording of call ${call().id} is not at an https address [item 0]`);
			}
		},
	);
});

describe('the host of the file', () => {
	test.each([
		[403, 1],
		[404, 1],
		[302, 1],
		[304, 1],
		[429, 3],
		[500, 3],
	])('that answers %d is asked %d times', async (code, times) => {
		keepAt('/a', status(code));
		const { error } = await runNode(download());
		expect(error?.message).toBe(`The recording of call ${call().id} could not be fetched (status ${code}) [item 0]`);
		expect(error?.description).toMatch(/expired/);
		expect(host.requests).toHaveLength(times);
	});

	test('that redirects in a circle is left after five times', async () => {
		keepAt('/a', redirect('/a'));
		const { error } = await runNode(download());
		expect(error?.message).toMatch(/could not be fetched \(status 302\)/);
		expect(host.requests).toHaveLength(6);
	});

	test.each<[string, Answer]>([
		['breaks off in the middle', broken],
		['says nothing any more in the middle', stalled],
		['does not answer', () => {}],
		['has a fault', status(503)],
	])('that %s is asked again', async (_name, answer) => {
		loseNoTime();
		keepAt('/a', answer, file('audio/wav'));
		const { items, error } = await runNode(download());
		expect(error).toBeUndefined();
		expect(items[0].binary!.data.data).toBe(SOUND.toString('base64'));
		expect(host.requests).toHaveLength(2);
	});

	test('that goes on breaking off fails the item, and only this one', async () => {
		keepAt('/a', broken, broken, broken);
		const calls = [call(), simulator.store.calls[3]];
		const { json, items } = await runNode(download({}, CONTINUE, calls));
		expect(json).toEqual([
			{
				error: expect.stringMatching(
					/^The recording of call .* could not be fetched \(the connection broke\) \[item 0\]/,
				),
			},
			expect.objectContaining({ id: calls[1].id }),
		]);
		expect(items[1].binary!.data.mimeType).toBe('audio/wav');
		expect(host.requests).toHaveLength(3);
	});

	test.each<[string, Answer, string]>([
		['does not answer', () => {}, 'it took longer than 0.3 seconds'],
		['says nothing any more', stalled, 'it took longer than 0.6 seconds'],
	])('that %s however often it is asked fails the item', async (_name, answer, why) => {
		loseNoTime();
		keepAt('/a', answer);
		const { error } = await runNode(download());
		expect(error?.message).toBe(`The recording of call ${call().id} could not be fetched (${why}) [item 0]`);
		expect(host.requests).toHaveLength(3);
	});

	test('that is not there fails the item', async () => {
		const gone = await startFileHost();
		gone.stop();
		call().recording_url = `${gone.url}/a`;
		const { error } = await runNode(download());
		expect(error?.message).toMatch(/could not be fetched \(its host could not be reached\) \[item 0\]$/);
	});

	test('is left at once when the execution is cancelled', async () => {
		// the host goes on saying nothing for longer than the test may take
		keepAt('/a', stalled);
		const { done, cancel } = await startNode(download());
		await until(() => host.requests.length === 1);
		cancel();
		await done;
		expect(host.requests).toHaveLength(1);
	});
});
