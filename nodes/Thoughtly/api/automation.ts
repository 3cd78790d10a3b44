import type { IDataObject } from 'n8n-workflow';
import { fetchData } from './envelope';
import { isRecord } from './records';
import type { Scope } from '../transport/scope';

/**
 * `POST /webhook/automation/{automation_id}`, without authentication by default (source: spec, docs).
 * @returns the response if it is an object: any 2xx is a success, since what an automation responds is not documented
 */
export async function triggerAutomation(
	scope: Scope,
	automationId: string,
	body: IDataObject,
	sendCredentials: boolean,
): Promise<IDataObject> {
	const data = await fetchData(scope, {
		kind: 'automation',
		method: 'POST',
		path: `/webhook/automation/${encodeURIComponent(automationId)}`,
		body,
		subject: `automation ${automationId}`,
		ifNotFound: 'Check the automation ID, and that the automation has a webhook trigger',
		anonymous: !sendCredentials,
	});
	return isRecord(data) ? data : { success: true };
}
