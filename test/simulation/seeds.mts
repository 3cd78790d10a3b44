// One seed is one history: fast-check draws it, and makes it as small as it can where it breaks a promise.
import fc from 'fast-check';
import { histories } from './arbitraries.mts';
import type { History } from './history.mts';
import { violationsIn } from './invariants/index.mts';
import type { Violation } from './invariants/index.mts';
import { World } from './world.mts';

/** A history that breaks promises. */
export interface Failure {
	seed: number;
	history: History;
	violations: Violation[];
}

class BrokenPromise extends Error {
	constructor(readonly violations: Violation[]) {
		super(violations.map(({ invariant, text }) => `${invariant}: ${text}`).join('\n'));
	}
}

/** How many smaller histories are tried. */
const MOST_SHRINKS = 300;

/** Plays the history of a seed. @param shrinks whether to look for a smaller one that breaks the same promise */
export async function playSeed(seed: number, shrinks = true): Promise<Failure | undefined> {
	let first: BrokenPromise | undefined;
	let played = 0;
	const property = fc.asyncProperty(histories, async (history) => {
		if (played++ > (shrinks ? MOST_SHRINKS : 0)) return;
		const violations = await violationsOf(history);
		const isSame = violations.some(({ invariant }) => invariant === first?.violations[0].invariant);
		if (!violations.length || (first && !isSame)) return;
		throw (first ??= new BrokenPromise(violations));
	});
	// consecutive numbers would make similar histories
	const details = await fc.check(property, { seed: Math.imul(seed, 0x9e3779b1), numRuns: 1 });
	if (!details.failed) return undefined;
	const [history] = details.counterexample!;
	return { seed, history, violations: await violationsOf(history) };
}

async function violationsOf(history: History): Promise<Violation[]> {
	try {
		return violationsIn(await World.play(history));
	} catch (error) {
		return [{ invariant: 'every history ends', text: (error as Error).stack ?? String(error) }];
	}
}
