import {
	isAtOtherAddress,
	isOwnUrl,
	isSecret,
	isSigned,
	readClaims,
	signedUrl,
	withData,
} from '../../../nodes/Thoughtly/webhookUrls/signedUrl';

const URL_OF_NODE = 'https://n8n.example.com/webhook/5d1f/webhook';
const claims = { event: 'NEW_RESPONSE', source: 'agent-1', instance: 'here' };
const signed = signedUrl(URL_OF_NODE, claims, 'token');
const queryOf = (url: string) => Object.fromEntries(new URL(url).searchParams);

test.each([
	['as it was signed', {}, URL_OF_NODE, 'token', true],
	['behind another host and prefix', {}, 'http://localhost:5678/prefix/webhook/5d1f/webhook', 'token', true],
	['in test mode', {}, 'https://n8n.example.com/webhook-test/5d1f/webhook', 'token', true],
	['at another node', {}, 'https://n8n.example.com/webhook/77aa/webhook', 'token', false],
	['with another token', {}, URL_OF_NODE, 'other', false],
	['for another event', { event: 'PHONE_TRANSFER' }, URL_OF_NODE, 'token', false],
	['for another agent', { agent: 'agent-2' }, URL_OF_NODE, 'token', false],
	['for another instance', { instance: 'elsewhere' }, URL_OF_NODE, 'token', false],
	['without a signature', { signature: undefined }, URL_OF_NODE, 'token', false],
	['with two signatures', { signature: ['a', 'b'] }, URL_OF_NODE, 'token', false],
])('a delivery %s', (_name, change, webhookUrl, token, expected) => {
	expect(isSigned(readClaims({ ...queryOf(signed), ...change }), webhookUrl, token)).toBe(expected);
});

test('no token signs nothing', () => {
	const query = queryOf(signedUrl(URL_OF_NODE, claims, ''));
	expect(isSigned(readClaims(query), URL_OF_NODE, '')).toBe(false);
});

test('a subscribed URL says which agent or folder it is for', () => {
	const dataOf = (url: string) => withData({ type: 'NEW_RESPONSE', url, data: null }).data;
	expect(dataOf(signed)).toBe('agent-1');
	const folder = { event: 'FOLDER_NEW_RESPONSE', source: 'folder-1', instance: 'here' };
	expect(dataOf(signedUrl(URL_OF_NODE, folder, 'token'))).toBe('folder-1');
	expect(dataOf('not a URL')).toBeNull();
});

test.each([
	['its own', signed, true, false],
	['at another host', signed.replace('n8n.example.com', 'old.example.com'), false, true],
	['of another instance', signed.replace('instance=here', 'instance=there'), false, false],
	['in test mode', signed.replace('/webhook/', '/webhook-test/'), false, false],
	["a stranger's", 'https://example.com/hook', false, false],
	['not a URL', 'hook', false, false],
])("a node's URL: %s", (_name, url, isOwn, isElsewhere) => {
	expect([isOwnUrl(url, URL_OF_NODE, 'here'), isAtOtherAddress(url, URL_OF_NODE, 'here')]).toEqual([
		isOwn,
		isElsewhere,
	]);
});

test.each([
	['secret', 'secret', true],
	[' secret ', 'secret', true],
	['Secret', 'secret', false],
	['', '', false],
	[undefined, 'secret', false],
	[['secret'], 'secret', false],
])('the header %j for the secret %j', (given, secret, expected) => {
	expect(isSecret(given, secret)).toBe(expected);
});
