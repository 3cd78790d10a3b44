import type { IBinaryKeyData, IDataObject, IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { connectionOf } from '../transport/connection';

/** All there is to say about one operation: how the editor shows it and what it does. */
export interface Operation {
	/** Shown in the list of operations */
	name: string;
	/** Kept in saved workflows: never to be changed */
	value: string;
	/** Shown in the list of actions: a sentence with the resource, without articles */
	action: string;
	/** Also read by AI agents that have the node as a tool */
	description: string;
	/** Its parameters; `resource` and `operation` are added to what they are shown for */
	fields: INodeProperties[];
	/** How many items may be worked on at once; one unless given */
	sideBySide?(context: IExecuteFunctions): number | Promise<number>;
	/** Items of the same lane are worked on one after another all the same; it waits for nothing outside, to keep the order */
	lane?(context: IExecuteFunctions, itemIndex: number): string | Promise<string>;
	/** Works on one input item; gives its output records. */
	run(context: IExecuteFunctions, itemIndex: number): Promise<IDataObject | IDataObject[] | WithFile>;
	/** Once all items were worked on and none has failed the node: gives what comes of an item's record, for all at once. */
	wait?(context: IExecuteFunctions, itemIndex: number, record: IDataObject): Promise<IDataObject>;
	/** In place of item by item: works on all input items. */
	runAll?(context: IExecuteFunctions): Promise<INodeExecutionData[]>;
}

/** A record with files beside it. */
export class WithFile {
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

const MOST_SIDE_BY_SIDE = 200;

/** For operations that may be sent in any order: half the quota, which is 50 of Thoughtly's usual 100 requests a minute. */
export const asQuotaAllows = async (context: IExecuteFunctions): Promise<number> => {
	const limit = await connectionOf(context).then(
		({ quota }) => quota.limit,
		// a credential that cannot be used is told by each item itself
		() => 1,
	);
	return Math.min(Math.ceil(limit / 2), MOST_SIDE_BY_SIDE);
};
