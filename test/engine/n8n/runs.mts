import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	IRun,
	IWorkflowExecuteAdditionalData,
	NodeExecutionHint,
	Workflow,
} from 'n8n-workflow';
import { CREDENTIALS } from './credentials.mts';
import { runFromStart } from './engines.mts';
import { addNodeType, passThrough } from './nodeTypes.mts';
import { loadPackage, PACKAGE } from './package.mts';
import { executionData, nodeOf, to, workflowOf } from './workflow.mts';
import type { Surroundings } from './workflow.mts';

/** What the tests say about the node under test. */
export interface NodeUnderTest {
	parameters: INodeParameters;
	credential: ICredentialDataDecryptedObject;
	/** Input items' JSON; one empty item unless given */
	items?: IDataObject[];
	/** Node settings such as `onError` or `retryOnFail` */
	settings?: Partial<INode>;
	/** How often the workflow comes to the node in one execution, as a loop does; once unless given */
	rounds?: number;
	/** Further nodes that are given the items, one after another: what differs in their parameters */
	siblings?: INodeParameters[];
	/** How often the items of the error output are led back to the node; never unless given */
	errorRounds?: number;
	/** n8n's instance ID is the same for a whole process; the path of the trigger's URL is not. */
	webhookId?: string;
	/** Where n8n is reached, on loopback unless given */
	n8nUrl?: string;
}

export interface NodeRun {
	run: IRun;
	workflow: Workflow;
	executionId: string;
	/** The node's output items, empty where it failed */
	items: INodeExecutionData[];
	json: IDataObject[];
	/** The items of the error output, where the node has one */
	errorItems: INodeExecutionData[];
	/** What the editor explains beside the output */
	hints: NodeExecutionHint[];
	/** What ended the node */
	error?: { message: string; description?: string | null; context?: IDataObject };
}

/** A run that goes on; `cancel` does what the editor's *Stop* does. */
export interface StartedRun {
	done: Promise<NodeRun>;
	cancel(): void;
}

/** Runs the action node in a workflow on n8n's engine. */
export async function runNode(node: NodeUnderTest): Promise<NodeRun> {
	return await (
		await startNode(node)
	).done;
}

/** As `runNode`, without waiting for its end. */
export async function startNode({
	parameters,
	credential,
	items = [{}],
	settings,
	rounds = 1,
	siblings = [],
	errorRounds = 0,
	n8nUrl,
}: NodeUnderTest): Promise<StartedRun> {
	await loadPackage();
	// n8n goes from top to bottom
	const position = (index: number): INode['position'] => [0, 100 * index];
	const starts = Array.from({ length: rounds }, (_, round) =>
		nodeOf(`Round ${round}`, 'pass', {}, { position: position(round) }),
	);
	const ours = [{}, ...siblings].map((differing, index) =>
		nodeOf(
			index ? `Thoughtly ${index + 1}` : 'Thoughtly',
			`${PACKAGE}.thoughtly`,
			{ ...parameters, ...differing },
			{ position: position(index), credentials: CREDENTIALS, ...settings },
		),
	);
	addNodeType('again', passing(errorRounds));
	const nodes = [nodeOf('Start', 'n8n-nodes-base.manualTrigger', {}), ...starts, ...ours, nodeOf('Again', 'again', {})];
	const connections = {
		Start: to(...starts.map(({ name }) => name)),
		...Object.fromEntries(starts.map(({ name }) => [name, to(...ours.map((node) => node.name))])),
		Thoughtly: { main: [[], ...to('Again').main] },
		Again: to('Thoughtly'),
	};
	return startWorkflow(workflowOf(nodes, connections), items, credential, { n8nUrl });
}

/** Runs a workflow from its node *Start* with these items; what is returned is about its node *Thoughtly*. */
export function startWorkflow(
	workflow: Workflow,
	items: IDataObject[],
	credential: ICredentialDataDecryptedObject,
	surroundings?: Surroundings,
): StartedRun {
	const pinData = { Start: items.map((json) => ({ json })) };
	const additionalData = executionData(credential, workflow, surroundings);
	return startedRun(runFromStart(workflow, additionalData, pinData), workflow, additionalData);
}

/** Follows a run of the engine; what is returned is about its node *Thoughtly*. */
export const startedRun = (
	run: ReturnType<typeof runFromStart>,
	workflow: Workflow,
	{ executionId }: IWorkflowExecuteAdditionalData,
): StartedRun => ({
	done: run.then((result) => nodeRun(result, workflow, executionId!)),
	cancel: () => run.cancel(),
});

/** A node that passes its items on in its first runs, and nothing afterwards. */
function passing(runs: number): INodeType {
	let left = runs;
	return {
		...passThrough,
		async execute() {
			return [left-- > 0 ? this.getInputData() : []];
		},
	};
}

/** Returns what became of the first Thoughtly node, in its last round. */
export function nodeRun(run: IRun, workflow: Workflow, executionId: string): NodeRun {
	const task = run.data.resultData.runData.Thoughtly?.at(-1);
	const [output, errorOutput] = task?.data?.main ?? [];
	const items = output ?? [];
	return {
		run,
		workflow,
		executionId,
		items,
		json: items.map(({ json }) => json),
		errorItems: errorOutput ?? [],
		hints: task?.hints ?? [],
		error: (task?.error ?? run.data.resultData.error) as NodeRun['error'],
	};
}

/** Returns what n8n stores of an execution, as another process would read it. */
export const stored = ({ run }: NodeRun) => JSON.parse(JSON.stringify(run.data)) as IRun['data'];
