import { endedCall, until, useSimulator } from '../fixtures.mts';
import { runNode } from '../n8n/index.mts';
import { SOUND, file, redirect, startFileHost } from './fileHost.mts';
import type { Answer } from './fileHost.mts';
import { call, download, host, keepAt, notDownloaded, useFileHost } from './node.mts';

/** Download Recording: the file, its name and type, and what is not accepted as a recording. */

useSimulator({ firstBackoff: 2 });
useFileHost();

test('returns the file with its type and a telling name, beside the fields of the call', async () => {
	const { items } = await runNode(download());
	expect(items).toHaveLength(1);
	const [{ json, binary, pairedItem }] = items;
	expect(pairedItem).toEqual({ item: 0 });
	expect(json).toEqual(endedCall());
	expect(binary!.data).toMatchObject({
		fileName: `call-2026-11-11-${call().id}.wav`,
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
	['/sound', 'audio/mp3', 'mp3', 'audio/mp3'],
	['/sound', 'audio/wave', 'wav', 'audio/wave'],
	['/sound', 'audio/vnd.wave', 'wav', 'audio/vnd.wave'],
	['/sound', 'audio/x-m4a', 'm4a', 'audio/x-m4a'],
	['/sound', 'audio/mp4', 'm4a', 'audio/mp4'],
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

const PAGE = '<html><body>This link has expired</body></html>';
test.each([
	['a web page', 'text/html; charset=utf-8', PAGE, 'it is text/html'],
	['a web page that claims to be audio', 'audio/mpeg', `\n ${PAGE}`, 'it is a text document'],
	['a web page of no type', undefined, PAGE, 'it is a text document'],
	['text', 'text/plain', 'Access denied', 'it is text/plain'],
	['JSON', 'application/json', '{"error":"AccessDenied"}', 'it is application/json'],
	['JSON of a kind', 'application/problem+json', '{}', 'it is application/problem+json'],
	['JSON that claims to be audio', 'audio/wav', '{"error":"AccessDenied"}', 'it is a text document'],
	['XML', 'application/xml', '<Error/>', 'it is application/xml'],
	['nothing', 'audio/mpeg', '', 'it is empty'],
])('%s is not a recording, and is not asked for again', async (_name, type, content, why) => {
	keepAt('/a.mp3', file(type, content));
	const { error } = await runNode(download({ waitForRecording: 1 }));
	expect(error?.message).toBe(notDownloaded(why));
	expect(error?.description).toMatch(/expired/);
	expect(host.requests).toHaveLength(1);
});

test('more than 1 GB is not a recording either', async () => {
	keepAt('/a.mp3', (response) => {
		response.writeHead(200, { 'content-type': 'audio/mpeg', 'content-length': 2 ** 31 }).write(SOUND);
	});
	const { error } = await runNode(download());
	expect(error?.message).toBe(notDownloaded('it is larger than 1 GB'));
});

test.each<[string, Answer]>([
	['larger than 1 GB', (response) => response.writeHead(200, { 'content-length': 2 ** 31 }).write(SOUND)],
	['a web page', (response) => response.writeHead(200, { 'content-type': 'text/html' }).write(PAGE)],
	['text that claims to be audio', (response) => response.writeHead(200, { 'content-type': 'audio/wav' }).write(PAGE)],
	['a redirect with a body', (response) => response.writeHead(302, { location: '/b' }).write(PAGE)],
	['a refusal with a body', (response) => response.writeHead(410).write(PAGE)],
])('%s is not read to its end: its connection is closed', async (_name, answer) => {
	let isOpen = true;
	keepAt('/a', (response) => {
		response.on('close', () => (isOpen = false));
		answer(response);
	});
	host.answers['/b'] = file('audio/wav');
	await runNode(download());
	await until(() => !isOpen);
});

test('the token is not sent to the host of the file, nor to where it redirects', async () => {
	const other = await startFileHost();
	keepAt('/a', redirect('/b', 301));
	host.answers['/b'] = redirect(`${other.url}/c`, 307);
	other.answers['/c'] = file('audio/wav');
	const { items } = await runNode(download());
	other.stop();
	expect(items[0].binary!.data.data).toBe(SOUND.toString('base64'));
	expect(host.requests.map(({ path }) => path)).toEqual(['/a', '/b']);
	expect(other.requests).toHaveLength(1);
	const { apiToken, teamId } = download().credential;
	for (const secret of [apiToken, teamId, 'x-api-token']) {
		expect(JSON.stringify([host.requests, other.requests])).not.toContain(secret);
	}
});
