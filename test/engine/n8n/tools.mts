import { NodeConnectionTypes } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions, INodeType } from 'n8n-workflow';
import { CREDENTIALS } from './credentials.mts';
import { runFromStart, runsTools } from './engines.mts';
import { addNodeType, passThrough } from './nodeTypes.mts';
import { loadPackage, PACKAGE, packageNode } from './package.mts';
import type { NodeUnderTest } from './runs.mts';
import { executionData, nodeOf, workflowOf } from './workflow.mts';

const TOOL = `${PACKAGE}.thoughtlyTool`;

/** What n8n makes of a node that is usable as a tool. */
function asTool({ execute, description }: INodeType): INodeType {
	return { execute, description: { ...description, name: 'thoughtlyTool', outputs: [NodeConnectionTypes.AiTool] } };
}

/** Stands in for an AI Agent whose model calls its tool with each of these inputs, whatever comes back. */
const agentDescription = {
	...passThrough.description,
	inputs: [NodeConnectionTypes.Main, NodeConnectionTypes.AiTool],
	properties: [
		{ displayName: 'Inputs', name: 'inputs', type: 'json' as const, default: '[]' },
		{ displayName: 'At Once', name: 'atOnce', type: 'boolean' as const, default: false },
	],
};

const inputsOf = (context: IExecuteFunctions) =>
	JSON.parse(context.getNodeParameter('inputs', 0) as string) as IDataObject[];
const isAtOnce = (context: IExecuteFunctions) => context.getNodeParameter('atOnce', 0) as boolean;
const answersOf = (answers: string[]) => answers.map((answer) => ({ json: { answer } }));

/** n8n runs tools in two ways: as a function given to the agent, or as a node when the agent asks the engine for it. */
const AGENTS: Record<'functionAgent' | 'engineAgent', INodeType> = {
	functionAgent: {
		description: { ...agentDescription, name: 'functionAgent' },
		async execute() {
			const [tool] = (await this.getInputConnectionData(NodeConnectionTypes.AiTool, 0)) as Array<{
				invoke(input: object): Promise<string>;
			}>;
			const invoke = async (input: object) => await tool.invoke(input).catch(({ message }: Error) => message);
			if (isAtOnce(this)) return [answersOf(await Promise.all(inputsOf(this).map(invoke)))];
			const answers: string[] = [];
			for (const input of inputsOf(this)) answers.push(await invoke(input));
			return [answersOf(answers)];
		},
	},
	engineAgent: {
		description: { ...agentDescription, name: 'engineAgent' },
		async execute(response) {
			const answers = (response?.metadata as { answers?: string[] } | undefined)?.answers ?? [];
			for (const { data } of response?.actionResponses ?? []) {
				answers.push(data.error?.message ?? JSON.stringify(data.data?.ai_tool?.[0]?.map(({ json }) => json)));
			}
			const left = inputsOf(this).slice(answers.length);
			if (!left.length) return [answersOf(answers)];
			const actions = left.slice(0, isAtOnce(this) ? undefined : 1).map((input, index) => ({
				actionType: 'ExecutionNodeAction' as const,
				nodeName: 'Thoughtly',
				input,
				type: NodeConnectionTypes.AiTool,
				id: `call-${answers.length + index}`,
				metadata: {},
			}));
			return { actions, metadata: { answers } };
		},
	},
};

/** The ways in which this n8n runs tools. */
export const aiAgents: Array<keyof typeof AGENTS> = runsTools ? ['functionAgent', 'engineAgent'] : ['functionAgent'];

/** Whether a model is told of its tool's error and may ask again; up to n8n 2.20, the engine ends the execution instead. */
export async function survivesErrors(agent: keyof typeof AGENTS): Promise<boolean> {
	const answers = await runTool(agent, [{}, {}], { parameters: { resource: 'none' }, credential: {} });
	return answers.length === 2;
}

/**
 * Runs the node as a tool of an AI Agent; returns what the agent was answered to each call, or the error that has ended the
 * execution.
 * @param inputs what the model passes as arguments (`$fromAI`), a call each
 * @param atOnce whether it calls the tool again before it was answered
 */
export async function runTool(
	agent: keyof typeof AGENTS,
	inputs: IDataObject[],
	{ parameters, credential, settings }: NodeUnderTest,
	atOnce = false,
): Promise<string[]> {
	await loadPackage();
	addNodeType(TOOL, asTool(packageNode('thoughtly')));
	addNodeType(agent, AGENTS[agent]);
	const nodes = [
		nodeOf('Start', 'n8n-nodes-base.manualTrigger', {}),
		nodeOf('Agent', agent, { inputs: JSON.stringify(inputs), atOnce }),
		nodeOf('Thoughtly', TOOL, { toolDescription: 'Calls', ...parameters }, { credentials: CREDENTIALS, ...settings }),
	];
	const connections = {
		Start: { main: [[{ node: 'Agent', type: NodeConnectionTypes.Main, index: 0 }]] },
		Thoughtly: { ai_tool: [[{ node: 'Agent', type: NodeConnectionTypes.AiTool, index: 0 }]] },
	};
	const workflow = workflowOf(nodes, connections);
	const run = await runFromStart(workflow, executionData(credential, workflow));
	if (run.data.resultData.error) return [run.data.resultData.error.message];
	return run.data.resultData.runData.Agent.at(-1)!.data!.main[0]!.map(({ json }) => String(json.answer));
}
