import { fetchUser } from '../api/user';
import { halfTheQuota } from '../execution/operation';
import type { Resource } from '../execution/operation';

export const userResource: Resource = {
	name: 'User',
	value: 'user',
	description: 'Owner of the API token',
	operations: [
		{
			name: 'Get',
			value: 'get',
			action: 'Get user',
			description: 'Get the name and email of the owner of the API token',
			fields: [],
			concurrency: halfTheQuota,
			async run(context, itemIndex) {
				return await fetchUser({ context, itemIndex });
			},
		},
	],
};
