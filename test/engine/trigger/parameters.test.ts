import type { INodeParameters } from 'n8n-workflow';
import { requested, simulator, useSimulator } from '../fixtures.mts';
import { selected, subscribed, trigger } from './nodes';

/** What users and expressions enter in the trigger's parameters; what cannot be read fails the activation. */

useSimulator();

const activate = async (parameters: INodeParameters) => await (await trigger(parameters)).activate();

test.each<[string, string | string[]]>([
	['={{ "agent-1" }}', ['agent-1']],
	['={{ "agent-1, agent-2" }}', ['agent-1', 'agent-2']],
	['={{ "agent-1" }} ', ['agent-1']],
	['agent-1,agent-2,', ['agent-1', 'agent-2']],
	['={{ ["agent-1", " agent-2 "] }}', ['agent-1', 'agent-2']],
	['={{ ["agent-1", null, "", 5] }}', ['5', 'agent-1']],
	['={{ 5 }}', ['5']],
	['={{ [{ id: "agent-1" }, { id: "agent-2" }] }}', ['agent-1', 'agent-2']],
])('Agent Names or IDs %s subscribes %j', async (agentIds, agents) => {
	await activate({ agentScope: 'selected', agentIds });
	expect(simulator.store.subscriptions.map(({ data }) => data).sort()).toEqual(agents);
});

test.each(['={{ ["NEW_RESPONSE", "PHONE_TRANSFER"] }}', '={{ "NEW_RESPONSE, PHONE_TRANSFER" }} '])(
	'Trigger On %s subscribes both events',
	async (events) => {
		await activate({ ...selected('agent-1'), events });
		expect(subscribed()).toEqual(['NEW_RESPONSE agent-1', 'PHONE_TRANSFER agent-1']);
	},
);

test.each(['={{ "one, two" }}', '={{ ["one", "two", null] }}', 'one, two,'])(
	'Folder IDs %s subscribes both folders',
	async (folderIds) => {
		simulator.options.undocumentedEvents = 'accepted';
		await activate({ events: ['FOLDER_NEW_RESPONSE'], folderIds });
		expect(subscribed()).toEqual(['FOLDER_NEW_RESPONSE one', 'FOLDER_NEW_RESPONSE two']);
	},
);

const EMPTY = ['', ' , ', '={{ undefined }}', '={{ null }}', '={{ [] }}', '={{ [""] }}'];

describe.each<[string, (value: string) => INodeParameters]>([
	['Trigger On', (events) => ({ events })],
	['Agent Names or IDs', (agentIds) => ({ agentScope: 'selected', agentIds })],
	['Folder IDs', (folderIds) => ({ events: ['FOLDER_NEW_RESPONSE'], folderIds })],
	['Results', (results) => ({ options: { results } })],
	['Outcomes', (outcomes) => ({ options: { outcomes } })],
	['Tags', (tags) => ({ options: { tags } })],
])('an empty %s fails the activation', (displayName, parameters) => {
	test.each(EMPTY)('%j', async (value) => {
		await expect(activate(parameters(value))).rejects.toThrow(`'${displayName}' is empty`);
		expect(requested()).toEqual([]);
	});
});

test.each<[INodeParameters, string]>([
	[{ events: ['NEW_RESPONSE', 'CALL_ENDED'] }, "'Trigger On' has an unknown event: CALL_ENDED"],
	[selected('={{ [["agent-1"]] }}'), `'Agent Names or IDs' has an entry that cannot be read: [["agent-1"]]`],
	[{ options: { results: 'finished' } }, "'Results' has an unknown value: finished"],
	[{ options: { results: '={{ ["busy", { word: "x" }] }}' } }, "'Results' has an entry that cannot be read"],
	[{ options: { outcomes: '={{ [{ a: 1 }] }}' } }, `'Outcomes' has an entry that cannot be read: {"a":1}`],
	[{ options: { tags: '={{ [["vip"]] }}' } }, `'Tags' has an entry that cannot be read: ["vip"]`],
	...['long', '', ' ', '={{ Number("long") }}', '={{ undefined }}', '={{ true }}', -1].map(
		(minimumDuration): [INodeParameters, string] => [
			{ options: { minimumDuration } },
			"'Minimum Duration' is not a number of seconds",
		],
	),
])('%j fails the activation', async (parameters, message) => {
	await expect(activate(parameters)).rejects.toThrow(message);
	expect(requested()).toEqual([]);
});

test.each<INodeParameters>([
	{ results: ['no_answer'] },
	{ results: '={{ "No Answer, busy" }}' },
	{ outcomes: 'qualified' },
	{ outcomes: '={{ ["qualified", null] }}' },
	{ tags: '={{ [{ name: "vip" }] }}' },
	{ minimumDuration: 0 },
	{ minimumDuration: '5' },
	{ minimumDuration: '={{ 2.5 }}' },
])('the filter %j can be activated', async (options) => {
	await activate({ ...selected('agent-1'), options });
	expect(subscribed()).toHaveLength(1);
});
