import type { IDataObject } from 'n8n-workflow';
import type { Failure } from '../transport/failure';
import type { Scope } from '../transport/scope';
import { readResult } from './callResult';
import type { CallResult } from './callResult';
import { CHECK_CONTACT, fetchContact, readTags } from './contact';
import { fetchRecord } from './envelope';
import { errorText } from './errorText';
import { fetchPage, listRecords } from './lists';
import type { ListRequest } from './lists';
import { isRecord } from './records';
import type { ReceivedAgent, ReceivedCall, ReceivedContact } from './records';
import { ThoughtlyApiError } from './ThoughtlyApiError';
import type { ApiCall } from './ThoughtlyApiError';
import { firstText, isoTime, readTime, text } from './values';

/** A call in the one shape that workflows see. What the API did not give is null. */
export interface Call extends IDataObject {
	id: string | null;
	result: CallResult;
	/** The API's own word */
	status: string | null;
	/** Defined by the agent's author, e.g. "qualified" */
	outcome: string | null;
	/** Whether it has an end time or a known final status */
	ended: boolean;
	direction: string | null;
	phoneNumber: string | null;
	contactName: string | null;
	agentName: string | null;
	/** ISO 8601 */
	startedAt: string | null;
	/** ISO 8601 */
	endedAt: string | null;
	durationSeconds: number | null;
	summary: string | null;
	/** One line a turn */
	transcript: string | null;
	recordingUrl: string | null;
	metadata: IDataObject | null;
	tags: string[] | null;
	customFields: IDataObject | null;
	agentId: string | null;
	contactId: string | null;
}

/**
 * Reads a call in any shape it is known to come in: flat (source: pipedream, a real delivery), nested under `call`
 * (source: profile), or the short record of a call just placed.
 */
export function readCall(record: IDataObject): Call {
	const call = fieldsOf(record);
	const agent: ReceivedAgent | undefined = recordIn(call.agent, call.interview);
	const contact: ReceivedContact | undefined = recordIn(call.contact);
	const status = text(call.status);
	const outcome = text(call.outcome);
	const endedAt = isoTime(firstText(call.end_time, call.ended_at));
	const { result, ended } = readResult(status, outcome, endedAt !== null);
	return {
		id: idOfCall(record),
		result,
		status,
		outcome,
		ended,
		direction: text(call.direction),
		phoneNumber: firstText(contact?.phone_number, call.phone_number),
		contactName: text(contact?.name),
		agentName: firstText(agent?.title, call.ai_name),
		startedAt: isoTime(firstText(call.start_time, call.started_at)),
		endedAt,
		durationSeconds: readDuration(call),
		summary: readSummary(call.summary_data) ?? readSummary(call.summary),
		transcript: readTranscript(call.transcript) ?? readTranscript(call.conversation_history),
		recordingUrl: text(call.recording_url),
		metadata: recordIn(call.metadata) ?? null,
		tags: readCallTags(call),
		customFields: recordIn(call.custom_fields) ?? null,
		agentId: firstText(call.interview_id, recordIn(call.interview)?.id, agent?.id),
		contactId: firstText(call.contact_id, contact?.id),
	};
}

/** Reads a call's ID in any shape; the profile's response to a new call has it as `call_id`. */
export function idOfCall(record: IDataObject): string | null {
	const call = nestedCall(record);
	return firstText(call?.id, call?.call_id, record.id, record.call_id);
}

/** When a call was created, in ms epoch; a call that never started has no other time. Undefined if it has none. */
export const createdAtOfCall = (record: IDataObject): number | undefined => {
	const call = fieldsOf(record);
	return readTime(firstText(call.created, call.created_at, call.start_time, call.started_at));
};

/** Reads the tags of a call and of its contact. */
export function tagsOf(record: IDataObject): string[] {
	const call = fieldsOf(record);
	return [...(readCallTags(call) ?? []), ...readTags(recordIn(call.contact)?.tags)];
}

/** Whether a webhook's body is a call at all: transfers and failed actions have no documented shape. */
export function isCall(body: IDataObject): boolean {
	if (nestedCall(body)) return true;
	return text(body.id) !== null && CALL_FIELDS.some((field) => field in body);
}

const CALL_FIELDS = ['interview', 'interview_id', 'conversation_history', 'start_time', 'started_at'];

const CHECK_AGENT = "Check the agent ID, and that the agent belongs to the credential's team";

/** A list of one agent's calls; the API calls agents interviews and calls responses (source: spec). */
export const callList = (agentId: string, query: IDataObject = {}): ListRequest => ({
	path: `/interview/${encodeURIComponent(agentId)}/responses`,
	key: 'responses',
	subject: `agent ${agentId}`,
	ifNotFound: CHECK_AGENT,
	query,
	idOf: idOfCall,
});

/**
 * Finds one call among its agent's, since no request reads a single one (source: spec).
 * @returns the API's record, or undefined if the agent has no call with this ID
 */
export const findCall = async (scope: Scope, agentId: string, callId: string) =>
	(await findCalls(scope, agentId, [callId])).get(callId);

