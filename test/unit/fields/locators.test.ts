import { ID_IN_URL } from '../../../nodes/Thoughtly/fields/locators';

const ID = '0b8c1a52-7d34-4a1f-9a3e-5f2d6c7b8e90';
test.each<[string, string | undefined]>([
	[`https://app.thoughtly.com/agents/${ID}`, ID],
	[`https://app.thoughtly.com/agents/${ID}/edit`, ID],
	[`https://app.thoughtly.com/team/12345678/agents/${ID}?tab=voice`, ID],
	[`https://app.thoughtly.com/editor?agent=${ID}`, undefined],
	['https://app.thoughtly.com/agents/agent_42x', 'agent_42x'],
	['https://app.thoughtly.com/agents', undefined],
	[`https://app.thoughtly.com/agents/${ID}/`, ID],
	[`https://app.thoughtly.com/#/agents/${ID}`, ID],
	[`https://app.thoughtly.com/agents/${ID}?tab=general`, ID],
	[`https://app.thoughtly.com/agents/${ID}/history?from=2026-11-01`, ID],
	[`https://app.thoughtly.com/agents/${ID}/calls/11111111-2222-4333-8444-555555555555`, ID],
	[`https://app.thoughtly.com/team/99999999-2222-4333-8444-555555555555/agents/${ID}`, ID],
	[`https://app.thoughtly.com/builder/${ID}/version2`, ID],
	['https://app.thoughtly.com/builder/AbCdEfGh', 'AbCdEfGh'],
	['https://app.thoughtly.com/builder/AbCdEfGh/settings', 'AbCdEfGh'],
	['https://app.thoughtly.com/agents/abcdefgh/history', 'abcdefgh'],
	['https://app.thoughtly.com/history/2026-11-01', undefined],
	[`${ID}`, undefined],
])('the agent in %s', (url, expected) => {
	expect(new RegExp(ID_IN_URL).exec(url)?.[1]).toBe(expected);
});
