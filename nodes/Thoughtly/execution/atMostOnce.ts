import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ADVICE, inputError, outcomeOfError, toNodeError } from '../transport/errors';
import { log } from '../transport/log';

/** What must not be done twice for one item: placing a call, triggering an automation. */
export interface Deed {
	kind: 'call' | 'automation';
	/** Whom or what it is done to: an item that names someone else is another deed. */
	target: string;
	/** The deed itself, for an AI agent, whose tries have nothing else in common: the target and the rest that counts */
	identity: string;
	/** What has to be done before: where it gives something, that is the item's output, and nothing is done. */
	prepare?(): Promise<IDataObject | undefined>;
	/** All that is known of whom it is done to, once it is prepared. */
	whom?(): IDataObject;
	/** Does it; gives the item's output. */
	perform(): Promise<IDataObject>;
	/**
	 * Looks for what an unclear try may have done.
	 * @param since ms epoch of that try
	 * @param whom what `whom` gave before it
	 * @param known IDs of what the execution is known to have done, by any of its nodes
	 */
	find?(since: number, whom: IDataObject, known: Set<unknown>): Promise<IDataObject | undefined>;
	/**
	 * Looks for what may have been done without n8n having stored it; asked for every item of a retry that is not known to have
	 * been tried, most often in vain.
	 * @param since ms epoch of the execution's start
	 * @param known IDs of what the execution is known to have done, by any of its nodes
	 */
	findForgotten?(since: number, known: Set<unknown>): Promise<IDataObject | undefined>;
}

/** One item's try, kept by n8n with the execution. */
interface Attempt extends IDataObject {
	target: string;
	/** ms epoch */
	at: number;
	whom?: IDataObject;
	output?: IDataObject;
}

type Attempts = Record<string, Attempt>;

/**
 * Does a deed once for an item, however often n8n runs the node again in one execution: *Retry On Fail* and n8n's "retry
 * execution" repeat it with all items, an AI agent may call its tool again. What was done is given back; an unclear try
 * is looked for, and where it is not found the item fails again with the advice to look in Thoughtly.
 */
export async function once(context: IExecuteFunctions, itemIndex: number, deed: Deed): Promise<IDataObject> {
	const attempts = attemptsOf(context);
	const key = isTool(context) ? `tool ${deed.identity}` : `${runIndexOf(context, itemIndex)} ${itemIndex}`;
	const earlier = () => (attempts[key]?.target === deed.target ? attempts[key] : undefined);
	const since = forgottenSince(context);
	const findForgotten = async () =>
		since === undefined ? undefined : await deed.findForgotten?.(since, new Set(doneIn(context)));
	let forgotten: IDataObject | undefined;
	if (!earlier()) {
		forgotten = await findForgotten();
		if (!forgotten) {
			const instead = await deed.prepare?.();
			if (instead) return instead;
			// more is known now of whom it is done to
			forgotten = await findForgotten();
		}
		if (forgotten) log(context, `${deed.kind} ${String(forgotten.id)} was placed before this retry and is given again`);
	}
	// asked after the preparation: a tool may be called twice at once
	const known = earlier();
	if (known) return await recall(context, itemIndex, deed, known);
	const attempt: Attempt = { target: deed.target, at: Date.now(), whom: deed.whom?.(), output: forgotten };
	attempts[key] = attempt;
	try {
		attempt.output ??= await deed.perform();
	} catch (error) {
		if (outcomeOfError(error) !== 'unclear') delete attempts[key];
		throw toNodeError(context, error, itemIndex);
	}
	noteDone(context, attempt.output);
	return attempt.output;
}

async function recall(
	context: IExecuteFunctions,
	itemIndex: number,
	deed: Deed,
	earlier: Attempt,
): Promise<IDataObject> {
	if (!earlier.output) {
		const found = await deed.find?.(earlier.at, earlier.whom ?? {}, new Set(doneIn(context)));
		if (found) noteDone(context, found);
		// it may have come to its end meanwhile
		earlier.output ??= found;
	}
	if (earlier.output) return earlier.output;
	throw inputError(
		context.getNode(),
		`An earlier try had no clear end. ${ADVICE[deed.kind]}`,
		'To do it again all the same, start a new execution',
		itemIndex,
	);
}

/** The IDs of what the execution is known to have done; all its nodes share the list. */
const doneIn = (context: IExecuteFunctions) => (context.getContext('flow').thoughtlyDone ??= []) as unknown[];

function noteDone(context: IExecuteFunctions, { id }: IDataObject): void {
	if (id !== undefined) doneIn(context).push(id);
}

/**
 * Gives what this node did to someone earlier in the execution, unclear tries included; undefined where there is nothing.
 * @param since ms epoch
 */
export function placedBefore(
	context: IExecuteFunctions,
	since: number,
	isIt: (deed: IDataObject) => boolean,
): IDataObject | undefined {
	const found = Object.values(attemptsOf(context)).find(
		({ at, output, whom }) => at >= since && isIt({ ...whom, ...output }),
	);
	return found && { ...found.whom, ...found.output, startedAt: new Date(found.at).toISOString() };
}

/** The node's own memory, which n8n keeps for the execution and stores with it. */
const attemptsOf = (context: IExecuteFunctions) => (executionOf(context).attempts ??= {}) as Attempts;

/**
 * Since when (ms epoch) something may have been done that is not among the attempts. A retry is given what n8n stored last:
 * of a crash no more than the start or the last sleep, and nothing of an earlier retry of the same execution.
 */
const forgottenSince = (context: IExecuteFunctions) =>
	// not in older versions of n8n
	context.getMode() === 'retry' ? context.getExecutionContext?.()?.establishedAt : undefined;

/** What is the same object for all runs of the node in one execution, and for no other. */
export const executionOf = (context: IExecuteFunctions): IDataObject => context.getContext('node');

/** As a tool, every try may have a new run index. */
export const isTool = (context: IExecuteFunctions) =>
	context.isToolExecution?.() || context.getNode().type.endsWith('Tool');

/** Tells the rounds of a loop apart; the tries of *Retry On Fail* have the same one. */
const runIndexOf = (context: IExecuteFunctions, itemIndex: number) =>
	String(context.evaluateExpression('{{ $runIndex }}', itemIndex));
