import type { IDataObject } from 'n8n-workflow';
import { callNode, placed, simulator, useSimulator } from '../fixtures.mts';
import { runNode } from '../n8n/index.mts';

/** Workflows that lead back into a call node: its items hold all that it needs. */

useSimulator();

const HOUR = 3_600_000;
const hourIn = (ms: number) => new Date(Date.now() + ms).toISOString().slice(11, 16);

/** A call by what an item of the node says, outside the hours or whenever it comes. */
const callAgain = (items: IDataObject[], isOutside: boolean) =>
	callNode(items, {
		callTo: 'phoneNumber',
		phoneNumber: '={{ $json.phoneNumber }}',
		specifyMetadata: 'json',
		jsonMetadata: '={{ $json.metadata }}',
		options: {
			contactFields: { name: '={{ $json.contactName ?? "" }}' },
			...(isOutside && {
				onlyCallBetween: {
					hours: {
						from: hourIn(2 * HOUR),
						to: hourIn(3 * HOUR),
						weekdays: [1, 2, 3, 4, 5, 6, 7],
						timeZone: { __rl: true, mode: 'name', value: 'UTC' },
					},
				},
			}),
		},
	});

test('whoever is skipped is called with the same name and metadata later, whether there are any or not', async () => {
	const items = [
		{ phoneNumber: '+14155550160', contactName: 'Ada Lovelace', metadata: { order: '1042' } },
		{ phoneNumber: '+14155550161', contactName: null, metadata: null },
	];
	const skipped = await runNode(callAgain(items, true));
	expect(skipped.json).toEqual(
		items.map((item) => expect.objectContaining({ result: 'skipped', skipReason: 'outside_hours', ...item })),
	);
	const called = await runNode(callAgain(skipped.json, false));
	expect(called.error).toBeUndefined();
	expect(called.json).toMatchObject(items);
	expect(placed().map(({ metadata }) => metadata)).toEqual([{ order: '1042' }, null]);
	expect(simulator.store.contacts.slice(-2).map(({ name }) => name)).toEqual(['Ada Lovelace', null]);
});
