import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// n8n-core reads these when it is loaded, and would write into the user's own folder
const userFolder = mkdtempSync(join(tmpdir(), 'n8n-nodes-thoughtly-engine-'));
const removeUserFolder = () => rmSync(userFolder, { recursive: true, force: true });
// the benches run this engine without Jest
if ('afterAll' in globalThis) afterAll(removeUserFolder);
else process.once('exit', removeUserFolder);
process.env.N8N_USER_FOLDER = userFolder;
process.env.N8N_ENCRYPTION_KEY = 'engine-test-key';
process.env.N8N_LOG_LEVEL = 'silent';

import {
	ExecutionLifecycleHooks,
	HookContext,
	LoadOptionsContext,
	PackageDirectoryLoader,
	WebhookContext,
	WorkflowExecute,
} from 'n8n-core';
import { createRunExecutionData, ICredentialsHelper, NodeConnectionTypes, NodeHelpers, Workflow } from 'n8n-workflow';
import type {
	IConnections,
	ICredentialDataDecryptedObject,
	IDataObject,
	IHttpRequestOptions,
	INode,
	INodeExecutionData,
	INodeListSearchResult,
	INodeParameters,
	INodePropertyOptions,
	INodeType,
	INodeTypes,
	IRun,
	IVersionedNodeType,
	IWebhookData,
	IWebhookResponseData,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import type { Simulator } from '../simulator/simulator.mts';

/** n8n's own engine in process, with the built package loaded the way n8n loads it. */

const PACKAGE = 'n8n-nodes-thoughtly';
const N8N_URL = 'http://127.0.0.1:5678';

const loader = new PackageDirectoryLoader(process.cwd());
let loaded: Promise<void> | undefined;

/** Loads the built package once; gives n8n's loader with what it found. */
export async function loadPackage(): Promise<PackageDirectoryLoader> {
	await (loaded ??= loader.loadAll());
	return loader;
}

/** Gives the times of the loaded package, for tests to shorten. */
export async function packageTimes(): Promise<typeof import('../../nodes/Thoughtly/transport/times').times> {
	const module = (await import(`${process.cwd()}/dist/nodes/Thoughtly/transport/times.js`)) as {
		times: typeof import('../../nodes/Thoughtly/transport/times').times;
	};
	return module.times;
}

/** Stands in for n8n's Manual Trigger and for nodes before and after ours, which would be 190 MB of n8n-nodes-base. */
const passThrough: INodeType = {
	description: {
		displayName: 'Pass Through',
		name: 'passThrough',
		group: ['trigger'],
		version: 1,
		description: '',
		defaults: {},
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	},
	async execute() {
		return [this.getInputData()];
	},
};

const addedTypes = new Map<string, INodeType | IVersionedNodeType>();

/** Lets the engine run a node of another package, under its full name; otherwise such a node passes its items on. */
export function addNodeType(name: string, type: INodeType | IVersionedNodeType): void {
	addedTypes.set(name, type);
}

function findNodeType(name: string): INodeType | IVersionedNodeType {
	return addedTypes.get(name) ?? ownNodeType(name);
}

function ownNodeType(type: string): INodeType {
	if (type === TOOL) return asTool(loader.getNode('thoughtly').type as INodeType);
	if (type in AGENTS) return AGENTS[type];
	if (!type.startsWith(`${PACKAGE}.`)) return passThrough;
	return loader.getNode(type.slice(PACKAGE.length + 1)).type as INodeType;
}

const TOOL = `${PACKAGE}.thoughtlyTool`;

/** What n8n makes of a node that is usable as a tool. */
function asTool(type: INodeType): INodeType {
	const { execute, description } = type;
	return { execute, description: { ...description, name: 'thoughtlyTool', outputs: [NodeConnectionTypes.AiTool] } };
}

/** Stands in for an AI Agent whose model calls its tool `times` times, whatever comes back. */
const agentDescription = {
	...passThrough.description,
	inputs: [NodeConnectionTypes.Main, NodeConnectionTypes.AiTool],
	properties: [{ displayName: 'Times', name: 'times', type: 'number' as const, default: 1 }],
};

/** n8n runs tools in two ways: as a function given to the agent, or as a node when the agent asks the engine for it. */
const AGENTS: Record<string, INodeType> = {
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

const nodeTypes: INodeTypes = {
	getByName: findNodeType,
	getByNameAndVersion: (type, version) => NodeHelpers.getVersionedNodeType(findNodeType(type), version),
	getKnownTypes: () => ({}),
};

/** Adds the credential to requests by its `authenticate`, as n8n does. */
class CredentialsHelper extends ICredentialsHelper {
	constructor(private readonly data: ICredentialDataDecryptedObject) {
		super();
	}

	getParentTypes() {
		return [];
	}

	isCredentialUsableByNode() {
		return true;
	}

	async authenticate(
		credential: ICredentialDataDecryptedObject,
		typeName: string,
		options: IHttpRequestOptions,
		workflow: Workflow,
		node: INode,
	) {
		const { authenticate } = loader.getCredential(typeName).type;
		if (!authenticate || typeof authenticate === 'function')
			throw new Error('the credential has no generic authentication');
		const resolve = (value: unknown) =>
			String(
				workflow.expression.getSimpleParameterValue(
					node,
					String(value),
					'internal',
					{ $credentials: credential },
					undefined,
					'',
				),
			);
		const headers = Object.entries(authenticate.properties.headers ?? {}).map(([name, value]) => [
			name,
			resolve(value),
		]);
		return { ...options, headers: { ...options.headers, ...Object.fromEntries(headers) } };
	}

	async preAuthentication() {
		return undefined;
	}

	async runPreAuthentication() {
		return undefined;
	}

	async getCredentials(): Promise<never> {
		throw new Error('not used');
	}

	async getDecrypted() {
		return this.data;
	}

	async updateCredentials() {}

	async updateCredentialsOauthTokenData() {}

	getCredentialsProperties(type: string) {
		return loader.getCredential(type).type.properties;
	}
}

/** Each execution has an ID of its own: those with the same one would take turns as one. */
let executions = 0;

function additionalDataOf(
	credential: ICredentialDataDecryptedObject,
	{ executionId = String(++executions), n8nUrl = N8N_URL }: { executionId?: string; n8nUrl?: string } = {},
): IWorkflowExecuteAdditionalData {
	return {
		credentialsHelper: new CredentialsHelper(credential),
		executionId,
		currentNodeExecutionIndex: 0,
		restApiUrl: `${N8N_URL}/rest`,
		instanceBaseUrl: `${N8N_URL}/`,
		formBaseUrl: `${N8N_URL}/form`,
		formWaitingBaseUrl: `${N8N_URL}/form-waiting`,
		formTestBaseUrl: `${N8N_URL}/form-test`,
		webhookBaseUrl: `${N8N_URL}/webhook`,
		webhookWaitingBaseUrl: `${n8nUrl}/webhook-waiting`,
		webhookTestBaseUrl: `${N8N_URL}/webhook-test`,
		mcpBaseUrl: `${N8N_URL}/mcp`,
		mcpTestBaseUrl: `${N8N_URL}/mcp-test`,
		variables: {},
		setExecutionStatus: () => {},
	} as Partial<IWorkflowExecuteAdditionalData> as IWorkflowExecuteAdditionalData;
}

const nodeOf = (name: string, type: string, parameters: INodeParameters, settings: Partial<INode> = {}): INode => ({
	id: name,
	name,
	type,
	typeVersion: 1,
	position: [0, 0],
	parameters,
	...settings,
});

const workflowOf = (nodes: INode[], connections: IConnections) =>
	new Workflow({
		id: 'workflow',
		nodes,
		connections,
		active: false,
		nodeTypes,
		settings: { executionOrder: 'v1' },
	});

/** Gives a credential for a simulator, with a quota of its own that no test comes near unless it means to. */
export const credentialFor = (
	{ url, token, teamId }: Pick<Simulator, 'url' | 'token' | 'teamId'>,
	overrides: ICredentialDataDecryptedObject = {},
): ICredentialDataDecryptedObject => ({
	apiToken: token,
	teamId,
	baseUrl: url,
	requestsPerMinute: 1_000_000,
	...overrides,
});

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
	/** How many such nodes are given the items, one after another; one unless given */
	nodes?: number;
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
	/** What the error output gave, where the node has one */
	errorItems: INodeExecutionData[];
	/** What ended the node */
	error?: { message: string; description?: string | null; context?: IDataObject };
}

const CREDENTIALS = { thoughtlyApi: { id: '1', name: 'Thoughtly account' } };

/** Runs the action node in a workflow on n8n's engine. */
export async function runNode(node: NodeUnderTest): Promise<NodeRun> {
	return await (
		await startNode(node)
	).done;
}

/** As `runNode`, without waiting for its end; `cancel` does what the editor's *Stop* does. */
export async function startNode({
	parameters,
	credential,
	items = [{}],
	settings,
	rounds = 1,
	nodes: count = 1,
	n8nUrl,
}: NodeUnderTest): Promise<{ done: Promise<NodeRun>; cancel: () => void }> {
	await loadPackage();
	const starts = Array.from({ length: rounds }, (_, round) => nodeOf(`Round ${round}`, 'pass', {}));
	const names = Array.from({ length: count }, (_, index) => (index ? `Thoughtly ${index + 1}` : 'Thoughtly'));
	const nodes = [
		nodeOf('Start', 'n8n-nodes-base.manualTrigger', {}),
		...starts,
		...names.map((name) => nodeOf(name, `${PACKAGE}.thoughtly`, parameters, { credentials: CREDENTIALS, ...settings })),
	];
	const to = (...names: string[]) => ({
		main: [names.map((node) => ({ node, type: NodeConnectionTypes.Main, index: 0 }))],
	});
	const connections = {
		Start: to(...starts.map(({ name }) => name)),
		...Object.fromEntries(starts.map(({ name }) => [name, to(...names)])),
	};
	const workflow = workflowOf(nodes, connections);
	const pinData = { Start: items.map((json) => ({ json })) };
	const additionalData = executionData(credential, workflow, { n8nUrl });
	const run = new WorkflowExecute(additionalData, 'manual').run({
		workflow,
		startNode: workflow.getNode('Start')!,
		pinData,
	});
	return {
		done: run.then((result) => nodeRun(result, workflow, additionalData.executionId!)),
		cancel: () => run.cancel(),
	};
}

/** Runs the node as a tool of an AI Agent that calls it so many times; gives what the agent was answered. */
export async function runTool(
	way: 'functionAgent' | 'engineAgent',
	times: number,
	{ parameters, credential, settings }: NodeUnderTest,
): Promise<string[]> {
	await loadPackage();
	const nodes = [
		nodeOf('Start', 'n8n-nodes-base.manualTrigger', {}),
		nodeOf('Agent', way, { times }),
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

/** Does what n8n's "retry execution" does with a failed one: the same data, from the node that failed. */
export async function retryExecution(
	{ run, workflow }: NodeRun,
	credential: ICredentialDataDecryptedObject,
): Promise<NodeRun> {
	const data = JSON.parse(JSON.stringify(run.data)) as IRun['data'];
	delete data.resultData.error;
	data.resultData.runData[data.resultData.lastNodeExecuted!].pop();
	const additionalData = executionData(credential, workflow);
	const retried = await new WorkflowExecute(additionalData, 'retry', data).processRunExecutionData(workflow);
	return nodeRun(retried, workflow, additionalData.executionId!);
}

/** Does what n8n's "retry execution" does with one that a crash has ended: only its start is stored, so it begins there. */
export async function retryCrashed({ run, workflow }: NodeRun, credential: ICredentialDataDecryptedObject) {
	const { runtimeData } = run.data.executionData!;
	const [start] = run.data.resultData.runData.Start;
	const nodeExecutionStack = [{ node: workflow.getNode('Start')!, data: start.data!, source: null }];
	const data = createRunExecutionData({ executionData: { nodeExecutionStack, runtimeData } });
	const additionalData = executionData(credential, workflow);
	const retried = await new WorkflowExecute(additionalData, 'retry', data).processRunExecutionData(workflow);
	return nodeRun(retried, workflow, additionalData.executionId!);
}

/** Gives what n8n stores of an execution that waits, as another process would read it. */
const stored = ({ run }: NodeRun) => JSON.parse(JSON.stringify(run.data)) as IRun['data'];

/**
 * Does what n8n does with a POST to the URL of an execution that waits. Gives n8n's answer, and the execution where it
 * goes on.
 */
export async function postToWaiting(
	waiting: NodeRun,
	credential: ICredentialDataDecryptedObject,
	body: unknown,
): Promise<{ answer: unknown; resumed?: NodeRun }> {
	const { workflow, executionId } = waiting;
	const data = stored(waiting);
	const [entry] = data.executionData!.nodeExecutionStack;
	entry.node.disabled = true;
	delete data.waitTill;
	data.resultData.runData[data.resultData.lastNodeExecuted!].pop();
	const node = workflow.getNode(entry.node.name)!;
	const type = ownNodeType(node.type);
	const [webhookDescription] = type.description.webhooks!;
	const additionalData = executionData(credential, workflow, { executionId });
	const webhook: IWebhookData = {
		httpMethod: 'POST',
		node: node.name,
		path: '',
		webhookDescription,
		workflowId: workflow.id,
		workflowExecuteAdditionalData: additionalData,
	};
	const request = { httpRequest: { headers: {}, params: {}, query: {}, body }, httpResponse: {} };
	const context = new WebhookContext(
		workflow,
		node,
		{ ...additionalData, ...request } as unknown as IWorkflowExecuteAdditionalData,
		'manual',
		webhook,
		[],
		data,
	);
	const { workflowData, webhookResponse: answer }: IWebhookResponseData = await type.webhook!.call(context);
	if (!workflowData) return { answer };
	entry.data.main = workflowData;
	entry.metadata = { ...entry.metadata, forwardAllOutputs: true };
	const run = await new WorkflowExecute(additionalData, 'manual', data).processRunExecutionData(workflow);
	return { answer, resumed: nodeRun(run, workflow, executionId) };
}

/** Does what n8n does when the time of an execution that waits is over. */
export async function endWaitTime(waiting: NodeRun, credential: ICredentialDataDecryptedObject): Promise<NodeRun> {
	const { workflow, executionId } = waiting;
	const additionalData = executionData(credential, workflow, { executionId });
	const run = await new WorkflowExecute(additionalData, 'manual', stored(waiting)).processRunExecutionData(workflow);
	return nodeRun(run, workflow, executionId);
}

function executionData(
	credential: ICredentialDataDecryptedObject,
	workflow: Workflow,
	place: { executionId?: string; n8nUrl?: string } = {},
): IWorkflowExecuteAdditionalData {
	const additionalData = additionalDataOf(credential, place);
	additionalData.hooks = new ExecutionLifecycleHooks('manual', additionalData.executionId!, {
		id: 'workflow',
		name: 'Test',
		active: false,
		isArchived: false,
		createdAt: new Date(),
		updatedAt: new Date(),
		activeVersionId: null,
		nodes: Object.values(workflow.nodes),
		connections: workflow.connectionsBySourceNode,
	});
	return additionalData;
}

function nodeRun(run: IRun, workflow: Workflow, executionId: string): NodeRun {
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
		error: (task?.error ?? run.data.resultData.error) as NodeRun['error'],
	};
}

/** Calls one of a node's list searches as the editor does while the user types. */
export async function searchList(
	method: string,
	credential: ICredentialDataDecryptedObject,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const { type, context } = await loadOptionsContext('thoughtly', credential);
	return await type.methods!.listSearch![method].call(context, filter, paginationToken);
}

/** Calls one of the trigger's option loaders as the editor does. */
export async function loadOptions(
	method: string,
	credential: ICredentialDataDecryptedObject,
): Promise<INodePropertyOptions[]> {
	const { type, context } = await loadOptionsContext('thoughtlyTrigger', credential);
	return await type.methods!.loadOptions![method].call(context);
}

async function loadOptionsContext(name: string, credential: ICredentialDataDecryptedObject) {
	await loadPackage();
	const node = nodeOf('Thoughtly', `${PACKAGE}.${name}`, {}, { credentials: CREDENTIALS });
	const workflow = new Workflow({ id: 'workflow', nodes: [node], connections: {}, active: false, nodeTypes });
	return {
		type: ownNodeType(node.type),
		context: new LoadOptionsContext(workflow, node, additionalDataOf(credential), ''),
	};
}

/** Gives the lines that reach n8n's log at level info or above, from now on. */
export async function logLines(): Promise<string[]> {
	const lines: string[] = [];
	const { logger } = (await loadOptionsContext('thoughtly', {})).context;
	for (const level of ['info', 'warn', 'error'] as const) {
		jest.spyOn(logger, level).mockImplementation((...[message]) => void lines.push(message));
	}
	return lines;
}

/** A delivery as it reaches the trigger, and what became of it. */
export interface Delivered {
	/** Status of a refusal; 200 where n8n itself answers */
	status: number;
	/** Items that start the workflow, undefined where none does */
	items?: IDataObject[];
	answer: unknown;
}

export interface TriggerUnderTest {
	/** The URL that n8n gives the node */
	url: string;
	exists(): Promise<boolean>;
	activate(): Promise<void>;
	deactivate(): Promise<void>;
	deliver(url: string, body: unknown, headers?: IDataObject): Promise<Delivered>;
}

/** Gives the trigger node in an n8n workflow, in production mode or in the editor's test mode. */
export async function triggerOf(
	{ parameters, credential, webhookId = 'b1946ac9-2492-4d23-87ae-4f1f5c0e7d11', n8nUrl = N8N_URL }: NodeUnderTest,
	mode: WorkflowExecuteMode = 'trigger',
): Promise<TriggerUnderTest> {
	await loadPackage();
	const node = nodeOf('Thoughtly Trigger', `${PACKAGE}.thoughtlyTrigger`, parameters, {
		id: webhookId,
		credentials: CREDENTIALS,
		webhookId,
	});
	const workflow = new Workflow({
		id: 'workflow',
		nodes: [node],
		connections: {},
		active: mode !== 'manual',
		nodeTypes,
	});
	const additionalData = { ...additionalDataOf(credential), webhookBaseUrl: `${n8nUrl}/webhook` };
	const type = ownNodeType(node.type);
	const [webhookDescription] = type.description.webhooks!;
	const webhook: IWebhookData = {
		httpMethod: 'POST',
		node: node.name,
		path: `${webhookId}/webhook`,
		webhookDescription,
		workflowId: workflow.id,
		workflowExecuteAdditionalData: additionalData,
		isTest: mode === 'manual',
	};
	const hooks = () =>
		new HookContext(workflow, node, additionalData, mode, mode === 'manual' ? 'manual' : 'activate', webhook);
	const methods = type.webhookMethods!.default!;
	return {
		url: hooks().getNodeWebhookUrl('default')!,
		exists: async () => await methods.checkExists.call(hooks()),
		async activate() {
			if (!(await methods.checkExists.call(hooks()))) await methods.create.call(hooks());
		},
		async deactivate() {
			await methods.delete.call(hooks());
		},
		async deliver(url, body, headers = {}) {
			let refusal: { status: number; answer: unknown } | undefined;
			const response = {
				status(status: number) {
					refusal = { status, answer: undefined };
					return response;
				},
				send(answer: unknown) {
					refusal!.answer = answer;
					return response;
				},
				end: () => response,
			};
			const query = Object.fromEntries(new URL(url).searchParams);
			const rawBody = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
			const httpRequest = {
				headers: { 'content-type': 'application/json', ...headers },
				params: {},
				query,
				body,
				rawBody,
			};
			const context = new WebhookContext(
				workflow,
				node,
				{ ...additionalData, httpRequest, httpResponse: response } as unknown as IWorkflowExecuteAdditionalData,
				mode === 'manual' ? 'manual' : 'webhook',
				webhook,
				[],
				createRunExecutionData(),
			);
			const result: IWebhookResponseData = await type.webhook!.call(context);
			const items = result.workflowData?.[0]?.map(({ json }) => json);
			return { status: refusal?.status ?? 200, answer: refusal?.answer ?? result.webhookResponse, items };
		},
	};
}
