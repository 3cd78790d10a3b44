import { useSimulator } from './harness.mts';

const api = useSimulator();
const { request, read } = api;

describe('the quota', () => {
	test.each(['seconds', 'date', 'none'] as const)('Retry-After as %s', async (retryAfter) => {
		api.simulator.options.quota = { requests: 2, windowMs: 30_000, retryAfter };
		const answers = [];
		for (let count = 0; count < 4; count++) answers.push(await request('GET', '/user'));

		expect(answers.map(({ status }) => status)).toEqual([200, 200, 429, 429]);
		const { data, headers } = answers[3];
		expect(data).toBe('Too Many Requests');
		if (retryAfter === 'none') expect(headers).not.toHaveProperty('retry-after');
		if (retryAfter === 'seconds') expect(headers['retry-after']).toMatch(/^(29|30)$/);
		if (retryAfter === 'date') {
			expect(headers['retry-after']).toMatch(/GMT$/);
			const wait = Date.parse(headers['retry-after']) - Date.now();
			expect(wait).toBeGreaterThan(28_000);
			expect(wait).toBeLessThanOrEqual(31_000);
		}
	});

	test('the window rolls, and a refused request does not count', async () => {
		api.simulator.options.quota = { requests: 2, windowMs: 3_000, retryAfter: 'none' };
		const statuses = async (count: number) => {
			const answers = await Promise.all(Array.from({ length: count }, async () => await request('GET', '/user')));
			return answers.map(({ status }) => status).sort();
		};
		expect(await statuses(5)).toEqual([200, 200, 429, 429, 429]);
		await new Promise((resolve) => setTimeout(resolve, 3_100));
		expect(await statuses(3)).toEqual([200, 200, 429]);
	});

	test('reset makes it unused again', async () => {
		api.simulator.options.quota = { requests: 1, windowMs: 60_000, retryAfter: 'none' };
		await read('/user');
		api.simulator.reset();
		await read('/user');
	});
});
