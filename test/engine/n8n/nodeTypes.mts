import { NodeConnectionTypes, NodeHelpers } from 'n8n-workflow';
import type { INodeType, INodeTypes, IVersionedNodeType } from 'n8n-workflow';
import { PACKAGE, packageNode } from './package.mts';

/** Stands in for n8n's Manual Trigger and for nodes before and after ours, which would be 190 MB of n8n-nodes-base. */
export const passThrough: INodeType = {
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
		// the engine says again where they come from; n8n 1.101 does so with an `undefined` that it then reports
		return [this.getInputData().map(({ json, binary }) => (binary ? { json, binary } : { json }))];
	},
};

const addedTypes = new Map<string, INodeType | IVersionedNodeType>();

/** Lets the engine run a node of another package under its full name; without it, such a node passes its items on. */
export function addNodeType(name: string, type: INodeType | IVersionedNodeType): void {
	addedTypes.set(name, type);
}

/** The action node as a tool of an AI Agent. */
export const TOOL = `${PACKAGE}.thoughtlyTool`;

/** Returns the node type of our package with this full name. */
export const ownNodeType = (type: string): INodeType =>
	type === TOOL ? asTool(packageNode('thoughtly')) : packageNode(type.slice(PACKAGE.length + 1));

/** What n8n makes of a node that is usable as a tool. */
function asTool({ execute, description }: INodeType): INodeType {
	return { execute, description: { ...description, name: 'thoughtlyTool', outputs: [NodeConnectionTypes.AiTool] } };
}

function findNodeType(name: string): INodeType | IVersionedNodeType {
	return addedTypes.get(name) ?? (name.startsWith(`${PACKAGE}.`) ? ownNodeType(name) : passThrough);
}

/** Every type that a workflow may name. */
export const nodeTypes: INodeTypes = {
	getByName: findNodeType,
	getByNameAndVersion: (type, version) => NodeHelpers.getVersionedNodeType(findNodeType(type), version),
	getKnownTypes: () => ({}),
};
