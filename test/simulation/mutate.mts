// npm run test:mutations: makes each deliberate mistake and writes into docs/reliability.md which seed finds it. With a word
// behind it, only those with the word in their names, and nothing is written.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { table, withBlock } from '../generatedBlocks.mts';
import { MUTATIONS } from './mutations.mts';
import type { Mutation } from './mutations.mts';
import { playAll } from './pool.mts';
import type { Played } from './worker.mts';

const MOST_SEEDS = 500;
const DOC = 'docs/reliability.md';

/** What gulp builds the package from; types are not checked. */
const PARTS = ['nodes', 'credentials', 'package.json', 'tsconfig.json', 'gulpfile.js'];

/** Builds a package with a mistake. @returns its folder */
function buildMutated({ name, file, from, to }: Mutation): string {
	const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-thoughtly-mutation-'));
	for (const part of PARTS) cpSync(part, join(folder, part), { recursive: true });
	symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
	const source = join(folder, 'nodes/Thoughtly', file);
	const pieces = readFileSync(source, 'utf8').split(from);
	if (pieces.length !== 2) throw new Error(`'${name}' no longer fits ${file}`);
	writeFileSync(source, pieces.join(to));
	execFileSync(join('node_modules', '.bin', 'gulp'), { cwd: folder });
	return folder;
}

/** Plays seeds until one finds the mistake. @returns what the first one found, and how many were played until then */
async function find(mutation: Mutation): Promise<{ found?: Played; seeds: number }> {
	const folder = buildMutated(mutation);
	let seeds = 0;
	let found: Played | undefined;
	try {
		await playAll({
			folder,
			shrinks: false,
			nextSeed: () => (found || seeds >= MOST_SEEDS ? undefined : ++seeds),
			played(result) {
				if (result.broken.length && !(found && found.seed < result.seed)) found = result;
			},
		});
	} finally {
		rmSync(folder, { recursive: true });
	}
	return { found, seeds };
}

const rows = [['mistake', 'seed', 'what it breaks']];
let missed = 0;
const [word = ''] = process.argv.slice(2);
for (const mutation of MUTATIONS.filter(({ name }) => name.includes(word))) {
	const { found } = await find(mutation);
	if (!found) missed++;
	const row = [mutation.name, String(found?.seed ?? 'not found'), found?.broken.join('; ') ?? ''];
	process.stdout.write(`${row.join(' | ')}\n`);
	rows.push(row);
}
if (!word) writeFileSync(DOC, withBlock(readFileSync(DOC, 'utf8'), 'mutations', table(rows)));
if (missed) throw new Error(`${missed} mistakes were not found within ${MOST_SEEDS} seeds`);
