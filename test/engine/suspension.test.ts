import { sleep } from 'n8n-workflow';
import type { ICredentialDataDecryptedObject, IDataObject, INode, INodeParameters } from 'n8n-workflow';
import { startSimulator } from '../simulator/simulator.mts';
import type { Call, Fault, Simulator } from '../simulator/simulator.mts';
import {
	credentialFor,
	endWaitTime,
	logLines,
	packageTimes,
	postToWaiting,
	runNode,
	startNode,
	triggerOf,
} from './n8n/index.mts';
import type { NodeRun } from './n8n/index.mts';

/** Start and Wait with a webhook: what is subscribed, when the execution is parked, and what has it go on. */

let simulator: Simulator;
beforeAll(async () => {
	simulator = await startSimulator({ callPace: 0, quota: null });
	Object.assign(await packageTimes(), { firstBackoff: 2, callTimeout: 200, pollInterval: 15_000 });
});
beforeEach(() => {
	simulator.reset();
	simulator.options.latencyMs = 0;
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => await simulator.stop());

const credential = (overrides: ICredentialDataDecryptedObject = {}) => credentialFor(simulator, overrides);
const byId = (value: string) => ({ __rl: true, mode: 'id', value });
const agents = () => simulator.store.agents.map(({ id }) => id);
const contacts = () => simulator.store.contacts.map(({ id }) => id);

/** Has the first agent call the first contacts, one item each. */
function waitFor(count: number, parameters: INodeParameters = {}, settings: Partial<INode> = {}) {
	return {
		parameters: {
			resource: 'call',
			operation: 'startAndWait',
			waitBy: 'webhook',
			agent: byId('={{ $json.agent }}'),
			contact: byId('={{ $json.contact }}'),
			...parameters,
		},
		items: contacts()
			.slice(0, count)
			.map((contact): IDataObject => ({ contact, agent: agents()[0] })),
		settings,
		credential: credential(),
	};
}
const CONTINUE: Partial<INode> = { onError: 'continueRegularOutput' };
const post = async (waiting: NodeRun, body: unknown) => await postToWaiting(waiting, credential(), body);

const placed = () => simulator.store.calls.slice(4);
const subscribed = () => simulator.store.subscriptions;
const sent = (method: string, path: string) =>
	simulator.requests.filter((request) => request.method === method && request.path === path);
const links = ({ items }: NodeRun) => items.map(({ pairedItem }) => pairedItem);

/** Ends a call; gives the event that Thoughtly sends. */
async function finish({ id }: Call, result: Partial<Call> = {}): Promise<unknown> {
	await simulator.finishCall(id, result);
	return simulator.deliveries.at(-1)!.body;
}

describe('parking', () => {
	test('subscribes to each agent with the resume URL and the expiry, then calls, then waits', async () => {
		const node = waitFor(4);
		node.items[2].agent = agents()[1];
		const began = Date.now();
		const { run, executionId } = await runNode(node);
		expect(run.status).toBe('waiting');
		const limit = run.waitTill!.getTime();
		expect(Math.abs(limit - began - 30 * 60_000)).toBeLessThan(5_000);
		expect(placed()).toHaveLength(4);
		expect(subscribed().map(({ type, data }) => [type, data])).toEqual([
			['NEW_RESPONSE', agents()[0]],
			['NEW_RESPONSE', agents()[1]],
		]);
		for (const { url } of subscribed()) {
			const { origin, pathname, searchParams } = new URL(url);
			expect(origin + pathname).toBe(`http://127.0.0.1:5678/webhook-waiting/${executionId}`);
			expect(searchParams.get('signature')).toBe(run.data.resumeToken);
			// counted from the last call on, which takes a moment
			expect(limit - Number(searchParams.get('expires'))).toBeLessThan(5_000);
			expect(searchParams.get('instance')).toMatch(/^[\da-f]{12}$/);
		}
		const order = simulator.requests.map(({ path }) => path);
		expect(order.lastIndexOf('/webhooks/subscribe')).toBeLessThan(order.indexOf('/contact/call'));
	});

	test('the limit is the one that is set', async () => {
		const values = { limitType: 'afterTimeInterval', resumeAmount: 2, resumeUnit: 'days' };
		const { run } = await runNode(waitFor(1, { options: { limitWaitTime: { values } } }));
		expect(Math.abs(run.waitTill!.getTime() - Date.now() - 2 * 24 * 60 * 60_000)).toBeLessThan(5_000);
	});

	test('nothing is parked where no call was placed', async () => {
		const options = { skipIfCalledWithin: { time: {} } };
		simulator.store.calls.push({ ...simulator.store.calls[0], id: 'lately', created: new Date().toISOString() });
		const node = waitFor(2, { options }, CONTINUE);
		node.items[1].contact = 'nobody';
		const { run, json } = await runNode(node);
		expect(run.status).toBe('success');
		expect(json).toEqual([expect.objectContaining({ skipped: true }), { error: expect.any(String) }]);
		expect(subscribed()).toEqual([]);
	});

	test('nothing is parked where all calls are over already', async () => {
		const late: Fault = { kind: 'latency', ms: 100 };
		simulator.faults.add({ path: '/contact/call', after: 1, fault: late });
		const done = runNode(waitFor(2));
		while (placed().length < 2) await sleep(2);
		for (const call of placed()) await finish(call);
		const { run, json, items } = await done;
		expect(run.status).toBe('success');
		expect(json.map(({ contactId, ended }) => [contactId, ended])).toEqual([
			[contacts()[0], true],
			[contacts()[1], true],
		]);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		expect(subscribed()).toEqual([]);
	});

	test('where the look right before it fails, the execution is parked all the same', async () => {
		simulator.faults.add({ path: /responses$/, times: 3, fault: { kind: 'status', status: 500 } });
		const { run, error } = await runNode(waitFor(1));
		expect(error).toBeUndefined();
		expect(run.status).toBe('waiting');
	});

	test('where an item fails without Continue On Fail, it is not, and nothing stays subscribed', async () => {
		const node = waitFor(2);
		node.items[1].contact = 'nobody';
		const { run, error } = await runNode(node);
		expect(run.status).toBe('error');
		expect(error?.message).toMatch(/\[item 1\]$/);
		expect(subscribed()).toEqual([]);
	});

	test('Retry On Fail then dials nobody twice, and is parked', async () => {
		const refusal: Fault = { kind: 'status', status: 422 };
		simulator.faults.add({ path: '/contact/call', after: 1, fault: refusal });
		const { run } = await runNode(waitFor(2, {}, { retryOnFail: true, waitBetweenTries: 1 }));
		expect(run.status).toBe('waiting');
		expect(placed().map(({ contact }) => contact!.id)).toEqual(contacts().slice(0, 2));
		expect(subscribed()).toHaveLength(1);
	});

	test('Retry On Fail takes no input item for a failure', async () => {
		const node = waitFor(1, {}, { retryOnFail: true, waitBetweenTries: 1 });
		node.items[0].error = 'of an earlier node';
		const { run } = await runNode(node);
		expect(run.status).toBe('waiting');
		expect(subscribed()).toHaveLength(1);
	});

	test('an agent that cannot be read fails its item, not the others', async () => {
		const node = waitFor(2, { agent: byId('={{ $json.agent ?? $("Nowhere").item.json.id }}') }, CONTINUE);
		delete node.items[0].agent;
		const waiting = await runNode(node);
		expect(waiting.run.status).toBe('waiting');
		const { resumed } = await post(waiting, await finish(placed()[0]));
		expect(resumed?.json).toEqual([{ error: expect.any(String) }, expect.objectContaining({ ended: true })]);
	});
});

describe('refused before anybody is called', () => {
	test('a local address that Thoughtly cannot reach', async () => {
		const baseUrl = 'https://thoughtly.invalid';
		const { error } = await runNode({ ...waitFor(1), credential: credential({ baseUrl }) });
		expect(error?.message).toBe('Thoughtly cannot reach this n8n at http://127.0.0.1:5678, so nobody was called');
		expect(error?.description).toMatch(/polling.*N8N_WEBHOOK_URL/);
	});

	test('a subscription that Thoughtly refuses; those before it are taken back', async () => {
		const fault: Fault = { kind: 'status', status: 422, body: { data: null, error: { message: 'Plan allows one' } } };
		simulator.faults.add({ path: '/webhooks/subscribe', after: 1, fault });
		const node = waitFor(2);
		node.items[1].agent = agents()[1];
		const { error } = await runNode(node);
		expect(error?.message).toBe('Thoughtly refused the request (422): Plan allows one');
		expect(subscribed()).toEqual([]);
		expect(placed()).toEqual([]);
	});

	test('a limit that is none', async () => {
		const values = { limitType: 'afterTimeInterval', resumeAmount: 'soon', resumeUnit: 'minutes' };
		const { error } = await runNode(waitFor(1, { options: { limitWaitTime: { values } } }));
		expect(error?.message).toMatch(/^'Limit Wait Time' is no time/);
		expect(simulator.requests).toEqual([]);
	});
});

describe('an event', () => {
	test('of one of several calls is answered, and the execution keeps waiting for the last one', async () => {
		const waiting = await runNode(waitFor(3));
		const [first, second, third] = placed();
		expect(await post(waiting, await finish(third))).toEqual({ answer: 'Waiting' });
		expect(await post(waiting, await finish(first))).toEqual({ answer: 'Waiting' });
		const { answer, resumed } = await post(waiting, await finish(second));
		expect(answer).toBe('OK');
		expect(resumed!.run.status).toBe('success');
		expect([first, second, third].map(({ status }) => status)).toEqual(['COMPLETED', 'COMPLETED', 'NO_ANSWER']);
		expect(resumed!.json).toEqual(
			placed().map(({ id, contact, status, transcript, summary_data: summary }) => ({
				id,
				agentId: agents()[0],
				contactId: contact!.id,
				phoneNumber: contact!.phone_number,
				status,
				ended: true,
				endedAt: expect.any(String),
				durationSeconds: expect.any(Number),
				summary: summary?.summary ?? null,
				transcript,
			})),
		);
		expect(links(resumed!)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
		expect(subscribed()).toEqual([]);
	});

	test.each(['flat', 'nested'] as const)('is understood in its %s shape', async (shape) => {
		const waiting = await runNode(waitFor(1));
		simulator.options.deliveries.shape = shape;
		const event = await finish(placed()[0]);
		simulator.options.deliveries.shape = 'flat';
		expect((await post(waiting, event)).resumed?.json).toEqual([expect.objectContaining({ ended: true })]);
	});

	test('that comes early, or again, or says what the API does not, is answered and ends nothing', async () => {
		const waiting = await runNode(waitFor(2));
		const [first, second] = placed();
		const forged = { ...second, status: 'COMPLETED', end_time: new Date().toISOString() };
		for (const body of [first, first, forged]) expect(await post(waiting, body)).toEqual({ answer: 'Waiting' });
		const event = await finish(first);
		for (const body of [event, event]) expect(await post(waiting, body)).toEqual({ answer: 'Waiting' });
		expect((await post(waiting, await finish(second))).resumed?.json).toHaveLength(2);
	});

	test.each([[undefined], [null], [''], ['<call/>'], [[]], [7], [{}], [{ call: 'x' }], [{ id: null, interview: {} }]])(
		'with the body %j ends nothing',
		async (body) => {
			const waiting = await runNode(waitFor(1));
			expect(await post(waiting, body)).toEqual({ answer: 'Waiting' });
			expect(subscribed()).toHaveLength(1);
		},
	);

	test('of another call has the calls looked at, but only now and then', async () => {
		const waiting = await runNode(waitFor(1));
		const foreign = simulator.store.calls[0];
		const before = simulator.requests.length;
		expect(await post(waiting, foreign)).toEqual({ answer: 'Waiting' });
		expect(await post(waiting, foreign)).toEqual({ answer: 'Ignored' });
		expect(simulator.requests).toHaveLength(before + 1);
		const other = await runNode(waitFor(1));
		await finish(placed()[1]);
		expect((await post(other, foreign)).resumed?.json).toEqual([expect.objectContaining({ ended: true })]);
		expect((await post(waiting, await finish(placed()[0]))).resumed?.json).toHaveLength(1);
	});

	test.each<[string, Fault]>([
		['is down', { kind: 'status', status: 503 }],
		['breaks off', { kind: 'reset' }],
		['cannot be understood', { kind: 'brokenJson' }],
		['refuses the token', { kind: 'status', status: 401 }],
	])('while the API %s is answered and said in the log; the next one has the execution go on', async (_name, fault) => {
		const lines = await logLines();
		const waiting = await runNode(waitFor(1));
		const event = await finish(placed()[0]);
		simulator.faults.add({ path: /responses$/, times: 3, fault });
		expect(await post(waiting, event)).toEqual({ answer: 'Waiting' });
		expect(lines.filter((line) => /could not look whether the calls are over/.test(line))).toHaveLength(1);
		simulator.faults.clear();
		expect((await post(waiting, event)).resumed?.json).toHaveLength(1);
	});

	test('goes on where unsubscribing fails; a line in the log says that a later run does it', async () => {
		const lines = await logLines();
		const waiting = await runNode(waitFor(1));
		simulator.faults.add({ path: '/webhooks/unsubscribe', times: 3, fault: { kind: 'status', status: 503 } });
		const { resumed } = await post(waiting, await finish(placed()[0]));
		expect(resumed?.json).toHaveLength(1);
		expect(subscribed()).toHaveLength(1);
		expect(lines.join('\n')).toMatch(/a subscription is left until a later run removes it/);
	});

	test('of each of two executions at one agent has its own go on, and leaves the other', async () => {
		const one = await runNode(waitFor(1));
		const other = await runNode(waitFor(1));
		const [first, second] = placed();
		expect(subscribed()).toHaveLength(2);
		const event = await finish(second);
		expect((await post(one, event)).resumed).toBeUndefined();
		expect((await post(other, event)).resumed?.json).toEqual([expect.objectContaining({ id: second.id })]);
		expect(subscribed()).toHaveLength(1);
		expect((await post(one, await finish(first))).resumed?.json).toEqual([expect.objectContaining({ id: first.id })]);
		expect(subscribed()).toEqual([]);
	});
});

test('a loop waits in each of its rounds', async () => {
	const first = await runNode({ ...waitFor(1), rounds: 2 });
	const second = (await post(first, await finish(placed()[0]))).resumed!;
	expect(second.run.status).toBe('waiting');
	expect(placed()).toHaveLength(2);
	const { resumed } = await post(second, await finish(placed()[1]));
	expect(resumed!.run.status).toBe('success');
	expect(resumed!.json).toEqual([expect.objectContaining({ id: placed()[1].id, ended: true })]);
	expect(subscribed()).toEqual([]);
});

describe('what goes on', () => {
	/** An ended call, a failed item, a skipped one and another ended call. */
	async function mixed(settings: Partial<INode>) {
		simulator.store.calls[1].created = new Date().toISOString();
		const node = waitFor(4, { options: { skipIfCalledWithin: { time: {} } } }, settings);
		const [ada, ben, carla, dev] = contacts();
		node.items = [ben, 'nobody', carla, dev].map((contact) => ({ contact, agent: agents()[0] }));
		const waiting = await runNode(node);
		expect(waiting.run.status).toBe('waiting');
		expect(ada).not.toBe(ben);
		await finish(placed()[0]);
		return (await post(waiting, await finish(placed()[1]))).resumed!;
	}
	const ended = (contact: number) => expect.objectContaining({ contactId: contacts()[contact], ended: true });
	const failed = { error: expect.stringMatching(/nobody/) };
	const skipped = expect.objectContaining({ skipped: true, lastCall: expect.any(Object) });

	test('is one item for each input item, failed and skipped ones in their places', async () => {
		const resumed = await mixed(CONTINUE);
		expect(resumed.json).toEqual([ended(1), failed, skipped, ended(3)]);
		expect(links(resumed)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }, { item: 3 }]);
	});

	test('stands at the error output where it failed, if the node has one', async () => {
		const resumed = await mixed({ onError: 'continueErrorOutput' });
		expect(resumed.json).toEqual([ended(1), skipped, ended(3)]);
		expect(links(resumed)).toEqual([{ item: 0 }, { item: 2 }, { item: 3 }]);
		expect(resumed.errorItems).toEqual([
			expect.objectContaining({ json: { contact: 'nobody', agent: agents()[0], ...failed }, pairedItem: { item: 1 } }),
		]);
	});

	test("with Simplify off is the API's record, and whether the call has ended", async () => {
		const waiting = await runNode(waitFor(1, { simplify: false }));
		const event = await finish(placed()[0], { error: 'as the API has it' } as Partial<Call>);
		const { resumed } = await post(waiting, event);
		const { error: apiError, ...call } = event as IDataObject;
		expect(resumed?.json).toEqual([{ ...call, apiError, ended: true }]);
	});

	test.each([CONTINUE, { onError: 'continueErrorOutput' } as const])(
		'at the limit is the input as it came (%j)',
		async (settings) => {
			const waiting = await runNode(waitFor(2, {}, settings));
			const { json, run } = await endWaitTime(waiting, credential());
			expect(run.status).toBe('success');
			expect(json).toEqual(waitFor(2).items);
		},
	);
});

