import { ICredentialsHelper } from 'n8n-workflow';
import type { ICredentialDataDecryptedObject, IHttpRequestOptions, INode, Workflow } from 'n8n-workflow';
import type { Simulator } from '../../simulator/simulator.mts';
import { packageCredential } from './package.mts';

/** The credential as nodes refer to it. */
export const CREDENTIALS = { thoughtlyApi: { id: '1', name: 'Thoughtly account' } };

/** Returns a credential for a simulator; no test reaches its quota unless it sets another one. */
export const credentialFor = (
	{ url, token, teamId }: Pick<Simulator, 'url' | 'token' | 'teamId'>,
	overrides: ICredentialDataDecryptedObject = {},
): ICredentialDataDecryptedObject => ({
	apiToken: token,
	teamId,
	baseUrl: url,
	requestsPerMinute: 1_000_000,
	...overrides,
});

/** Adds the credential to requests by its `authenticate`, as n8n does. */
export class CredentialsHelper extends ICredentialsHelper {
	constructor(private readonly data: ICredentialDataDecryptedObject) {
		super();
	}

	getParentTypes() {
		return [];
	}

	isCredentialUsableByNode() {
		return true;
	}

	async authenticate(
		credential: ICredentialDataDecryptedObject,
		typeName: string,
		options: IHttpRequestOptions,
		workflow: Workflow,
		node: INode,
	) {
		const { authenticate } = packageCredential(typeName);
		if (!authenticate || typeof authenticate === 'function')
			throw new Error('the credential has no generic authentication');
		const values = { $credentials: credential };
		const resolve = (value: unknown) =>
			String(workflow.expression.getSimpleParameterValue(node, String(value), 'internal', values, undefined, ''));
		const headers = Object.entries(authenticate.properties.headers ?? {}).map(([name, value]) => [
			name,
			resolve(value),
		]);
		return { ...options, headers: { ...options.headers, ...Object.fromEntries(headers) } };
	}

	async preAuthentication() {
		return undefined;
	}

	async runPreAuthentication() {
		return undefined;
	}

	async getCredentials(): Promise<never> {
		throw new Error('not used');
	}

	async getDecrypted() {
		return this.data;
	}

	async updateCredentials() {}

	async updateCredentialsOauthTokenData() {}

	getCredentialsProperties(type: string) {
		return packageCredential(type).properties;
	}
}
