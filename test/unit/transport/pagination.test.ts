import type { IDataObject } from 'n8n-workflow';
import { paginate } from '../../../nodes/Thoughtly/transport/pagination';

describe('a paged list', () => {
	const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => ({ id: from + index }));
	test.each<[string, (page: number) => IDataObject[], number, number]>([
		['ends with a short page', (page) => (page < 2 ? ids(page * 3, page * 3 + 3) : ids(6, 7)), 7, 3],
		['ends with an empty page', (page) => (page < 2 ? ids(page * 3, page * 3 + 3) : []), 6, 3],
		['ends where the page is ignored', () => ids(0, 3), 3, 2],
		['ends where the page is ignored and nothing has an ID', () => [{ a: 1 }, { a: 2 }, { a: 3 }], 3, 2],
		['gives once what moves to the next page', (page) => [ids(0, 3), ids(2, 5), ids(5, 6)][page], 6, 3],
	])('%s', async (_name, page, records, pages) => {
		let fetched = 0;
		const given: unknown[] = [];
		for await (const record of paginate(async (number) => (fetched++, page(number)), 3)) given.push(record);
		expect([given.length, fetched]).toEqual([records, pages]);
	});
});