describe('a subscription whose time is over', () => {
	const minutes = (amount: number) => ({
		options: {
			limitWaitTime: { values: { limitType: 'afterTimeInterval', resumeAmount: amount, resumeUnit: 'minutes' } },
		},
	});
	/** Leaves one of ours that is over, one that is not, and two of strangers that are. */
	async function leaveSome(): Promise<string[]> {
		await runNode(waitFor(1, minutes(0)));
		const [expired] = subscribed();
		await runNode(waitFor(1));
		const stays = subscribed().filter(({ id }) => id !== expired.id);
		const stranger = { ...expired, id: 'stranger', url: expired.url.replace(/instance=\w+/, 'instance=another') };
		const unsigned = { ...expired, id: 'other', url: 'https://example.com/hook?expires=1' };
		subscribed().push(stranger, unsigned);
		if (!subscribed().includes(expired)) subscribed().push(expired);
		simulator.requests.length = 0;
		return [...stays.map(({ id }) => id), 'stranger', 'other'];
	}
	const left = () => subscribed().map(({ id }) => id);

	test('is removed by the next run; what is in time, and what is not ours, stays', async () => {
		const stays = await leaveSome();
		await runNode(waitFor(1));
		expect(left()).toEqual([...stays, expect.any(String)]);
		expect(sent('DELETE', '/webhooks/unsubscribe')).toHaveLength(1);
	});

	test('is removed by the next run after an execution that was cancelled, once its time is over', async () => {
		simulator.faults.add({ path: '/contact/call', fault: { kind: 'hang' } });
		const { done, cancel } = await startNode(waitFor(1, minutes(0.005)));
		while (!sent('POST', '/contact/call').length) await sleep(2);
		cancel();
		await done;
		expect(subscribed()).toHaveLength(1);
		const [{ id }] = subscribed();
		await sleep(310);
		await runNode(waitFor(1));
		expect(left()).toEqual([expect.not.stringContaining(id)]);
	});

	test('is removed by the next activation of a trigger', async () => {
		const stays = await leaveSome();
		const trigger = await triggerOf({
			parameters: { agentScope: 'selected', agentIds: [agents()[0]] },
			credential: credential(),
		});
		await trigger.activate();
		expect(left()).toEqual([...stays, expect.any(String)]);
		await trigger.deactivate();
		expect(left()).toEqual(stays);
	});

	test('keeps nobody from being called where it cannot be removed', async () => {
		await leaveSome();
		const lines = await logLines();
		simulator.faults.add({ path: '/webhooks/unsubscribe', times: 3, fault: { kind: 'status', status: 503 } });
		const { run, error } = await runNode(waitFor(1));
		expect(error).toBeUndefined();
		expect(run.status).toBe('waiting');
		expect(lines.join('\n')).toMatch(/a subscription is left until a later run removes it/);
	});
});
