// Runs examples as someone who tries them: by hand, with other services pinned, and shows what those would have received.
import axios from 'axios';
import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import type { Contact, Simulator } from '../simulator/simulator.mts';
import { outputOf, type Execution, type Workflow, type WorkflowDraft } from './client.mts';
import type { Demo } from './demo.mts';
import { until } from './until.mts';
import { changeNodes, example } from './workflows.mts';

export interface Run {
	workflow: Workflow;
	execution: Execution;
}

export type Change = (draft: WorkflowDraft) => WorkflowDraft;

const EVENT_WITHIN_MS = 20_000;

export class ExampleRuns {
	readonly simulator: Simulator;

	constructor(readonly demo: Demo) {
		if (!demo.simulator) throw new Error('No simulator');
		this.simulator = demo.simulator;
	}

	async draftOf(file: string): Promise<WorkflowDraft> {
		return await example(file, this.demo.credential, this.simulator.store.agents[1]);
	}

	/** Imports an example, changed if a change is given, and runs it from its trigger to its end. */
	async run(file: string, trigger: string, change: Change = (draft) => draft, withinMs?: number): Promise<Run> {
		const { client } = this.demo;
		const workflow = await this.create(file, change);
		const execution = await client.end(await client.run(workflow, trigger), withinMs);
		expectSuccess(execution);
		return { workflow, execution };
	}

	async again({ workflow }: Run, trigger: string): Promise<Execution> {
		const execution = await this.demo.client.execute(workflow, trigger);
		expectSuccess(execution);
		return execution;
	}

	/** Imports an example, has its trigger listen for a test event, and calls a contact; returns the run for that call. */
	async runForCall(file: string, trigger: string, contact: Contact): Promise<Execution> {
		const { client } = this.demo;
		const workflow = await this.create(file, unpinning(trigger));
		await client.listen(workflow, trigger);
		const { url, token, teamId, store } = this.simulator;
		const body = { contact_id: contact.id, interview_id: store.agents[0].id };
		await axios.post(`${url}/contact/call`, body, { headers: { 'x-api-token': token, team_id: teamId }, proxy: false });
		const [execution] = await until('The execution', EVENT_WITHIN_MS, async () => {
			const executions = await client.executions(workflow);
			return executions.length ? executions : undefined;
		});
		expectSuccess(execution);
		return execution;
	}

	/** How the calls to a number have ended, in the words of the simulator's store. */
	callsTo = (number: string) =>
		this.simulator.store.calls.filter((call) => call.phone_number === number).map(({ status }) => status);

	metadataTo = (number: string) => this.simulator.store.calls.find((call) => call.phone_number === number)?.metadata;

	private async create(file: string, change: Change): Promise<Workflow> {
		return await this.demo.client.createWorkflow(withProbes(change(await this.draftOf(file))));
	}
}

function expectSuccess({ status, data }: Execution): void {
	const { error, lastNodeExecuted } = data.resultData;
	expect([error?.message, error && lastNodeExecuted, status]).toEqual([undefined, undefined, 'success']);
}

export const pinning =
	(node: string, items: IDataObject[]): Change =>
	(draft) => ({ ...draft, pinData: { ...draft.pinData, [node]: items.map((json) => ({ json })) } });

/** Has a node run for real. */
export const unpinning =
	(node: string): Change =>
	(draft) => {
		const pinData = { ...draft.pinData };
		delete pinData[node];
		return { ...draft, pinData };
	};

/** Sets some parameters of a node. */
export const setting =
	(node: string, parameters: INodeParameters): Change =>
	(draft) =>
		changeNodes(draft, (each) => (each.name === node ? { parameters: { ...each.parameters, ...parameters } } : {}));

/** Makes several changes, one after another. */
export const changing =
	(...changes: Change[]): Change =>
	(draft) =>
		changes.reduce((changed, change) => change(changed), draft);

/** Sets some fields of 'Only Call Between'. */
export const calling =
	(hours: IDataObject): Change =>
	(draft) =>
		changeNodes(draft, ({ parameters }) => {
			const options = parameters.options as { onlyCallBetween?: { hours: object } } | undefined;
			if (!options?.onlyCallBetween) return {};
			const onlyCallBetween = { hours: { ...options.onlyCallBetween.hours, ...hours } };
			return { parameters: { ...parameters, options: { ...options, onlyCallBetween } } } as Partial<INode>;
		});

const PROBE = ' (what it receives)';

/** Adds, beside every pinned node, which n8n does not run, a node that shows the values of its expressions. */
function withProbes(draft: WorkflowDraft): WorkflowDraft {
	const connections = structuredClone(draft.connections);
	const probes = draft.nodes
		.filter(({ name }) => draft.pinData?.[name])
		.flatMap((node): INode[] => {
			const inputs = Object.values(connections)
				.flatMap(({ main }) => main ?? [])
				.filter((output) => output?.some((target) => target.node === node.name));
			const assignments = expressionsIn(node.parameters).map(([name, value]) => ({
				id: name,
				name,
				value,
				type: 'string',
			}));
			for (const output of inputs) output?.push({ node: node.name + PROBE, type: 'main', index: 0 });
			const parameters = { assignments: { assignments }, options: { dotNotation: false } };
			const { id, name, position } = node;
			return inputs.length
				? [{ id: id + PROBE, name: name + PROBE, type: 'n8n-nodes-base.set', typeVersion: 3.4, position, parameters }]
				: [];
		});
	return { ...draft, nodes: [...draft.nodes, ...probes], connections };
}

function expressionsIn(value: unknown, path = ''): Array<[string, string]> {
	if (typeof value === 'string') return value.startsWith('=') ? [[path, value]] : [];
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([name, inner]) => expressionsIn(inner, path ? `${path}.${name}` : name));
}

/** The values of a pinned node's expressions, item by item: texts by the paths of their parameters. */
export function given(execution: Execution, node: string): Array<Record<string, string>> {
	const items = outputOf(execution, node + PROBE) as Array<Record<string, string>>;
	for (const text of items.flatMap((item) => Object.values(item)))
		expect(text).not.toMatch(/\b(undefined|null|NaN)\b|\[object/);
	return items;
}

/** The nodes that ran, in their order, without the probes. */
export const nodesRun = ({ data }: Execution) =>
	Object.entries(data.resultData.runData)
		.filter(([name]) => !name.endsWith(PROBE))
		.sort(([, [one]], [, [other]]) => one.executionIndex - other.executionIndex)
		.map(([name]) => name);

/** How often a node ran. */
export const timesRun = ({ data }: Execution, node: string) => data.resultData.runData[node]?.length ?? 0;

export const ranLast = (execution: Execution) => nodesRun(execution).at(-1);
