import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { N8nClient } from '../server/client.mts';
import { startN8n, type N8n } from '../server/n8n.mts';
import { startSimulator, type Simulator } from '../simulator/simulator.mts';
import { Editor, startBrowser, UNREADABLE } from './editor.mts';
import { passing, picturesFor } from './pictures.mts';

// An n8n with nothing but this package, as it is after the installation. Each test continues where the last one ended.
const pictures = picturesFor('docs/images');

let n8n: N8n;
let simulator: Simulator;
let browser: Browser;
let editor: Editor;

beforeAll(async () => {
	simulator = await startSimulator({ webhookTimeoutMs: 60_000 });
	n8n = await startN8n({ loopbackOnly: true });
	const client = new N8nClient(n8n);
	await client.logIn();
	browser = await startBrowser();
	editor = await Editor.start(browser, n8n, client);
}, 1_800_000);

afterAll(async () => {
	await browser?.close();
	const outbound = n8n?.outbound();
	await n8n?.stop();
	await simulator?.stop();
	expect(outbound).toEqual([]);
}, 30_000);

describe('the credential', () => {
	const fill = async (parameter: string, value: string) => await editor.field(parameter).locator('input').fill(value);
	const save = async () => await editor.part('credential-save-button').click();

	test('says what to check when the token is wrong', async () => {
		await editor.goTo('/home/credentials', editor.part('add-resource-credential'));
		await editor.part('add-resource-credential').click();
		await editor.part('new-credential-type-select').locator('input').fill('thoughtly');
		await editor.part('new-credential-type-select-option').filter({ visible: true, hasText: 'Thoughtly API' }).click();
		await editor.part('new-credential-type-button').click();
		await fill('apiToken', 'wrong');
		await fill('teamId', simulator.teamId);
		await fill('baseUrl', simulator.url);
		await save();
		await editor.dialog.getByText('More details').click();
		await editor.dialog.getByText("check 'API Token' and 'Team ID'").waitFor();
		expect(await editor.text()).not.toMatch(UNREADABLE);
		await editor.takePicture(join(passing, 'wrong-credential.png'));
	}, 90_000);

	test('connects with the right one', async () => {
		await fill('apiToken', simulator.token);
		await save();
		await editor.dialog.getByText('Connection tested successfully').waitFor();
		const text = await editor.text();
		expect(text).toContain('In Thoughtly: Settings → Developer');
		expect(text).not.toMatch(UNREADABLE);
		await editor.takePicture(join(pictures, 'credential.png'));
	}, 60_000);
});

describe('the first call', () => {
	const entry = (name: string) => editor.part('node-creator-item-name').getByText(name, { exact: true });

	beforeAll(async () => {
		await editor.goTo('/workflow/new', editor.part('canvas-plus-button'));
		await editor.part('canvas-plus-button').click();
	}, 90_000);

	const search = async (words: string) => {
		const bar = editor.part('node-creator-search-bar');
		await bar.fill('no node has this name');
		await entry('Thoughtly').waitFor({ state: 'hidden' });
		await bar.fill(words);
		await entry('Thoughtly').waitFor();
	};

	test.each([
		...['thoughtly', 'phone', 'dialer', 'telephony', 'start call', 'make a call', 'call a lead', 'outbound call'],
		...['callback', 'appointment reminder', 'voicemail', 'voice agent', 'AI call', 'call ended', 'transcript'],
	])(
		'the node is found by "%s", near the top',
		async (words) => {
			await search(words);
			const names = await editor.part('node-creator-item-name').allInnerTexts();
			expect(names.slice(0, 3)).toContain('Thoughtly');
			expect(await editor.text()).not.toMatch(UNREADABLE);
		},
		30_000,
	);

	test('its description is that of the action node and of the trigger', async () => {
		await search('thoughtly');
		await editor.page
			.getByText('Call people with Thoughtly voice agents, and start workflows when calls end')
			.waitFor();
	}, 30_000);

	test('needs an agent, a contact, and nothing else', async () => {
		await editor.takePicture(join(passing, 'search.png'));
		await entry('Thoughtly').click();
		await editor.part('node-creator-category-item').filter({ hasText: 'Actions' }).click();
		await entry('Start call').click();
		await editor.part('node-execute-button').click();
		const issues = editor.page.locator('.el-notification', { hasText: 'has issues' });
		await issues.waitFor();
		expect((await issues.innerText()).split('\n').filter((line) => line.startsWith('-'))).toEqual([
			'- Parameter "Agent" is required.',
			'- Parameter "Contact" is required.',
		]);
		await editor.takePicture(join(passing, 'fresh-start.png'));
	}, 60_000);

	test('is placed once, by the agent and to the contact that were chosen from the lists', async () => {
		const before = simulator.store.calls.length;
		await editor.choose('agent', 'survey', 'Customer Survey');
		await editor.choose('contact', 'ada', 'Ada Park (+14155550101)');
		await editor.part('node-execute-button').click();
		await editor.output.getByText('1 item').waitFor();
		const calls = simulator.store.calls.slice(before);
		expect(calls).toEqual([expect.objectContaining({ ai_name: 'Customer Survey', phone_number: '+14155550101' })]);
		await editor.output.getByText(calls[0].id).waitFor();
		expect(await editor.text()).not.toMatch(UNREADABLE);
		await editor.takePicture(join(pictures, 'call-node.png'));
	}, 60_000);

	test('leads from an error to its part of the documentation', async () => {
		simulator.faults.add({ path: '/contact/call', fault: { kind: 'status', status: 422 } });
		await editor.part('node-execute-button').click();
		const link = editor.part('node-error-description').getByRole('link', { name: 'Troubleshooting' });
		await link.waitFor();
		expect(await link.getAttribute('href')).toMatch(/\/troubleshooting#read-what-thoughtly-says$/);
		await editor.page.locator('.el-notification', { hasText: 'Problem in node' }).waitFor();
		expect(await editor.text()).not.toMatch(UNREADABLE);
		await editor.takePicture(join(passing, 'error.png'));
	}, 60_000);
});
