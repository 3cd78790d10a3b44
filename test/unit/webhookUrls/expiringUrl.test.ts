import { expiringUrl, isExpired } from '../../../nodes/Thoughtly/webhookUrls/expiringUrl';
import { withData } from '../../../nodes/Thoughtly/webhookUrls/signedUrl';

const RESUME_URL = 'https://n8n.example.com/webhook-waiting/7?signature=abc';
const at = (expires: number) => expiringUrl(RESUME_URL, 'agent-1', 'here', expires);

test.each([
	['a time that is over', at(Date.now() - 1), RESUME_URL, 'here', true],
	['a time to come', at(Date.now() + 60_000), RESUME_URL, 'here', false],
	['of another n8n', at(0), RESUME_URL, 'there', false],
	['at another host', at(0), 'https://copy.example.com/webhook', 'here', false],
	['without a time', RESUME_URL, RESUME_URL, 'here', false],
	['not a URL', 'hook', RESUME_URL, 'here', false],
])('%s', (_name, url, ownUrl, instance, expected) => {
	expect(isExpired(url, ownUrl, instance)).toBe(expected);
});

test('says which agent it is for, where the list of subscriptions does not', () => {
	const listed = { type: 'NEW_RESPONSE', url: at(0), data: null };
	expect(withData(listed)).toEqual({ ...listed, data: 'agent-1' });
});
