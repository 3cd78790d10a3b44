import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { until } from '../server/until.mts';
import { MANUAL_TRIGGER, nodeOf, THOUGHTLY_TRIGGER, TRIGGER_NODE } from '../server/workflows.mts';
import { UNREADABLE } from './editor.mts';
import { credentials, demo, editor, simulator, useEditor } from './fixtures.mts';
import { passing, picturesFor } from './pictures.mts';

// A workflow with nothing but a fresh trigger. Each test continues where the last one ended.
const pictures = picturesFor('docs/images');
const webhookId = randomUUID();

useEditor(
	async () =>
		await demo.client.createWorkflow({
			name: 'Read what was said',
			nodes: [nodeOf(TRIGGER_NODE, THOUGHTLY_TRIGGER, 1, { credentials: credentials(), webhookId })],
			connections: {},
		}),
);

/** Has a lead called until the call has ended and was reported, and returns the call's ID. */
async function call(): Promise<string> {
	await demo.client.execute(demo.callNewLead, MANUAL_TRIGGER);
	await simulator.idle();
	return simulator.store.calls.at(-1)!.id;
}

/** The agents for which the workflow is subscribed, at its test URL or at its production URL. */
const subscribed = (kind: 'webhook' | 'webhook-test') =>
	simulator.store.subscriptions
		.filter(({ url }) => url.includes(`/${kind}/${webhookId}/`))
		.map(({ data }) => data)
		.sort();

const agents = () =>
	simulator.store.agents
		.filter(({ status }) => status === 'ACTIVE')
		.map(({ id }) => id)
		.sort();

test('the panel says how to see an event, and how to have them start the workflow', async () => {
	await editor.node(TRIGGER_NODE).getByText('call ended').waitFor();
	await editor.openNode(TRIGGER_NODE);
	await editor.page.getByText('When will this node trigger my flow?').click();
	await editor.page.getByText("click 'Execute step'").waitFor();
	const text = await editor.text();
	expect(text).toMatch(/Pull in events from Thoughtly\s+Execute step\s+Once you've finished.*publish it/);
	expect(text).toContain('publish the workflow');
	expect(text).not.toMatch(UNREADABLE);
	await editor.takePicture(join(pictures, 'trigger.png'));
}, 60_000);

test('"Execute step" listens until a call has ended, and shows it', async () => {
	await editor.part('trigger-execute-button').click();
	await editor.page.getByText('Listening for test event').waitFor();
	await until('The subscriptions', 20_000, () => subscribed('webhook-test').length || undefined);
	const id = await call();
	await editor.output.getByText(id).first().waitFor();
	expect(await editor.text()).not.toMatch(UNREADABLE);
	await editor.takePicture(join(passing, 'test-event.png'));
	await editor.closeNode();
}, 60_000);

test('published, it is subscribed for all agents and says so', async () => {
	await editor.part('workflow-open-publish-modal-button').click();
	await editor.part('workflow-publish-button').click();
	await editor.page.getByText('The workflow is now subscribed in Thoughtly').waitFor();
	await editor.takePicture(join(passing, 'published.png'));
	await editor.page.getByRole('button', { name: 'Got it' }).click();
	await until('All subscriptions', 20_000, () => subscribed('webhook').length === agents().length || undefined);
	expect(subscribed('webhook')).toEqual(agents());
	expect(subscribed('webhook-test')).toEqual([]);
}, 60_000);

test('a call that ends shows up among the executions', async () => {
	const executions = editor.execution('Succeeded');
	await editor.part('radio-button-executions').click();
	// that of the test
	await executions.waitFor();
	const id = await call();
	await executions.nth(1).waitFor();
	await executions.first().click();
	await editor.openNode(TRIGGER_NODE);
	await editor.output.getByText(id).first().waitFor();
	expect(await editor.text()).not.toMatch(UNREADABLE);
	await editor.takePicture(join(passing, 'event.png'));
}, 90_000);
