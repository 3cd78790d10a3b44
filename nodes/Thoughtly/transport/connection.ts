import { createHash } from 'node:crypto';
import type { IAllExecuteFunctions } from 'n8n-workflow';
import { isLocal, readBaseUrl } from './address';
import { inputError } from './nodeErrors';
import { ApiClock } from './apiClock';
import { Quota } from './quota';
import type { Scope } from './scope';
import { WaitingTime } from './waitingTime';

/** What all executions of this process share for a token. */
export interface Account {
	/** Names the token without holding it */
	key: string;
	quota: Quota;
	clock: ApiClock;
}

const accounts = new Map<string, Account>();

/** @param limit requests in a window, as the credential says now */
function accountOf(token: string, limit: number): Account {
	const key = createHash('sha256').update(token).digest('hex');
	const account = accounts.get(key) ?? { key, quota: new Quota(limit), clock: new ApiClock() };
	account.quota.limit = limit;
	accounts.set(key, account);
	return account;
}

/** What requests need from the credential. n8n's helper adds the token; it is kept here to mask it in responses. */
export interface Connection {
	baseUrl: string;
	token: string;
	account: Account;
	/** Names the account at this API */
	accountKey: string;
	/** Country of phone numbers without a country code, as two letters; '' for none */
	defaultCountry: string;
	/** Takes turns with other lanes in the quota: one node of one execution */
	lane: string;
	/** How long its requests have waited for the quota */
	quotaWait: WaitingTime;
}

const connections = new WeakMap<IAllExecuteFunctions, Connection>();

/** Reads the credential, once per run of a node. @throws NodeOperationError if it cannot be used */
export async function connectionOf(scope: Scope): Promise<Connection> {
	const known = connections.get(scope.context);
	if (known) return known;
	const read = await readConnection(scope);
	// items that begin together share the first one's
	const connection = connections.get(scope.context) ?? read;
	connections.set(scope.context, connection);
	return connection;
}

/** The connection of a node's run; undefined if the run has sent nothing. */
export const usedConnection = (context: IAllExecuteFunctions): Connection | undefined => connections.get(context);

/** Reads the credential anew: the context of a poll trigger lives as long as its workflow is active. */
export async function renewConnection(scope: Scope): Promise<Connection> {
	connections.delete(scope.context);
	return await connectionOf(scope);
}

const DEFAULT_LIMIT = 100;

async function readConnection(scope: Scope): Promise<Connection> {
	const { context } = scope;
	const credential = await context.getCredentials('thoughtlyApi');
	const baseUrl = readBaseUrl(credential.baseUrl);
	if (baseUrl === null) {
		throw inputError(
			scope,
			"'Base URL' in the credential must start with https://",
			'With plain http, anyone on the network could read the token; it is allowed for localhost only',
			'correct-the-credential',
		);
	}
	const limit = Number(credential.requestsPerMinute ?? DEFAULT_LIMIT);
	if (!Number.isInteger(limit) || limit < 1) {
		throw inputError(
			scope,
			"'Requests per Minute' in the credential must be a whole number, 1 or more",
			`Thoughtly allows ${DEFAULT_LIMIT} unless your plan says otherwise`,
			'correct-the-credential',
		);
	}
	const token = String(credential.apiToken ?? '').trim();
	const account = accountOf(token, limit);
	return {
		baseUrl,
		token,
		account,
		accountKey: `${baseUrl} ${account.key}`,
		defaultCountry: String(credential.defaultCountry ?? '').trim(),
		lane: `${context.getExecutionId?.() ?? ''} ${context.getNode().id}`,
		quotaWait: new WaitingTime(),
	};
}

/** Whether Thoughtly cannot reach a URL of this n8n. An API on this computer, such as the simulator, reaches local URLs. */
export async function isUnreachable(scope: Scope, url: string): Promise<boolean> {
	const { baseUrl } = await connectionOf(scope);
	return isLocal(url) && !isLocal(baseUrl);
}
