import type { INode, INodeParameters } from 'n8n-workflow';
import type { MidCallResponse } from '../simulator/midCall.mts';
import { startSimulator, type Simulator } from '../simulator/simulator.mts';
import { N8nClient, outputOf, type Credential, type Workflow } from './client.mts';
import { simulatorAccount } from './demo.mts';
import { answer, askQuestions, midCallTrigger, SECRET, WITH_SECRET } from './midCall.mts';
import { startN8n, type N8n } from './n8n.mts';
import { pathOf } from './triggers.mts';
import { until } from './until.mts';
import { nodeOf, to, TRIGGER_NODE } from './workflows.mts';

/** An agent asks n8n during a call, and the workflow responds. */

const QUESTIONS = 200;
const AT_ONCE = 20;

let simulator: Simulator;
let n8n: N8n;
let client: N8nClient;
let credential: Credential;

beforeAll(async () => {
	simulator = await startSimulator({ quota: null, webhookTimeoutMs: 60_000 });
	n8n = await startN8n({ loopbackOnly: true });
	client = new N8nClient(n8n);
	await client.logIn();
	credential = await client.createCredential('Thoughtly account', 'thoughtlyApi', {
		...simulatorAccount(simulator),
		webhookSecret: SECRET,
	});
}, 1_800_000);

afterAll(async () => {
	const outbound = n8n.outbound();
	await n8n.stop();
	await simulator.stop();
	expect(outbound).toEqual([]);
}, 30_000);

const nobody = nodeOf('Nobody', 'n8n-nodes-base.limit', 1, { parameters: { maxItems: 0 } });
const fail = nodeOf('Fail', 'n8n-nodes-base.stopAndError', 1, { parameters: { errorMessage: 'No calendar' } });

describe('published', () => {
	test.each(['GET', 'POST'] as const)('a %s gets the first item of the last node', async (method) => {
		const workflow = await published(trigger(), answer);
		expect(await ask(workflow, { method, payload: { number: 7 } })).toMatchObject({
			status: 200,
			headers: { 'content-type': 'application/json; charset=utf-8' },
			body: { number: 7, day: 'Monday' },
		});
		const [execution] = await ended(workflow, 1);
		const sent = method === 'GET' ? { body: {}, query: { number: '7' } } : { body: { number: 7 }, query: {} };
		expect(outputOf(execution, TRIGGER_NODE)).toEqual([{ event: 'MID_CALL_ACTION', ...sent }]);
	});

	test('with All Items it gets a list of them', async () => {
		const split = nodeOf('Split', 'n8n-nodes-base.splitOut', 1, { parameters: { fieldToSplitOut: 'body.slots' } });
		const workflow = await published(trigger({ respondWith: 'allItems' }), split);
		const slots = [{ start: '09:00' }, { start: '10:30' }];
		expect((await ask(workflow, { payload: { slots } })).body).toEqual(slots);
		expect((await ask(workflow, { payload: { slots: [] } })).body).toEqual([]);
	});

	test('a last node without items is an empty list with All Items, and an error otherwise', async () => {
		const all = await published(trigger({ respondWith: 'allItems' }), nobody);
		expect(await ask(all)).toMatchObject({ status: 200, body: [] });
		const first = await published(trigger(), nobody);
		expect(await ask(first)).toMatchObject({ status: 500, body: { message: 'No item to return was found' } });
	});

	test('a workflow that fails gets n8n’s error', async () => {
		const workflow = await published(trigger(), fail);
		const { status, body } = await ask(workflow);
		expect([status, body]).toEqual([500, { message: 'Error in workflow' }]);
	});

	test.each(['GET', 'POST'] as const)('a %s without the secret gets a 401 and starts nothing', async (method) => {
		const workflow = await published(trigger(), answer);
		const forged: Array<Record<string, string>> = [
			{},
			{ 'x-webhook-secret': '' },
			{ 'x-webhook-secret': `${SECRET}x` },
		];
		for (const headers of forged) {
			expect(await ask(workflow, { method, headers })).toMatchObject({ status: 401, body: 'Unauthorized' });
		}
		expect(await client.countExecutions(workflow)).toBe(0);
	});

	test(`of ${QUESTIONS} questions, ${AT_ONCE} at once and every second one asked before, each gets its own response`, async () => {
		const workflow = await published(trigger(), answer);
		const wrong = await askQuestions(simulator, n8n.url + pathOf(workflow), QUESTIONS, AT_ONCE);
		expect(wrong).toEqual([]);
		expect(await client.countExecutions(workflow, 'success')).toBe(QUESTIONS);
	}, 300_000);

	test('a sub-workflow that is not waited for does not hold up the response', async () => {
		const start = nodeOf('Start', 'n8n-nodes-base.executeWorkflowTrigger', 1.1, {
			parameters: { inputSource: 'passthrough' },
		});
		const wait = nodeOf('Wait', 'n8n-nodes-base.wait', 1.1, { parameters: { amount: 8, unit: 'seconds' } });
		const slow = await published(start, wait);
		const hand = nodeOf('Hand over', 'n8n-nodes-base.executeWorkflow', 1.2, {
			parameters: {
				workflowId: { __rl: true, mode: 'id', value: slow.id },
				workflowInputs: { mappingMode: 'defineBelow', value: {}, schema: [] },
				options: { waitForSubWorkflow: false },
			},
		});
		const workflow = await published(trigger(), hand, answerTo(TRIGGER_NODE));
		expect(await ask(workflow, { payload: { number: 3 } })).toMatchObject({ status: 200, body: { number: 3 } });
		expect(await client.countExecutions(slow, 'success')).toBe(0);
		await until('The end of the sub-workflow', 30_000, async () => {
			return (await client.countExecutions(slow, 'success')) === 1 || undefined;
		});
	}, 60_000);

	test('set to a subscription, it takes no GET and is subscribed; set back, it is not', async () => {
		const draft = trigger({ receiveFrom: 'subscription' });
		const workflow = await published(draft, answer);
		expect(subscribed()).toBeGreaterThan(0);
		expect((await ask(workflow, { method: 'GET' })).status).toBe(404);
		const [, ...others] = workflow.nodes;
		const nodes = [{ ...draft, parameters: { receiveFrom: 'midCallAction' } }, ...others];
		const changed = await client.updateWorkflow(workflow, nodes);
		await client.activate(changed);
		expect(subscribed()).toBe(0);
		for (const method of ['GET', 'POST'] as const) {
			expect((await ask(changed, { method, payload: { number: 1 } })).body).toMatchObject({ number: 1 });
		}
	}, 30_000);

	test('without a secret in the credential it is refused', async () => {
		const account = await client.createCredential('No secret', 'thoughtlyApi', simulatorAccount(simulator));
		await expect(published(trigger({}, account), answer)).rejects.toThrow(
			"'Webhook Secret' in the credential is empty",
		);
	}, 60_000);
});

