// npm run test:simulation -- [--seeds N] [--seed S] [--minutes M]
import { parseArgs } from 'node:util';
import { playAll } from './pool.mts';

const { values } = parseArgs({
	options: {
		/** How many histories to play at least */
		seeds: { type: 'string', default: '100' },
		/** The seed of the first one; the others follow */
		seed: { type: 'string', default: '1' },
		/** How long to go on after that, counted from the beginning */
		minutes: { type: 'string', default: '0' },
	},
});
const [seeds, first, minutes] = [values.seeds, values.seed, values.minutes].map(Number);
if (![seeds, first, minutes].every((value) => value >= 0)) throw new Error('Each option takes a number');

const began = performance.now();
const elapsed = () => (performance.now() - began) / 60_000;
let drawn = 0;
let passed = 0;
let failed = 0;

await playAll({
	folder: process.cwd(),
	shrinks: true,
	nextSeed: () => (drawn < seeds || elapsed() < minutes ? first + drawn++ : undefined),
	played({ broken, report }) {
		if (!broken.length) passed++;
		else {
			failed++;
			process.stdout.write(`${report}\n\n`);
		}
		if ((passed + failed) % 500 === 0) process.stdout.write(`${passed + failed} histories, ${failed} failed\n`);
	},
});

const perMinute = Math.round((passed + failed) / elapsed());
process.stdout.write(
	`Seeds ${first} to ${first + drawn - 1}: ${passed} passed, ${failed} failed, ${perMinute} a minute\n`,
);
process.exitCode = failed ? 1 : 0;
