// Plays the histories of the seeds that it is sent, one after another.
// comes first: n8n-core reads it while it is loaded
import '../engine/n8n/environment.mts';
import { reportOf } from './report.mts';
import { playSeed } from './seeds.mts';

export interface Task {
	seed: number;
	shrinks: boolean;
}

/** What became of a seed. */
export interface Played {
	seed: number;
	/** The promises that were broken, none if all is well */
	broken: string[];
	report?: string;
}

process.on('message', ({ seed, shrinks }: Task) => {
	void playSeed(seed, shrinks).then(async (failure) => {
		const broken = [...new Set(failure?.violations.map(({ invariant }) => invariant))];
		process.send!({ seed, broken, report: failure && shrinks ? await reportOf(failure) : undefined } satisfies Played);
	});
});
