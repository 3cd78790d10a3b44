import type { IDataObject } from 'n8n-workflow';
import { fetchRecord } from './envelope';
import { isRecord } from './records';
import type { ReceivedUser } from './records';
import { firstText, text } from './values';
import type { Scope } from '../transport/scope';

/** `GET /user` (source: spec): the owner of the token. The account's other fields may hold secrets and stay inside. */
export async function fetchUser(scope: Scope): Promise<IDataObject> {
	const user: ReceivedUser = await fetchRecord(scope, {
		kind: 'read',
		method: 'GET',
		path: '/user',
		subject: 'the user',
	});
	const team = isRecord(user.team) ? user.team : {};
	return {
		id: text(user.id),
		name: text(user.name),
		email: text(user.email),
		teamId: firstText(user.team_id, team.id),
		teamName: firstText(user.team_name, team.name),
	};
}
