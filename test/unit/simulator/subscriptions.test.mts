import { useSimulator } from './harness.mts';

const api = useSimulator();
const { request, read, subscribe } = api;

describe('subscriptions', () => {
	const url = 'https://n8n.example.com/webhook/1';

	test('the same type, URL and data only once', async () => {
		expect((await subscribe('NEW_RESPONSE', url, 'one')).status).toBe(200);
		expect((await subscribe('NEW_RESPONSE', url, 'two')).status).toBe(200);
		expect((await subscribe('NEW_RESPONSE', url)).status).toBe(200);
		const again = await subscribe('NEW_RESPONSE', url, 'one');
		expect([again.status, again.data.error.message]).toEqual([409, expect.stringContaining('already exists')]);

		await request('DELETE', '/webhooks/unsubscribe', { type: 'NEW_RESPONSE', url, data: 'one' });
		await request('DELETE', '/webhooks/unsubscribe', { type: 'NEW_RESPONSE', url });
		expect((await read('/webhooks')).webhooks).toEqual([expect.objectContaining({ data: 'two' })]);
	});

	test('undocumented events where they are accepted', async () => {
		api.simulator.options.undocumentedEvents = 'accepted';
		expect((await subscribe('FOLDER_NEW_RESPONSE', url, 'folder')).status).toBe(200);
		expect((await subscribe('SOMETHING', url)).status).toBe(400);
	});

	test.each([
		['all', 45, 400],
		['allOnEveryPage', 45, 45],
		['paged', 20, 5],
		['ignoresPage', 20, 20],
	] as const)('listed %s', async (webhookListing, firstPage, thirdPage) => {
		api.simulator.options.webhookListing = webhookListing;
		for (let count = 0; count < 45; count++) await subscribe('NEW_RESPONSE', url, String(count));
		expect((await read('/webhooks')).webhooks).toHaveLength(firstPage);
		const { status, data } = await request('GET', '/webhooks?page=2');
		expect(status === 200 ? data.data.webhooks.length : status).toBe(thirdPage);
		for (const query of ['?page=-1', '?page=1&page=2', '?offset=1']) {
			expect((await request('GET', `/webhooks${query}`)).status).toBe(400);
		}
	});
});
