import { createHash } from 'node:crypto';
import type { IAllExecuteFunctions } from 'n8n-workflow';
import { isLocal } from './address';
import { readBaseUrl } from './baseUrl';
import { inputError } from './errors';
import { quotaOf } from './quota';
import type { Quota } from './quota';

/** What requests need of the credential. The token stays with n8n's helper; here it is only kept out of texts. */
export interface Connection {
	baseUrl: string;
	quota: Quota;
	/** Whose turn it is among those who share the quota: one workflow execution's node. */
	lane: string;
	/** Gives a text without the token, should Thoughtly have repeated it. */
	withoutToken(text: string): string;
}

const connections = new WeakMap<IAllExecuteFunctions, Connection>();

/** Reads the credential once for each run of a node. @throws NodeOperationError for a base URL that no token may go to */
export async function connectionOf(context: IAllExecuteFunctions, itemIndex?: number): Promise<Connection> {
	const known = connections.get(context);
	if (known) return known;
	const connection = await readConnection(context, itemIndex);
	connections.set(context, connection);
	return connection;
}

const DEFAULT_LIMIT = 100;

async function readConnection(context: IAllExecuteFunctions, itemIndex?: number): Promise<Connection> {
	const credential = await context.getCredentials('thoughtlyApi');
	const baseUrl = readBaseUrl(credential.baseUrl);
	if (baseUrl === null) {
		throw inputError(
			context.getNode(),
			"'Base URL' in the credential must start with https://",
			'Plain http would show the token to everyone on the way; it is allowed for localhost only',
			itemIndex,
		);
	}
	const token = String(credential.apiToken ?? '');
	const limit = Number(credential.requestsPerMinute ?? DEFAULT_LIMIT);
	if (!Number.isInteger(limit) || limit < 1) {
		throw inputError(
			context.getNode(),
			"'Requests per Minute' in the credential must be a whole number from 1 on",
			`Thoughtly allows ${DEFAULT_LIMIT} unless your plan says otherwise`,
			itemIndex,
		);
	}
	return {
		baseUrl,
		quota: quotaOf(createHash('sha256').update(`${baseUrl}\n${token}`).digest('hex'), limit),
		lane: `${context.getExecutionId?.() ?? ''} ${context.getNode().id}`,
		withoutToken: (text) => (token === '' ? text : text.replaceAll(token, '***')),
	};
}

/** Whether Thoughtly cannot reach a URL of this n8n; one on this computer, such as the simulator, reaches local ones too. */
export async function isUnreachable(context: IAllExecuteFunctions, url: string): Promise<boolean> {
	const { baseUrl } = await connectionOf(context);
	return isLocal(url) && !isLocal(baseUrl);
}

const signals = new WeakMap<IAllExecuteFunctions, AbortSignal>();

/** Has every request of a context stop when the signal aborts: n8n itself gives one to executions only. */
export const stopOn = (context: IAllExecuteFunctions, signal: AbortSignal) => void signals.set(context, signal);

/** What ends the requests of a context, and its waits, before their time. */
export const signalOf = (context: IAllExecuteFunctions): AbortSignal | undefined =>
	'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : signals.get(context);
