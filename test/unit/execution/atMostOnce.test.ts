import { sleep } from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';
import { ThoughtlyApiError } from '../../../nodes/Thoughtly/api/ThoughtlyApiError';
import { atMostOnce, attemptsIn, NotDone } from '../../../nodes/Thoughtly/execution/atMostOnce';
import type { OnceAction } from '../../../nodes/Thoughtly/execution/atMostOnce';
import type { Failure } from '../../../nodes/Thoughtly/transport/failure';
import { contextOf } from '../context';

const NOW = Date.parse('2026-01-31T09:00:00Z');
const REFUSED: Failure = { kind: 'status', status: 422, body: 'No credit' };
const RATE_LIMITED: Failure = { kind: 'status', status: 429, body: null };
const UNCLEAR: Failure = { kind: 'timeout', afterMs: 1000 };
const ADVICE = /may have been placed: check in Thoughtly/;

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

/** What n8n keeps of an execution: one memory that all its nodes share. */
class Execution {
	memory: IDataObject = {};

	/** The node as n8n runs it, again and again in one execution. */
	context({
		node = 'Thoughtly',
		round = 0,
		isTool = false,
		...more
	}: { node?: string; round?: number; isTool?: boolean; [part: string]: unknown } = {}) {
		return contextOf({
			getContext: () => this.memory,
			getNode: () => ({ id: node, name: node, type: 'n8n-nodes-thoughtly.thoughtly' }),
			getMode: () => 'manual',
			evaluateExpression: () => round,
			isToolExecution: () => isTool,
			...more,
		});
	}

	/** Has another process go on with what n8n has stored. */
	store(): void {
		this.memory = JSON.parse(JSON.stringify(this.memory)) as IDataObject;
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
		to: (target: string, more: Partial<OnceAction> = {}): OnceAction => ({
			kind: 'call',
			target: () => ({ contactId: target }),
			isSameTarget: ({ contactId }) => contactId === target,
			async perform() {
				done.push(target);
				const id = `call ${done.length}`;
				await sleep(1000);
				const failure = failures.shift();
				if (failure) {
					throw new ThoughtlyApiError({ context: contextOf({}) }, { failure }, { kind: 'call', subject: target });
				}
				return { id, contactId: target };
			},
			history: {
				async find({ at }) {
					calling.lookedFor.push(at - NOW);
					return calling.found;
				},
				findForgotten: async () => undefined,
			},
			...more,
		}),
	};
	return calling;
}

/** An action whose history has these calls, each for one item. */
const withForgotten = (calls: string[]): Pick<OnceAction, 'history'> => ({
	history: {
		find: async () => undefined,
		async findForgotten(_since, known) {
			const id = calls.find((call) => !known.has(call));
			return id === undefined ? undefined : { id };
		},
	},
});

/** Lets the clock run until a promise has come to its end. */
async function ended<T>(promise: Promise<T>): Promise<T> {
	const [result] = await Promise.all([Promise.allSettled([promise]), jest.runAllTimersAsync()]);
	if (result[0].status === 'rejected') throw result[0].reason;
	return result[0].value;
}

describe('what was done', () => {
	test('is returned when the node is repeated, also by another process', async () => {
		const execution = new Execution();
		const action = calling();
		const first = await ended(atMostOnce(execution.context(), 0, action.to('Ada')));
		execution.store();
		const second = await ended(atMostOnce(execution.context(), 0, action.to('Ada')));
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
		await ended(atMostOnce(execution.context(), 0, action.to('Ada')));
		await ended(atMostOnce(execution.context({ round }), item, action.to(target)));
		expect(action.done).toEqual(['Ada', target]);
	});
});

test.each([REFUSED, RATE_LIMITED])('what surely had no effect is done again: %j', async (failure) => {
	const execution = new Execution();
	const action = calling(failure);
	await expect(ended(atMostOnce(execution.context(), 0, action.to('Ada')))).rejects.toThrow(/429|No credit/);
	expect(await ended(atMostOnce(execution.context(), 0, action.to('Ada')))).toMatchObject({ id: 'call 2' });
});

describe('an unclear attempt', () => {
	async function unclear() {
		const execution = new Execution();
		const action = calling(UNCLEAR);
		jest.setSystemTime(NOW + 500);
		await expect(ended(atMostOnce(execution.context(), 0, action.to('Ada')))).rejects.toThrow(ADVICE);
		execution.store();
		return { action, again: async () => await ended(atMostOnce(execution.context(), 0, action.to('Ada'))) };
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
		const crashed = atMostOnce(execution.context(), 0, action.to('Ada'));
		await jest.advanceTimersByTimeAsync(1);
		execution.store();
		await ended(crashed);
		await expect(ended(atMostOnce(execution.context(), 0, action.to('Ada')))).rejects.toThrow(ADVICE);
		expect(action.done).toEqual(['Ada']);
	});
});

