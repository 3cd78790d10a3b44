import { join } from 'node:path';
import { EXAMPLES, example } from '../server/workflows.mts';
import { Editor, UNREADABLE } from './editor.mts';
import { browser, demo, simulator, useDemo } from './fixtures.mts';
import { picturesFor } from './pictures.mts';

const pictures = picturesFor('examples/images');

useDemo();

test.each(EXAMPLES)(
	'%s shows its nodes and its notes',
	async (file) => {
		const agent = simulator.store.agents[1];
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
