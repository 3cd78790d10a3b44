import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { MANUAL_TRIGGER, nodeOf, THOUGHTLY, to } from '../server/workflows.mts';
import { UNREADABLE } from './editor.mts';
import { credentials, demo, editor, simulator, useEditor } from './fixtures.mts';
import { passing, picturesFor } from './pictures.mts';

// One execution that sleeps until its call has ended. Each test continues where the last one ended.
const pictures = picturesFor('docs/images');
const CALL_AND_WAIT = 'Start call and wait for result';

useEditor(async () => {
	// calls end when a test says so
	simulator.options.callPace = 0;
	const [agent] = simulator.store.agents;
	const [contact] = simulator.store.contacts;
	return await demo.client.createWorkflow({
		name: 'Call and continue with the result',
		nodes: [
			nodeOf(MANUAL_TRIGGER, 'n8n-nodes-base.manualTrigger', 1),
			nodeOf(CALL_AND_WAIT, THOUGHTLY, 1, {
				position: [224, 0],
				parameters: {
					resource: 'call',
					operation: 'startAndWait',
					agent: { __rl: true, mode: 'list', value: agent.id, cachedResultName: agent.title },
					contact: { __rl: true, mode: 'list', value: contact.id, cachedResultName: String(contact.name) },
					waitBy: 'webhook',
				},
				credentials: credentials(),
				webhookId: randomUUID(),
			}),
		],
		connections: { [MANUAL_TRIGGER]: to(CALL_AND_WAIT) },
	});
});

test('the panel says what is waited for', async () => {
	await editor.openNode(CALL_AND_WAIT);
	await editor.part('node-execute-button').click();
	await editor.output.getByText('The execution continues when Thoughtly reports that the calls have ended').waitFor();
	expect(await editor.text()).not.toMatch(UNREADABLE);
	await editor.takePicture(join(passing, 'waiting-node.png'));
	await editor.closeNode();
}, 60_000);

test('the execution is listed as waiting', async () => {
	await editor.part('radio-button-executions').click();
	await editor.execution('Waiting').click();
	await editor.part('execution-preview-label').getByText('Waiting').waitFor();
	await editor.node(CALL_AND_WAIT).waitFor();
	expect(await editor.text()).not.toMatch(UNREADABLE);
	await editor.takePicture(join(pictures, 'waiting.png'));
}, 60_000);

test('when the call has ended it has succeeded, with the transcript', async () => {
	const call = simulator.store.calls.at(-1)!;
	await simulator.finishCall(call.id);
	await editor.execution('Succeeded').click();
	await editor.waitForSuccess(CALL_AND_WAIT);
	await editor.openNode(CALL_AND_WAIT);
	await editor.output.getByText('Agent: Hello, this is your assistant.').waitFor();
	const text = await editor.text();
	expect(text).toContain(call.id);
	expect(text).not.toMatch(UNREADABLE);
	await editor.takePicture(join(passing, 'waited.png'));
}, 60_000);
