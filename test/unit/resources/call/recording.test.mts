import { Readable } from 'node:stream';
import type { IHttpRequestOptions } from 'n8n-workflow';
import { downloadRecording } from '../../../../nodes/Thoughtly/resources/call/recording';
import { contextOf } from '../../context';

/** Where recordings are downloaded from with an API on the internet, which no engine test has. */

const RECORDING = 'https://files.example.com/a';
const sound = () => ({
	statusCode: 200,
	headers: { 'content-type': 'audio/wav' },
	body: Readable.from([Buffer.from('sound')]),
});
const redirect = (location: string) => ({ statusCode: 302, headers: { location }, body: Readable.from([]) });

/** Downloads a recording from an internet on which these URLs respond; returns its MIME type and what was requested. */
async function download(recordingUrl: string, internet: Record<string, () => object> = {}) {
	const requested: string[] = [];
	const context = contextOf({
		getCredentials: async () => ({ baseUrl: 'https://api.thoughtly.com', apiToken: 'token' }),
		helpers: {
			httpRequest: async ({ url }: IHttpRequestOptions) => {
				requested.push(url);
				return internet[url]();
			},
			prepareBinaryData: async (_stream: Readable, _name: string, mimeType: string) => ({ mimeType }),
		},
	});
	const record = { id: 'call', recording_url: recordingUrl };
	const input = { property: 'data', patience: 0 };
	const scope = { context, itemIndex: 0 };
	const result = await downloadRecording(scope, 'agent', record, input).catch((error: Error) => error);
	return { requested, result: result instanceof Error ? result.message : result.binary.data.mimeType };
}

const INSIDE = 'The recording of call call is at an address inside the network of this n8n [item 0]';

test('a file at a public address is fetched, also behind a redirect', async () => {
	const other = 'https://storage.example.com/b';
	expect(await download(RECORDING, { [RECORDING]: sound })).toEqual({ requested: [RECORDING], result: 'audio/wav' });
	expect(await download(RECORDING, { [RECORDING]: () => redirect(other), [other]: sound })).toEqual({
		requested: [RECORDING, other],
		result: 'audio/wav',
	});
});

test.each([
	'http://127.0.0.1:5678/metrics',
	'http://localhost/sound.wav',
	'https://10.0.0.5/sound.wav',
	'https://169.254.169.254/latest',
	'https://intranet/sound.wav',
	'https://files.internal/sound.wav',
	'https://[fd00::1]/sound.wav',
	'https://[::ffff:10.0.0.5]/sound.wav',
	'https://2130706433/sound.wav',
	'https://0x7f.1/sound.wav',
])('%s is not, neither at once nor on a redirect', async (address) => {
	expect(await download(address)).toEqual({ requested: [], result: INSIDE });
	const redirected = await download(RECORDING, { [RECORDING]: () => redirect(address) });
	expect(redirected).toEqual({ requested: [RECORDING], result: INSIDE });
});
