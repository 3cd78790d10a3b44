import type {
	IBinaryKeyData,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	NodeExecutionHint,
} from 'n8n-workflow';
import { connectionOf } from '../transport/connection';

/** Everything about one operation: how the editor shows it and what it does. */
export interface Operation<Input = unknown> {
	/** Shown in the list of operations */
	name: string;
	/** Kept in saved workflows: never change it */
	value: string;
	/** Shown in the list of actions: a sentence with the resource, without articles */
	action: string;
	/** Also read by AI agents that have the node as a tool */
	description: string;
	/** Its parameters; `resource` and `operation` are added to what they are shown for */
	fields: INodeProperties[];
	/**
	 * How many items may be processed at once; one unless given. If it throws, `read` or `run` must fail too: only their errors
	 * are reported.
	 */
	concurrency?(context: IExecuteFunctions): number | Promise<number>;
	/** Reads and checks an item's parameters, before any request for it and in input order. */
	read?(context: IExecuteFunctions, itemIndex: number): Input | Promise<Input>;
	/** Items with the same key are processed one after another, whatever the concurrency. */
	serialKey?(input: Input): string;
	/** Processes one input item; returns its output records. */
	run(
		context: IExecuteFunctions,
		itemIndex: number,
		input: Input,
	): Promise<IDataObject | IDataObject[] | RecordWithFile>;
	/** Runs once all items were processed and none has failed the node: returns what replaces an item's record. */
	wait?(context: IExecuteFunctions, itemIndex: number, input: Input, record: IDataObject): Promise<IDataObject>;
	/** Instead of item by item: processes all input items. */
	runAll?(context: IExecuteFunctions): Promise<INodeExecutionData[]>;
	/** What the editor explains beside the output of a run. */
	hints?(outputs: INodeExecutionData[], context: IExecuteFunctions): Hint[];
}

/** Explains in the editor, beside a node's output, what the output alone does not. An info unless it has another type. */
export interface Hint {
	text: string;
	type?: NodeExecutionHint['type'];
}

/** A record with files beside it. */
export class RecordWithFile {
	constructor(
		readonly record: IDataObject,
		readonly binary: IBinaryKeyData,
	) {}
}

export interface Resource {
	name: string;
	value: string;
	description: string;
	operations: Operation[];
}

const MAX_CONCURRENCY = 500;

/** For operations that may be sent in any order: half the quota, which is 50 of Thoughtly's usual 100 requests a minute. */
export async function halfTheQuota(context: IExecuteFunctions): Promise<number> {
	const { quota } = (await connectionOf({ context })).account;
	return Math.min(Math.ceil(quota.limit / 2), MAX_CONCURRENCY);
}
