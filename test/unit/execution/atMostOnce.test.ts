import { sleep } from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';
import { once, placedBefore } from '../../../nodes/Thoughtly/execution/atMostOnce';
import { apiError } from '../../../nodes/Thoughtly/transport/errors';
import type { Failure } from '../../../nodes/Thoughtly/transport/retry';
import { contextOf } from '../context';

const NOW = Date.parse('2026-01-31T09:00:00Z');
const REFUSED: Failure = { kind: 'status', status: 422, text: 'No credit' };
const OVER_QUOTA: Failure = { kind: 'status', status: 429, text: '' };
const UNCLEAR: Failure = { kind: 'timeout', afterMs: 1000 };
const ADVICE = /may have been placed: look in Thoughtly/;

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

/** What n8n keeps of an execution: the memory of each node, and the one that all share. */
class Execution {
	memory: { node: IDataObject; flow: IDataObject } = { node: {}, flow: {} };

	/** The node as n8n runs it, again and again in one execution. */
	context({ round = 0, isTool = false, ...more }: { round?: number; isTool?: boolean; [part: string]: unknown } = {}) {
		return contextOf({
			getContext: (type: 'node' | 'flow') => this.memory[type],
			getMode: () => 'manual',
			evaluateExpression: () => round,
			isToolExecution: () => isTool,
			...more,
		});
	}

	/** Has another process go on with what n8n has stored. */
	store(): void {
		this.memory = JSON.parse(JSON.stringify(this.memory)) as Execution['memory'];
	}
}

/** An action that counts how often it is done to whom; it fails in these ways first. */
function calling(...failures: Array<Failure | undefined>) {
	const done: string[] = [];
	const calling = {
		/** Whom it was done to, failures included */
		done,
		/** What a look for an unclear attempt finds */
		found: undefined as IDataObject | undefined,
		/** When the attempt was made that was looked for (ms since `NOW`) */
		lookedFor: [] as number[],
		to: (target: string, more: Partial<Parameters<typeof once>[2]> = {}): Parameters<typeof once>[2] => ({
			kind: 'call',
			target,
			identity: target,
			whom: () => ({ contactId: target }),
			async perform() {
				done.push(target);
				const id = `call ${done.length}`;
				await sleep(1000);
				const failure = failures.shift();
				if (failure) throw apiError(contextOf({}), failure, { kind: 'call', subject: target });
				return { id, contactId: target };
			},
			async find(since) {
				calling.lookedFor.push(since - NOW);
				return calling.found;
			},
			...more,
		}),
	};
	return calling;
}

/** Lets the clock run until a promise has come to its end. */
async function ended<T>(promise: Promise<T>): Promise<T> {
	const [result] = await Promise.all([Promise.allSettled([promise]), jest.runAllTimersAsync()]);
	if (result[0].status === 'rejected') throw result[0].reason;
	return result[0].value;
}

describe('what was done', () => {
	test('is given back when the node is repeated, also by another process', async () => {
		const execution = new Execution();
		const action = calling();
		const first = await ended(once(execution.context(), 0, action.to('Ada')));
		execution.store();
		const second = await ended(once(execution.context(), 0, action.to('Ada')));
		expect(second).toEqual(first);
		expect(action.done).toEqual(['Ada']);
	});

	test.each<[string, number, number, string]>([
		['another item', 1, 0, 'Ada'],
		['another round of a loop', 0, 1, 'Ada'],
		['somebody else', 0, 0, 'Ben'],
	])('does not keep it from being done for %s', async (_name, item, round, target) => {
		const execution = new Execution();
		const action = calling();
		await ended(once(execution.context(), 0, action.to('Ada')));
		await ended(once(execution.context({ round }), item, action.to(target)));
		expect(action.done).toEqual(['Ada', target]);
	});
});

test.each([REFUSED, OVER_QUOTA])('what surely had no effect is done again: %j', async (failure) => {
	const execution = new Execution();
	const action = calling(failure);
	await expect(ended(once(execution.context(), 0, action.to('Ada')))).rejects.toThrow(/429|No credit/);
	expect(await ended(once(execution.context(), 0, action.to('Ada')))).toMatchObject({ id: 'call 2' });
});

describe('an unclear attempt', () => {
	async function unclear() {
		const execution = new Execution();
		const action = calling(UNCLEAR);
		jest.setSystemTime(NOW + 500);
		await expect(ended(once(execution.context(), 0, action.to('Ada')))).rejects.toThrow(ADVICE);
		execution.store();
		return { action, again: async () => await ended(once(execution.context(), 0, action.to('Ada'))) };
	}

	test('is looked for from its own time on, and given back where it is found', async () => {
		const { action, again } = await unclear();
		action.found = { id: 'found' };
		expect(await again()).toEqual({ id: 'found' });
		action.found = undefined;
		expect(await again()).toEqual({ id: 'found' });
		expect(action.lookedFor).toEqual([500]);
		expect(action.done).toEqual(['Ada']);
	});

	test('that is not found is never repeated, and found as soon as it shows', async () => {
		const { action, again } = await unclear();
		for (let count = 0; count < 3; count++) await expect(again()).rejects.toThrow(ADVICE);
		action.found = { id: 'late' };
		expect(await again()).toEqual({ id: 'late' });
		expect(action.done).toEqual(['Ada']);
	});

	test('is noted before the request goes out, so that a crash does not hide it', async () => {
		const execution = new Execution();
		const action = calling();
		const crashed = once(execution.context(), 0, action.to('Ada'));
		await jest.advanceTimersByTimeAsync(1);
		execution.store();
		await ended(crashed);
		await expect(ended(once(execution.context(), 0, action.to('Ada')))).rejects.toThrow(ADVICE);
		expect(action.done).toEqual(['Ada']);
	});
});

