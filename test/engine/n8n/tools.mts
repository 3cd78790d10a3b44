import { WorkflowExecute } from 'n8n-core';
import { NodeConnectionTypes } from 'n8n-workflow';
import type { INodeType } from 'n8n-workflow';
import { CREDENTIALS } from './credentials.mts';
import { addNodeType, passThrough } from './nodeTypes.mts';
import { loadPackage, PACKAGE, packageNode } from './package.mts';
import type { NodeUnderTest } from './runs.mts';
import { executionData, nodeOf, workflowOf } from './workflow.mts';

const TOOL = `${PACKAGE}.thoughtlyTool`;

/** What n8n makes of a node that is usable as a tool. */
function asTool({ execute, description }: INodeType): INodeType {
	return { execute, description: { ...description, name: 'thoughtlyTool', outputs: [NodeConnectionTypes.AiTool] } };
}

/** Stands in for an AI Agent whose model calls its tool `times` times, whatever comes back. */
const agentDescription = {
	...passThrough.description,
	inputs: [NodeConnectionTypes.Main, NodeConnectionTypes.AiTool],
	properties: [{ displayName: 'Times', name: 'times', type: 'number' as const, default: 1 }],
};

/** n8n runs tools in two ways: as a function given to the agent, or as a node when the agent asks the engine for it. */
const AGENTS: Record<'functionAgent' | 'engineAgent', INodeType> = {
	functionAgent: {
		description: { ...agentDescription, name: 'functionAgent' },
		async execute() {
			const [tool] = (await this.getInputConnectionData(NodeConnectionTypes.AiTool, 0)) as Array<{
				invoke(input: object): Promise<string>;
			}>;
			const answers: string[] = [];
			for (let call = 0; call < (this.getNodeParameter('times', 0) as number); call++) {
				answers.push(await tool.invoke({}).catch(({ message }: Error) => message));
			}
			return [answers.map((answer) => ({ json: { answer } }))];
		},
	},
	engineAgent: {
		description: { ...agentDescription, name: 'engineAgent' },
		async execute(response) {
			const answers = (response?.metadata as { answers?: string[] } | undefined)?.answers ?? [];
			const last = response?.actionResponses[0]?.data;
			if (last) answers.push(last.error?.message ?? JSON.stringify(last.data?.ai_tool?.[0]?.map(({ json }) => json)));
			if (answers.length === this.getNodeParameter('times', 0))
				return [answers.map((answer) => ({ json: { answer } }))];
			const id = `call-${answers.length}`;
			const action = {
				actionType: 'ExecutionNodeAction' as const,
				nodeName: 'Thoughtly',
				input: {},
				type: NodeConnectionTypes.AiTool,
				id,
				metadata: {},
			};
			return { actions: [action], metadata: { answers } };
		},
	},
};

/** Runs the node as a tool of an AI Agent that calls it so many times; returns what the agent was answered. */
export async function runTool(
	agent: keyof typeof AGENTS,
	times: number,
	{ parameters, credential, settings }: NodeUnderTest,
): Promise<string[]> {
	await loadPackage();
	addNodeType(TOOL, asTool(packageNode('thoughtly')));
	addNodeType(agent, AGENTS[agent]);
	const nodes = [
		nodeOf('Start', 'n8n-nodes-base.manualTrigger', {}),
		nodeOf('Agent', agent, { times }),
		nodeOf('Thoughtly', TOOL, { toolDescription: 'Calls', ...parameters }, { credentials: CREDENTIALS, ...settings }),
	];
	const connections = {
		Start: { main: [[{ node: 'Agent', type: NodeConnectionTypes.Main, index: 0 }]] },
		Thoughtly: { ai_tool: [[{ node: 'Agent', type: NodeConnectionTypes.AiTool, index: 0 }]] },
	};
	const workflow = workflowOf(nodes, connections);
	const startNode = workflow.getNode('Start')!;
	const run = await new WorkflowExecute(executionData(credential, workflow), 'manual').run({ workflow, startNode });
	if (run.data.resultData.error) throw run.data.resultData.error;
	return run.data.resultData.runData.Agent.at(-1)!.data!.main[0]!.map(({ json }) => String(json.answer));
}
