// Runs the package's examples as their users do, and tells what the pinned nodes would have received.
import type { IDataObject, INode } from 'n8n-workflow';
import { outputOf, type Execution, type Workflow, type WorkflowDraft } from './client.mts';
import type { Demo } from './demo.mts';
import { changeNodes, example } from './workflows.mts';

export interface Run {
	workflow: Workflow;
	execution: Execution;
}

export type Change = (draft: WorkflowDraft) => WorkflowDraft;

/** The longest time (ms) that an example takes to run, unless it says otherwise. */
const ENDED_WITHIN_MS = 60_000;

/** An example as its user leaves it, with changes to it. */
export async function draftOf(demo: Demo, file: string, ...changes: Change[]): Promise<WorkflowDraft> {
	const draft = await example(file, demo.credential, demo.simulator!.store.agents[1]);
	return changes.reduce((changed, change) => change(changed), draft);
}

/** Imports an example, with probes beside its pinned nodes, and runs it from its trigger to its end. */
export async function run(demo: Demo, draft: WorkflowDraft, trigger: string, withinMs = ENDED_WITHIN_MS): Promise<Run> {
	const workflow = await demo.client.createWorkflow(withProbes(draft));
	return { workflow, execution: await again(demo, workflow, trigger, withinMs) };
}

/** Runs an imported example once more. */
export async function again(
	{ client }: Demo,
	workflow: Workflow,
	trigger: string,
	withinMs = ENDED_WITHIN_MS,
): Promise<Execution> {
	const execution = await client.end(await client.run(workflow, trigger), withinMs);
	const { error, lastNodeExecuted } = execution.data.resultData;
	expect([error?.message, error && lastNodeExecuted, execution.status]).toEqual([undefined, undefined, 'success']);
	return execution;
}

/** Pins other items to a node. */
export const pinning =
	(node: string, items: IDataObject[]): Change =>
	(draft) => ({ ...draft, pinData: { ...draft.pinData, [node]: items.map((json) => ({ json })) } });

/** Has a node run for real. */
export const unpinning =
	(node: string): Change =>
	({ pinData: { [node]: _, ...pinData } = {}, ...draft }) => ({ ...draft, pinData });

/** Sets other parameters of a node. */
export const setting =
	(node: string, parameters: INode['parameters']): Change =>
	(draft) =>
		changeNodes(draft, (each) => (each.name === node ? { parameters: { ...each.parameters, ...parameters } } : {}));

/** Sets other calling hours, wherever there are some. */
export const calling =
	(hours: IDataObject): Change =>
	(draft) =>
		changeNodes(draft, ({ parameters }) => {
			const options = parameters.options as { onlyCallBetween?: { hours: object } } | undefined;
			if (!options?.onlyCallBetween) return {};
			const onlyCallBetween = { hours: { ...options.onlyCallBetween.hours, ...hours } };
			return { parameters: { ...parameters, options: { ...options, onlyCallBetween } } } as Partial<INode>;
		});

export const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

/** Hours that never end. */
export const ALWAYS = { from: '00:00', to: '00:00', weekdays: EVERY_DAY };

const PROBE = ' (what it is given)';

/** Beside every pinned node, which n8n does not run, one that shows what its expressions come to. */
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

/** What a pinned node's expressions came to, item by item: texts by the paths of their parameters. */
export function given(execution: Execution, node: string): Array<Record<string, string>> {
	const items = outputOf(execution, node + PROBE) as Array<Record<string, string>>;
	for (const text of items.flatMap((item) => Object.values(item)))
		expect(text).not.toMatch(/\b(undefined|null|NaN)\b|\[object/);
	return items;
}

/** The last node that ran, probes apart. */
export const ranLast = ({ data }: Execution) =>
	Object.entries(data.resultData.runData)
		.filter(([name]) => !name.endsWith(PROBE))
		.sort(([, one], [, other]) => one.at(-1)!.executionIndex - other.at(-1)!.executionIndex)
		.at(-1)?.[0];

/** How often a node ran. */
export const timesRun = ({ data }: Execution, node: string) => data.resultData.runData[node]?.length ?? 0;
