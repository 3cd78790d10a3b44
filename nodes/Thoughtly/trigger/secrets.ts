import type { IDataObject } from 'n8n-workflow';
import { isRecord } from '../api/envelope';

const SECRET =
	/^(x-)?(api-?(key|token|secret)|(access|refresh|auth|bearer)-?token|(client|webhook|signing)-?(key|secret)|token|secret|password|authorization)$/;

/** What users fill themselves: a `token` there is a name of their own. */
const OF_THE_USER = new Set(['metadata', 'attributes', 'custom_fields']);

/**
 * Gives a delivery's body without what would give access to the account: workflows keep their items, and show them to
 * everyone who may look at an execution. No source says that Thoughtly sends any; no source lists all that it sends.
 */
export function withoutSecrets(body: IDataObject, token: string): IDataObject {
	const clean = (value: unknown, isOfTheUser: boolean): unknown => {
		if (typeof value === 'string') return token === '' ? value : value.replaceAll(token, '***');
		if (Array.isArray(value)) return value.map((entry) => clean(entry, isOfTheUser));
		return isRecord(value) ? cleanRecord(value, isOfTheUser) : value;
	};
	const cleanRecord = (record: IDataObject, isOfTheUser: boolean) =>
		Object.fromEntries(
			Object.entries(record)
				.filter(([name]) => isOfTheUser || !SECRET.test(spelled(name)))
				.map(([name, value]) => [name, clean(value, isOfTheUser || OF_THE_USER.has(name))]),
		) as IDataObject;
	return cleanRecord(body, false);
}

/** apiToken, api_token and API-Token as one. */
const spelled = (name: string) =>
	name
		.replace(/([a-z])([A-Z])/g, '$1-$2')
		.replace(/_/g, '-')
		.toLowerCase();
