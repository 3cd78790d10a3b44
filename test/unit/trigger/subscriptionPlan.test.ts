import { isOurs, planSubscriptions, wantedSubscriptions } from '../../../nodes/Thoughtly/trigger/subscriptionPlan';
import { signedUrl } from '../../../nodes/Thoughtly/webhookUrls/signature';

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
