import { agentList, readAgent } from '../api/agent';
import { collectRecords } from '../api/lists';
import { nothingFound } from '../execution/hints';
import { halfTheQuota } from '../execution/operation';
import type { Resource } from '../execution/operation';
import { filtersField, optionsField, returnAllFields, simplifyField } from '../fields/common';
import { collection, filterText, readLimit, readSimplify, readSwitch, withoutEmpty } from '../fields/parameters';

export const agentResource: Resource = {
	name: 'Agent',
	value: 'agent',
	description: 'Voice agent that calls people',
	operations: [
		{
			name: 'Get Many',
			value: 'getAll',
			action: 'Get many agents',
			description: 'List the voice agents of the team with their IDs and titles',
			fields: [
				...returnAllFields,
				simplifyField,
				filtersField([
					{
						displayName: 'Include Archived',
						name: 'includeArchived',
						type: 'boolean',
						default: false,
						description: 'Whether to return archived agents as well',
					},
					{
						displayName: 'Search',
						name: 'search',
						type: 'string',
						default: '',
						description: 'Text to search for in titles and other properties',
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
			concurrency: halfTheQuota,
			/** `GET /interview` (source: spec) */
			async run(context, itemIndex) {
				const filters = collection(context, 'filters', itemIndex);
				const query = withoutEmpty({
					search: filterText(context, filters, 'search', 'Search', itemIndex),
					status: filterText(context, filters, 'status', 'Status', itemIndex),
					sort: collection(context, 'options', itemIndex).sort,
					all_interviews: readSwitch(context, filters, 'includeArchived', 'Include Archived', itemIndex) || undefined,
				});
				const limit = readLimit(context, itemIndex);
				const toOutput = readSimplify(context, itemIndex, readAgent);
				return (await collectRecords({ context, itemIndex }, agentList(query), limit)).map(toOutput);
			},
			hints: nothingFound('agents'),
		},
	],
};
