import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { INodeParameters } from 'n8n-workflow';
import {
	CONTINUE,
	RETRY,
	callNode,
	called,
	contactIds,
	contactItems,
	credential,
	dials,
	failCalls,
	useSimulator,
} from '../fixtures.mts';
import { retryExecution, runNode } from '../n8n/index.mts';
import { between, isCalled, outsideHours, toContacts, within } from './recipients.mts';

/** The calling hours hold when the request goes out, not when the item was read. */

const WINDOW = 1000;

useSimulator({ firstBackoff: 2, quotaWindow: WINDOW, longestWayThere: WINDOW });

const BEFORE_CLOSING = Date.parse('2026-11-25T17:59:59.000Z');
const CLOSING = Date.parse('2026-11-25T18:00:00.000Z');
const NEXT_MORNING = '2026-11-26T09:00:00.000Z';

/** The requests to call someone that were sent: a busy process may let out the next ones before it has received them. */
let sent = 0;
const countSent = (message: unknown) => {
	const { request } = message as { request: ClientRequest };
	if (request.path === '/contact/call') sent++;
};
beforeEach(() => {
	sent = 0;
	subscribe('http.client.request.start', countSent);
});
afterEach(() => unsubscribe('http.client.request.start', countSent));

/** The hours end as soon as so many requests to call someone were sent. */
const closeAfter = (calls: number) =>
	jest.spyOn(Date, 'now').mockImplementation(() => (sent < calls ? BEFORE_CLOSING : CLOSING));

const hours = (outsideTheseHours = 'skip') => between({ outsideTheseHours }, 'UTC');
const toFirst = (options: INodeParameters) => toContacts([contactIds()[0]], options);
const REFUSED = { kind: 'status', status: 429 } as const;
const notCalled = outsideHours(NEXT_MORNING, { phoneNumber: null, contactName: null });

test('someone is not called after closing because the request was refused by the rate limit', async () => {
	closeAfter(1);
	failCalls(REFUSED);
	const { json } = await runNode(toFirst(hours()));
	expect(json).toEqual([notCalled]);
	expect(dials()).toBe(1);
	expect(called()).toEqual([]);
});

test('someone is not called after closing because the request waited for its turn', async () => {
	closeAfter(4);
	const { items, ...node } = callNode(contactItems(12), { options: { ...hours(), callsAtOnce: 12 } });
	const { json } = await runNode({ ...node, items, credential: credential({ requestsPerMinute: 4 }) });
	expect(dials()).toBe(4);
	expect(json.slice(0, 4)).toEqual([isCalled(), isCalled(), isCalled(), isCalled()]);
	expect(json.slice(4)).toEqual(Array(8).fill(notCalled));
});

test('someone is called whose request was refused and repeated within the hours', async () => {
	closeAfter(2);
	failCalls(REFUSED);
	const { json } = await runNode(toFirst(hours()));
	expect(json).toEqual([isCalled()]);
	expect(called()).toEqual([contactIds()[0]]);
});

test('a placed call counts, though its response comes after closing', async () => {
	closeAfter(1);
	const { json } = await runNode(toFirst(hours()));
	expect(json).toEqual([isCalled()]);
});

describe('who was not called after all', () => {
	test('does not count as called for another node', async () => {
		closeAfter(1);
		failCalls(REFUSED);
		const { run } = await runNode({ ...toFirst(hours()), siblings: [{ options: within() }] });
		const [{ data }] = run.data.resultData.runData['Thoughtly 2'];
		expect(data!.main[0]!.map(({ json }) => json)).toEqual([isCalled()]);
	});

	test('fails the item, if that is set, and is called by a retry of the execution the next morning', async () => {
		closeAfter(1);
		failCalls(REFUSED);
		const failed = await runNode(toFirst(hours('fail')));
		expect(failed.error?.message).toBe(
			`It is outside the hours in 'Only Call Between', so nobody was called. The call may be placed at ${NEXT_MORNING} or later [item 0]`,
		);
		jest.spyOn(Date, 'now').mockReturnValue(Date.parse(NEXT_MORNING));
		const { json } = await retryExecution(failed, credential());
		expect(json).toEqual([isCalled()]);
		expect(called()).toEqual([contactIds()[0]]);
	});

	test('fails in the same words when Retry On Fail repeats the node', async () => {
		closeAfter(1);
		failCalls(REFUSED);
		const { error } = await runNode({ ...toFirst(hours('fail')), settings: RETRY });
		expect(error?.message).toMatch(/^It is outside the hours in 'Only Call Between', so nobody was called/);
	});

	test('is passed on in its place beside those who were called', async () => {
		closeAfter(2);
		failCalls(REFUSED, 1);
		const { json } = await runNode(toContacts(contactIds(3), hours(), CONTINUE));
		expect(json).toEqual([
			isCalled(),
			{ ...notCalled, contactId: contactIds()[1] },
			{ ...notCalled, contactId: contactIds()[2] },
		]);
		expect(called()).toEqual([contactIds()[0]]);
	});
});
