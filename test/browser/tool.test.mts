import { join } from 'node:path';
import { NodeConnectionTypes } from 'n8n-workflow';
import type { INodeParameters } from 'n8n-workflow';
import type { Workflow } from '../server/client.mts';
import { until } from '../server/until.mts';
import { nodeOf } from '../server/workflows.mts';
import { UNREADABLE } from './editor.mts';
import { credentials, demo, editor, useEditor } from './fixtures.mts';
import { passing } from './pictures.mts';

const AGENT = 'AI Agent';
const TOOL = 'Call someone';

let workflow: Workflow;

useEditor(async () => {
	workflow = await demo.client.createWorkflow({
		name: 'An agent that may call someone',
		nodes: [
			nodeOf(AGENT, '@n8n/n8n-nodes-langchain.agent', 3.1),
			nodeOf(TOOL, 'n8n-nodes-thoughtly.thoughtlyTool', 1, {
				position: [0, 224],
				parameters: {
					resource: 'call',
					operation: 'start',
					callTo: 'phoneNumber',
					metadata: { metadataValues: [{ name: 'reason', value: '' }] },
					options: { contactFields: { name: '' } },
				},
				credentials: credentials(),
			}),
		],
		connections: { [TOOL]: { ai_tool: [[{ node: AGENT, type: NodeConnectionTypes.AiTool, index: 0 }]] } },
	});
	return workflow;
});

test('the model may define who is called, by which agent, and what they are told', async () => {
	await editor.openNode(TOOL);
	for (const parameter of ['agent', 'phoneNumber', 'value', 'name']) {
		const item = editor.part('parameter-item').filter({ has: editor.field(parameter) });
		// a collection's own field comes last, after the collection
		await item.last().locator('[data-test-id="from-ai-override-button"]').click();
	}
	expect(await editor.text()).not.toMatch(UNREADABLE);
	await editor.takePicture(join(passing, 'tool.png'));
	await editor.closeNode();
	const definedAs = (name: string) => expect.stringContaining(`$fromAI('${name}'`) as string;
	expect(await saved()).toMatchObject({
		agent: { mode: 'id', value: definedAs('Agent') },
		phoneNumber: definedAs('Phone_Number'),
		metadata: { metadataValues: [{ name: 'reason', value: definedAs('metadataValues0_Value') }] },
		options: { contactFields: { name: definedAs('Name') } },
	});
}, 60_000);

/** The tool's parameters once the editor has saved what was changed. */
async function saved(): Promise<INodeParameters> {
	return await until('The changed parameters', 30_000, async () => {
		const { nodes } = await demo.client.request<Workflow>('GET', `/rest/workflows/${workflow.id}`);
		const tool = nodes.find(({ name }) => name === TOOL);
		return JSON.stringify(tool).match(/\$fromAI/g)?.length === 4 ? tool?.parameters : undefined;
	});
}
