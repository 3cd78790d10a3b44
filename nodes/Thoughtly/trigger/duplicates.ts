import { createHash } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import type { Call } from '../api/call';
import { isRecord } from '../api/records';

/** Deliveries that are remembered in this process, some 100 bytes each; the oldest are forgotten first. */
const MAX_REMEMBERED = 10_000;

const delivered = new Set<string>();

/**
 * Whether this node was sent this event in this state before; if not, it is remembered. Thoughtly repeats a delivery soon or
 * not at all, so the memory of this process is enough, and no delivery waits for a database.
 * @param node names the node among all of this n8n
 */
export function isDuplicate(node: string, event: string, state: string): boolean {
	const delivery = createHash('sha256').update([node, event, state].join('\n')).digest('base64');
	if (delivered.has(delivery)) return true;
	delivered.add(delivery);
	if (delivered.size > MAX_REMEMBERED) {
		const [oldest] = delivered;
		delivered.delete(oldest);
	}
	return false;
}

/** What makes a call worth another item: how it ended, and whether its transcript, summary or recording is available now. */
export const stateOfCall = ({
	id,
	result,
	status,
	outcome,
	endedAt,
	transcript,
	summary,
	recordingUrl,
}: Call): string =>
	JSON.stringify([id, result, status, outcome, endedAt, ...[transcript, summary, recordingUrl].map(Boolean)]);

/** Fields that change from one delivery to the next although nothing has happened. */
const VOLATILE = new Set(['version', 'updated', 'updated_at', 'recording_url']);

/** What tells events apart that are more than the state of a call, such as two failed actions: the whole body, in any order. */
export const stateOfBody = (body: IDataObject): string =>
	JSON.stringify(sorted(withoutVolatile({ ...body, ...nestedCall(body) })));

const nestedCall = ({ call }: IDataObject) => (isRecord(call) ? { call: withoutVolatile(call) } : {});

const withoutVolatile = (record: IDataObject) =>
	Object.fromEntries(Object.entries(record).filter(([key]) => !VOLATILE.has(key)));

function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (!isRecord(value)) return value;
	return Object.keys(value)
		.sort()
		.map((key) => [key, sorted(value[key])]);
}
