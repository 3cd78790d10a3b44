import { createHash } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';

/** What may change from one sending to the next without the call having changed (source: pipedream, a real delivery). */
const BOOKKEEPING = new Set(['version', 'updated', 'updated_at']);

/** Deliveries that are remembered in this process, some 100 bytes each; the oldest go first. */
const LARGEST_MEMORY = 10_000;

const delivered = new Set<string>();

/**
 * Whether this node was given this event with this very body before; if not, it is remembered. What Thoughtly sends
 * again comes soon after the first, so a memory of this process is enough, and no delivery waits for a database.
 * @param node names the node among all of this n8n
 */
export function isRepeat(node: string, event: string, body: IDataObject): boolean {
	const state = JSON.stringify(body, (key, value: unknown) => (BOOKKEEPING.has(key) ? undefined : value));
	const delivery = createHash('sha256').update([node, event, state].join('\n')).digest('base64');
	if (delivered.has(delivery)) return true;
	delivered.add(delivery);
	if (delivered.size > LARGEST_MEMORY) {
		const [oldest] = delivered;
		delivered.delete(oldest);
	}
	return false;
}
