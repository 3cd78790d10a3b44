// npm run bench -- <name>: prints the figures of one bench next to its peers; without a name, all benches run.
import { writeBoard } from './board.mts';
import { printMidCall } from './midCall.mts';
import { printOverhead } from './overhead.mts';
import { printPackage } from './package.mts';
import { printPaging } from './paging.mts';
import { printPoll } from './poll.mts';
import { printProfile } from './profile.mts';
import { printQuota } from './quota.mts';
import { printSoak } from './soak.mts';
import { printTrigger } from './trigger.mts';

const benches: Record<string, (args: string[]) => void | Promise<void>> = {
	package: printPackage,
	quota: printQuota,
	overhead: printOverhead,
	profile: printProfile,
	trigger: printTrigger,
	midcall: printMidCall,
	paging: printPaging,
	poll: printPoll,
	soak: printSoak,
};

const [name, ...args] = process.argv.slice(2);
const bench = name === undefined ? writeBoard : benches[name];
if (bench) {
	try {
		await bench(args);
	} catch (error) {
		process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
		process.exitCode = 1;
	}
} else {
	process.stderr.write(`Unknown bench. Choose one of: ${Object.keys(benches).join(', ')}\n`);
	process.exitCode = 1;
}
