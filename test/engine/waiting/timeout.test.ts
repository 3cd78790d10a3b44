import type { INodeParameters } from 'n8n-workflow';
import {
	CONTINUE,
	RETRY,
	agentIds,
	callLists,
	contactIds,
	dials,
	limitWaitTime,
	passTime,
	simulator,
	underWay,
	until,
	useSimulator,
} from '../fixtures.mts';
import { runNode, startNode } from '../n8n/index.mts';
import { MINUTE, finish, waitFor } from './waits.mts';

/** Start and Wait with polling: the limit of the wait, and what is returned when it is over. */

useSimulator({ pollInterval: 30, firstBackoff: 2 });

const soon = limitWaitTime(1);

/** The limit counts from the placed call on: it is read by the first look. */
async function timeRunsOut(): Promise<void> {
	await until(() => callLists().length > 0);
	passTime(MINUTE);
}

test('the item says that the call has not ended, and its last status', async () => {
	const { done } = await startNode(waitFor(2, { options: soon }));
	await until(() => underWay().length === 2);
	Object.assign(underWay()[1], { status: 'IN_PROGRESS' });
	await timeRunsOut();
	const { json } = await done;
	expect(json.map(({ ended, result, status, endedAt }) => [ended, result, status, endedAt])).toEqual([
		[false, 'in_progress', 'NOT_STARTED', null],
		[false, 'in_progress', 'IN_PROGRESS', null],
	]);
	expect(json[0].startedAt).toBeNull();
});

test('a call that the list never had is returned as it was placed', async () => {
	const { done } = await startNode(waitFor(1, { options: soon }));
	await until(() => underWay().length === 1);
	const [{ id }] = simulator.store.calls.splice(-1);
	await timeRunsOut();
	const { json } = await done;
	expect(json).toEqual([
		expect.objectContaining({
			id,
			contactId: contactIds()[0],
			agentId: agentIds()[0],
			ended: false,
			transcript: null,
		}),
	]);
});

test('it fails if that is set; the message says that the call continues, and the others are not lost', async () => {
	const options = { ...soon, onTimeout: 'fail' };
	const { done } = await startNode(waitFor(2, { options }, CONTINUE));
	await until(() => underWay().length === 2);
	const [first] = underWay();
	await finish(underWay().slice(1));
	await timeRunsOut();
	const { json } = await done;
	expect(json).toEqual([
		{
			error: expect.stringContaining(
				`Call ${first.id} was placed and has not ended within 'Limit Wait Time'. It continues in Thoughtly [item 0]`,
			),
		},
		expect.objectContaining({ ended: true }),
	]);
});

test('Retry On Fail waits again and calls nobody twice', async () => {
	const options = { ...soon, onTimeout: 'fail' };
	const { done } = await startNode(waitFor(3, { options }, RETRY));
	await until(() => underWay().length === 3);
	await finish(underWay().slice(1));
	await timeRunsOut();
	const looks = callLists().length;
	// one look may be on its way and one ends the first attempt: the third is the second attempt's
	await until(() => callLists().length >= looks + 3);
	await finish(underWay());
	const { json, error } = await done;
	expect(error).toBeUndefined();
	expect(json.map(({ ended }) => ended)).toEqual([true, true, true]);
	expect(dials()).toBe(3);
});

test('a date and time is a limit as well', async () => {
	const values = { limitType: 'atSpecifiedTime', maxDateAndTime: new Date(Date.now() + 80).toISOString() };
	const { json } = await runNode(waitFor(1, { options: { limitWaitTime: { values } } }));
	expect(json).toEqual([expect.objectContaining({ ended: false })]);
});

describe.each(['polling', 'webhook'])('waiting by %s', (waitBy) => {
	const untilDate = (maxDateAndTime: string) => ({
		limitWaitTime: { values: { limitType: 'atSpecifiedTime', maxDateAndTime } },
	});
	test.each<[string, INodeParameters, string]>([
		['no amount', limitWaitTime('soon'), "'Limit Wait Time' is not a valid period: soon minutes"],
		['an amount below 0', limitWaitTime(-1), "'Limit Wait Time' is not a valid period: -1 minutes"],
		['an empty amount', limitWaitTime(''), "'Limit Wait Time' is not a valid period:  minutes"],
		['999,999,999 days', limitWaitTime(999_999_999, 'days'), "'Limit Wait Time' is not a valid period: 999999999 days"],
		['1e300 minutes', limitWaitTime(1e300), "'Limit Wait Time' is not a valid period: 1e+300 minutes"],
		[
			'an unknown unit',
			limitWaitTime(1, 'fortnights'),
			"The unit of 'Limit Wait Time' must be minutes, hours or days, not fortnights",
		],
		['no date', untilDate(''), "'Max Date and Time' is empty"],
		['a date that is none', untilDate('later'), "'Max Date and Time' is not a valid date"],
		[
			'a date that no database takes',
			untilDate('+012345-01-01T00:00:00Z'),
			"'Max Date and Time' is more than a century away",
		],
	])('a limit with %s is refused before anybody is called', async (_name, options, message) => {
		const { error } = await runNode(waitFor(1, { waitBy, options }));
		expect(error?.message).toBe(`${message}. Nobody was called [item 0]`);
		expect(simulator.requests).toEqual([]);
	});
});