describe('tried out', () => {
	test.each(['GET', 'POST'] as const)(
		'a %s to the test URL gets the response, once',
		async (method) => {
			const workflow = await created(trigger(), answer);
			await client.listen(workflow, TRIGGER_NODE);
			const question = { method, payload: { number: 5 }, kind: 'webhook-test' } as const;
			// whoever has no secret does not end the test
			expect((await ask(workflow, { ...question, headers: {} })).status).toBe(401);
			expect((await ask(workflow, question)).body).toEqual({ number: 5, day: 'Monday' });
			// n8n takes the URL down after its response
			await until('The end of the test URL', 10_000, async () => {
				return (await ask(workflow, question)).status === 404 || undefined;
			});
		},
		60_000,
	);
});

test('only the trigger being tried out, the response is its item', async () => {
	const workflow = await created(trigger(), answer);
	await client.request('POST', `/rest/workflows/${workflow.id}/run`, {
		triggerToStartFrom: { name: TRIGGER_NODE },
		destinationNode: { nodeName: TRIGGER_NODE, mode: 'inclusive' },
	});
	const { body } = await ask(workflow, { payload: { number: 5 }, kind: 'webhook-test' });
	expect(body).toEqual({ event: 'MID_CALL_ACTION', body: { number: 5 }, query: {} });
});

interface Question {
	method?: 'GET' | 'POST';
	payload?: Record<string, unknown>;
	headers?: Record<string, string>;
	kind?: 'webhook' | 'webhook-test';
}

async function ask(workflow: Workflow, question: Question = {}): Promise<MidCallResponse> {
	const { method = 'POST', payload, headers = WITH_SECRET, kind } = question;
	return await simulator.askDuringCall({ method, url: n8n.url + pathOf(workflow, kind), headers, payload });
}

const trigger = (parameters?: INodeParameters, account = credential) => midCallTrigger(account, parameters);

/** As `answer`, with the question from a node further up. */
const answerTo = (node: string): INode => ({
	...answer,
	parameters: { ...answer.parameters, jsonOutput: `={{ { number: $('${node}').item.json.body.number } }}` },
});

async function created(...nodes: INode[]): Promise<Workflow> {
	const connections = Object.fromEntries(nodes.slice(1).map((node, index) => [nodes[index].name, to(node.name)]));
	return await client.createWorkflow({
		name: nodes.map(({ name }) => name).join(', '),
		nodes,
		connections,
		settings: { executionOrder: 'v1' },
	});
}

async function published(...nodes: INode[]): Promise<Workflow> {
	const workflow = await created(...nodes);
	await client.activate(workflow);
	return workflow;
}

const ended = async (workflow: Workflow, count: number) =>
	await until('The end of the executions', 10_000, async () => {
		const executions = await client.executions(workflow);
		return executions.length === count ? executions : undefined;
	});

const subscribed = () => simulator.store.subscriptions.length;
