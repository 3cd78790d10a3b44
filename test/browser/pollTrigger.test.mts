import { join } from 'node:path';
import { POLL_TRIGGER, pollWorkflow } from '../server/polling.mts';
import { UNREADABLE } from './editor.mts';
import { demo, editor, simulator, useEditor } from './fixtures.mts';
import { picturesFor } from './pictures.mts';

const pictures = picturesFor('docs/images');

useEditor(async () => await demo.client.createWorkflow(pollWorkflow('Read what was said', demo.credential)));

test('the panel fetches the latest call that has ended', async () => {
	await editor.openNode(POLL_TRIGGER);
	await editor.page.getByRole('button', { name: 'Fetch Test Event' }).first().click();
	const [last] = simulator.store.calls
		.filter(({ end_time: end }) => end)
		.sort((a, b) => (a.end_time! < b.end_time! ? 1 : -1));
	await editor.output.getByText(last.id).first().waitFor();
	const text = await editor.text();
	for (const field of ['Poll Times', 'Trigger On', 'Agents', 'Simplify']) expect(text).toContain(field);
	expect(text).not.toMatch(UNREADABLE);
	await editor.takePicture(join(pictures, 'poll-trigger.png'));
}, 60_000);
