// Settings of n8n that keep its engine out of the user's own folder, and quiet.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const userFolder = mkdtempSync(join(tmpdir(), 'n8n-nodes-thoughtly-engine-'));
const removeUserFolder = () => rmSync(userFolder, { recursive: true, force: true });
// the benches run this engine without Jest
if ('afterAll' in globalThis) afterAll(removeUserFolder);
else process.once('exit', removeUserFolder);

process.env.N8N_USER_FOLDER = userFolder;
process.env.N8N_ENCRYPTION_KEY = 'engine-test-key';
process.env.N8N_LOG_LEVEL = 'silent';
