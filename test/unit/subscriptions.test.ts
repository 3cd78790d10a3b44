import { isSigned, readClaims, signedUrl } from '../../nodes/Thoughtly/webhookUrls/signature';
import { isOurs, planSubscriptions, wantedSubscriptions } from '../../nodes/Thoughtly/trigger/subscriptionPlan';

const URL_OF_NODE = 'https://n8n.example.com/webhook/5d1f/webhook';
const urlOf = (event: string) => signedUrl(URL_OF_NODE, event, 'here', 'token');
const [wantA, wantB] = wantedSubscriptions(['NEW_RESPONSE'], ['a', 'b'], [], urlOf);
const oldAgent = { ...wantA, data: 'old' };
const moved = { ...wantA, url: wantA.url.replace('n8n.example.com', 'old.example.com') };
const otherToken = { ...wantA, url: signedUrl(URL_OF_NODE, 'NEW_RESPONSE', 'here', 'other token') };
const copy = { ...wantA, url: signedUrl(URL_OF_NODE, 'NEW_RESPONSE', 'elsewhere', 'token') };
const testMode = { ...wantA, url: wantA.url.replace('/webhook/', '/webhook-test/') };
const otherNode = { ...wantA, url: wantA.url.replace('5d1f', '77aa') };
const stranger = { type: 'NEW_RESPONSE', url: 'https://example.com/hook', data: null };
const noUrl = { type: 'NEW_RESPONSE', url: 'not a URL', data: null };

test.each([
	['nothing is there', [], [wantA, wantB], []],
	['all is there', [wantB, wantA], [], []],
	['one is missing', [wantA], [wantB], []],
	['a double', [wantA, wantA, wantB], [wantA], [wantA, wantA]],
	['an agent no longer wanted', [wantA, wantB, oldAgent], [], [oldAgent]],
	["n8n's address changed", [moved, wantB], [wantA], [moved]],
	['the token changed', [otherToken, wantB], [wantA], [otherToken]],
	['others on the account', [wantA, wantB, copy, testMode, otherNode, stranger, noUrl], [], []],
])('%s', (_name, existing, create, remove) => {
	const plan = planSubscriptions([wantA, wantB], existing, (other) => isOurs(other, URL_OF_NODE, 'here'));
	expect(plan).toEqual({ create, remove });
});

test('each event goes with its agents or its folders', () => {
	const wanted = wantedSubscriptions(['PHONE_TRANSFER', 'FOLDER_NEW_RESPONSE'], ['a', 'b'], ['f'], urlOf);
	expect(wanted.map(({ type, data }) => `${type} ${data}`)).toEqual([
		'PHONE_TRANSFER a',
		'PHONE_TRANSFER b',
		'FOLDER_NEW_RESPONSE f',
	]);
	expect(wanted.map(({ url }) => new URL(url).searchParams.get('event'))).toEqual(wanted.map(({ type }) => type));
});

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
	const query = { ...Object.fromEntries(new URL(wantA.url).searchParams), ...change };
	expect(isSigned(readClaims(query), webhookUrl, token)).toBe(expected);
});

test('no token signs nothing', () => {
	const query = Object.fromEntries(new URL(signedUrl(URL_OF_NODE, 'NEW_RESPONSE', 'here', '')).searchParams);
	expect(isSigned(readClaims(query), URL_OF_NODE, '')).toBe(false);
});
