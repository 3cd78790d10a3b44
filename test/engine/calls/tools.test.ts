import type { INode, INodeParameters } from 'n8n-workflow';
import {
	ADVICE,
	RETRY,
	agentIds,
	byId,
	callNode,
	called,
	contactIds,
	failCalls,
	placed,
	requested,
	simulator,
	useSimulator,
} from '../fixtures.mts';
import { aiAgents, runTool, survivesErrors } from '../n8n/index.mts';

/** As a tool of an AI Agent: a person is called once, however the model asks and however often. */

useSimulator({ firstBackoff: 5 });

const NEW = '+14155550177';

const fromModel = (name: string) => `={{ $fromAI('${name}', 'defined by the model', 'string') }}`;

/** A tool whose fields the model defines, as far as they are named here. */
const tool = (parameters: INodeParameters, settings: Partial<INode> = {}) => callNode([{}], parameters, settings);
const BY_CONTACT: INodeParameters = { contact: byId(fromModel('contact')) };
const BY_NUMBER: INodeParameters = { callTo: 'phoneNumber', phoneNumber: fromModel('number') };

const NOTE = 'This person was already called. Nobody was called this time. Here is the earlier call.';

describe.each(aiAgents)('%s', (way) => {
	const ask = async (parameters: INodeParameters, ...inputs: Array<Record<string, string>>) =>
		await runTool(way, inputs, tool(parameters));

	let asksAgain: boolean;
	beforeAll(async () => (asksAgain = await survivesErrors(way)));

	test('the same person is called once, however often the model asks; it is told that nobody was called now', async () => {
		const [contact] = contactIds();
		const [first, ...others] = await ask(BY_CONTACT, { contact }, { contact }, { contact });
		expect(called()).toEqual([contact]);
		expect(others).toHaveLength(2);
		for (const answer of [first, ...others]) expect(answer).toContain(placed()[0].id);
		expect(first).not.toContain(NOTE);
		for (const answer of others) expect(answer).toContain(NOTE);
	});

	const [ADA, NUMBER_OF_ADA] = ['c0000000-0000-4000-8000-000000000001', '+14155550101'];
	test.each<[string, INodeParameters, Array<Record<string, string>>]>([
		[
			'by number, then by contact',
			{ ...BY_CONTACT, ...BY_NUMBER, callTo: fromModel('to') },
			[
				{ to: 'phoneNumber', number: NUMBER_OF_ADA, contact: ADA },
				{ to: 'contact', number: NUMBER_OF_ADA, contact: ADA },
			],
		],
		[
			'by contact, then by number',
			{ ...BY_CONTACT, ...BY_NUMBER, callTo: fromModel('to') },
			[
				{ to: 'contact', number: NUMBER_OF_ADA, contact: ADA },
				{ to: 'phoneNumber', number: NUMBER_OF_ADA, contact: ADA },
			],
		],
		['by number, written in two ways', BY_NUMBER, [{ number: NUMBER_OF_ADA }, { number: '+1 (415) 555-0101' }]],
		['by contact, in small and in capital letters', BY_CONTACT, [{ contact: ADA }, { contact: ADA.toUpperCase() }]],
		[
			'by another agent',
			{ ...BY_CONTACT, agent: byId(fromModel('agent')) },
			[
				{ contact: ADA, agent: 'a0000000-0000-4000-8000-000000000001' },
				{ contact: ADA, agent: 'a0000000-0000-4000-8000-000000000002' },
			],
		],
		[
			'about something else',
			{ ...BY_CONTACT, metadata: { metadataValues: [{ name: 'about', value: fromModel('about') }] } },
			[
				{ contact: ADA, about: 'order 1' },
				{ contact: ADA, about: 'order 2' },
			],
		],
	])('a person is called once, asked for %s', async (_name, parameters, inputs) => {
		const [first, second] = await ask(parameters, ...inputs);
		expect(called()).toEqual([ADA]);
		expect(first).not.toContain(NOTE);
		expect(second).toContain(NOTE);
		expect(second).toContain(placed()[0].id);
	});

	test.each([
		['one after another', false],
		['at once', true],
	])(
		'asked by contact and by number %s, a person is called once where the search finds no numbers',
		async (_, atOnce) => {
			Object.assign(simulator.options, { searchFindsNumbers: false, existingContact: 'duplicated', latencyMs: 20 });
			const inputs = ['contact', 'phoneNumber'].map((to) => ({ to, number: NUMBER_OF_ADA, contact: ADA }));
			const parameters = { ...BY_CONTACT, ...BY_NUMBER, callTo: fromModel('to') };
			const answers = await runTool(way, inputs, tool(parameters), atOnce);
			expect(placed()).toHaveLength(1);
			for (const answer of answers) expect(answer).toContain(placed()[0].id);
			expect(answers.filter((answer) => answer.includes(NOTE))).toHaveLength(1);
		},
	);

	test('two people are called', async () => {
		const [ada, ben] = contactIds();
		const answers = await ask(BY_CONTACT, { contact: ada }, { contact: ben });
		expect(called()).toEqual([ada, ben]);
		for (const answer of answers) expect(answer).not.toContain(NOTE);
	});

	test('asked several times at once, a new number gets one contact and one call', async () => {
		simulator.options.latencyMs = 20;
		const inputs = [NEW, '+1 (415) 555-0177', '+1-415-555-0177'].map((number) => ({ number }));
		const answers = await runTool(way, inputs, tool(BY_NUMBER), true);
		expect(requested().filter((request) => request === 'POST /contact/create')).toHaveLength(1);
		expect(placed().map(({ phone_number }) => phone_number)).toEqual([NEW]);
		for (const answer of answers) expect(answer).toContain(placed()[0].id);
		expect(answers.filter((answer) => answer.includes(NOTE))).toHaveLength(2);
	});

	test('a call that may have been placed is found and returned when the model asks again', async () => {
		const [contact] = contactIds();
		failCalls({ kind: 'resetAfter' });
		const [first, ...others] = await ask(BY_CONTACT, { contact }, { contact });
		expect(called()).toEqual([contact]);
		expect(first).toMatch(ADVICE);
		expect(others).toEqual(asksAgain ? [expect.stringContaining(placed()[0].id)] : []);
		for (const answer of others) expect(answer).toContain(NOTE);
	});

	test('where it is not found, the model is told again not to repeat it, with another agent too', async () => {
		const [contact] = contactIds();
		failCalls({ kind: 'reset' });
		const inputs = [...agentIds().slice(0, 2), agentIds()[0]].map((agent) => ({ contact, agent }));
		const answers = await ask({ ...BY_CONTACT, agent: byId(fromModel('agent')) }, ...inputs);
		expect(called()).toEqual([]);
		expect(answers).toHaveLength(asksAgain ? 3 : 1);
		for (const answer of answers) expect(answer).toMatch(ADVICE);
	});

	test('Retry On Fail does not repeat it either', async () => {
		failCalls({ kind: 'reset' });
		await runTool(way, [{ contact: contactIds()[0] }], tool(BY_CONTACT, RETRY));
		expect(simulator.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
	});
});
