import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { startDemo, type Demo } from '../server/demo.mts';
import { EXAMPLES, example } from '../server/workflows.mts';
import { Editor, startBrowser, UNREADABLE } from './editor.mts';
import { picturesFor } from './pictures.mts';

const pictures = picturesFor('examples/images');

let demo: Demo;
let browser: Browser;

beforeAll(async () => {
	demo = await startDemo({ loopbackOnly: true });
	browser = await startBrowser();
}, 1_800_000);

afterAll(async () => {
	await browser?.close();
	await demo?.stop();
}, 30_000);

test.each(EXAMPLES)(
	'%s shows its nodes and its notes',
	async (file) => {
		const agent = demo.simulator!.store.agents[1];
		const workflow = await demo.client.createWorkflow(await example(file, demo.credential, agent));
		const editor = await Editor.open(browser, demo.n8n, demo.client, workflow);
		const notes = editor.part('sticky');
		for (const { name, type } of workflow.nodes) {
			if (!type.endsWith('.stickyNote')) await editor.node(name).waitFor();
		}
		expect(await editor.text()).not.toMatch(UNREADABLE);
		// no note hides a part of its text
		for (const note of await notes.all()) {
			const [hidden, text] = await note.evaluate((element) => {
				const inner = [element, ...element.querySelectorAll('*')];
				return [Math.max(...inner.map((each) => each.scrollHeight - each.clientHeight)), element.textContent];
			});
			expect([text, Number(hidden) > 4]).toEqual([text, false]);
		}
		await editor.takePictureOfWorkflow(join(pictures, file.replace('.json', '.png')));
		await editor.close();
	},
	90_000,
);
