import type { INodeParameters } from 'n8n-workflow';
import { simulator, useSimulator } from '../fixtures.mts';
import { logLines } from '../n8n/index.mts';
import { activeTrigger } from './nodes';

/** Which calls start the workflow. */

useSimulator();

/** The first seeded call as a real delivery has it, changed. */
const call = (changes: object = {}) => ({ ...structuredClone(simulator.store.calls[0]), ...changes });

const starts = async (parameters: INodeParameters, body: object) => {
	const { deliver } = await activeTrigger(parameters);
	const { status, answer, items } = await deliver(body);
	expect([status, answer]).toEqual([200, items ? 'OK' : 'Ignored']);
	return items !== undefined;
};

const passes: Array<[INodeParameters, () => object]> = [
	[{ results: ['completed'] }, call],
	[{ results: ['voicemail', 'no_answer'] }, () => call({ status: 'NO_ANSWER' })],
	[{ results: '={{ "No Answer, busy" }}' }, () => call({ status: 'No-Answer' })],
	[{ results: ['no_answer'] }, () => call({ status: 'failure', outcome: 'no_answer' })],
	[{ results: ['voicemail'] }, () => call({ status: 'success', outcome: 'voicemail' })],
	[{ results: ['unknown'] }, () => call({ status: 'abgeschlossen', outcome: null, end_time: null })],
	[{ outcomes: 'booked, qualified' }, call],
	[{ outcomes: 'Call-Back Later' }, () => call({ outcome: 'CALL_BACK_LATER' })],
	[{ outcomes: '完了' }, () => call({ outcome: '完了' })],
	[{ outcomes: 'ÜBERLEGT SICH' }, () => call({ outcome: 'überlegt_sich' })],
	[{ tags: 'confirmed, vip' }, call],
	[{ tags: 'VIP' }, () => call({ tags: [{ name: 'vip' }] })],
	[{ tags: 'customer' }, call],
	[{ tags: 'vip' }, () => call({ tags: null, response_tags: ['vip'] })],
	[{ minimumDuration: 32 }, call],
	[{ minimumDuration: 5 }, () => call({ duration_ms: null, duration_seconds: 5 })],
	[{ minimumDuration: 0 }, () => call({ duration_ms: null })],
	[{ results: ['completed'], outcomes: 'qualified', tags: 'confirmed', minimumDuration: 1 }, call],
];
test.each(passes)('%j lets its calls through', async (options, body) => {
	expect(await starts({ options }, body())).toBe(true);
});

const drops: Array<[INodeParameters, () => object, string]> = [
	[{ results: ['voicemail'] }, call, 'its result is filtered out'],
	[{ results: ['completed'] }, () => call({ status: 'success', outcome: 'voicemail' }), 'its result is filtered out'],
	[{ outcomes: 'booked' }, call, 'its outcome is filtered out'],
	[{ outcomes: 'booked' }, () => call({ outcome: null }), 'its outcome is filtered out'],
	[{ outcomes: '完了' }, () => call({ outcome: '失敗' }), 'its outcome is filtered out'],
	[{ outcomes: '—' }, () => call({ outcome: '!' }), 'its outcome is filtered out'],
	[{ outcomes: '—' }, () => call({ outcome: '' }), 'its outcome is filtered out'],
	[{ tags: 'vip' }, call, 'its tags are filtered out'],
	[{ tags: 'vip' }, () => call({ tags: null, contact: null }), 'its tags are filtered out'],
	[{ minimumDuration: 33 }, call, 'it is too short'],
	[{ minimumDuration: 1 }, () => call({ duration_ms: null }), 'it is too short'],
	[{ minimumDuration: 1 }, () => call({ duration_ms: 'long' }), 'it is too short'],
	[{ results: ['completed'], minimumDuration: 60 }, call, 'it is too short'],
];
test.each(drops)('%j drops others, with a line in the log that says why', async (options, body, reason) => {
	const lines = await logLines();
	expect(await starts({ options }, body())).toBe(false);
	expect(lines).toEqual([`Thoughtly (Thoughtly Trigger): dropped a delivery: ${reason}`]);
});

test.each(['PHONE_TRANSFER', 'ACTION_FAILED'])(
	'filters do not apply to %s, nor does Only Ended Calls',
	async (event) => {
		const options = { results: ['busy'], outcomes: 'booked', tags: 'vip', minimumDuration: 60 };
		expect(await starts({ events: [event], options }, call({ status: 'IN_PROGRESS', end_time: null }))).toBe(true);
	},
);

test('filters do not apply to a body that is not a call', async () => {
	expect(await starts({ options: { results: ['busy'] } }, { reason: 'unknown' })).toBe(true);
});

describe('Only Ended Calls', () => {
	const RUNNING =
		'NOT_STARTED, queued, in_progress, In Progress, dialing, ringing, initiated, created, active, ongoing, live, on hold, on-going, connecting, calling';
	test.each(RUNNING.split(', '))('leaves out a call that is %s', async (status) => {
		const running = call({ status, end_time: null });
		const lines = await logLines();
		expect(await starts({}, running)).toBe(false);
		expect(lines).toEqual([expect.stringMatching(/dropped a delivery: the call has not ended$/)]);
		expect(await starts({ onlyEnded: false }, running)).toBe(true);
	});

	test.each([
		['is over by its status', { status: 'completed', end_time: null }],
		['failed to start', { status: 'failure', start_time: null, end_time: null }],
		['is over by its end, whatever its status says', { status: 'in_progress' }],
		['has a status that nobody knows: a lost event is worse than an early one', { status: 'frozen', end_time: null }],
		['has no status', { status: null, end_time: null }],
	])('lets a call through that %s', async (_name, changes) => {
		expect(await starts({}, call(changes))).toBe(true);
	});
});
