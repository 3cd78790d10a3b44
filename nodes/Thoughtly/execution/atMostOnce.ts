import { randomUUID } from 'node:crypto';
import { NodeOperationError } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ThoughtlyApiError, UNCLEAR_ADVICE } from '../api/ThoughtlyApiError';
import { signalOf } from '../transport/scope';
import type { ExecutionScope, Scope } from '../transport/scope';
import { log } from '../transport/log';
import { appendMessage, inputError, toNodeError } from '../transport/nodeErrors';

/** What must not be done twice for one item: placing a call, triggering an automation. */
export interface OnceAction {
	kind: 'call' | 'automation';
	/** What it is done to, as far as that is known by now; kept with the attempt. */
	target(): IDataObject;
	/** Whether an attempt was made on the same target */
	isSameTarget(target: IDataObject): boolean;
	/**
	 * Steps that come first, one after another; after each, more may be known about the target. What one returns becomes the
	 * item's output, and nothing is done.
	 */
	steps?: Array<() => Promise<IDataObject | undefined>>;
	/** Does it. May throw `NotDone` or an `inputError` before anything has gone out. */
	perform(): Promise<IDataObject>;
	/** Looks for what attempts may have done, if that can be looked up. */
	history?: {
		/** What an attempt with an unclear outcome did, if anything. */
		find(attempt: Attempt, known: Set<unknown>): Promise<IDataObject | undefined>;
		/**
		 * What was done without n8n having stored it. Called for every item of a retry without a known attempt, most often in
		 * vain.
		 * @param since ms epoch of the execution's start
		 */
		findForgotten(since: number, known: Set<unknown>): Promise<IDataObject | undefined>;
	};
}

/** One attempt; n8n stores it with the execution. */
export interface Attempt extends IDataObject {
	/** Whether an AI agent made it */
	isTool: boolean;
	target: IDataObject;
	/** ms epoch, by n8n's clock */
	at: number;
	/** Missing if its outcome is unclear */
	output?: IDataObject;
	/** Whether a later run took over what it did, because its own item failed */
	isTakenOver?: boolean;
}

/** Thrown if an action is no longer wanted: its output is passed on as the item, and nothing was done. */
export class NotDone extends Error {
	constructor(readonly output: IDataObject) {
		super();
	}
}

/**
 * Does something at most once for an item, however often n8n runs the node in one execution: *Retry On Fail* and "retry
 * execution" repeat it with all items, an error output may lead back to it, an AI agent may call its tool again. What was
 * done is returned; what an unclear attempt may have done is looked up, and if it is not found the item fails again with the
 * advice to check in Thoughtly.
 */
export async function atMostOnce(
	context: IExecuteFunctions,
	itemIndex: number,
	action: OnceAction,
): Promise<IDataObject> {
	const memory = new ExecutionMemory(context, itemIndex);
	const isRetry = context.getMode() === 'retry' && action.history !== undefined;
	const findForgotten = async () => {
		if (!isRetry) return undefined;
		if (memory.since === undefined) {
			throw inputError({ context, itemIndex }, UNKNOWN_START, START_ANEW, 'check-in-thoughtly-whether-it-happened');
		}
		return await action.history?.findForgotten(memory.since, memory.known());
	};
	let attempt = memory.earlierAttempt(action);
	let forgotten: IDataObject | undefined;
	try {
		forgotten = attempt ? undefined : await findForgotten();
		for (const step of action.steps ?? []) {
			if (attempt ?? forgotten) break;
			const instead = await step();
			if (instead) return instead;
			attempt = memory.earlierAttempt(action);
			forgotten = attempt ? undefined : await findForgotten();
		}
	} catch (error) {
		if (!isRetry || !(error instanceof ThoughtlyApiError)) throw toNodeError({ context, itemIndex }, error);
		// as long as not all of the target is known, what was done to it is not found
		throw unclear({ context, itemIndex }, error, 'The outcome of attempts before this retry is unknown', action);
	}
	if (attempt) return await recall(context, itemIndex, action, memory, attempt);
	if (forgotten) {
		log(context, `${action.kind} ${String(forgotten.id)} was placed before this retry and is returned again`);
		return outputFor(context, action, memory.note(action).succeed(forgotten));
	}
	const noted = memory.note(action);
	try {
		return noted.succeed(await action.perform());
	} catch (error) {
		if (hadNoEffect(context, error)) noted.forget();
		if (error instanceof NotDone) return error.output;
		throw toNodeError({ context, itemIndex }, error);
	}
}

