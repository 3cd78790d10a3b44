import { useSimulator } from '../fixtures.mts';
import { runNode } from '../n8n/index.mts';
import { redirect } from './fileHost.mts';
import { call, download, host, keepAt, useFileHost } from './node.mts';

/** Recordings are downloaded from https addresses. Local ones are allowed here, since the API itself is on this computer. */

useSimulator();
useFileHost();

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

test.each(['not a URL', '//127.0.0.1/a', 'https://', 'https://[bad', 'javascript:1', 'data:audio/mpeg;base64,QQ=='])(
	'%s is no address',
	async (address) => {
		call().recording_url = address;
		const { error } = await runNode(download());
		expect(error?.message).toMatch(/^The recording of call .* is not at an https address \[item 0\]$/);
	},
);
