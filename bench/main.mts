// npm run bench -- <name>: each bench prints its figures beside what they are measured against.
import { printPackage } from './package.mts';

const benches: Record<string, () => void | Promise<void>> = { package: printPackage };

const name = process.argv[2];
const bench = benches[name];
if (bench) {
	await bench();
} else {
	process.stderr.write(`Name a bench: ${Object.keys(benches).join(', ')}\n`);
	process.exitCode = 1;
}
