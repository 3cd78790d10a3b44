import { activeAgentIds, credential, simulator, times, useSimulator } from '../fixtures.mts';
import { CredentialsHelper, logLines } from '../n8n/index.mts';
import { signedUrl } from '../../../nodes/Thoughtly/webhookUrls/signedUrl';
import { selected, trigger } from './nodes';

/** Who may start the workflow: deliveries at a signed URL, or with the secret; everybody else gets a 401. */

useSimulator();

const UNAUTHORIZED = { status: 401, answer: 'Unauthorized', items: undefined };
const BODY = { id: 'call-1', interview_id: 'agent-1' };
type Node = Awaited<ReturnType<typeof trigger>>;

/** The URL that an active node has subscribed, and what is signed in it. */
async function subscribedUrl(node: Node) {
	await node.activate();
	const { url } = simulator.store.subscriptions.find((subscription) => subscription.url.startsWith(node.url))!;
	const query = new URL(url).searchParams;
	const claims = {
		event: query.get('event')!,
		source: query.get('agent')!,
		instance: query.get('instance')!,
	};
	return { url, claims };
}

const nodeFor = async (agent: string, webhookId: string) => await trigger(selected(agent), { webhookId });
const credentialReads = () => jest.spyOn(CredentialsHelper.prototype, 'getDecrypted');

test('a stranger gets a 401 and starts nothing', async () => {
	const node = await nodeFor(activeAgentIds()[0], 'forged');
	const { url, claims } = await subscribedUrl(node);
	const forged = [
		url.replace(/signature=./, (text) => (text.endsWith('0') ? 'signature=1' : 'signature=0')),
		url.replace('NEW_RESPONSE', 'PHONE_TRANSFER'),
		url.replace(/agent=[\w-]+/, `agent=${activeAgentIds()[1]}`),
		url.replace(/instance=\w/, 'instance=x'),
		`${url}0`,
		url.slice(0, -1),
		signedUrl(node.url, { ...claims, instance: 'another' }, simulator.token),
		signedUrl(node.url.replace('forged', 'another'), claims, simulator.token),
		signedUrl(node.url, claims, 'another token'),
		signedUrl(node.url, claims, ''),
	];
	for (const forgery of forged) expect(await node.deliver(forgery, BODY)).toEqual(UNAUTHORIZED);
	expect(await node.deliver(url, BODY)).toMatchObject({ status: 200, items: [{ id: 'call-1' }] });
});

test('without a signature, or with that of another workflow, it is refused before the credential is read', async () => {
	const node = await nodeFor(activeAgentIds()[0], 'unsigned');
	const { url } = await subscribedUrl(node);
	const reads = credentialReads();
	const unsigned = [
		node.url,
		url.replace(/&signature=\w+/, ''),
		url.replace(/signature=\w+/, 'signature='),
		url.replace(/instance=\w+&/, ''),
		url.replace(/instance=\w+/, 'instance=another'),
	];
	for (const each of unsigned) expect(await node.deliver(each, BODY)).toEqual(UNAUTHORIZED);
	expect(reads).not.toHaveBeenCalled();
	expect(await node.deliver(url, BODY)).toMatchObject({ status: 200 });
	expect(reads).toHaveBeenCalledTimes(1);
});

test.each([
	['no token', undefined],
	['an empty token', ''],
	['blanks', ' '],
])('a credential with %s accepts nothing', async (_name, apiToken) => {
	const { url, claims } = await subscribedUrl(await nodeFor(activeAgentIds()[0], 'without-a-token'));
	const broken = { credential: credential({ apiToken: apiToken as string, webhookSecret: 's3cret' }) };
	const node = await trigger(selected(activeAgentIds()[0]), { webhookId: 'without-a-token', ...broken });
	for (const token of ['', ' ', 'undefined', 'null', String(apiToken)]) {
		expect(await node.deliver(signedUrl(node.url, claims, token), BODY)).toEqual(UNAUTHORIZED);
	}
	expect(await node.deliver(url, BODY)).toEqual(UNAUTHORIZED);
	const automation = await trigger({ receiveFrom: 'automation' }, { webhookId: 'automation', ...broken });
	expect(await automation.deliver(automation.url, BODY, { 'x-webhook-secret': 's3cret' })).toEqual(UNAUTHORIZED);
});

