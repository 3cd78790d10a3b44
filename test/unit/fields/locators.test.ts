import { ID_IN_URL } from '../../../nodes/Thoughtly/fields/locators';

const ID = '0b8c1a52-7d34-4a1f-9a3e-5f2d6c7b8e90';
test.each<[string, string | undefined]>([
	[`https://app.thoughtly.com/agents/${ID}`, ID],
	[`https://app.thoughtly.com/agents/${ID}/edit`, ID],
	[`https://app.thoughtly.com/team/12345678/agents/${ID}?tab=voice`, ID],
	[`https://app.thoughtly.com/editor?agent=${ID}`, ID],
	['https://app.thoughtly.com/agents/agent_42x', 'agent_42x'],
	['https://app.thoughtly.com/agents', undefined],
	[`${ID}`, undefined],
])('the agent in %s', (url, expected) => {
	expect(new RegExp(ID_IN_URL).exec(url)?.[1]).toBe(expected);
});
