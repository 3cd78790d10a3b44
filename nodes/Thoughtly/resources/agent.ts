import { agentList } from '../api/agent';
import { asQuotaAllows } from '../execution/operation';
import type { Resource } from '../execution/operation';
import { collection, filtersField, getMany, optionsField, returnAllFields, withoutEmpty } from '../fields/parameters';

export const agent: Resource = {
	name: 'Agent',
	value: 'agent',
	description: 'Voice agent that phones people',
	operations: [
		{
			name: 'Get Many',
			value: 'getAll',
			action: 'Get many agents',
			description: 'List the voice agents of the team with their IDs and titles',
			fields: [
				...returnAllFields,
				filtersField([
					{
						displayName: 'Include Archived',
						name: 'includeArchived',
						type: 'boolean',
						default: false,
						description: 'Whether to list archived agents as well',
					},
					{
						displayName: 'Search',
						name: 'search',
						type: 'string',
						default: '',
						description: 'Text to look for in titles and other properties',
					},
					{
						displayName: 'Status',
						name: 'status',
						type: 'options',
						default: 'ACTIVE',
						options: [
							{ name: 'Active', value: 'ACTIVE' },
							{ name: 'Archived', value: 'ARCHIVED' },
						],
					},
				]),
				optionsField([
					{
						displayName: 'Sort',
						name: 'sort',
						type: 'options',
						default: 'title_asc',
						options: [
							{ name: 'Newest First', value: 'created_desc' },
							{ name: 'Oldest First', value: 'created_asc' },
							{ name: 'Title (A to Z)', value: 'title_asc' },
							{ name: 'Title (Z to A)', value: 'title_desc' },
						],
					},
				]),
			],
			sideBySide: asQuotaAllows,
			/** `GET /interview` (source: spec) */
			async run(context, itemIndex) {
				const { search, status, includeArchived } = collection(context, 'filters', itemIndex);
				const { sort } = collection(context, 'options', itemIndex);
				const query = withoutEmpty({ search, status, sort, all_interviews: includeArchived || undefined });
				return await getMany(context, agentList(query), itemIndex);
			},
		},
	],
};
