// What became of the input items of an execution, as n8n shows it.
import type { IDataObject, INodeExecutionData, ITaskData } from 'n8n-workflow';
import { answersIn } from '../engine/n8n/tools.mts';
import type { Lineage } from './executions.mts';
import { isTool } from './history.mts';

/** One item in one run of a node that calls people. */
export interface ItemOutcome {
	lineage: Lineage;
	/** Names the call that it may place, in the metadata of the call. */
	key: string;
	/** As it came in */
	input: IDataObject;
	/** What came out of it: more or less than one where something is wrong. */
	outputs: IDataObject[];
	/** What ended the node, if that names the item. */
	error?: string;
	/** Whether a later run of the node was given its error, and answers for it. */
	isLedBack: boolean;
	/** Whether the node ended before or because of another item's error. */
	hasNodeFailed: boolean;
}

const CALLERS = /^Thoughtly/;

/** The outcomes of all items in all runs of a lineage, as they were at its end. */
export function outcomesOf(lineage: Lineage): ItemOutcome[] {
	const { runData } = lineage.last?.run.data.resultData ?? { runData: {} };
	if (isTool(lineage.plan)) return outcomesOfTool(lineage);
	return Object.entries(runData)
		.filter(([node]) => CALLERS.test(node))
		.flatMap(([node, runs]) => runs.flatMap((task, run) => outcomesOfRun(lineage, node, task, run, runs.length)));
}

/** What the model was answered to each of its calls. */
function outcomesOfTool(lineage: Lineage): ItemOutcome[] {
	if (!lineage.last) return [];
	const { run } = lineage.last;
	const inputs = run.data.resultData.runData.Start[0].data!.main[0]!;
	return answersIn(run).map((answer, index) => {
		const input = inputs[index].json;
		const outcome = { lineage, key: `${String(input.key)} Thoughtly`, input, isLedBack: false, hasNodeFailed: false };
		return answer.startsWith('[')
			? { ...outcome, outputs: JSON.parse(answer) as IDataObject[] }
			: { ...outcome, outputs: [], error: answer };
	});
}

function outcomesOfRun(lineage: Lineage, node: string, task: ITaskData, run: number, runs: number): ItemOutcome[] {
	const round = lineage.plan.workflow === 'loop' ? `#${run}` : '';
	const outputs = (task.data?.main ?? []).flatMap((items) => items ?? []);
	const isOf = (item: number) => (output: INodeExecutionData) => indexOf(output) === item;
	const hasLaterRun = lineage.plan.workflow === 'errorsBack' && run < runs - 1;
	const message = task.error && `${task.error.message}. ${String(task.error.description ?? '')}`;
	return inputsOf(lineage, task).map(({ json }, item) => ({
		lineage,
		key: `${String(json.key)} ${node}${round}`,
		input: json,
		outputs: outputs.filter(isOf(item)).map((output) => output.json),
		error: message?.includes(`[item ${item}]`) ? message : undefined,
		isLedBack: hasLaterRun && outputs.filter(isOf(item)).some((output) => output.json.error !== undefined),
		hasNodeFailed: task.error !== undefined,
	}));
}

function indexOf({ pairedItem }: INodeExecutionData): number | undefined {
	return typeof pairedItem === 'object' && 'item' in pairedItem ? pairedItem.item : undefined;
}

function inputsOf({ last }: Lineage, { source: [source] }: ITaskData): INodeExecutionData[] {
	if (!source) return [];
	const { previousNode, previousNodeRun = 0, previousNodeOutput = 0 } = source;
	return last!.run.data.resultData.runData[previousNode][previousNodeRun].data?.main[previousNodeOutput] ?? [];
}
