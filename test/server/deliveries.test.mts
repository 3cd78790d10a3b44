import { randomBytes, randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import axios from 'axios';
import { NodeConnectionTypes } from 'n8n-workflow';
import type { INode, INodeParameters } from 'n8n-workflow';
import { startSimulator, type Simulator } from '../simulator/simulator.mts';
import { N8nClient, type Credential, type Workflow } from './client.mts';
import { startN8n, type N8n } from './n8n.mts';
import { encoded, isXml, oddBodies, verdictOn, type OddBody, type Verdict } from './oddBodies.mts';
import { until } from './until.mts';
import { nodeOf, THOUGHTLY_TRIGGER } from './workflows.mts';

const AT_ONCE = 20;
const ODD_BODIES = 5_000;
const SEED = 20_260_131;
const MB = 1024 * 1024;
const SECRET = 'webhook-secret-of-the-tests';

interface Answer {
	status: number;
	body: string;
	/** Milliseconds */
	took: number;
}

let simulator: Simulator;
let n8n: N8n;
let client: N8nClient;
let credential: Credential;
let calls: Workflow;
/** The URL that the activation of `calls` subscribed. */
let callsUrl: string;

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
let secrets: string[];
/** All there is in any answer. */
const answered: string[] = [];

beforeAll(async () => {
	simulator = await startSimulator({
		token: 'token-of-the-tests',
		teamId: 'team-of-the-tests',
		quota: null,
		callPace: 0,
		webhookTimeoutMs: 60_000,
	});
	// the default engine makes an isolate for every delivery: 5,000 would take a quarter of an hour
	n8n = await startN8n({
		loopbackOnly: true,
		env: { N8N_EXPRESSION_ENGINE: 'legacy', EXECUTIONS_DATA_PRUNE: 'false' },
	});
	client = new N8nClient(n8n);
	await client.logIn();
	credential = await client.createCredential('Thoughtly account', 'thoughtlyApi', {
		apiToken: simulator.token,
		teamId: simulator.teamId,
		baseUrl: simulator.url,
		requestsPerMinute: 1_000,
		webhookSecret: SECRET,
	});
	const agentIds = [simulator.store.agents[0].id];
	calls = await listen('Calls', thoughtlyTrigger({ agentScope: 'selected', agentIds }));
	callsUrl = simulator.store.subscriptions[0].url;
	const signature = new URL(callsUrl).searchParams.get('signature');
	secrets = [simulator.token, simulator.teamId, SECRET, String(signature)];
}, 1_800_000);

afterEach(() => {
	const text = answered.splice(0).join('\n');
	expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
});

afterAll(async () => {
	agent.destroy();
	const isAlive = await axios.get(`${n8n.url}/healthz/readiness`, { proxy: false }).then(({ status }) => status);
	const outbound = n8n.outbound();
	await n8n.stop();
	await simulator.stop();
	expect([isAlive, outbound]).toEqual([200, []]);
}, 30_000);

describe('a call', () => {
	test.each(['flat', 'nested'] as const)('%s: reported early, then three times over, it starts once', async (shape) => {
		simulator.options.deliveries = { shape, early: true, repeats: 3 };
		simulator.deliveries.length = 0;
		const id = await placeCall();
		const started = await startedBy(async () => {
			await until('The early deliveries', 10_000, () => simulator.deliveries.length === 3 || undefined);
			await simulator.finishCall(id);
		});
		expect(simulator.deliveries.map(({ status, answer }) => `${status} ${String(answer)}`)).toEqual([
			...['200 Ignored', '200 Ignored', '200 Ignored', '200 OK', '200 Ignored', '200 Ignored'],
		]);
		expect(started).toBe(1);
	});

	test('of 50 at once, 25 of them duplicates, 25 start', async () => {
		const once = Array.from({ length: 25 }, endedCall);
		let answers: Answer[] = [];
		const started = await startedBy(async () => {
			answers = await Promise.all([...once, ...once].map(async (call) => await post(callsUrl, call)));
		});
		expect(answers.map(({ status, body }) => `${status} ${body}`).sort()).toEqual([
			...Array<string>(25).fill('200 Ignored'),
			...Array<string>(25).fill('200 OK'),
		]);
		expect(started).toBe(25);
	});

	test('a body that nobody knows starts it as well', async () => {
		let answer: Answer | undefined;
		const body = { event: 'SOMETHING_NEW', details: { reason: randomUUID() } };
		expect(await startedBy(async () => (answer = await post(callsUrl, body)))).toBe(1);
		expect(answer).toMatchObject({ status: 200, body: 'OK' });
	});
});

const with_ = (change: (url: URL) => void) => () => {
	const url = new URL(callsUrl);
	change(url);
	return url.href;
};
const right = () => callsUrl;

test.each<[string, () => string, unknown, number]>([
	['a wrong signature', with_((url) => url.searchParams.set('signature', '0'.repeat(64))), endedCall(), 401],
	['no signature', with_((url) => url.searchParams.delete('signature')), endedCall(), 401],
	['two signatures', with_((url) => url.searchParams.append('signature', '0')), endedCall(), 401],
	['nothing in its query', with_((url) => (url.search = '')), endedCall(), 401],
	['an event that was not signed', with_((url) => url.searchParams.set('event', 'PHONE_TRANSFER')), endedCall(), 401],
	['an agent that was not signed', with_((url) => url.searchParams.set('agent', 'another')), endedCall(), 401],
	['another instance', with_((url) => url.searchParams.set('instance', 'another')), endedCall(), 401],
	['another path', with_((url) => (url.pathname = '/webhook/another/webhook')), endedCall(), 404],
	['a wrong signature and broken JSON', with_((url) => url.searchParams.set('signature', '0')), '{"id"', 422],
	['broken JSON', right, '{"id": "call-1", "status":', 422],
	['6 MB', right, { ...endedCall(), note: 'x'.repeat(6 * MB) }, 413],
	['nothing in it', right, '', 400],
	['a list', right, [endedCall()], 400],
])('a delivery with %s starts nothing', async (_name, url, body, status) => {
	let answer: Answer | undefined;
	expect(await startedBy(async () => (answer = await post(url(), body)))).toBe(0);
	expect(answer?.status).toBe(status);
});

test('from an Automation, the webhook secret starts it, and nothing else does', async () => {
	const workflow = await listen('Automation', thoughtlyTrigger({ receiveFrom: 'automation' }));
	const url = urlOf(workflow);
	const send = async (headers: Record<string, string>) => await post(url, { lead: 'Ada' }, headers);
	const answers: Answer[] = [];
	const started = await startedBy(async () => {
		answers.push(await send({ 'x-webhook-secret': SECRET }));
		answers.push(
			await send({ 'x-webhook-secret': `${SECRET}x` }),
			await send({ 'x-webhook-secret': '' }),
			await send({}),
		);
		// what Thoughtly signed elsewhere is no key to it either
		answers.push(await post(`${url}${new URL(callsUrl).search}`, { lead: 'Ada' }));
	}, workflow);
	expect(answers.map(({ status }) => status)).toEqual([200, 401, 401, 401, 401]);
	expect(started).toBe(1);
}, 30_000);

test('the answer does not wait for the workflow', async () => {
	const wait = nodeOf('Wait', 'n8n-nodes-base.wait', 1.1, { parameters: { amount: 20, unit: 'seconds' } });
	const workflow = await listen('Long', thoughtlyTrigger({ receiveFrom: 'automation' }), wait);
	const { status, took } = await post(urlOf(workflow), endedCall(), { 'x-webhook-secret': SECRET });
	expect(status).toBe(200);
	expect(took).toBeLessThan(15_000);
	expect(await client.countExecutions(workflow)).toBe(1);
	expect(await client.countExecutions(workflow, 'success')).toBe(0);
	await until('The end of the execution', 60_000, async () => {
		return (await client.countExecutions(workflow, 'success')) === 1 || undefined;
	});
}, 120_000);

test(`${ODD_BODIES} odd bodies (seed ${SEED}) start what they should and are answered with 2xx or 4xx`, async () => {
	const bodies = oddBodies(ODD_BODIES, SEED);
	const wanted = bodies.map(verdictOn);
	// the generator has to hold up its end
	expect(new Set(wanted)).toEqual(new Set<Verdict>(['start', 'ignore', 'refuse']));
	const wrong: object[] = [];
	const deliver = async (index: number) => {
		const odd = bodies[index];
		const answer = await postOdd(callsUrl, odd).catch((error: Error) => ({ status: 0, body: error.message }));
		const verdict = verdictOf(answer);
		if (verdict === wanted[index]) return;
		const { contentType, contentEncoding, bytes } = odd;
		const text = bytes.toString().slice(0, 500);
		wrong.push({ index, contentType, contentEncoding, text, wanted: wanted[index], status: answer.status });
	};
	const indexes = [...bodies.keys()];
	// n8n has one parser for all XML: of two texts at once it forgets the first, which is then never answered
	const xml = indexes.filter((index) => isXml(bodies[index]));
	const others = indexes.filter((index) => !isXml(bodies[index]));
	const lane = async (queue: number[]) => {
		for (let index = queue.shift(); index !== undefined; index = queue.shift()) await deliver(index);
	};
	const started = await startedBy(async () => {
		await Promise.all([lane(xml), ...Array.from({ length: AT_ONCE - 1 }, async () => await lane(others))]);
	});
	expect(wrong).toEqual([]);
	expect(started).toBe(wanted.filter((verdict) => verdict === 'start').length);
	await until('The end of the executions', 60_000, async () => {
		const [all, good] = await Promise.all([client.countExecutions(calls), client.countExecutions(calls, 'success')]);
		return all === good || undefined;
	});
}, 1_800_000);

describe("what n8n itself cannot read is answered as by n8n's own Webhook node", () => {
	let webhook: Workflow;
	let formerWebhook: Workflow;
	beforeAll(async () => {
		webhook = await listen('Webhook', webhookNode(2));
		// like ours of version 1: n8n reads the body of such a node before it is asked, whatever its content type
		formerWebhook = await listen('Former Webhook', webhookNode(1));
	}, 30_000);

	const NO_ANSWER = 0;
	const REFUSED = 4;
	const json = 'application/json';
	const call = JSON.stringify(endedCall());
	const tooLong = JSON.stringify({ ...endedCall(), note: 'x'.repeat(17 * MB) });
	test.each<[string, string | undefined, Buffer | string, string?]>([
		['17 MB of JSON', json, tooLong],
		['17 MB of text', 'text/plain', tooLong],
		['17 MB of a form', 'application/x-www-form-urlencoded', `a=${'x'.repeat(17 * MB)}`],
		['17 MB of anything', 'application/octet-stream', tooLong],
		['17 MB without a content type', undefined, tooLong],
		['17 MB in 17 KB', json, gzipSync(tooLong), 'gzip'],
		['no gzip', json, call, 'gzip'],
		['half of a gzip', json, gzipSync(call).subarray(0, 40), 'gzip'],
		['no deflate', json, call, 'deflate'],
		['a content encoding that n8n does not know', json, randomBytes(40), 'br'],
		['a charset that Node does not know', 'application/json; charset=iso-8859-15', call],
		['text in such a charset', 'text/plain; charset=nope', call],
		['no multipart', 'multipart/form-data; boundary=x', call],
		['multipart without a boundary', 'multipart/form-data', call],
		// once it has read some XML, n8n leaves what is none without any answer
		['no XML', 'application/xml', call],
	])(
		'%s',
		async (_name, contentType, bytes, contentEncoding = 'identity') => {
			const request = async (url: string) =>
				await send(url, bytes, { contentType, contentEncoding, timeout: 5_000 }).then(
					({ status }) => Math.floor(status / 100),
					() => NO_ANSWER,
				);
			const theirs = [await request(urlOf(webhook)), await request(urlOf(formerWebhook))];
			let ours: number | undefined;
			const started = await startedBy(async () => (ours = await request(callsUrl)));
			// a body that a Webhook node takes for anything at all, ours may refuse
			expect([REFUSED, ...theirs]).toContain(ours);
			expect(started).toBe(0);
		},
		60_000,
	);
});

/** Creates and activates a workflow of a trigger and one node behind it. */
async function listen(
	name: string,
	trigger: INode,
	next = nodeOf('Next', 'n8n-nodes-base.noOp', 1),
): Promise<Workflow> {
	const workflow = await client.createWorkflow({
		name,
		nodes: [trigger, next],
		connections: { [trigger.name]: { main: [[{ node: next.name, type: NodeConnectionTypes.Main, index: 0 }]] } },
		settings: { executionOrder: 'v1' },
	});
	await client.activate(workflow);
	return workflow;
}

function thoughtlyTrigger(parameters: INodeParameters): INode {
	const { id, name, type } = credential;
	return nodeOf('Thoughtly Trigger', THOUGHTLY_TRIGGER, 1, {
		parameters,
		webhookId: randomUUID(),
		credentials: { [type]: { id, name } },
	});
}

function webhookNode(typeVersion: number): INode {
	const path = randomUUID();
	const parameters = { path, httpMethod: 'POST', options: {} };
	return nodeOf('Webhook', 'n8n-nodes-base.webhook', typeVersion, { parameters, webhookId: path });
}

/** The production URL of a workflow's trigger. */
function urlOf({ nodes: [{ type, webhookId }] }: Workflow): string {
	return `${n8n.url}/webhook/${webhookId}${type === THOUGHTLY_TRIGGER ? '/webhook' : ''}`;
}

/** How many executions of the workflow the work has started; n8n notes an execution before it answers. */
async function startedBy(work: () => Promise<unknown>, workflow = calls): Promise<number> {
	const before = await client.countExecutions(workflow);
	await work();
	return (await client.countExecutions(workflow)) - before;
}

async function placeCall(): Promise<string> {
	const { store, token, teamId } = simulator;
	const { data } = await axios.post<{ data: { id: string } }>(
		`${simulator.url}/contact/call`,
		{ contact_id: store.contacts[0].id, interview_id: store.agents[0].id },
		{ headers: { 'x-api-token': token, team_id: teamId }, proxy: false },
	);
	return data.data.id;
}

function endedCall() {
	return {
		id: randomUUID(),
		interview: { id: 'agent-1' },
		status: 'COMPLETED',
		start_time: '2026-01-31T09:00:00.000Z',
		end_time: '2026-01-31T09:00:42.000Z',
		duration_ms: '42000',
	};
}

async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
	return await send(url, typeof body === 'string' ? body : JSON.stringify(body), {
		contentType: 'application/json',
		headers,
	});
}

