import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import type { Call } from '../../simulator/simulator.mts';
import { agentIds, callNode, simulator } from '../fixtures.mts';

/** Whom calls go to, and who was called before. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** Has the first agent call these numbers, one item each. */
export const toNumbers = (numbers: string[], options: INodeParameters = {}, settings?: Partial<INode>) =>
	callNode(
		numbers.map((number) => ({ number })),
		{ callTo: 'phoneNumber', phoneNumber: '={{ $json.number }}', options },
		settings,
	);

/** Has the first agent call these contacts, one item each. */
export const toContacts = (ids: string[], options: INodeParameters = {}, settings?: Partial<INode>) =>
	callNode(
		ids.map((contact) => ({ contact })),
		{ options },
		settings,
	);

/** The option *Skip if Called Within*, 24 hours unless said otherwise. */
export const within = (time: IDataObject = {}) => ({ skipIfCalledWithin: { time } }) as INodeParameters;

/** The option *Only Call Between*, Monday to Friday from 09:00 to 18:00 unless said otherwise. */
export const between = (hours: IDataObject = {}, timeZone?: string) =>
	({
		onlyCallBetween: {
			hours: { ...hours, ...(timeZone !== undefined && { timeZone: { __rl: true, mode: 'name', value: timeZone } }) },
		},
	}) as INodeParameters;

/** Puts a completed call of an agent to a contact (both by their place in the store) into the store. */
export function addCall(agent: number, contact: number, agoMs: number, known: Partial<Call> = {}): Call {
	const [template] = simulator.store.calls;
	const { id: contactId, phone_number } = simulator.store.contacts[contact];
	const call: Call = {
		...template,
		id: `${agent}-${contact}-${agoMs}`,
		created: new Date(Date.now() - agoMs).toISOString(),
		interview: { id: agentIds()[agent] },
		contact: { ...template.contact!, id: contactId, phone_number },
		phone_number,
		...known,
	};
	simulator.store.calls.push(call);
	return call;
}

/** What the items of people have in common who were not called. */
const skippedItem = (skipReason: string, reason: IDataObject) => ({
	result: 'skipped',
	skipReason,
	agentId: expect.any(String) as string,
	contactId: expect.anything() as string,
	phoneNumber: expect.any(String) as string,
	contactName: expect.anything() as string,
	metadata: null,
	...reason,
});

/** The item of someone who was called lately. */
export const calledRecently = (lastCallId: string, known: IDataObject = {}) =>
	skippedItem('called_recently', { lastCall: expect.objectContaining({ id: lastCallId }) as object, ...known });

/** The item of someone for whom it is too early or too late. */
export const outsideHours = (nextAllowedAt: string, known: IDataObject = {}) =>
	skippedItem('outside_hours', { nextAllowedAt, ...known });

/** The item of someone who is being called. */
export const isCalled = () => expect.objectContaining({ result: 'in_progress', status: 'NOT_STARTED' }) as IDataObject;
