import { LoadOptionsContext } from 'n8n-core';
import type { ICredentialDataDecryptedObject, INodeListSearchResult, INodePropertyOptions } from 'n8n-workflow';
import { CREDENTIALS } from './credentials.mts';
import { loadPackage, PACKAGE, packageNode } from './package.mts';
import { additionalDataOf, nodeOf, workflowOf } from './workflow.mts';

/** Calls one of the action node's list searches as the editor does while the user types. */
export async function searchList(
	method: string,
	credential: ICredentialDataDecryptedObject,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const { type, context } = await editorContext('thoughtly', credential);
	return await type.methods!.listSearch![method].call(context, filter, paginationToken);
}

/** Calls one of the trigger's option loaders as the editor does. */
export async function loadOptions(
	method: string,
	credential: ICredentialDataDecryptedObject,
): Promise<INodePropertyOptions[]> {
	const { type, context } = await editorContext('thoughtlyTrigger', credential);
	return await type.methods!.loadOptions![method].call(context);
}

/** What a node is given while it is edited. */
export async function editorContext(name: string, credential: ICredentialDataDecryptedObject) {
	await loadPackage();
	const node = nodeOf('Thoughtly', `${PACKAGE}.${name}`, {}, { credentials: CREDENTIALS });
	const context = new LoadOptionsContext(workflowOf([node]), node, additionalDataOf(credential), '');
	return { type: packageNode(name), context };
}
