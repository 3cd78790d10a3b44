import type { INodeProperties } from 'n8n-workflow';

/** Fields that several operations have in n8n's usual form. */

export const returnAllFields: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: { show: { returnAll: [false] } },
	},
];

export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/** A field of every operation that may ring someone. */
export const toolNotice: INodeProperties = {
	displayName: 'As a tool, this node can place real phone calls. Consider adding a Human review step.',
	name: 'toolNotice',
	type: 'notice',
	default: '',
	displayOptions: { show: { '@tool': [true] } },
};

/** n8n lists the options of a collection alphabetically; compared by code unit, since a locale takes time to load. */
const alphabetical = (options: INodeProperties[]) =>
	[...options].sort((a, b) => (a.displayName < b.displayName ? -1 : 1));

/** A collection of filters for a list. */
export const filtersField = (options: INodeProperties[]): INodeProperties => ({
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add Filter',
	default: {},
	options: alphabetical(options),
});

/** A collection of options that few users need. */
export const optionsField = (options: INodeProperties[]): INodeProperties => ({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: alphabetical(options),
});