describe('as a tool of an AI agent', () => {
	const asTool = (execution: Execution, round: number) => execution.context({ isTool: true, round });

	test('it is done once to a person, though every attempt is a run of its own', async () => {
		const execution = new Execution();
		const action = calling();
		const first = await ended(once(asTool(execution, 0), 0, action.to('Ada')));
		expect(await ended(once(asTool(execution, 1), 0, action.to('Ada')))).toEqual(first);
		await ended(once(asTool(execution, 2), 0, action.to('Ben')));
		expect(action.done).toEqual(['Ada', 'Ben']);
	});

	test('two attempts at once are one: the second is given what the first does', async () => {
		const execution = new Execution();
		const action = calling();
		const slowLook = { find: async () => await sleep(5000).then(() => undefined) };
		const both = Promise.all(
			[0, 1].map(async (round) => await once(asTool(execution, round), 0, action.to('Ada', slowLook))),
		);
		const [first, second] = await ended(both);
		expect(second).toEqual(first);
		expect(action.done).toEqual(['Ada']);
	});
});

test('what the preparation gives is the output: nothing is done, and nothing remembered', async () => {
	const execution = new Execution();
	const action = calling();
	const prepare = async () => ({ skipped: true });
	expect(await ended(once(execution.context(), 0, action.to('Ada', { prepare })))).toEqual({ skipped: true });
	expect(action.done).toEqual([]);
	await ended(once(execution.context(), 0, action.to('Ada')));
	expect(action.done).toEqual(['Ada']);
});

describe("n8n's retry of an execution of which nothing is known", () => {
	const retry = (execution: Execution) =>
		execution.context({ getMode: () => 'retry', getExecutionContext: () => ({ establishedAt: NOW - 60_000 }) });

	test('looks since the start of the execution, and gives back what was done', async () => {
		const action = calling();
		const asked: number[] = [];
		const findForgotten = async (since: number) => (asked.push(since), { id: 'forgotten' });
		const output = await ended(once(retry(new Execution()), 0, action.to('Ada', { findForgotten })));
		expect(output).toEqual({ id: 'forgotten' });
		expect(asked).toEqual([NOW - 60_000]);
		expect(action.done).toEqual([]);
	});

	test('gives nothing to two items, nor what another node has done', async () => {
		const execution = new Execution();
		const action = calling();
		const calls = ['one', 'two'];
		const findForgotten = async (_since: number, known: Set<unknown>) => {
			const id = calls.find((call) => !known.has(call));
			return id === undefined ? undefined : { id };
		};
		const context = retry(execution);
		const ids: unknown[] = [];
		for (const item of [0, 1, 2]) ids.push((await ended(once(context, item, action.to('Ada', { findForgotten })))).id);
		expect(ids).toEqual(['one', 'two', 'call 1']);
		const otherNode = new Execution();
		otherNode.memory.flow = execution.memory.flow;
		const { id } = await ended(once(retry(otherNode), 0, action.to('Ada', { findForgotten })));
		expect(id).toBe('call 2');
	});

	test('does it where nothing is found', async () => {
		const action = calling();
		const findForgotten = async () => undefined;
		await ended(once(retry(new Execution()), 0, action.to('Ada', { findForgotten })));
		expect(action.done).toEqual(['Ada']);
	});
});

describe('whom the node has called before', () => {
	const isAda = ({ contactId }: IDataObject) => contactId === 'Ada';

	test.each<[string, Failure | undefined, object | undefined]>([
		['placed', undefined, { id: 'call 1', contactId: 'Ada', startedAt: '2026-01-31T09:00:00.000Z' }],
		['unclear', UNCLEAR, { contactId: 'Ada', startedAt: '2026-01-31T09:00:00.000Z' }],
		['refused', REFUSED, undefined],
	])('is known of a call that was %s', async (_name, failure, expected) => {
		const execution = new Execution();
		await ended(once(execution.context(), 0, calling(failure).to('Ada'))).catch(() => undefined);
		expect(placedBefore(execution.context(), NOW, isAda)).toEqual(expected);
		expect(placedBefore(execution.context(), NOW + 1, isAda)).toBeUndefined();
		expect(placedBefore(execution.context(), NOW, ({ contactId }) => contactId === 'Ben')).toBeUndefined();
	});
});
