import type { INodeParameters } from 'n8n-workflow';
import { simulator, useSimulator } from '../fixtures.mts';
import { activeTrigger } from './nodes';

/** Which deliveries are the same: none starts the workflow twice. */

useSimulator();

/** The first seeded call as a real delivery has it, with its own metadata. */
const call = () => ({ ...structuredClone(simulator.store.calls[0]), metadata: { deal: '7', version: 1 } });

/** How often two deliveries start the workflow. */
async function starts(first: object, second: object, parameters: INodeParameters = {}): Promise<number> {
	const { deliver } = await activeTrigger(parameters);
	let started = 0;
	for (const body of [first, second]) {
		const { status, answer, items } = await deliver(body);
		expect(status).toBe(200);
		if (items) started += items.length;
		else expect(answer).toBe('Ignored');
	}
	return started;
}

const reversed = (record: object) => Object.fromEntries(Object.entries(record).reverse());

describe('a call', () => {
	test.each<[string, () => object]>([
		['sent again', () => call()],
		['with its keys in another order', () => ({ ...reversed(call()), contact: reversed(call().contact!) })],
		[
			'with a freshly signed link to its recording',
			() => ({ ...call(), recording_url: 'https://example.com/1?sig=b' }),
		],
		["with another version of the user's own metadata", () => ({ ...call(), metadata: { deal: '7', version: 2 } })],
		['with a higher version', () => ({ ...call(), version: 9, updated: '2026-11-20T09:00:00.000Z' })],
		['with a contact that was edited', () => ({ ...call(), contact: { ...call().contact, name: 'Ada P.' } })],
		['with a longer transcript', () => ({ ...call(), transcript: `${call().transcript}\nAgent: Goodbye.` })],
	])('%s is a duplicate', async (_name, second) => expect(await starts(call(), second())).toBe(1));

	test.each<[string, () => object, object]>([
		['whose summary is available now', () => ({ ...call(), summary_data: null }), {}],
		['whose transcript is available now', () => ({ ...call(), transcript: null, conversation_history: [] }), {}],
		['whose recording is available now', () => ({ ...call(), recording_url: null }), {}],
		['with another result', call, { status: 'TRANSFERRED' }],
		['with another outcome', call, { outcome: 'booked' }],
		['with another end', call, { end_time: '2026-11-11T09:01:00.000Z' }],
		['that is another one', call, { id: 'another' }],
	])('%s is not', async (_name, first, changes) => expect(await starts(first(), { ...call(), ...changes })).toBe(2));

	test('that comes four times at once starts once', async () => {
		const { deliver } = await activeTrigger();
		const results = await Promise.all(Array.from({ length: 4 }, async () => await deliver(call())));
		expect(results.filter(({ items }) => items)).toHaveLength(1);
		expect(results.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
	});

	test('that was ignored because it was still running starts when it has ended', async () => {
		const running = { ...call(), status: 'IN_PROGRESS', end_time: null };
		expect(await starts(running, call())).toBe(1);
		expect(await starts(call(), running)).toBe(1);
	});

	test('is no duplicate of the same call in another event or at another node', async () => {
		const { deliver } = await activeTrigger({ events: ['NEW_RESPONSE', 'PHONE_TRANSFER'] });
		expect((await deliver(call(), undefined, 'NEW_RESPONSE')).items).toHaveLength(1);
		expect((await deliver(call(), undefined, 'PHONE_TRANSFER')).items).toHaveLength(1);
		const other = await activeTrigger();
		expect((await other.deliver(call())).items).toHaveLength(1);
	});
});

describe('any other body', () => {
	const failure = {
		call: { id: 'call-1', recording_url: 'a' },
		action: { name: 'book', tries: [1, 2] },
		reason: 'full',
	};
	const events = { events: ['ACTION_FAILED'] };

	test.each<[string, object]>([
		['sent again', failure],
		['with its keys in another order', { ...reversed(failure), action: reversed(failure.action) }],
		['with a freshly signed link', { ...failure, call: { id: 'call-1', recording_url: 'b' } }],
	])('%s is a duplicate', async (_name, second) => expect(await starts(failure, second, events)).toBe(1));

	test.each<[string, object]>([
		['with another reason', { ...failure, reason: 'closed' }],
		['about another action', { ...failure, action: { name: 'cancel', tries: [1, 2] } }],
		['with a list in another order', { ...failure, action: { name: 'book', tries: [2, 1] } }],
	])('%s is not', async (_name, second) => expect(await starts(failure, second, events)).toBe(2));
});

test('with Ignore Duplicates off, and in the editor, everything starts', async () => {
	expect(await starts(call(), call(), { options: { ignoreDuplicates: false } })).toBe(2);
	const { deliver } = await activeTrigger({}, 'manual');
	for (let count = 0; count < 2; count++) expect((await deliver(call())).items).toHaveLength(1);
});