test('a token with blanks around it is the same token', async () => {
	const { url } = await subscribedUrl(await nodeFor(activeAgentIds()[0], 'padded'));
	const padded = { credential: credential({ apiToken: ` ${simulator.token}\n` }) };
	const node = await trigger(selected(activeAgentIds()[0]), { webhookId: 'padded', ...padded });
	expect(await node.deliver(url, BODY)).toMatchObject({ status: 200 });
});

describe('an Automation', () => {
	const fromAutomation = async (webhookSecret: string, webhookId: string) =>
		await trigger({ receiveFrom: 'automation' }, { credential: credential({ webhookSecret }), webhookId });

	test.each([
		['the secret', 's3cret', 's3cret', 200],
		['the secret, a blank behind it in the credential', 's3cret ', 's3cret', 200],
		['the secret, blanks around it in the header', 's3cret', ' s3cret ', 200],
		['another secret', 's3cret', 's3cret0', 401],
		['a part of the secret', 's3cret', 's3cre', 401],
		['a list of secrets', 's3cret', ['s3cret', 's3cret'], 401],
		['an empty secret', 's3cret', '', 401],
		['an empty secret where none is set', '', '', 401],
		['a blank where none is set', ' ', ' ', 401],
		['no secret', 's3cret', undefined, 401],
	])('with %s', async (name, webhookSecret, header, status) => {
		const node = await fromAutomation(webhookSecret, `automation with ${name}`);
		const delivered = await node.deliver(node.url, { lead: 'Ada' }, { 'x-webhook-secret': header });
		expect(delivered.status).toBe(status);
		expect(delivered.items).toEqual(status === 200 ? [{ event: 'AUTOMATION', body: { lead: 'Ada' } }] : undefined);
	});

	test('without the header is refused before the credential is read', async () => {
		const node = await fromAutomation('s3cret', 'automation without a header');
		const reads = credentialReads();
		expect(await node.deliver(node.url, { lead: 'Ada' })).toEqual(UNAUTHORIZED);
		expect(reads).not.toHaveBeenCalled();
	});
});

describe('when the token changes', () => {
	test('a signature that no longer matches leaves one warning a minute, that says what to do', async () => {
		const node = await nodeFor(activeAgentIds()[0], 'stale');
		const { claims } = await subscribedUrl(node);
		const lines = await logLines();
		const stale = signedUrl(node.url, claims, 'old-token');
		for (let count = 0; count < 3; count++) expect((await node.deliver(stale, {})).status).toBe(401);
		await node.deliver(node.url, {});
		expect(lines).toEqual([expect.stringContaining('unpublish the workflow and publish it again')]);
	});

	test('the new one is valid at once, the old one no longer than the credential is kept', async () => {
		const before = await nodeFor(activeAgentIds()[0], 'changed');
		const { url } = await subscribedUrl(before);
		expect((await before.deliver(url, { lead: 'Ada' })).status).toBe(200);

		simulator.options.token = 'new-token';
		const after = await nodeFor(activeAgentIds()[0], 'changed');
		const { url: newUrl } = await subscribedUrl(after);
		expect(newUrl).not.toBe(url);
		expect((await after.deliver(newUrl, { lead: 'Ada' })).status).toBe(200);
		times.credentialKept = 0;
		expect(await after.deliver(url, { lead: 'Ada' })).toEqual(UNAUTHORIZED);
	});

	test('the credential is not read for every delivery', async () => {
		const node = await nodeFor(activeAgentIds()[0], 'busy');
		const { url } = await subscribedUrl(node);
		const reads = credentialReads();
		for (let count = 0; count < 5; count++) await node.deliver(url, { lead: count });
		expect(reads).toHaveBeenCalledTimes(1);
	});
});
