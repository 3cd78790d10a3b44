import { sleep } from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';
import { RecordWithFile } from '../../../nodes/Thoughtly/execution/operation';
import { runItems, withoutErrorKey } from '../../../nodes/Thoughtly/execution/runItems';
import { contextOf } from '../context';

/** What an operation does with an item, and for how long (seconds). */
interface Work {
	takes?: number;
	fails?: string;
	/** Items with the same one are worked on one after another */
	key?: string;
	/** How long the item is waited for once all have run; not at all unless given */
	waits?: number;
	waitFails?: string;
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** Runs an operation on such items; returns what came of it, and when (seconds) what happened to which item. */
async function run(works: Work[], concurrency?: number, continueOnFail = false, more: object = {}) {
	const began = Date.now();
	const seconds = () => Math.round((Date.now() - began) / 1000);
	const events: string[] = [];
	const context = contextOf({
		getInputData: () => works.map(() => ({ json: {} })),
		continueOnFail: () => continueOnFail,
		...more,
	});
	const done = runItems<string>(context, {
		concurrency: () => concurrency ?? 1,
		read: async (_context, item) => works[item].key ?? `item ${item}`,
		serialKey: (key) => key,
		async run(_context, item) {
			const { takes = 0, fails } = works[item];
			events.push(`${seconds()} run ${item}`);
			await sleep(takes * 1000);
			if (fails) throw new Error(fails);
			return { item };
		},
		async wait(_context, item, _key, record) {
			const { waits, waitFails } = works[item];
			if (waits === undefined) return record;
			events.push(`${seconds()} wait ${item}`);
			await sleep(waits * 1000);
			if (waitFails) throw new Error(waitFails);
			return { ...record, waited: true };
		},
	}).then(
		(outputs) => ({ outputs, error: undefined }),
		(error: Error & { description?: string; context: IDataObject }) => ({ outputs: undefined, error }),
	);
	await jest.runAllTimersAsync();
	return { ...(await done), events, took: seconds() };
}

describe('the order', () => {
	test('is one item after another, unless the operation says otherwise', async () => {
		const { events, took } = await run([{ takes: 1 }, { takes: 1 }, { takes: 1 }]);
		expect(events).toEqual(['0 run 0', '1 run 1', '2 run 2']);
		expect(took).toBe(3);
	});

	test('is that of the input, with as many at once as the operation allows', async () => {
		const { events } = await run([{ takes: 3 }, { takes: 1 }, { takes: 1 }, { takes: 1 }], 2);
		expect(events).toEqual(['0 run 0', '0 run 1', '1 run 2', '2 run 3']);
	});

	test('of the outputs is that of the input, each linked to its item, whichever ends first', async () => {
		const { outputs } = await run([{ takes: 3 }, { takes: 1 }, { takes: 2 }], 3);
		expect(outputs).toEqual([0, 1, 2].map((item) => ({ json: { item }, pairedItem: { item } })));
	});

	test('keeps items with the same key apart, and nobody else waits for them', async () => {
		const { events, took } = await run(
			[
				{ takes: 2, key: 'a' },
				{ takes: 2, key: 'a' },
				{ takes: 1, key: 'b' },
				{ takes: 2, key: 'a' },
			],
			4,
		);
		expect(events).toEqual(['0 run 0', '0 run 2', '2 run 1', '4 run 3']);
		expect(took).toBe(6);
	});

	test('holds for hundreds of items at once', async () => {
		const { outputs, took } = await run(
			Array.from({ length: 300 }, () => ({ takes: 1 })),
			100,
		);
		expect(outputs!.map(({ json }) => json.item)).toEqual([...Array(300).keys()]);
		expect(took).toBe(3);
	});
});

describe('a failure', () => {
	test('ends the node: no item is begun after it, those on their way come to their end', async () => {
		const { events, error, took } = await run([{ takes: 5 }, { takes: 1, fails: 'No credit' }, {}, {}], 2);
		expect(events).toEqual(['0 run 0', '0 run 1']);
		expect(error?.message).toMatch(/No credit/);
		expect(error?.context.itemIndex).toBe(1);
		expect(error?.description).toMatch(/1 of 4/);
		expect(took).toBe(5);
	});

	test.each([
		['a newer n8n', { isToolExecution: () => true }, undefined],
		['an older n8n', { getNode: () => ({ name: 'Thoughtly', type: 'thoughtlyTool' }) }, 'No credit'],
	])('of a tool is described as %s needs it', async (_name, context, description) => {
		const { error } = await run([{ fails: 'No credit' }], 1, false, context);
		expect(error?.message).toBe('No credit');
		expect(error?.description || undefined).toBe(description);
	});

	test('of the first item in order is the one that is told', async () => {
		const { error } = await run(
			[
				{ takes: 2, fails: 'first' },
				{ takes: 1, fails: 'second' },
			],
			2,
		);
		expect(error?.message).toMatch(/first/);
	});

	test('keeps those from running that wait for an item with their key', async () => {
		const { events } = await run([{ takes: 1, key: 'a', fails: 'No credit' }, { key: 'a' }, { key: 'a' }], 3);
		expect(events).toEqual(['0 run 0']);
	});

	test("is its item's output with Continue On Fail, and the others go on", async () => {
		const { outputs, events } = await run([{ fails: 'No credit', key: 'a' }, { key: 'a' }, {}], 1, true);
		expect(events).toHaveLength(3);
		expect(outputs).toEqual([
			{ json: { error: expect.stringContaining('No credit') }, pairedItem: { item: 0 } },
			{ json: { item: 1 }, pairedItem: { item: 1 } },
			{ json: { item: 2 }, pairedItem: { item: 2 } },
		]);
	});
});

describe('waiting', () => {
	test('begins when all items have run, for all at once, and its result takes the place of the output', async () => {
		const { events, outputs, took } = await run([{ takes: 1, waits: 9 }, { takes: 1, waits: 4 }, { takes: 1 }]);
		expect(events).toEqual(['0 run 0', '1 run 1', '2 run 2', '3 wait 0', '3 wait 1']);
		expect(outputs?.map(({ json }) => json)).toEqual([
			{ item: 0, waited: true },
			{ item: 1, waited: true },
			{ item: 2 },
		]);
		expect(took).toBe(12);
	});

	test('does not begin where an item has failed the node', async () => {
		const { events, error } = await run([{ waits: 9 }, { fails: 'No credit' }]);
		expect(error?.message).toMatch(/No credit/);
		expect(events).toEqual(['0 run 0', '0 run 1']);
	});

	test('of one item may fail: it alone does with Continue On Fail, otherwise the node', async () => {
		const works = [{ waits: 1, waitFails: 'too late' }, { waits: 2 }];
		const { outputs } = await run(works, 1, true);
		expect(outputs?.map(({ json }) => json)).toEqual([
			{ error: expect.stringContaining('too late') },
			{ item: 1, waited: true },
		]);
		const { error } = await run(works);
		expect(error?.message).toMatch(/too late/);
		expect(error?.description).toMatch(/1 of 2/);
	});
});

test('an item may have several outputs, none, or a file beside its record', async () => {
	const binary = { data: { data: '', mimeType: 'audio/wav' } };
	const results = [[{ a: 1 }, { a: 2 }], [], new RecordWithFile({ b: 1 }, binary)];
	const context = contextOf({ getInputData: () => results, continueOnFail: () => false });
	const done = runItems(context, { run: async (_context, item) => results[item] });
	await jest.runAllTimersAsync();
	expect(await done).toEqual([
		{ json: { a: 1 }, pairedItem: { item: 0 } },
		{ json: { a: 2 }, pairedItem: { item: 0 } },
		{ json: { b: 1 }, binary, pairedItem: { item: 2 } },
	]);
});

test('n8n takes no record for a failed item', () => {
	expect(withoutErrorKey({ id: 1, error: 'of the record' })).toEqual({ id: 1, apiError: 'of the record' });
	expect(withoutErrorKey({ id: 1 })).toEqual({ id: 1 });
});
