import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { startDemo, type Demo } from '../server/demo.mts';
import { CALL_NODE, CONTACT_NODE, TALKED_NODE } from '../server/workflows.mts';
import { Editor, startBrowser, UNREADABLE } from './editor.mts';
import { picturesFor } from './pictures.mts';

const pictures = picturesFor('docs/images');

let demo: Demo;
let browser: Browser;
let editor: Editor;

beforeAll(async () => {
	demo = await startDemo({ loopbackOnly: true });
	browser = await startBrowser();
	editor = await Editor.open(browser, demo.n8n, demo.client, demo.callNewLead);
}, 1_800_000);

afterAll(async () => {
	await browser?.close();
	await demo?.stop();
}, 30_000);

test('"Call a new lead" runs with a click', async () => {
	await editor.executeWorkflow();
	await editor.waitForSuccess(CONTACT_NODE);
	await editor.waitForSuccess(CALL_NODE);
	await editor.waitForSuccess(TALKED_NODE);
	await editor.waitForEnd();
	expect(await editor.text()).not.toMatch(UNREADABLE);
	await editor.takePicture(join(pictures, 'first-workflow.png'));
}, 60_000);

test('the panel of the call shows its parameters and its output', async () => {
	await editor.openNode(CALL_NODE);
	const call = demo.simulator?.store.calls.find(({ phone_number: number }) => number === '+14155550123');
	await editor.output.getByText(String(call?.id)).first().waitFor();
	expect(await editor.text()).not.toMatch(UNREADABLE);
	await editor.takePicture(join(pictures, 'call-node.png'));
	await editor.closeNode();
}, 60_000);
