import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { credential, useSimulator } from '../engine/fixtures.mts';
import { runNode } from '../engine/n8n/index.mts';

/** What the build makes of `phoneLibrary.ts`: one file that n8n does not load until a number needs it. */
const file = resolve('dist/nodes/Thoughtly/phone/phoneLibrary.js');

useSimulator();

test('it carries the licenses of what is in it', () => {
	const source = readFileSync(file, 'utf8');
	expect(source).toContain(readFileSync('node_modules/libphonenumber-js/LICENSE', 'utf8').trim());
	expect(source).toContain('Copyright (C) The Libphonenumber Authors, Apache License 2.0');
});

test('it holds the time zones of area codes, which are nowhere else', () => {
	const zones = '"Asia/Vladivostok": "7421 7423 7426"';
	expect(readFileSync(file, 'utf8')).toContain(zones);
	expect(readFileSync('dist/nodes/Thoughtly/bundle.js', 'utf8')).not.toContain(zones);
	expect(statSync(file).size / 1000).toBeLessThan(300);
});

test('it is loaded by the first number that needs it, not by the nodes and not by a number with +', async () => {
	const loadedBy = async (phoneNumber: string) => {
		const parameters = { resource: 'contact', operation: 'findOrCreate', phoneNumber };
		const { json } = await runNode({ parameters, credential: credential({ defaultCountry: 'US' }) });
		return [json[0].phoneNumber, file in require.cache];
	};
	expect(await loadedBy('+442079460123')).toEqual(['+442079460123', false]);
	expect(await loadedBy('+1 (415) 555-0123')).toEqual(['+14155550123', false]);
	expect(await loadedBy('(415) 555-0123')).toEqual(['+14155550123', true]);
});
