// npm run test:mutations: makes each deliberate mistake and writes into docs/reliability.md which seed finds it. With a word
// behind it, only those with the word in their names, and nothing is written.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { MUTATIONS } from './mutations.mts';
import type { Mutation } from './mutations.mts';
import { playAll } from './pool.mts';
import type { Played } from './worker.mts';

const MOST_SEEDS = 500;
const DOC = 'docs/reliability.md';

/** Builds a package with a mistake. @returns its folder */
async function buildMutated({ name, file, from, to }: Mutation): Promise<string> {
	const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-thoughtly-mutation-'));
	for (const part of ['nodes', 'credentials', 'package.json']) cpSync(part, join(folder, part), { recursive: true });
	symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
	const source = join(folder, 'nodes/Thoughtly', file);
	const pieces = readFileSync(source, 'utf8').split(from);
	if (pieces.length !== 2) throw new Error(`'${name}' no longer fits ${file}`);
	writeFileSync(source, pieces.join(to));
	await build({
		entryPoints: ['nodes', 'credentials'].map((part) => join(folder, part, '**/*.ts')),
		outbase: folder,
		outdir: join(folder, 'dist'),
		format: 'cjs',
		platform: 'node',
		// as tsc does: a real import() would wait for the disk, which no virtual clock knows of
		supported: { 'dynamic-import': false },
	});
	return folder;
}

/** Plays seeds until one finds the mistake. @returns what the first one found, and how many were played until then */
async function find(mutation: Mutation): Promise<{ found?: Played; seeds: number }> {
	const folder = await buildMutated(mutation);
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

const rows = ['| mistake | seed | what it breaks |', '| --- | --- | --- |'];
let missed = 0;
const [word = ''] = process.argv.slice(2);
for (const mutation of MUTATIONS.filter(({ name }) => name.includes(word))) {
	const { found } = await find(mutation);
	if (!found) missed++;
	const row = `| ${mutation.name} | ${found?.seed ?? 'not found'} | ${found?.broken.join('; ') ?? ''} |`;
	process.stdout.write(`${row}\n`);
	rows.push(row);
}
const table = /(<!-- mutations -->\n)[\s\S]*?(\n<!-- end -->)/;
const write = (text: string) =>
	text.replace(table, (_, begin: string, end: string) => `${begin}\n${rows.join('\n')}\n${end}`);
if (!word) writeFileSync(DOC, write(readFileSync(DOC, 'utf8')));
if (missed) throw new Error(`${missed} mistakes were not found within ${MOST_SEEDS} seeds`);