const UNKNOWN_START =
	'n8n does not know when this execution began, so calls placed before the retry cannot be found. Nobody was called this time';
const START_ANEW = 'Check in Thoughtly who was called, then start a new execution for the others';

/** An attempt is forgotten only if it surely had no effect: any other error may have come after Thoughtly had acted. */
function hadNoEffect(context: IExecuteFunctions, error: unknown): boolean {
	if (error instanceof ThoughtlyApiError) return error.outcome !== 'unclear';
	// cancelled while it waited for its turn; a request that was cancelled on its way has an unclear outcome
	const isCancelled = error !== undefined && error === signalOf({ context })?.reason;
	return error instanceof NotDone || error instanceof NodeOperationError || isCancelled;
}

const EARLIER_ATTEMPT = 'The outcome of an earlier attempt is unknown';

/** An error that kept us from finding out what was done before. */
const unclear = (scope: Scope, error: unknown, what: string, { kind }: OnceAction): Error =>
	appendMessage(toNodeError(scope, error), `${what}. ${UNCLEAR_ADVICE[kind]}`);

async function recall(
	context: IExecuteFunctions,
	itemIndex: number,
	action: OnceAction,
	memory: ExecutionMemory,
	attempt: Attempt,
): Promise<IDataObject> {
	try {
		attempt.output ??= await action.history?.find(attempt, memory.known());
	} catch (error) {
		throw unclear({ context, itemIndex }, error, EARLIER_ATTEMPT, action);
	}
	if (!attempt.output) {
		throw inputError(
			{ context, itemIndex },
			`${EARLIER_ATTEMPT}. ${UNCLEAR_ADVICE[action.kind]}`,
			'To repeat it regardless, start a new execution',
			'check-in-thoughtly-whether-it-happened',
		);
	}
	if (isTool(context) || attempt === memory.own) return outputFor(context, action, attempt.output);
	attempt.isTakenOver = true;
	return memory.note(action).succeed(attempt.output);
}

/** An AI agent could take an earlier call for a new one. */
const outputFor = (context: IExecuteFunctions, { kind }: OnceAction, output: IDataObject): IDataObject =>
	isTool(context) ? { note: ALREADY_DONE[kind], ...output } : output;

const ALREADY_DONE = {
	call: 'This person was already called. Nobody was called this time. Here is the earlier call.',
	automation: 'This automation was already triggered. It was not triggered again.',
};

/** What the nodes of an execution have attempted, by run of a node and item; n8n stores it with the execution. */
type Attempts = Record<string, Record<string, Attempt>>;

/** What one item of one run of a node sees of the attempts of its execution. */
class ExecutionMemory {
	private readonly attempts: Attempts;

	/**
	 * Since when (ms epoch) something may have been done that is not among the attempts; undefined if that is not known. A
	 * retry is given what n8n stored last: of a crashed execution only its start or its last sleep, and nothing of an earlier
	 * retry of the same execution.
	 */
	readonly since: number | undefined;

	/** Names this run of this node; the runs of *Retry On Fail* have the same name. */
	private readonly run: string;

	private readonly item: string;

	private readonly isTool: boolean;

	constructor(context: IExecuteFunctions, itemIndex: number) {
		this.attempts = attemptsOf(context);
		this.since = startOf(context);
		this.isTool = isTool(context);
		this.run = runOf(context, itemIndex);
		this.item = String(itemIndex);
	}

