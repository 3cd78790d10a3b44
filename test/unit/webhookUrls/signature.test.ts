import { isSigned, readClaims, signedUrl } from '../../../nodes/Thoughtly/webhookUrls/signature';

const URL_OF_NODE = 'https://n8n.example.com/webhook/5d1f/webhook';
const signed = signedUrl(URL_OF_NODE, 'NEW_RESPONSE', 'here', 'token');

test.each([
	['as it was signed', {}, URL_OF_NODE, 'token', true],
	['behind another host and prefix', {}, 'http://localhost:5678/prefix/webhook/5d1f/webhook', 'token', true],
	['in test mode', {}, 'https://n8n.example.com/webhook-test/5d1f/webhook', 'token', true],
	['at another node', {}, 'https://n8n.example.com/webhook/77aa/webhook', 'token', false],
	['with another token', {}, URL_OF_NODE, 'other', false],
	['for another event', { event: 'PHONE_TRANSFER' }, URL_OF_NODE, 'token', false],
	['for another instance', { instance: 'elsewhere' }, URL_OF_NODE, 'token', false],
	['without a signature', { signature: undefined }, URL_OF_NODE, 'token', false],
	['with two signatures', { signature: ['a', 'b'] }, URL_OF_NODE, 'token', false],
])('a delivery %s', (_name, change, webhookUrl, token, expected) => {
	const query = { ...Object.fromEntries(new URL(signed).searchParams), ...change };
	expect(isSigned(readClaims(query), webhookUrl, token)).toBe(expected);
});

test('no token signs nothing', () => {
	const query = Object.fromEntries(new URL(signedUrl(URL_OF_NODE, 'NEW_RESPONSE', 'here', '')).searchParams);
	expect(isSigned(readClaims(query), URL_OF_NODE, '')).toBe(false);
});
