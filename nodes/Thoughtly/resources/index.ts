import type { INodeProperties } from 'n8n-workflow';
import type { Operation, Resource } from '../execution/operation';
import { agentResource } from './agent';
import { automationResource } from './automation';
import { callResource } from './call';
import { contactResource } from './contact';
import { userResource } from './user';
import { webhookResource } from './webhook';

export const resources: Resource[] = [
	agentResource,
	automationResource,
	callResource,
	contactResource,
	userResource,
	webhookResource,
];

/** What a newly added node does; other resources start with their first operation. */
const DEFAULT_OPERATIONS: Record<string, string> = { call: 'start', contact: 'findOrCreate' };

const defaultOperation = ({ value, operations }: Resource) => DEFAULT_OPERATIONS[value] ?? operations[0].value;

const choices = (entries: Array<Resource | Operation>) =>
	entries.map((entry) => ({
		name: entry.name,
		value: entry.value,
		description: entry.description,
		...('action' in entry && { action: entry.action }),
	}));

const resourceField: INodeProperties = {
	displayName: 'Resource',
	name: 'resource',
	type: 'options',
	noDataExpression: true,
	default: 'call',
	options: choices(resources),
};

const operationField = (resource: Resource): INodeProperties => ({
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	default: defaultOperation(resource),
	options: choices(resource.operations),
	displayOptions: { show: { resource: [resource.value] } },
});

/** The fields of a resource's operations. A field that several share is listed once if it is in the order of each. */
function fieldsOf({ value: resource, operations }: Resource): INodeProperties[] {
	const listed: Array<{ field: INodeProperties; operation: string[] }> = [];
	for (const { value, fields } of operations) {
		let next = 0;
		for (const field of fields) {
			const shared = listed.findIndex((entry, index) => index >= next && entry.field === field);
			if (shared === -1) listed.splice(next, 0, { field, operation: [value] });
			else listed[shared].operation.push(value);
			next = (shared === -1 ? next : shared) + 1;
		}
	}
	return listed.map(({ field, operation }) => ({
		...field,
		displayOptions: { show: { resource: [resource], operation, ...field.displayOptions?.show } },
	}));
}

/** The node's parameters: all resources, their operations and those operations' fields. */
export const properties: INodeProperties[] = [
	resourceField,
	...resources.flatMap((resource) => [operationField(resource), ...fieldsOf(resource)]),
];

/** Finds the operation that the two parameters name, undefined if there is none. */
export function findOperation(resource: string, operation: string): Operation | undefined {
	return resources.find(({ value }) => value === resource)?.operations.find(({ value }) => value === operation);
}
