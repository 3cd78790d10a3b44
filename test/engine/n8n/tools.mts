import { NodeConnectionTypes } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions, INode, INodeParameters, INodeType, IRun, Workflow } from 'n8n-workflow';
import { CREDENTIALS } from './credentials.mts';
import { runsTools } from './engines.mts';
import { addNodeType, passThrough, TOOL } from './nodeTypes.mts';
import { loadPackage } from './package.mts';
import { startWorkflow } from './runs.mts';
import type { NodeUnderTest } from './runs.mts';
import { nodeOf, to, workflowOf } from './workflow.mts';

/** Stands in for an AI Agent whose model calls its tool with each of the agent's items, whatever comes back. */
const agentDescription = {
	...passThrough.description,
	inputs: [NodeConnectionTypes.Main, NodeConnectionTypes.AiTool],
	properties: [{ displayName: 'At Once', name: 'atOnce', type: 'boolean' as const, default: false }],
};

const inputsOf = (context: IExecuteFunctions) => context.getInputData().map(({ json }) => json);
const isAtOnce = (context: IExecuteFunctions) => context.getNodeParameter('atOnce', 0) as boolean;
const answersOf = (answers: string[]) => answers.map((answer) => ({ json: { answer } }));

export type AiAgent = 'functionAgent' | 'engineAgent';

/** n8n runs tools in two ways: as a function given to the agent, or as a node when the agent asks the engine for it. */
const AGENTS: Record<AiAgent, INodeType> = {
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
export const aiAgents: AiAgent[] = runsTools ? ['functionAgent', 'engineAgent'] : ['functionAgent'];

/** Whether a model is told of its tool's error and may ask again; up to n8n 2.20, the engine ends the execution instead. */
export async function survivesErrors(agent: AiAgent): Promise<boolean> {
	const answers = await runTool(agent, [{}, {}], { parameters: { resource: 'none' }, credential: {} });
	return answers.length === 2;
}

/**
 * A workflow in which an AI Agent has the node as its tool.
 * @param atOnce whether the model calls the tool again before it was answered
 */
export function toolWorkflow(
	agent: AiAgent,
	parameters: INodeParameters,
	settings: Partial<INode> = {},
	atOnce = false,
): Workflow {
	addNodeType(agent, AGENTS[agent]);
	const nodes = [
		nodeOf('Start', 'n8n-nodes-base.manualTrigger', {}),
		nodeOf('Agent', agent, { atOnce }),
		nodeOf('Thoughtly', TOOL, { toolDescription: 'Calls', ...parameters }, { credentials: CREDENTIALS, ...settings }),
	];
	const connections = {
		Start: to('Agent'),
		Thoughtly: { ai_tool: [[{ node: 'Agent', type: NodeConnectionTypes.AiTool, index: 0 }]] },
	};
	return workflowOf(nodes, connections);
}

/** What the agent was answered to each call of its tool. */
export const answersIn = ({ data }: IRun): string[] =>
	(data.resultData.runData.Agent?.at(-1)?.data?.main[0] ?? []).map(({ json }) => String(json.answer));

/**
 * Runs the node as a tool of an AI Agent; returns what the agent was answered to each call, or the error that has ended the
 * execution.
 * @param inputs what the model passes as arguments (`$fromAI`), a call each
 * @param atOnce whether it calls the tool again before it was answered
 */
export async function runTool(
	agent: AiAgent,
	inputs: IDataObject[],
	{ parameters, credential, settings }: NodeUnderTest,
	atOnce = false,
): Promise<string[]> {
	await loadPackage();
	const workflow = toolWorkflow(agent, parameters, settings, atOnce);
	const { run } = await startWorkflow(workflow, inputs, credential).done;
	return run.data.resultData.error ? [run.data.resultData.error.message] : answersIn(run);
}
