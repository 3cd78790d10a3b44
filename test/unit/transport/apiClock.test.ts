import { ApiClock } from '../../../nodes/Thoughtly/transport/apiClock';

const LOCAL = Date.parse('2026-01-31T09:02:00.500Z');

test.each([
	['the same time', 'Sat, 31 Jan 2026 09:02:00 GMT', 0],
	['a second apart, which may be the header', 'Sat, 31 Jan 2026 09:01:59 GMT', 0],
	['two minutes behind', 'Sat, 31 Jan 2026 09:00:00 GMT', -120_000],
	['an hour ahead', 'Sat, 31 Jan 2026 10:02:00 GMT', 3_600_000],
	['not a date', 'soon', 0],
	['missing', undefined, 0],
])("the API's clock: %s", (_name, header, offset) => {
	const clock = new ApiClock();
	clock.observe(header, LOCAL, LOCAL);
	expect(clock.fromLocal(LOCAL) - LOCAL).toBe(offset);
});

test('a slow response tells no difference', () => {
	const clock = new ApiClock();
	clock.observe('Sat, 31 Jan 2026 09:02:00 GMT', LOCAL, LOCAL + 20_000);
	expect(clock.fromLocal(LOCAL)).toBe(LOCAL);
});
