// What is promised of items: each answers for itself, and tells the truth about whether someone was called.
import { isDeepStrictEqual } from 'node:util';
import type { IDataObject } from 'n8n-workflow';
import type { Call } from '../../simulator/simulator.mts';
import { isNumberOf } from '../people.mts';
import { outcomesOf } from '../outputs.mts';
import type { ItemOutcome } from '../outputs.mts';
import type { Lineage } from '../executions.mts';
import { keyOf } from '../workflows.mts';
import type { World } from '../world.mts';

/** Responses after which nobody was called. */
const REFUSALS = [401, 403, 404, 422, 429];

const MAY_BE_CALLED = /may have been placed|was placed|earlier attempt/i;

export function everyItemTellsTheTruth(world: World): string[] {
	return world.lineages.flatMap((lineage) => {
		const status = lineage.last?.run.status;
		if (lineage.isLost || (status !== 'success' && status !== 'error')) return [];
		return outcomesOf(lineage)
			.filter(({ isLedBack }) => !isLedBack)
			.flatMap((outcome) => whatIsWrong(world, outcome).map((text) => `item ${outcome.key} ${text}`));
	});
}

function whatIsWrong(world: World, { lineage, key, input, outputs, error, hasNodeFailed }: ItemOutcome): string[] {
	const { placements, store, options } = world.simulator;
	const isCalled = placements.some(({ call }) => call.metadata?.key === key);
	// flat calls without the profile's fields do not say which of the two has called
	const tellsDirection = options.profileFields || options.listedCalls !== 'flat';
	const calls = store.calls.filter(({ direction }) => direction === 'outbound' || !tellsDirection);
	const { items } = lineage.plan;
	const { person } = items[Number(String(input.key).split('.')[1])];
	const judge = (message: string) => untrue(message, isCalled) ?? falseAlarm(world, message, lineage, person);
	if (error) return judge(error);
	if (hasNodeFailed) return [];
	if (outputs.length !== 1) return [`has ${outputs.length} outputs`];
	const [output] = outputs;
	// at the limit of a wait by webhook, n8n passes the input on, with the error that led it back to the node
	if (lineage.plan.operation === 'waitByWebhook' && isDeepStrictEqual(output, input)) return [];
	if (output.error) return judge(String(output.error));
	if (output.result === 'skipped') return isCalled ? ['was called, and is said to be skipped'] : [];
	// the note is about one run of the tool; n8n may have repeated that run after its call was placed
	const isFirstRun =
		lineage.plan.maxTries === 1 &&
		!lineage.plan.retries &&
		world.history.incidents.every(({ what }) => what !== 'crash');
	if (output.note && isCalled && isFirstRun) return [`was called, and is told "${String(output.note)}"`];
	return wrongCall(output, calls, person) ?? foreignCall(world, output, key);
}

function untrue(message: string, isCalled: boolean): string[] | undefined {
	if (!isCalled || MAY_BE_CALLED.test(message)) return undefined;
	return [`was called, and its error says "${message}"`];
}

/** If every request arrives and nothing is retried, the requests show whether there was any attempt to call someone. */
function falseAlarm(
	{ history, simulator }: World,
	message: string,
	{ index, plan }: Lineage,
	person: number,
): string[] {
	const arrives = history.incidents.every(({ what }) => what === 'clock jump' || what === 'new token');
	if (!MAY_BE_CALLED.test(message) || plan.retries || !arrives) return [];
	const keys = plan.items.flatMap((item, position) => (item.person === person ? [keyOf(index, position)] : []));
	const isAttempted = simulator.requests.some(({ path, body, status }) => {
		if (path !== '/contact/call' || REFUSALS.includes(status ?? 0)) return false;
		const key = String((body as { metadata?: IDataObject }).metadata?.key);
		return keys.includes(key.split(/[ #]/)[0]);
	});
	return isAttempted ? [] : [`was not called by any request, but its error says "${message}"`];
}

function wrongCall({ id }: IDataObject, calls: Call[], person: number): string[] | undefined {
	const call = calls.find((candidate) => candidate.id === id);
	if (!call) return [`has the result of call ${String(id)}, which nobody has placed`];
	return isNumberOf(person, call.phone_number) ? undefined : [`has the result of a call to ${call.phone_number}`];
}

/** Where nothing goes wrong, each item, round and node has a call of its own; a tool calls a person once. */
function foreignCall({ simulator, history }: World, { id, note }: IDataObject, key: string): string[] {
	if (note !== undefined || history.incidents.length || simulator.requests.some(({ fault }) => fault)) return [];
	const own = simulator.placements.find(({ call }) => call.id === id)?.call.metadata?.key;
	return own === key ? [] : [`has the result of the call of item ${String(own)}`];
}
