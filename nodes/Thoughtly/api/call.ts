import type { IAllExecuteFunctions, IDataObject } from 'n8n-workflow';
import { readTags } from './contact';
import { createdAt, isRecord, listRecords } from './envelope';
import type { ListRequest } from './envelope';
import { times } from '../transport/times';
import { plainWord, text } from './text';

/** A call in the one shape that workflows see. What the API did not give is null. */
export interface Call extends IDataObject {
	id: string | null;
	agentId: string | null;
	contactId: string | null;
	phoneNumber: string | null;
	status: string | null;
	/** ISO 8601 */
	startedAt: string | null;
	/** ISO 8601 */
	endedAt: string | null;
	durationSeconds: number | null;
	summary: string | null;
	/** One line a turn */
	transcript: string | null;
}

/** A call list of one agent; the API calls calls responses (source: spec). */
export const callList = (agentId: string, query: IDataObject): ListRequest => ({
	path: `/interview/${encodeURIComponent(agentId)}/responses`,
	key: 'responses',
	subject: `agent ${agentId}`,
	query,
});

/**
 * Reads a call in any shape it is known to come in: flat (source: pipedream, a real delivery), nested under `call`
 * (source: profile), or the short record of a call just placed.
 */
export function readCall(record: IDataObject): Call {
	const call = flat(record);
	const agent = recordIn(call.interview) ?? recordIn(call.agent);
	const contact = recordIn(call.contact);
	return {
		id: idOfCall(record),
		agentId: text(call.interview_id ?? agent?.id),
		contactId: text(call.contact_id ?? contact?.id),
		phoneNumber: text(contact?.phone_number ?? call.phone_number),
		status: text(call.status),
		startedAt: isoTime(call.start_time ?? call.started_at),
		endedAt: isoTime(call.end_time ?? call.ended_at),
		durationSeconds: seconds(call),
		summary: readSummary(call.summary_data ?? call.summary),
		transcript: readTranscript(call.transcript) ?? readTranscript(call.conversation_history),
	};
}

/** Gives a call's ID in whatever shape it comes; the profile's answer to a new call has it as `call_id`. */
export function idOfCall(record: IDataObject): string | null {
	const call = recordIn(record.call) ?? record;
	return text(call.id ?? call.call_id ?? record.id ?? record.call_id);
}

/** Gives the address of a call's recording, null where there is none yet. */
export function recordingOf(record: IDataObject): string | null {
	return text((recordIn(record.call) ?? record).recording_url ?? record.recording_url);
}

/** Gives the tags of a call and of its contact; whether the record of a call has any of its own is not known. */
export function tagsOf(record: IDataObject): string[] {
	const call = flat(record);
	const lists = [call.tags, call.response_tags, recordIn(call.contact)?.tags];
	return lists.filter(Array.isArray).flatMap(readTags);
}

/** Whether a webhook's body is a call at all: transfers and failed actions have no documented shape. */
export function isCall(body: IDataObject): boolean {
	if (isRecord(body.call)) return true;
	return text(body.id) !== null && CALL_FIELDS.some((field) => field in body);
}

const CALL_FIELDS = ['interview', 'interview_id', 'conversation_history', 'start_time', 'started_at'];

const WAITING = new Set(['notstarted', 'inprogress', 'queued', 'scheduled', 'ringing', 'initiated', 'pending']);

/** Over: it has an end time, or a status that is no word for waiting, whatever its case and separators. */
export function isOver(call: Pick<Call, 'status' | 'endedAt'>): boolean {
	if (call.endedAt !== null) return true;
	const status = plainWord(call.status ?? '');
	return status !== '' && !WAITING.has(status);
}

/**
 * Finds one call among its agent's, since no request reads a single one (source: spec); gives the API's record, or
 * undefined where the agent has none with this ID.
 */
export const findCall = async (context: IAllExecuteFunctions, agentId: string, callId: string, itemIndex: number) =>
	(await findCalls(context, agentId, [callId], itemIndex)).get(callId);

/** As `findCall`, for several; gives the API's records by ID, without those that the agent does not have. */
export async function findCalls(
	context: IAllExecuteFunctions,
	agentId: string,
	callIds: Iterable<unknown>,
	itemIndex?: number,
): Promise<Map<unknown, IDataObject>> {
	const found = new Map<unknown, IDataObject>();
	const unseen = new Set(callIds);
	for await (const record of listRecords(context, callList(agentId, {}), itemIndex)) {
		const id = idOfCall(record);
		if (unseen.delete(id)) found.set(id, record);
		if (!unseen.size) break;
	}
	return found;
}

/**
 * Finds the call that an unclear try may have placed; gives the API's record, or undefined.
 * @param since ms epoch of the try, by our clock
 * @param isIt whether a call could be it
 */
export async function findCallTo(
	context: IAllExecuteFunctions,
	agentId: string,
	since: number,
	isIt: (call: Call) => boolean,
	itemIndex: number,
): Promise<IDataObject | undefined> {
	for await (const record of listRecords(context, callList(agentId, {}), itemIndex)) {
		const call = readCall(record);
		if (isIt(call) && createdAt(record, call.startedAt) >= since - times.clockDifference) return record;
	}
	return undefined;
}

/** Gives a call's record without the nesting of the profile's example. */
const flat = (record: IDataObject) => (isRecord(record.call) ? { ...record, ...record.call } : record);

const recordIn = (value: unknown) => (isRecord(value) ? value : undefined);

function isoTime(value: unknown): string | null {
	if (text(value) === null) return null;
	const time = new Date(value as string | number);
	return Number.isNaN(time.getTime()) ? text(value) : time.toISOString();
}

/** The API sends milliseconds, as a number in a string (source: pipedream); the profile shows seconds. */
function seconds(call: IDataObject): number | null {
	const given = text(call.duration_seconds) ?? text(call.duration_ms);
	if (given === null || Number.isNaN(Number(given))) return null;
	return text(call.duration_seconds) === null ? Number(given) / 1000 : Number(given);
}

/** Its shape is not documented: text as it is, an object's own summary where it has one, else the object as JSON. */
function readSummary(value: unknown): string | null {
	if (!isRecord(value)) return Array.isArray(value) ? JSON.stringify(value) : text(value);
	return text(value.summary) ?? (Object.keys(value).length ? JSON.stringify(value) : null);
}

/** One string (source: pipedream) or a list of turns (source: profile, and `conversation_history`). */
function readTranscript(value: unknown): string | null {
	if (!Array.isArray(value)) return isRecord(value) ? null : text(value);
	const lines = value.filter(isRecord).flatMap((turn) => {
		const said = text(turn.text ?? turn.transcript);
		return said === null ? [] : [`${speaker(turn.author ?? turn.speaker)}${said}`];
	});
	return lines.length ? lines.join('\n') : null;
}

function speaker(value: unknown): string {
	const name = text(value);
	if (name === null) return '';
	if (name.toLowerCase() === 'ai') return 'Agent: ';
	return name.toLowerCase() === 'user' ? 'User: ' : `${name}: `;
}
