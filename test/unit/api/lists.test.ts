import { paginate } from '../../../nodes/Thoughtly/api/lists';

describe('a paged list', () => {
	const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => ({ id: from + index }));
	const pageSize = 3;
	test.each<[string, (page: number) => unknown[], number, number]>([
		['ends with a short page', (page) => (page < 2 ? ids(page * 3, page * 3 + 3) : ids(6, 7)), 7, 3],
		['ends with an empty page', (page) => (page < 2 ? ids(page * 3, page * 3 + 3) : []), 6, 3],
		['ends where the page is ignored', () => ids(0, 3), 3, 2],
		['ends where the page is ignored and nothing has an ID', () => [{ a: 1 }, { a: 2 }, { a: 3 }], 3, 2],
		['gives once what moves to the next page', (page) => [ids(0, 3), ids(2, 5), ids(5, 6)][page], 6, 3],
	])('%s', async (_name, page, records, pages) => {
		let fetched = 0;
		const given: unknown[] = [];
		const pagesRead = paginate(async (number) => (fetched++, page(number)), { pageSize });
		for await (const { records: read } of pagesRead) given.push(...read);
		expect([given.length, fetched]).toEqual([records, pages]);
	});
});

describe('pages that a server cuts or breaks', () => {
	const page = (length: number, from: number) => Array.from({ length }, (_, index) => ({ id: `r${from + index}` }));
	const read = async (pages: unknown[][]) => {
		let fetched = 0;
		const ids: unknown[] = [];
		const pagesRead = paginate(async (number) => (fetched++, pages[number] ?? []));
		for await (const { records } of pagesRead) ids.push(...records.map(({ id }) => id));
		return [ids.length, fetched];
	};
	test.each<[string, unknown[][], number, number]>([
		['capped at 20 of 50', [page(20, 0), page(20, 20), page(7, 40)], 47, 3],
		['capped at 10 of 50', [page(10, 0), page(10, 10)], 20, 3],
		['a short first page is no cap', [page(9, 0), page(9, 9)], 9, 1],
		['a null in a full page', [[...page(49, 0), null], page(1, 49)], 50, 2],
	])('%s', async (_name, pages, records, requests) => {
		expect(await read(pages)).toEqual([records, requests]);
	});

	test('a call that is nested moves to the next page and comes once', async () => {
		const nested = (id: number) => ({ call: { id: `c${id}` } });
		const pages = [Array.from({ length: 50 }, (_, id) => nested(id)), [nested(49), nested(50)]];
		let count = 0;
		const list = { idOf: (record: { call?: unknown }) => (record.call as { id: string }).id };
		for await (const { records } of paginate(async (number) => pages[number], list)) count += records.length;
		expect(count).toBe(51);
	});
});