	/**
	 * The attempt whose result this item gets. An AI agent's calls of a tool have nothing in common but the target; other
	 * items have their own attempt, or take over one with an unclear outcome that an earlier run or another node made.
	 */
	earlierAttempt(action: OnceAction): Attempt | undefined {
		const isSame = (attempt: Attempt) => action.isSameTarget(attempt.target);
		if (this.isTool) return listOf(this.attempts).find((attempt) => attempt.isTool && isSame(attempt));
		const { own } = this;
		if (own && !own.isTakenOver && isSame(own)) return own;
		if (!action.history) return undefined;
		const ofOtherRuns = { ...this.attempts, [this.run]: {} };
		return listOf(ofOtherRuns).find((attempt) => !attempt.output && !attempt.isTakenOver && isSame(attempt));
	}

	/** The attempt that this item made. */
	get own(): Attempt | undefined {
		return this.attempts[this.run]?.[this.item];
	}

	/** Notes an attempt before it is made. */
	note(action: OnceAction) {
		const key = this.isTool ? randomUUID() : this.item;
		const attempt: Attempt = { isTool: this.isTool, target: action.target(), at: Date.now() };
		const ofThisRun = (this.attempts[this.run] ??= {});
		ofThisRun[key] = attempt;
		return {
			succeed: (output: IDataObject) => (attempt.output = output),
			forget: () => void delete ofThisRun[key],
		};
	}

	/** The IDs of everything that is known to have been done. */
	known(): Set<unknown> {
		return new Set(listOf(this.attempts).flatMap(({ output }) => output?.id ?? []));
	}
}

const attemptsOf = (context: IExecuteFunctions) => (context.getContext('flow').thoughtlyAttempts ??= {}) as Attempts;

const listOf = (attempts: Attempts): Attempt[] => Object.values(attempts).flatMap((ofRun) => Object.values(ofRun));

/** Whether an earlier try of this run has attempted something for the item, or for any if none is given; as a tool, at all. */
export function wasAttempted({ context, itemIndex }: ExecutionScope): boolean {
	if (isTool(context)) return attemptsIn(context).length > 0;
	const ofThisRun = attemptsOf(context)[runOf(context, itemIndex ?? 0)] ?? {};
	return itemIndex === undefined ? Object.keys(ofThisRun).length > 0 : String(itemIndex) in ofThisRun;
}

/** Everything that the execution's nodes have attempted, including what is being attempted and unclear outcomes. */
export const attemptsIn = (context: IExecuteFunctions): Attempt[] => listOf(attemptsOf(context));

/** When the execution began (ms epoch), as n8n or the memory knows it; a retry keeps both where n8n has stored them. */
function startOf(context: IExecuteFunctions): number | undefined {
	const flow = context.getContext('flow');
	// none before n8n 1.121; until n8n 2.20 a crash leaves none behind, and the retry establishes its own
	const established = context.getExecutionContext?.();
	if (context.getMode() !== 'retry') flow.thoughtlySince ??= Date.now();
	return established && established.source !== 'retry'
		? established.establishedAt
		: (flow.thoughtlySince as number | undefined);
}

const runs = new WeakMap<IExecuteFunctions, string>();

/** Names a run of a node. Evaluating the expression for each item would take longer than everything else about an attempt. */
function runOf(context: IExecuteFunctions, itemIndex: number): string {
	const run =
		runs.get(context) ?? `${context.getNode().id} ${String(context.evaluateExpression('{{ $runIndex }}', itemIndex))}`;
	runs.set(context, run);
	return run;
}

/** The same object for all runs of the node in one execution, and for no other. */
export const nodeContext = (context: IExecuteFunctions): IDataObject => context.getContext('node');

/** Whether an AI agent runs the node; each of its calls may have a new run index. */
export const isTool = (context: IExecuteFunctions): boolean =>
	context.isToolExecution?.() || context.getNode().type.endsWith('Tool');
