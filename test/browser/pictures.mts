import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../server/package.mts';

/** For pictures that only help to understand a failed test. */
export const passing = mkdtempSync(join(tmpdir(), 'screenshots-'));

/** For pictures that documents show: their folder with UPDATE_SCREENSHOTS=1, otherwise the other one. */
export function picturesFor(folder: string): string {
	if (process.env.UPDATE_SCREENSHOTS !== '1') return passing;
	mkdirSync(join(ROOT, folder), { recursive: true });
	return join(ROOT, folder);
}
