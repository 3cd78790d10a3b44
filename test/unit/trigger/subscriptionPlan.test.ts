import { planSubscriptions, wantedSubscriptions } from '../../../nodes/Thoughtly/trigger/subscriptionPlan';
import { isOwnUrl, signedUrl } from '../../../nodes/Thoughtly/webhookUrls/signedUrl';

const URL_OF_NODE = 'https://n8n.example.com/webhook/5d1f/webhook';
const urlOf = (event: string, source: string, instance = 'here', token = 'token') =>
	signedUrl(URL_OF_NODE, { event, source, instance }, token);
const subscriptionOf = (agent: string, url = urlOf('NEW_RESPONSE', agent)) => ({
	type: 'NEW_RESPONSE',
	url,
	data: agent as string | null,
});
const [wantA, wantB] = wantedSubscriptions(['NEW_RESPONSE'], ['a', 'b'], [], urlOf);
const oldAgent = subscriptionOf('old');
const moved = { ...wantA, url: wantA.url.replace('n8n.example.com', 'old.example.com') };
const otherToken = subscriptionOf('a', urlOf('NEW_RESPONSE', 'a', 'here', 'other token'));
const copy = subscriptionOf('a', urlOf('NEW_RESPONSE', 'a', 'elsewhere'));
const testMode = { ...wantA, url: wantA.url.replace('/webhook/', '/webhook-test/') };
const otherNode = { ...wantA, url: wantA.url.replace('5d1f', '77aa') };
const stranger = { type: 'NEW_RESPONSE', url: 'https://example.com/hook', data: null };
const noUrl = { type: 'NEW_RESPONSE', url: 'not a URL', data: null };
const withoutData = <T extends object>(subscription: T) => ({ ...subscription, data: null });

test.each([
	['nothing exists', [], [wantA, wantB], []],
	['everything exists', [wantB, wantA], [], []],
	['one is missing', [wantA], [wantB], []],
	['a duplicate', [wantA, wantA, wantB], [wantA], [wantA, wantA]],
	['an agent that is no longer wanted', [wantA, wantB, oldAgent], [], [oldAgent]],
	['another address of this n8n, or a copy of it', [moved, wantB], [wantA], []],
	['the token changed', [otherToken, wantB], [wantA], [otherToken]],
	['others on the account', [wantA, wantB, copy, testMode, otherNode, stranger, noUrl], [], []],
	['a list without data', [withoutData(wantA), withoutData(wantB)], [], []],
	['a list without data, an agent no longer wanted', [wantA, wantB, withoutData(oldAgent)], [], [oldAgent]],
])('%s', (_name, existing, create, remove) => {
	const plan = planSubscriptions([wantA, wantB], existing, ({ url }) => isOwnUrl(url, URL_OF_NODE, 'here'));
	expect(plan).toEqual({ create, remove });
});

test('each event goes with its agents or its folders', () => {
	const wanted = wantedSubscriptions(['PHONE_TRANSFER', 'FOLDER_NEW_RESPONSE'], ['a', 'b'], ['f'], urlOf);
	expect(wanted.map(({ type, data }) => `${type} ${data}`)).toEqual([
		'PHONE_TRANSFER a',
		'PHONE_TRANSFER b',
		'FOLDER_NEW_RESPONSE f',
	]);
	const query = wanted.map(({ url }) => Object.fromEntries(new URL(url).searchParams));
	expect(query).toMatchObject([
		{ event: 'PHONE_TRANSFER', agent: 'a' },
		{ event: 'PHONE_TRANSFER', agent: 'b' },
		{ event: 'FOLDER_NEW_RESPONSE', folder: 'f' },
	]);
});
