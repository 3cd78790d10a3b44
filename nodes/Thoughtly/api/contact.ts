import type { IDataObject } from 'n8n-workflow';
import { toNodeError } from '../transport/nodeErrors';
import type { Scope } from '../transport/scope';
import { fetchData, fetchRecord } from './envelope';
import { fetchPage } from './lists';
import type { ListRequest } from './lists';
import { isRecord } from './records';
import type { ReceivedContact } from './records';
import { ThoughtlyApiError } from './ThoughtlyApiError';
import type { ApiCall } from './ThoughtlyApiError';
import { firstText, isoTime, text } from './values';

/** A contact in the shape that workflows see with *Simplify* on. What the API did not give is null. */
export interface Contact extends IDataObject {
	id: string | null;
	name: string | null;
	phoneNumber: string | null;
	email: string | null;
	tags: string[] | null;
	attributes: IDataObject | null;
	status: string | null;
	/** ISO 8601 */
	createdAt: string | null;
	/** ISO 8601 */
	updatedAt: string | null;
}

/** The body of a new contact (source: spec). */
export interface NewContact extends IDataObject {
	/** E.164 */
	phone_number: string;
	name?: string;
	email?: string;
	country_code?: string;
	tags?: string[];
	attributes?: IDataObject;
}

export const readContact = (contact: ReceivedContact): Contact => ({
	id: text(contact.id),
	name: text(contact.name),
	phoneNumber: text(contact.phone_number),
	email: text(contact.email),
	tags: Array.isArray(contact.tags) ? readTags(contact.tags) : null,
	attributes: isRecord(contact.attributes) ? contact.attributes : null,
	status: text(contact.status),
	createdAt: isoTime(firstText(contact.created, contact.created_at)),
	updatedAt: isoTime(firstText(contact.updated, contact.updated_at)),
});

/** Reads a list of tags as strings; the API also sends objects with a `name` (source: clients). Anything else is left out. */
export const readTags = (tags: unknown): string[] =>
	Array.isArray(tags) ? tags.flatMap((tag) => text(isRecord(tag) ? firstText(tag.name, tag.id) : tag) ?? []) : [];

export const contactList = (query: IDataObject): ListRequest => ({
	path: '/contact',
	key: 'contacts',
	subject: 'the list of contacts',
	query,
});

/** `GET /contact/{id}` (source: spec). @returns the API's record */
export const fetchContact = async (scope: Scope, contactId: string): Promise<IDataObject> =>
	await fetchContactRecord(scope, oneContact('GET', contactId));

/** `DELETE /contact/{id}` (source: spec). A retry that finds nothing to delete follows one that deleted it. */
export async function deleteContact(scope: Scope, contactId: string): Promise<void> {
	try {
		await fetchData(scope, oneContact('DELETE', contactId));
	} catch (error) {
		if (error instanceof ThoughtlyApiError && error.followsUnclear && error.hasStatus(404)) return;
		throw toNodeError(scope, error);
	}
}

/** `POST /contact/create` (source: spec). @returns the API's record */
export async function createContact(scope: Scope, body: NewContact): Promise<IDataObject> {
	return await fetchContactRecord(scope, {
		kind: 'contact',
		method: 'POST',
		path: '/contact/create',
		body,
		subject: 'the new contact',
	});
}

/**
 * Looks for the contact with this phone number. Whether the API's search finds numbers is not documented, so only one
 * page of hits is read and a miss proves nothing.
 * @param phoneNumber E.164
 * @returns the API's record
 */
export async function findContactByPhone(scope: Scope, phoneNumber: string): Promise<IDataObject | undefined> {
	const hits = await fetchPage(scope, contactList({ search: phoneNumber }), 0);
	return hits.filter(isRecord).find((contact) => sameNumber(contact.phone_number, phoneNumber));
}

const MIN_NATIONAL_DIGITS = 7;
const MAX_CALLING_CODE_DIGITS = 3;

/** Whether two texts are the same phone number; one may lack the country code, as records have numbers as they were entered. */
export function sameNumber(a: unknown, b: unknown): boolean {
	const [one, other] = [a, b].map((value) => {
		const text = String(value ?? '').trim();
		return { isInternational: text.startsWith('+'), digits: text.replace(/\D/g, '') };
	});
	if (one.digits === other.digits) return one.digits !== '';
	if (one.isInternational === other.isInternational) return false;
	const { digits } = one.isInternational ? one : other;
	const national = (one.isInternational ? other : one).digits.replace(/^0+/, '');
	const callingCodeDigits = digits.length - national.length;
	return (
		national.length >= MIN_NATIONAL_DIGITS && callingCodeDigits <= MAX_CALLING_CODE_DIGITS && digits.endsWith(national)
	);
}

export const CHECK_CONTACT = "Check the contact ID, and that the contact belongs to the credential's team";

const oneContact = (method: 'GET' | 'DELETE', contactId: string): ApiCall => ({
	kind: method === 'GET' ? 'read' : 'delete',
	method,
	path: `/contact/${encodeURIComponent(contactId)}`,
	subject: `contact ${contactId}`,
	ifNotFound: CHECK_CONTACT,
});

/** A contact may come one level deeper, as `{contact: {…}}` (source: the developer guide's sample reads `contact.id`). */
async function fetchContactRecord(scope: Scope, call: ApiCall): Promise<IDataObject> {
	const record = await fetchRecord(scope, call);
	const contact = text(record.id) === null && isRecord(record.contact) ? record.contact : record;
	if (text(contact.id) !== null) return contact;
	throw new ThoughtlyApiError(scope, { failure: { kind: 'incomplete', missing: 'contact ID' } }, call);
}
