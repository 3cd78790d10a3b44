import { withoutSecrets } from '../../../nodes/Thoughtly/trigger/secrets';

test('what would give access to the account is left out, what users named themselves is not', () => {
	const body = {
		id: 'call-1',
		api_token: 'x',
		apiKey: 'x',
		'X-API-Key': 'x',
		team: { id: 'team-1', webhookSecret: 'x', members: [{ name: 'Ada', password: 'x' }] },
		transcript: 'Agent: our token is the-token',
		metadata: { token: 'order 7', note: 'the-token' },
	};
	expect(withoutSecrets(body, 'the-token')).toEqual({
		id: 'call-1',
		team: { id: 'team-1', members: [{ name: 'Ada' }] },
		transcript: 'Agent: our token is ***',
		metadata: { token: 'order 7', note: '***' },
	});
});
