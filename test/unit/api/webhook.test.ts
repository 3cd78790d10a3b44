import type { IDataObject } from 'n8n-workflow';
import { readSubscription } from '../../../nodes/Thoughtly/api/webhook';

test.each<[IDataObject, object]>([
	[
		{ type: 'NEW_RESPONSE', url: 'u', data: 'a' },
		{ type: 'NEW_RESPONSE', url: 'u', data: 'a' },
	],
	[
		{ event: 'NEW_RESPONSE', url: 'u', data: '' },
		{ type: 'NEW_RESPONSE', url: 'u', data: null },
	],
	[{}, { type: '', url: '', data: null }],
])('subscription %j', (record, expected) => {
	expect(readSubscription(record)).toEqual(expected);
});
