import type {
	IDataObject,
	ILoadOptionsFunctions,
	INodeListSearchResult,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';
import { agentList } from '../api/agent';
import { contactList } from '../api/contact';
import { fetchPage, listRecords } from '../api/envelope';
import type { ListRequest } from '../api/envelope';
import { LARGEST_PAGE } from '../transport/pagination';

/** The last part of a dashboard URL that looks like an ID, six characters or more with a digit; n8n matches it whole. */
export const ID_IN_URL = '^https?:\\/\\/[^\\/]+.*[\\/=#]((?=[\\w-]*\\d)[\\w-]{6,}).*$';

export const agentLocator: INodeProperties = {
	displayName: 'Agent',
	name: 'agent',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The Thoughtly voice agent, by its ID',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select an agent...',
			typeOptions: { searchListMethod: 'searchAgents', searchable: true },
		},
		{
			displayName: 'By URL',
			name: 'url',
			type: 'string',
			placeholder: 'e.g. the address of the agent in the Thoughtly dashboard',
			extractValue: { type: 'regex', regex: ID_IN_URL },
			validation: [
				{ type: 'regex', properties: { regex: ID_IN_URL, errorMessage: 'There is no agent ID in this URL' } },
			],
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 0b8c1a52-7d34-4a1f-9a3e-5f2d6c7b8e90',
		},
	],
};

export const contactLocator: INodeProperties = {
	displayName: 'Contact',
	name: 'contact',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The Thoughtly contact, by its ID',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a contact...',
			typeOptions: { searchListMethod: 'searchContacts', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 3f0e9d2c-61b7-4c58-8a90-1e2d3c4b5a69',
		},
	],
};

const agentName = (agent: IDataObject) => String(agent.title ?? agent.name ?? agent.id);

function contactName({ id, name, phone_number: phoneNumber, email }: IDataObject): string {
	const reachedAt = phoneNumber ?? email;
	if (!name) return String(reachedAt ?? id);
	return reachedAt ? `${name} (${reachedAt})` : String(name);
}

/** Searches the API as the user types; the page number goes to the editor and back. */
async function searchList(
	context: ILoadOptionsFunctions,
	list: ListRequest,
	nameOf: (record: IDataObject) => string,
	paginationToken = '0',
): Promise<INodeListSearchResult> {
	const page = Number(paginationToken);
	const records = await fetchPage(context, list, page);
	return {
		results: records.map((record) => ({ name: nameOf(record), value: String(record.id) })),
		paginationToken: records.length < LARGEST_PAGE ? undefined : String(page + 1),
	};
}

/** For the agent locator: active agents whose title matches. */
export async function searchAgents(this: ILoadOptionsFunctions, filter?: string, paginationToken?: string) {
	return await searchList(
		this,
		agentList({ search: filter || undefined, status: 'ACTIVE', sort: 'title_asc' }),
		agentName,
		paginationToken,
	);
}

/** For the contact locator: contacts that match. */
export async function searchContacts(this: ILoadOptionsFunctions, filter?: string, paginationToken?: string) {
	return await searchList(this, contactList({ search: filter || undefined }), contactName, paginationToken);
}

/** For the trigger's multi-select: all active agents. */
export async function getAgents(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const options: INodePropertyOptions[] = [];
	for await (const agent of listRecords(this, agentList({ status: 'ACTIVE', sort: 'title_asc' }))) {
		options.push({ name: agentName(agent), value: String(agent.id) });
	}
	return options;
}
