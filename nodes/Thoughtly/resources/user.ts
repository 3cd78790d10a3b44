import { fetchRecord, isRecord } from '../api/envelope';
import { asQuotaAllows } from '../execution/operation';
import type { Resource } from '../execution/operation';
import { withoutEmpty } from '../fields/parameters';

export const user: Resource = {
	name: 'User',
	value: 'user',
	description: 'Owner of the API token',
	operations: [
		{
			name: 'Get',
			value: 'get',
			action: 'Get user',
			description: 'Read the name and email of the owner of the API token',
			fields: [],
			sideBySide: asQuotaAllows,
			/** `GET /user` (source: spec); the account's other fields may hold secrets and stay inside. */
			async run(context, itemIndex) {
				const record = await fetchRecord(
					context,
					{ kind: 'read', method: 'GET', path: '/user', subject: 'user' },
					itemIndex,
				);
				const team = isRecord(record.team) ? record.team : {};
				return {
					id: record.id ?? null,
					name: record.name ?? null,
					email: record.email ?? null,
					...withoutEmpty({ teamId: record.team_id ?? team.id, teamName: record.team_name ?? team.name }),
				};
			},
		},
	],
};
