import type { IDataObject } from 'n8n-workflow';
import { readContact } from '../../../nodes/Thoughtly/api/contact';

test.each<[unknown, unknown]>([
	[
		['a', 'b'],
		['a', 'b'],
	],
	[
		[{ name: 'a' }, { id: 'x' }, 'b'],
		['a', 'x', 'b'],
	],
	[undefined, undefined],
])('tags %j become %j', (tags, expected) => {
	expect(readContact({ id: 'p1', tags } as IDataObject).tags).toEqual(expected);
});
