// Runs the engine tests on several versions of n8n's engine and prints a table.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runCLI } from 'jest';
import { table } from '../server/table.mts';
import { CORES, ensureEngine } from './engines.mts';
import type { Engine } from './engines.mts';

const USAGE = `Usage: npm run test:compat -- [options] [versions of n8n-core]

  --only <pattern>  run the test files whose path matches this regular expression
  --help            show this help

Without versions: ${CORES.join(', ')}. A version may also be a range or a tag that npm knows: 2.30, latest.
`;

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { only: { type: 'string' }, help: { type: 'boolean' } },
});
if (values.help) process.stdout.write(USAGE);
// older engines leave timers behind
else process.exit(await testEngines(positionals.length ? positionals : CORES, values.only));

async function testEngines(cores: string[], only?: string): Promise<number> {
	const engines: Engine[] = [];
	for (const core of cores) engines.push(await ensureEngine(core));
	process.env.N8N_ENGINES = JSON.stringify(engines);
	const config = join(import.meta.dirname, 'jest.config.mjs');
	const options = { config, maxWorkers: 2, ...(only && { testPathPatterns: [only] }), $0: 'jest', _: [] };
	const { results } = await runCLI(options, [process.cwd()]);
	const rows = engines.map(({ core, n8n }) => {
		const files = results.testResults.filter(({ displayName }) => displayName?.name === core);
		const sum = (key: 'numPassingTests' | 'numFailingTests' | 'numPendingTests') =>
			String(files.reduce((total, file) => total + file[key], 0));
		return [n8n, core, sum('numPassingTests'), sum('numFailingTests'), sum('numPendingTests')];
	});
	process.stdout.write(`\n${table([['n8n', 'n8n-core', 'Passed', 'Failed', 'Not in this version'], ...rows])}\n`);
	return results.success ? 0 : 1;
}
