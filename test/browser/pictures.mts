import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../server/package.mts';

/** Where pictures go that are looked at once, when a test has failed. */
export const passing = mkdtempSync(join(tmpdir(), 'screenshots-'));

/** Where pictures go that documents show: to their folder only when they are to be renewed. */
export function picturesFor(folder: string): string {
	if (process.env.UPDATE_SCREENSHOTS !== '1') return passing;
	mkdirSync(join(ROOT, folder), { recursive: true });
	return join(ROOT, folder);
}
