import type { IDataObject } from 'n8n-workflow';
import { readCall } from '../../api/call';
import type { Call } from '../../api/call';

/** What is known about a call from placing it. */
interface Placed {
	agentId: string;
	contactId?: string;
	contactName?: string;
	phoneNumber?: string;
	metadata?: IDataObject;
}

/** The item of a call just placed: what the API said about it, completed by what is known. */
export const placedCall = (call: Call, placed: Placed): Call => ({
	...call,
	direction: call.direction ?? 'outbound',
	phoneNumber: call.phoneNumber ?? placed.phoneNumber ?? null,
	contactName: call.contactName ?? placed.contactName ?? null,
	metadata: call.metadata ?? placed.metadata ?? null,
	agentId: call.agentId ?? placed.agentId,
	contactId: call.contactId ?? placed.contactId ?? null,
});

/** The item of someone who was not called, with all that a workflow needs to try again. */
export const skippedItem = (reason: IDataObject, placed: Placed): IDataObject => ({
	result: 'skipped',
	...reason,
	agentId: placed.agentId,
	contactId: placed.contactId ?? null,
	phoneNumber: placed.phoneNumber ?? null,
	contactName: placed.contactName ?? null,
	metadata: placed.metadata ?? null,
});

export const isSkipped = ({ result }: IDataObject) => result === 'skipped';

/**
 * The item of a call that was waited for.
 * @param record what the API said last, undefined if the call was never seen
 * @param placed its item from when it was placed
 */
export function waitedCall(record: IDataObject | undefined, placed: IDataObject, simplify: boolean): IDataObject {
	if (!record) return placed;
	const call = readCall(record);
	return simplify ? placedCall(call, placed as Partial<Call> as Placed) : { ...record, ended: call.ended };
}
