import type { IAllExecuteFunctions, IDataObject } from 'n8n-workflow';
import type { ApiRequest } from '../transport/request';
import { fetchPage, fetchRecord, isRecord } from './envelope';
import type { ListRequest } from './envelope';
import { text } from './text';

export const contactList = (query: IDataObject): ListRequest => ({
	path: '/contact',
	key: 'contacts',
	subject: 'list of contacts',
	query,
});

/** Gives a contact's record with its tags as strings. */
export function readContact(record: IDataObject): IDataObject {
	return Array.isArray(record.tags) ? { ...record, tags: readTags(record.tags) } : record;
}

/** Gives tags as strings; the API also sends objects with a `name` (source: clients). What is no tag is left out. */
export const readTags = (tags: unknown[]) =>
	tags.flatMap((tag) => text(isRecord(tag) ? (tag.name ?? tag.id) : tag) ?? []);

/**
 * Looks for the contact with this phone number (E.164). Whether the API's search finds numbers is not known, so one
 * page of hits is looked at and a miss proves nothing.
 */
export async function findContactByPhone(
	context: IAllExecuteFunctions,
	phoneNumber: string,
	itemIndex: number,
): Promise<IDataObject | undefined> {
	const hits = await fetchPage(context, contactList({ search: phoneNumber }), 0, itemIndex);
	const found = hits.find((contact) => sameNumber(contact.phone_number, phoneNumber));
	return found && readContact(found);
}

/** One contact as a request. */
export const oneContact = (method: 'GET' | 'DELETE', contactId: string): ApiRequest => ({
	kind: method === 'GET' ? 'read' : 'delete',
	method,
	path: `/contact/${encodeURIComponent(contactId)}`,
	subject: `contact ${contactId}`,
});

/** Gives a contact's record by its ID. */
export const fetchContact = async (context: IAllExecuteFunctions, contactId: string, itemIndex: number) =>
	readContact(await fetchRecord(context, oneContact('GET', contactId), itemIndex));

/** Gives a number as it is compared; '' for none. */
export const digits = (phoneNumber: unknown) => String(phoneNumber ?? '').replace(/\D/g, '');

export const sameNumber = (a: unknown, b: unknown) => digits(a) === digits(b);
