import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { simulatorAccount } from '../server/demo.mts';
import { SECRET } from '../server/midCall.mts';
import { until } from '../server/until.mts';
import { nodeOf, THOUGHTLY_TRIGGER, to, TRIGGER_NODE } from '../server/workflows.mts';
import { UNREADABLE } from './editor.mts';
import { credentials, demo, editor, simulator, useEditor } from './fixtures.mts';
import { passing, picturesFor } from './pictures.mts';

// A workflow that answers an agent during a call. Each test goes on where the last one ended.
const pictures = picturesFor('docs/images');
const webhookId = randomUUID();

useEditor(async () => {
	await demo.client.updateCredential(demo.credential, { ...simulatorAccount(simulator), webhookSecret: SECRET });
	const trigger = nodeOf(TRIGGER_NODE, THOUGHTLY_TRIGGER, 1, { credentials: credentials(), webhookId });
	const answer = nodeOf('Answer', 'n8n-nodes-base.set', 3.4, {
		parameters: { mode: 'raw', jsonOutput: '={{ { day: $json.query.day, slots: ["09:30"] } }}', options: {} },
		position: [224, 0],
	});
	return await demo.client.createWorkflow({
		name: 'Free times',
		nodes: [trigger, answer],
		connections: { [TRIGGER_NODE]: to('Answer') },
	});
});

test('the panel shows one URL, and what to enter in the Agent Builder', async () => {
	await editor.openNode(TRIGGER_NODE);
	await editor.field('receiveFrom').click();
	await editor.page.getByRole('option', { name: 'Mid-Call Action' }).click();
	await editor.page.getByText("In Thoughtly's Agent Builder, add a webhook action").waitFor();
	await editor.page.getByText('Webhook URLs').click();
	await editor.page.getByText(`/webhook-test/${webhookId}/webhook`).waitFor();
	const text = await editor.text();
	expect(text.match(/webhook-test\//g)).toHaveLength(1);
	expect(text).toContain('Respond With');
	for (const hidden of ['Trigger On', 'Agents\n', 'Simplify', 'Add Option']) expect(text).not.toContain(hidden);
	expect(text).not.toMatch(UNREADABLE);
	await editor.takePicture(join(pictures, 'mid-call.png'));
	await editor.page.getByText('Production URL', { exact: true }).click();
	await editor.page.getByText(`/webhook/${webhookId}/webhook`).waitFor();
	await editor.closeNode();
	await editor.node(TRIGGER_NODE).getByText('mid-call action').waitFor();
}, 60_000);

test('"Execute workflow" waits for the question of an agent, and shows what it gets', async () => {
	await editor.executeWorkflow();
	await editor.page.getByText('Waiting for an event from Thoughtly').waitFor();
	const { status, body } = await until('The response', 20_000, async () => {
		const response = await simulator.askDuringCall({
			method: 'GET',
			url: `${demo.n8n.url}/webhook-test/${webhookId}/webhook`,
			headers: { 'x-webhook-secret': SECRET },
			payload: { day: 'Monday' },
		});
		// the editor says that it waits before n8n does
		return response.status === 404 ? undefined : response;
	});
	expect([status, body]).toEqual([200, { day: 'Monday', slots: ['09:30'] }]);
	await editor.waitForSuccess('Answer');
	await editor.takePicture(join(passing, 'mid-call-answered.png'));
}, 60_000);
