import type { IAllExecuteFunctions, IDataObject } from 'n8n-workflow';
import { isRecord, listRecords } from './envelope';
import type { ListRequest } from './envelope';

export const contactList = (query: IDataObject): ListRequest => ({
	path: '/contact',
	key: 'contacts',
	subject: 'list of contacts',
	query,
});

/** Gives a contact's record with its tags as strings; the API also sends objects with a `name` (source: clients). */
export function readContact(record: IDataObject): IDataObject {
	if (!Array.isArray(record.tags)) return record;
	return { ...record, tags: record.tags.map((tag) => String(isRecord(tag) ? (tag.name ?? tag.id) : tag)) };
}

/** When a contact was made, in ms; `created` is what the API sends, `created_at` what its profile writes. */
export function createdAt(contact: IDataObject): number {
	return Date.parse(String(contact.created ?? contact.created_at));
}

/**
 * Looks for the contact with this phone number (E.164). Whether the API's search finds numbers is not known, so one
 * page of hits is looked at and a miss proves nothing.
 */
export async function findContactByPhone(
	context: IAllExecuteFunctions,
	phoneNumber: string,
	itemIndex: number,
): Promise<IDataObject | undefined> {
	let looked = 0;
	for await (const contact of listRecords(context, contactList({ search: phoneNumber }), itemIndex)) {
		if (digits(contact.phone_number) === digits(phoneNumber)) return readContact(contact);
		if (++looked === 50) return undefined;
	}
	return undefined;
}

const digits = (phoneNumber: unknown) => String(phoneNumber ?? '').replace(/\D/g, '');