describe('as a tool of an AI agent', () => {
	const asTool = (execution: Execution, round: number) => execution.context({ isTool: true, round });

	test('it is done once to a person, though every attempt is a run of its own', async () => {
		const execution = new Execution();
		const action = calling();
		const first = await ended(atMostOnce(asTool(execution, 0), 0, action.to('Ada')));
		expect(await ended(atMostOnce(asTool(execution, 1), 0, action.to('Ada')))).toMatchObject(first);
		await ended(atMostOnce(asTool(execution, 2), 0, action.to('Ben')));
		expect(action.done).toEqual(['Ada', 'Ben']);
	});

	test('asked again, it says that nobody was called now', async () => {
		const execution = new Execution();
		const action = calling();
		await ended(atMostOnce(asTool(execution, 0), 0, action.to('Ada')));
		const again = await ended(atMostOnce(asTool(execution, 1), 0, action.to('Ada')));
		expect(again).toEqual({
			note: expect.stringMatching(/Nobody was called this time/),
			id: 'call 1',
			contactId: 'Ada',
		});
	});
});

describe('the steps before it', () => {
	test('may return the output: nothing is done, and nothing remembered', async () => {
		const execution = new Execution();
		const action = calling();
		const steps = [async () => undefined, async () => ({ result: 'skipped' })];
		const output = await ended(atMostOnce(execution.context(), 0, action.to('Ada', { steps })));
		expect(output).toEqual({ result: 'skipped' });
		expect(action.done).toEqual([]);
		await ended(atMostOnce(execution.context(), 0, action.to('Ada')));
		expect(action.done).toEqual(['Ada']);
	});

	test('may find out that the target is one of an earlier attempt', async () => {
		const execution = new Execution();
		const action = calling();
		await ended(atMostOnce(execution.context(), 0, action.to('Ada')));
		let isKnown = false;
		const byNumber = action.to('Ada', {
			isSameTarget: () => isKnown,
			steps: [async () => void (isKnown = true), async () => ({ result: 'skipped' })],
		});
		expect(await ended(atMostOnce(execution.context(), 0, byNumber))).toMatchObject({ id: 'call 1' });
		expect(action.done).toEqual(['Ada']);
	});
});

test('what turns out not to be wanted at the last moment is not done, and not remembered', async () => {
	const execution = new Execution();
	const action = calling();
	const perform = async () => {
		throw new NotDone({ result: 'skipped' });
	};
	const output = await ended(atMostOnce(execution.context(), 0, action.to('Ada', { perform })));
	expect(output).toEqual({ result: 'skipped' });
	expect(attemptsIn(execution.context())).toEqual([]);
});

test('an exception that is not a failure of the request is remembered as unclear', async () => {
	const execution = new Execution();
	const action = calling();
	const perform = async () => {
		throw new RangeError('Maximum call stack size exceeded');
	};
	await expect(ended(atMostOnce(execution.context(), 0, action.to('Ada', { perform })))).rejects.toThrow(/stack/);
	await expect(ended(atMostOnce(execution.context(), 0, action.to('Ada')))).rejects.toThrow(ADVICE);
	expect(action.done).toEqual([]);
});

describe('an unclear attempt is taken over', () => {
	test.each<[string, { round?: number; node?: string }, number]>([
		['by a later run of the node', { round: 1 }, 0],
		['by another node', { node: 'Thoughtly 2' }, 3],
	])('%s, once it is found', async (_name, where, item) => {
		const execution = new Execution();
		const action = calling(UNCLEAR);
		await expect(ended(atMostOnce(execution.context(), 0, action.to('Ada')))).rejects.toThrow(ADVICE);
		const again = async () => await ended(atMostOnce(execution.context(where), item, action.to('Ada')));
		await expect(again()).rejects.toThrow(ADVICE);
		action.found = { id: 'found' };
		expect(await again()).toEqual({ id: 'found' });
		action.found = undefined;
		expect(await again()).toEqual({ id: 'found' });
		expect(action.done).toEqual(['Ada']);
	});

	test('but not by another item of the same run, nor twice', async () => {
		const execution = new Execution();
		const action = calling(UNCLEAR);
		await expect(ended(atMostOnce(execution.context(), 0, action.to('Ada')))).rejects.toThrow(ADVICE);
		await ended(atMostOnce(execution.context(), 1, action.to('Ada')));
		expect(action.done).toEqual(['Ada', 'Ada']);
		action.found = { id: 'found' };
		const later = execution.context({ round: 1 });
		expect(await ended(atMostOnce(later, 0, action.to('Ada')))).toEqual({ id: 'found' });
		expect(await ended(atMostOnce(later, 1, action.to('Ada')))).toMatchObject({ id: 'call 3' });
	});
});