/** As `findCall`, for several; returns the API's records by ID, without those that the agent does not have. */
export async function findCalls(
	scope: Scope,
	agentId: string,
	callIds: Iterable<unknown>,
): Promise<Map<unknown, IDataObject>> {
	const found = new Map<unknown, IDataObject>();
	const unseen = new Set(callIds);
	for await (const record of listRecords(scope, callList(agentId))) {
		const id = idOfCall(record);
		if (unseen.delete(id)) found.set(id, record);
		if (!unseen.size) break;
	}
	return found;
}

export interface CallRequest {
	contactId: string;
	agentId: string;
	metadata?: IDataObject;
	/** See `ApiRequest` */
	beforeSend?: () => void;
}

/**
 * `POST /contact/call` (source: spec): rings someone. Never sent twice for one item, see docs/decisions.md.
 * @returns the API's record of the new call
 */
export async function placeCall(scope: Scope, request: CallRequest): Promise<IDataObject> {
	const { contactId, agentId, metadata, beforeSend } = request;
	const call: ApiCall = {
		kind: 'call',
		method: 'POST',
		path: '/contact/call',
		body: { contact_id: contactId, interview_id: agentId, ...(metadata && { metadata }) },
		subject: `contact ${contactId} or agent ${agentId}`,
		ifNotFound: "Check the contact and agent IDs, and that both belong to the credential's team",
		beforeSend,
	};
	const record = await fetchRecord(scope, call).catch(async (error: Error) => {
		if (error instanceof ThoughtlyApiError && error.hasStatus(404)) await refuseMissing(scope, request, call);
		throw error;
	});
	if (idOfCall(record) !== null) return record;
	const words = errorText(record.message);
	const failure: Failure = words ? { kind: 'errorInBody', text: words } : { kind: 'incomplete', missing: 'call ID' };
	throw new ThoughtlyApiError(scope, { failure }, call);
}

/** Says whether the contact or the agent was not found, which the API leaves open. Returns if that cannot be told. */
async function refuseMissing(scope: Scope, { contactId, agentId }: CallRequest, call: ApiCall): Promise<void> {
	const notFound: Failure = { kind: 'status', status: 404, body: null };
	const refuse = (subject: string, ifNotFound: string) =>
		new ThoughtlyApiError(scope, { failure: notFound }, { ...call, subject, ifNotFound });
	const isMissing = async (request: Promise<unknown>) =>
		await request.then(
			() => false,
			(error) => error instanceof ThoughtlyApiError && error.hasStatus(404),
		);
	if (await isMissing(fetchContact(scope, contactId))) throw refuse(`contact ${contactId}`, CHECK_CONTACT);
	if (await isMissing(requireAgent(scope, agentId))) throw refuse(`agent ${agentId}`, CHECK_AGENT);
}

/** Requests one call of an agent, since no request reads an agent. @throws ThoughtlyApiError if the agent does not exist */
export const requireAgent = async (scope: Scope, agentId: string) =>
	void (await fetchPage(scope, { ...callList(agentId), pageSize: 1 }, 0));

const nestedCall = (record: IDataObject) => recordIn(record.call);

/** A call's record without the nesting of the profile's example; a nested field that is empty hides no other. */
function fieldsOf(record: IDataObject): ReceivedCall {
	const nested = Object.entries(nestedCall(record) ?? {});
	return { ...record, ...Object.fromEntries(nested.filter(([, value]) => value !== null && value !== '')) };
}

const recordIn = (...values: unknown[]) => values.find(isRecord);

function readCallTags(call: ReceivedCall): string[] | null {
	const lists = [call.tags, call.response_tags].filter(Array.isArray);
	return lists.length ? lists.flatMap(readTags) : null;
}

/**
 * The API sends milliseconds, as a number in a string (source: pipedream); the profile has seconds, and so has a field
 * that names no unit.
 */
function readDuration(call: ReceivedCall): number | null {
	const seconds = readNumber(firstText(call.duration_seconds, call.duration));
	const milliseconds = readNumber(text(call.duration_ms));
	return seconds ?? (milliseconds === null ? null : milliseconds / 1000);
}

const readNumber = (value: string | null) => (value === null || Number.isNaN(Number(value)) ? null : Number(value));

/** Its shape is not documented: text as it is, an object's own summary if it has one, else the object as JSON. */
function readSummary(value: unknown): string | null {
	if (!isRecord(value)) return Array.isArray(value) && value.length ? JSON.stringify(value) : text(value);
	return text(value.summary) ?? (Object.keys(value).length ? JSON.stringify(value) : null);
}

/** One string (source: pipedream) or a list of turns (source: profile, and `conversation_history`). */
function readTranscript(value: unknown): string | null {
	if (!Array.isArray(value)) return text(value);
	const lines = value.filter(isRecord).flatMap((turn) => {
		const said = firstText(turn.text, turn.transcript);
		return said === null ? [] : [`${speakerPrefix(firstText(turn.author, turn.speaker))}${said}`];
	});
	return lines.length ? lines.join('\n') : null;
}

function speakerPrefix(name: string | null): string {
	if (name === null) return '';
	if (name.toLowerCase() === 'ai') return 'Agent: ';
	return name.toLowerCase() === 'user' ? 'User: ' : `${name}: `;
}
