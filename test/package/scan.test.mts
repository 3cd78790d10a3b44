import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../server/processes.mts';
import { ROOT, unpackPackage } from '../server/package.mts';

/** n8n's scan of community packages looks at what npm has; what it looks with is asked for here. */
const SCAN = `
	import { analyzePackage, SOURCE_FILE_PATTERNS } from '@n8n/scan-community-package/scanner/scanner.mjs';
	const [sources, published] = process.argv.slice(1);
	process.stdout.write(JSON.stringify([
		await analyzePackage(sources, SOURCE_FILE_PATTERNS),
		await analyzePackage(published, ['**/*.js', 'package.json']),
	]));
`;

test("n8n's scan of community packages passes, on the sources and on what is published", async () => {
	const folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-thoughtly-'));
	try {
		await unpackPackage(folder);
		// with "test", the rules take every file for a Test.node.ts
		const env = { ...process.env, NODE_ENV: 'production' };
		const program = ['--input-type=module', '--eval', SCAN, ROOT, folder];
		const verdicts = await run(process.execPath, program, { cwd: ROOT, env });
		expect(JSON.parse(verdicts)).toEqual([{ passed: true }, { passed: true }]);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}, 120_000);