describe("n8n's retry of an execution of which nothing is known", () => {
	const STARTED = { source: 'webhook', establishedAt: NOW - 60_000 };
	const retry = (execution: Execution, node?: string, getExecutionContext: unknown = () => STARTED) =>
		execution.context({ node, getMode: () => 'retry', getExecutionContext });
	const OLDER_N8N = null;

	/** A history that finds nothing, and since when it was asked to look. */
	function emptyHistory() {
		const asked: number[] = [];
		const find = async () => undefined;
		const findForgotten = async (since: number) => {
			asked.push(since);
			return undefined;
		};
		return { asked, history: { find, findForgotten } };
	}

	test('gives back what was done', async () => {
		const action = calling();
		const output = await ended(atMostOnce(retry(new Execution()), 0, action.to('Ada', withForgotten(['forgotten']))));
		expect(output).toEqual({ id: 'forgotten' });
		expect(action.done).toEqual([]);
	});

	test('gives nothing to two items, nor what another node has done', async () => {
		const execution = new Execution();
		const action = calling();
		const forgotten = () => action.to('Ada', withForgotten(['one', 'two']));
		const ids: unknown[] = [];
		for (const item of [0, 1, 2]) ids.push((await ended(atMostOnce(retry(execution), item, forgotten()))).id);
		expect(ids).toEqual(['one', 'two', 'call 1']);
		const { id } = await ended(atMostOnce(retry(execution, 'Thoughtly 2'), 0, forgotten()));
		expect(id).toBe('call 2');
	});

	test('looks since the start of the execution, and does it where nothing is found', async () => {
		const action = calling();
		const { asked, history } = emptyHistory();
		await ended(atMostOnce(retry(new Execution()), 0, action.to('Ada', { history })));
		expect(asked).toEqual([STARTED.establishedAt]);
		expect(action.done).toEqual(['Ada']);
	});

	test('looks since the first attempt of an execution that has stored its memory only', async () => {
		const execution = new Execution();
		const action = calling(REFUSED);
		await expect(ended(atMostOnce(execution.context(), 0, action.to('Ada')))).rejects.toThrow(/No credit/);
		execution.store();
		const { asked, history } = emptyHistory();
		await ended(atMostOnce(retry(execution, undefined, OLDER_N8N), 0, action.to('Ada', { history })));
		expect(asked).toEqual([NOW]);
		expect(action.done).toEqual(['Ada', 'Ada']);
	});

	test.each([
		['n8n does not know', OLDER_N8N],
		['the retry itself has established', () => ({ source: 'retry', establishedAt: NOW })],
	])('does nothing where the start is one that %s', async (_name, getExecutionContext) => {
		const action = calling();
		const once = retry(new Execution(), undefined, getExecutionContext);
		await expect(ended(atMostOnce(once, 0, action.to('Ada')))).rejects.toThrow(/Nobody was called this time/);
		await expect(ended(atMostOnce(once, 0, action.to('Ada')))).rejects.toThrow(/Nobody was called this time/);
		expect(action.done).toEqual([]);
	});

	test('does again what has no history', async () => {
		const action = calling();
		await ended(atMostOnce(retry(new Execution(), undefined, OLDER_N8N), 0, action.to('Ada', { history: undefined })));
		expect(action.done).toEqual(['Ada']);
	});
});

test.each<[string, Failure | undefined, object[]]>([
	['placed', undefined, [{ target: { contactId: 'Ada' }, at: NOW, output: { id: 'call 1' } }]],
	['unclear', UNCLEAR, [{ target: { contactId: 'Ada' }, at: NOW }]],
	['refused', REFUSED, []],
])("an execution's nodes know of a call that was %s", async (_name, failure, expected) => {
	const execution = new Execution();
	await ended(atMostOnce(execution.context(), 0, calling(failure).to('Ada'))).catch(() => undefined);
	expect(attemptsIn(execution.context({ node: 'Thoughtly 2' }))).toMatchObject(expected);
});
