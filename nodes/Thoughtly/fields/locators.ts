import type { ILoadOptionsFunctions, INodeListSearchResult, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { agentList, readAgent } from '../api/agent';
import { contactList, readContact } from '../api/contact';
import { fetchPage, listRecords, MIN_PAGE_CAP } from '../api/lists';
import type { ListRequest } from '../api/lists';
import { isRecord } from '../api/records';
import { searchCountries } from '../phone/countries';

/** In order of preference: where the agent's ID begins in the path of a dashboard URL, whose format is not public. */
const ID_STARTS = [
	'(?:[^?#]*?\\/)?(?:agents?|interviews?)\\/',
	'(?:[^?#]*?\\/)?(?=[\\da-fA-F]{8}(?:-[\\da-fA-F]{4}){3}-[\\da-fA-F]{12}(?:[\\/?#]|$))',
	'(?:[^?#]*\\/)?(?=[\\w-]*[\\dA-Z])(?!\\d{4}-\\d\\d(?:-|\\b))',
	'(?:[^?#]*\\/)?(?=[a-z]{8}(?:[\\/?#]|$))',
];

/**
 * The agent's ID in a dashboard URL: what follows "agents", else the first UUID, else the last segment of the path that looks
 * like an ID. Never the query string or a date. n8n matches it as a whole and takes its only group.
 */
export const ID_IN_URL = `^https?:\\/\\/[^\\/?#]+(?:\\/#)?\\/(?:${ID_STARTS.join('|')})([\\w-]{6,})(?:[\\/?#].*)?$`;

export const agentLocator: INodeProperties = {
	displayName: 'Agent',
	name: 'agent',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The Thoughtly voice agent',
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
			placeholder: "e.g. the URL of the agent's page in the Thoughtly dashboard",
			extractValue: { type: 'regex', regex: ID_IN_URL },
			validation: [
				{ type: 'regex', properties: { regex: ID_IN_URL, errorMessage: 'This URL does not contain an agent ID' } },
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
	description: 'The Thoughtly contact',
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

type Choice = INodePropertyOptions & { value: string };

const agentChoice = (record: object): Choice => {
	const { id, title } = readAgent(record);
	return { name: title ?? String(id), value: String(id) };
};

function contactChoice(record: object): Choice {
	const { id, name, phoneNumber, email } = readContact(record);
	const reachedAt = phoneNumber ?? email;
	const known = [name, name && reachedAt ? `(${reachedAt})` : reachedAt].filter(Boolean).join(' ');
	return { name: known || String(id), value: String(id) };
}

/**
 * Searches the API as the user types. The number of the next page and the length of this one go to the editor and back: the
 * API may cap its pages, and a list ends with a page that is shorter than the one before.
 */
async function searchList(
	context: ILoadOptionsFunctions,
	list: ListRequest,
	choiceOf: (record: object) => Choice,
	paginationToken = `0 ${MIN_PAGE_CAP}`,
): Promise<INodeListSearchResult> {
	const [page, fullPage] = paginationToken.split(' ').map(Number);
	const entries = await fetchPage({ context }, list, page);
	return {
		results: entries.filter(isRecord).map(choiceOf),
		paginationToken: entries.length < fullPage ? undefined : `${page + 1} ${entries.length}`,
	};
}

/** For the agent locator: active agents whose title matches. */
export async function searchAgents(this: ILoadOptionsFunctions, filter?: string, paginationToken?: string) {
	const list = agentList({ search: filter || undefined, status: 'ACTIVE', sort: 'title_asc' });
	return await searchList(this, list, agentChoice, paginationToken);
}

/** For the contact locator: contacts that match. */
export async function searchContacts(this: ILoadOptionsFunctions, filter?: string, paginationToken?: string) {
	return await searchList(this, contactList({ search: filter || undefined }), contactChoice, paginationToken);
}

/** For the trigger's multi-select: all active agents. */
export async function getAgents(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const options: INodePropertyOptions[] = [];
	for await (const agent of listRecords({ context: this }, agentList({ status: 'ACTIVE', sort: 'title_asc' }))) {
		options.push(agentChoice(agent));
	}
	return options;
}

/** For 'Default Country' */
export async function findCountries(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
	return { results: searchCountries(filter) };
}

/** For 'Time Zone' */
export async function findTimeZones(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
	const { searchTimeZones } = await import('../phone/phoneLibrary');
	return { results: searchTimeZones(filter) };
}
