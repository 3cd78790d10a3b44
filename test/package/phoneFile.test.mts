import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { INodeParameters } from 'n8n-workflow';
import { credential, useSimulator } from '../engine/fixtures.mts';
import { runNode } from '../engine/n8n/index.mts';

/** What the build makes of `phoneLibrary.ts`: one file that n8n does not load when it starts. */
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

test('it is loaded by the first phone number, not by the nodes', async () => {
	const loadedBy = async (parameters: INodeParameters) => {
		const { json } = await runNode({ parameters, credential: credential({ defaultCountry: 'US' }) });
		return [json[0].phoneNumber, file in require.cache];
	};
	const findOrCreate = (phoneNumber: string) => ({ resource: 'contact', operation: 'findOrCreate', phoneNumber });
	expect(await loadedBy({ resource: 'user', operation: 'get' })).toEqual([undefined, false]);
	expect(await loadedBy(findOrCreate('+442079460123'))).toEqual(['+442079460123', true]);
	expect(await loadedBy(findOrCreate('+1 (415) 555-0123'))).toEqual(['+14155550123', true]);
	expect(await loadedBy(findOrCreate('(415) 555-0123'))).toEqual(['+14155550123', true]);
});