async function postOdd(url: string, odd: OddBody): Promise<Answer> {
	const bytes = encoded(odd);
	return await send(url, odd.isChunked ? Readable.from([bytes]) : bytes, odd);
}

interface Sending extends Partial<Pick<OddBody, 'contentType'>> {
	contentEncoding?: string;
	/** Milliseconds */
	timeout?: number;
	headers?: Record<string, string>;
}

async function send(url: string, data: string | Buffer | Readable, sending: Sending): Promise<Answer> {
	const { contentType, contentEncoding, headers, timeout = 30_000 } = sending;
	const start = performance.now();
	const answer = await axios.post<string>(url, data, {
		headers: {
			...headers,
			// false keeps axios from giving it one of its own
			'content-type': contentType ?? false,
			...(contentEncoding && { 'content-encoding': contentEncoding }),
		},
		httpAgent: agent,
		maxBodyLength: Infinity,
		maxRedirects: 0,
		proxy: false,
		responseType: 'text',
		// the whole of it, as axios's own timeout ends with the first byte
		signal: AbortSignal.timeout(timeout),
		transformRequest: [(body: unknown) => body],
		transformResponse: [(body: unknown) => body],
		validateStatus: null,
	});
	answered.push(`${answer.status} ${JSON.stringify(answer.headers)} ${answer.data}`);
	return { status: answer.status, body: answer.data, took: performance.now() - start };
}

function verdictOf({ status, body }: Pick<Answer, 'status' | 'body'>): Verdict | undefined {
	if (status >= 400 && status < 500) return 'refuse';
	if (status !== 200) return undefined;
	return body === 'OK' ? 'start' : body === 'Ignored' ? 'ignore' : undefined;
}
