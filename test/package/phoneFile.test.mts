import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What the build makes of `phoneLibrary.ts`: one file that n8n does not load until a number needs it. */
const folder = join('dist', 'nodes', 'Thoughtly', 'phone');
const file = join(folder, 'phoneLibrary.js');

test('it carries the licenses of what is in it', () => {
	const source = readFileSync(file, 'utf8');
	expect(source).toContain(readFileSync('node_modules/libphonenumber-js/LICENSE', 'utf8').trim());
	expect(source).toContain('Copyright (C) The Libphonenumber Authors, Apache License 2.0');
});

test('it holds the time zones of area codes, which are nowhere else', () => {
	expect(readFileSync(file, 'utf8')).toContain('"Asia/Vladivostok": "7421 7423 7426"');
	expect(existsSync(join(folder, 'areaTimeZones.js'))).toBe(false);
	expect(statSync(file).size / 1000).toBeLessThan(300);
});

test('it is loaded by the first number that needs it, not by the nodes and not by a number with +', () => {
	const probe = `
		const { readPhoneNumber } = require('./phoneNumber.js');
		require('./timeZones.js');
		require('./countries.js');
		require('./refusals.js');
		const isLoaded = () => require.resolve('./phoneLibrary.js') in require.cache;
		const loadedBy = async (...number) => [(await readPhoneNumber(...number)).phoneNumber, isLoaded()];
		(async () => {
			const loaded = [];
			for (const number of [['+442079460123'], ['+1 (415) 555-0123', 'US'], ['(415) 555-0123', 'US']]) {
				loaded.push(await loadedBy(...number));
			}
			process.stdout.write(JSON.stringify(loaded));
		})();
	`;
	const loaded = execFileSync(process.execPath, ['-e', probe], { cwd: folder, encoding: 'utf8' });
	expect(JSON.parse(loaded)).toEqual([
		['+442079460123', false],
		['+14155550123', false],
		['+14155550123', true],
	]);
});
