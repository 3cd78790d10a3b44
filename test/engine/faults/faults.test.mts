import { expectGenerated } from '../../generatedBlocks.mts';
import { ADVICE, RETRY, credential, dials, placed, simulator, times, useSimulator } from '../fixtures.mts';
import { logLines, runNode } from '../n8n/index.mts';
import type { NodeUnderTest } from '../n8n/index.mts';
import { OPERATIONS, parametersOf } from '../operationParameters.mts';
import { FAULTS } from './faultRows.mts';
import type { FaultRow } from './faultRows.mts';
import { tables } from './tables.mts';
import type { Outcome, Outcomes } from './tables.mts';

/** Every operation under every fault, on n8n's engine; what became of it is kept as tables in docs/reliability.md. */

useSimulator({ firstBackoff: 2 });

/** The request that a fault hits, where an operation sends several. */
const PATHS: Record<string, string> = {
	'call: start': '/contact/call',
	'call: startAndWait': '/contact/call',
	'contact: findOrCreate': '/contact/create',
};

/** Runs an operation under a fault, with what was placed meanwhile. */
async function runUnder(
	{ fault, count = Infinity, shortened, baseUrl }: FaultRow,
	operation: string,
	acts: boolean,
	settings?: NodeUnderTest['settings'],
): Promise<Outcome & { placed: number }> {
	simulator.reset();
	Object.assign(times, shortened);
	const parameters = parametersOf(operation);
	const path = PATHS[operation];
	if (fault) simulator.faults.add({ path, times: count, fault: fault(acts) });
	const unreachable = await baseUrl?.();
	const lines = await logLines();
	const { error } = await runNode({
		parameters,
		credential: credential(unreachable && { baseUrl: unreachable.url }),
		settings,
	});
	unreachable?.restore?.();
	const sent = simulator.requests.filter((request) => !path || request.path === path).length;
	// what got nowhere was sent once, and again after each of these lines
	const attempts = unreachable ? 1 + lines.filter((line) => / failed .* retrying in /.test(line)).length : sent;
	return { attempts, message: error?.message, placed: placed().length };
}

const outcomes: Outcomes = {};

describe.each(FAULTS)('$name', (row) => {
	const variants = row.fault ? (row.acts ?? [false, true]) : [false];

	test.each(OPERATIONS)('%s', async (operation) => {
		for (const acts of variants) {
			const { placed: calls, ...outcome } = await runUnder(row, operation, acts);
			expect(calls).toBeLessThanOrEqual(1);
			if (outcome.message) expect(outcome.message).toMatch(/\[item 0\]$/);
			const known = ((outcomes[row.name] ??= {})[operation] ??= outcome);
			// nobody can tell whether Thoughtly acted
			expect(outcome).toEqual(known);
		}
	});

	test(`a call is ${row.outcome}`, () => {
		const { attempts, message } = outcomes[row.name]['call: start'];
		if (row.outcome === 'placed') expect(message).toBeUndefined();
		if (row.outcome === 'unclear') {
			expect(message).toMatch(ADVICE);
			expect(message).not.toMatch('Nobody was called');
		}
		if (row.outcome === 'no effect' || row.outcome === 'refused') {
			expect(message).toMatch('. Nobody was called [item 0]');
			expect(message).not.toMatch(ADVICE);
		}
		expect(attempts).toBe({ placed: 2, unclear: 1, refused: 1, 'no effect': 3 }[row.outcome]);
	});

	if (row.outcome === 'unclear') {
		test.each(variants)('with Retry On Fail nobody is called twice (Thoughtly acted: %s)', async (acts) => {
			const { placed: calls, message } = await runUnder({ ...row, count: 1 }, 'call: start', acts, RETRY);
			expect(calls).toBe(acts ? 1 : 0);
			expect(dials()).toBe(1);
			if (acts) expect(message).toBeUndefined();
			else expect(message).toMatch(ADVICE);
		});
	}
});

test('docs/reliability.md holds these tables (UPDATE_DOCS=1 writes them)', () => {
	expectGenerated('docs/reliability.md', tables(outcomes));
});
