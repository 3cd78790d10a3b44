import { simulator, useSimulator } from '../fixtures.mts';
import { runNode } from '../n8n/index.mts';
import { file, redirect, startFileHost } from './fileHost.mts';
import { call, download, host, keepAt, useFileHost } from './node.mts';

/** Where recordings are downloaded from: https, and public addresses unless the API itself is on this computer. */

useSimulator();
useFileHost();

type AddressModule = typeof import('../../../nodes/Thoughtly/transport/address');

/** Has the package take these URLs, and everything at them, for addresses on the internet. */
async function takeForPublic(...urls: string[]): Promise<void> {
	const module = (await import(`${process.cwd()}/dist/nodes/Thoughtly/transport/address.js`)) as AddressModule;
	const { isLocal } = module;
	jest
		.spyOn(module, 'isLocal')
		.mockImplementation((url) => !urls.some((other) => url.startsWith(other)) && isLocal(url));
}

const INSIDE = () => `The recording of call ${call().id} is at an address inside the network of this n8n [item 0]`;

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

describe('with an API on the internet', () => {
	test('a file at a public address is fetched', async () => {
		await takeForPublic(simulator.url, host.url);
		keepAt('/a', file('audio/wav'));
		const { items } = await runNode(download());
		expect(items[0].binary!.data.mimeType).toBe('audio/wav');
	});

	test('a file on this computer is not', async () => {
		await takeForPublic(simulator.url);
		keepAt('/a', file('audio/wav'));
		const { error } = await runNode(download());
		expect(error?.message).toBe(INSIDE());
		expect(host.requests).toEqual([]);
	});

	test('nor is one to which a public address redirects', async () => {
		const internal = await startFileHost();
		await takeForPublic(simulator.url, host.url);
		keepAt('/a', redirect(`${internal.url}/metrics`));
		const { error } = await runNode(download());
		internal.stop();
		expect(error?.message).toBe(INSIDE());
		expect(internal.requests).toEqual([]);
	});

	test.each([
		'https://10.0.0.5/sound.wav',
		'https://169.254.169.254/latest',
		'https://intranet/sound.wav',
		'https://files.internal/sound.wav',
		'https://[fd00::1]/sound.wav',
		'https://[::ffff:10.0.0.5]/sound.wav',
		'https://2130706433/sound.wav',
		'https://0x7f.1/sound.wav',
	])('nor is %s', async (address) => {
		await takeForPublic(simulator.url);
		call().recording_url = address;
		const { error } = await runNode(download());
		expect(error?.message).toBe(INSIDE());
	});
});
