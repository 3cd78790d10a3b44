// Writes the types of what the API sends from the contract that the simulator serves: `npm run generate:types`.
// With --check it writes nothing, and fails where the types are stale.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import openapiTypes, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';
import { startSimulator } from './simulator.mts';

const file = fileURLToPath(new URL('../../nodes/Thoughtly/api/schema.ts', import.meta.url));
const header = `/**
 * Types of what the Thoughtly API takes and sends, in every documented shape.
 * Generated from the simulator's contract (test/simulator) by \`npm run generate:types\`: do not edit.
 */

`;

const simulator = await startSimulator();
try {
	const types = header + astToString(await openapiTypes(new URL('/openapi.json', simulator.url)));
	const formatted = await format(types, { ...(await resolveConfig(file, { editorconfig: true })), filepath: file });
	if (!process.argv.includes('--check')) await writeFile(file, formatted);
	else if ((await readFile(file, 'utf8')) !== formatted) {
		process.stderr.write(`${file} is stale: run "npm run generate:types"\n`);
		process.exitCode = 1;
	}
} finally {
	await simulator.stop();
}
