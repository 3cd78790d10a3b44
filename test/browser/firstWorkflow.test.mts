import { join } from 'node:path';
import { CALL_NODE, CONTACT_NODE, nodeOf, TALKED_NODE, THOUGHTLY } from '../server/workflows.mts';
import { UNREADABLE } from './editor.mts';
import { credentials, demo, editor, simulator, useEditor } from './fixtures.mts';
import { passing, picturesFor } from './pictures.mts';

const pictures = picturesFor('docs/images');

useEditor(async () => demo.callNewLead);

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
	const call = simulator.store.calls.find(({ phone_number: number }) => number === '+14155550123')!;
	await editor.output.getByText(call.id).first().waitFor();
	expect(await editor.text()).not.toMatch(UNREADABLE);
	await editor.takePicture(join(pictures, 'call-and-wait.png'));
	await editor.closeNode();
}, 60_000);

test('a hint beside the output says why it is empty', async () => {
	const list = nodeOf('Leads', THOUGHTLY, 1, {
		parameters: { resource: 'contact', operation: 'getAll', filters: { search: 'nobody' } },
		credentials: credentials(),
	});
	await editor.openWorkflow(
		await demo.client.createWorkflow({ name: 'Call all leads', nodes: [list], connections: {} }),
	);
	await editor.openNode('Leads');
	await editor.part('node-execute-button').click();
	await editor.output.getByText('No contacts match the filters.').waitFor();
	await editor.takePicture(join(passing, 'hint.png'));
}, 60_000);
