import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import axios from 'axios';
import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import { N8nClient, type Execution, type Workflow } from '../test/server/client.mts';
import { simulatorAccount } from '../test/server/demo.mts';
import { startN8n, type N8n } from '../test/server/n8n.mts';
import { withProgress } from '../test/server/progress.mts';
import { until } from '../test/server/until.mts';
import { nodeOf, THOUGHTLY, THOUGHTLY_TRIGGER, to } from '../test/server/workflows.mts';
import type { Fault } from '../test/simulator/faults.mts';
import { startSimulator, type Simulator } from '../test/simulator/simulator.mts';
import { conditions, prepare, table } from './measure.mts';

/** How often an execution with all operations starts: with retries after faults, its requests just fit the quota. */
const EVERY_MS = 13_000;
const SAMPLE_EVERY_MS = 5_000;
/** Makes n8n collect its garbage, so that the lowest samples show what is retained */
const COLLECT = '--expose-gc --import data:text/javascript,setInterval(gc,10000).unref()';
/** Share of requests with a fault */
const FAULTS = 0.05;
/** What caches and compiled code may add or free */
const NOISE_MB = 15;
const START = 'Start';

const faults: Fault[] = [
	{ kind: 'status', status: 429, headers: { 'retry-after': '1' } },
	{ kind: 'status', status: 429 },
	{ kind: 'status', status: 500 },
	{ kind: 'status', status: 502, body: '<html><body>Bad Gateway</body></html>' },
	{ kind: 'status', status: 503 },
	{ kind: 'latency', ms: 3_000 },
	{ kind: 'reset' },
	{ kind: 'resetAfter' },
	{ kind: 'brokenJson' },
	{ kind: 'empty' },
	{ kind: 'errorInBody', error: { message: 'Scripted' } },
];

/** A node of the workflow: one of our operations, or the request that does the same. */
interface Step {
	name: string;
	parameters: INodeParameters;
}

interface Sample {
	residentMB: number;
	heapMB: number;
}

/** One n8n with its own simulator, and what is recorded of its load. */
interface Leg {
	name: string;
	n8n: N8n;
	client: N8nClient;
	simulator: Simulator;
	/** All operations, one after another, whenever its webhook is called */
	load: Workflow;
	/** Started when calls end */
	events: Workflow;
	steps: Step[];
	executions: string[];
	samples: Sample[];
}

const byId = (value: string) => ({ __rl: true, mode: 'id', value });
const first = (node: string, field: string) => `{{ $('${node}').first().json.${field} }}`;
const NUMBER = `=+1415555{{ '01' + String($('${START}').first().json.body.number).padStart(2, '0') }}`;

/** Metadata of every call, by which two calls for one item are recognized. */
const askedBy = (node: string) => ({ execution: '{{ $execution.id }}', node });
const asPairs = (metadata: Record<string, string>) => ({
	metadataValues: Object.entries(metadata).map(([name, value]) => ({ name, value: `=${value}` })),
});

/** Every operation of the package. */
function ourSteps({ agents, calls, automations }: Simulator['store']): Step[] {
	const agent = byId(agents[0].id);
	const contact = byId(`=${first('Find or create', 'id')}`);
	const hook = { event: 'PHONE_TRANSFER', url: 'https://example.com/hook', options: { data: 'soak' } };
	const step = (name: string, resource: string, operation: string, fields: INodeParameters = {}): Step => ({
		name,
		parameters: { resource, operation, ...fields },
	});
	return [
		step('Find or create', 'contact', 'findOrCreate', { phoneNumber: NUMBER }),
		step('Get contact', 'contact', 'get', { contact }),
		step('List contacts', 'contact', 'getAll', { limit: 5 }),
		step('Create', 'contact', 'create', { phoneNumber: NUMBER }),
		step('List agents', 'agent', 'getAll', { limit: 5 }),
		step('Get user', 'user', 'get'),
		step('Call', 'call', 'start', { agent, contact, metadata: asPairs(askedBy('Call')) }),
		step('Get call', 'call', 'get', { agent, callId: calls[0].id }),
		step('List calls', 'call', 'getAll', { agent, limit: 5 }),
		step('Recording', 'call', 'downloadRecording', { agent, callId: calls[0].id }),
		step('Call and wait', 'call', 'startAndWait', { agent, contact, metadata: asPairs(askedBy('Call and wait')) }),
		step('Subscribe', 'webhook', 'subscribe', hook),
		step('List webhooks', 'webhook', 'getAll', { limit: 5 }),
		step('Unsubscribe', 'webhook', 'unsubscribe', hook),
		step('Automation', 'automation', 'trigger', { automationId: automations[0].id }),
		step('Delete', 'contact', 'delete', { contact: byId(`=${first('Create', 'id')}`) }),
	];
}

/** The same requests with the HTTP Request node, without retries. */
function theirSteps({ agents, calls, automations }: Simulator['store'], api: string): Step[] {
	const step = (name: string, method: string, path: string, body?: IDataObject): Step => ({
		name,
		parameters: {
			method,
			url: `=${api}${path}`,
			authentication: 'predefinedCredentialType',
			nodeCredentialType: 'thoughtlyApi',
			...(body && { sendBody: true, specifyBody: 'json', jsonBody: `=${JSON.stringify(body)}` }),
			options: {},
		},
	});
	const number = { phone_number: NUMBER.slice(1) };
	const call = (metadata: IDataObject) => ({
		interview_id: agents[0].id,
		contact_id: first('Find or create', 'data.id'),
		metadata,
	});
	const hook = { type: 'PHONE_TRANSFER', url: 'https://example.com/hook', data: 'soak' };
	const list = `/interview/${agents[0].id}/responses?limit=50`;
	return [
		step('Find', 'GET', '/contact?limit=50'),
		step('Find or create', 'POST', '/contact/create', number),
		step('Get contact', 'GET', `/contact/${first('Find or create', 'data.id')}`),
		step('List contacts', 'GET', '/contact?limit=5'),
		step('Create', 'POST', '/contact/create', number),
		step('List agents', 'GET', '/interview?limit=5'),
		step('Get user', 'GET', '/user'),
		step('Call', 'POST', '/contact/call', call(askedBy('Call'))),
		step('Get call', 'GET', list),
		step('List calls', 'GET', `/interview/${agents[0].id}/responses?limit=5`),
		step('Find recording', 'GET', list),
		step('Recording', 'GET', `/recordings/${calls[0].id}.wav`),
		step('Call and wait', 'POST', '/contact/call', call(askedBy('Call and wait'))),
		step('Result', 'GET', list),
		step('Subscribe', 'POST', '/webhooks/subscribe', hook),
		step('List webhooks', 'GET', '/webhooks'),
		step('Unsubscribe', 'DELETE', '/webhooks/unsubscribe', hook),
		step('Automation', 'POST', `/webhook/automation/${automations[0].id}`, {}),
		step('Delete', 'DELETE', `/contact/${first('Create', 'data.id')}`),
	];
}

/** Prints what a long steady load does to n8n through our nodes, next to the same load through n8n's own. */
export async function printSoak(args: string[]): Promise<void> {
	const { values } = parseArgs({ args, options: { minutes: { type: 'string', default: '20' } } });
	const minutes = Number(values.minutes);
	if (!(minutes >= 1)) throw new Error('--minutes must be 1 or more');

	const runtime = await prepare();
	const legs: Leg[] = [];
	try {
		legs.push(await startLeg('Thoughtly nodes', true), await startLeg('HTTP Request and Webhook nodes', false));
		const deadline = Date.now() + minutes * 60_000;
		await withProgress(
			() => `${legs[0].executions.length} executions of all operations on each n8n, ${minutes} min in total`,
			async () => await Promise.all(legs.flatMap((leg) => [keepLoading(leg, deadline), keepSampling(leg, deadline)])),
		);
		const [ours, theirs] = [await reportOn(legs[0]), await reportOn(legs[1])];
		const row = (what: string, show: (report: Report) => string, aim = '') => [what, show(ours), show(theirs), aim];
		const megabytes = (value: number) => `${value.toFixed(0)} MB`;
		process.stdout.write(
			[
				`npm run bench -- soak${args.length ? ` ${args.join(' ')}` : ''}\n`,
				`${conditions(runtime)}; ${minutes} min, a fault for every ${1 / FAULTS}th request, 100 requests per minute\n\n`,
				table([
					['', ours.name, theirs.name, 'aim'],
					row('executions of all operations', ({ executions }) => String(executions)),
					row('requests', ({ requests }) => String(requests)),
					row('nodes without an output item', ({ unanswered }) => String(unanswered), '0'),
					row('items with an error', ({ failed }) => String(failed)),
					row('calls placed, more than one per item', ({ calls, surplus }) => `${calls}, ${surplus}`, '0'),
					row('events, executions they started', ({ events, started }) => `${events}, ${started}`),
					row('subscriptions left', ({ left }) => String(left), '0'),
					row('heap after collection, first third', ({ heapMB }) => megabytes(heapMB[0])),
					row('heap after collection, last third', ({ heapMB }) => megabytes(heapMB[1])),
					row('its growth', ({ growthMB }) => megabytes(growthMB), `theirs + ${NOISE_MB} MB`),
					row('resident memory, last third', ({ residentMB }) => megabytes(residentMB)),
				]),
				'The heap after collection is the lowest of the samples in that time; garbage is collected every 10 s.\n',
			].join(''),
		);
		const kept = !ours.unanswered && !ours.left && !ours.surplus && ours.growthMB <= theirs.growthMB + NOISE_MB;
		if (!kept) process.exitCode = 1;
	} finally {
		for (const { n8n, simulator } of legs) {
			await n8n.stop();
			await simulator.stop();
		}
	}
}

async function startLeg(name: string, isOurs: boolean): Promise<Leg> {
	const simulator = await startSimulator({ callPace: 300 });
	const env = { N8N_METRICS: 'true', EXECUTIONS_DATA_PRUNE: 'false', NODE_OPTIONS: COLLECT };
	const n8n = await startN8n({ env });
	const client = new N8nClient(n8n);
	await client.logIn();
	const account = { ...simulatorAccount(simulator), requestsPerMinute: 100 };
	const credential = await client.createCredential('Thoughtly account', 'thoughtlyApi', account);
	const credentials = { [credential.type]: { id: credential.id, name: credential.name } };
	const steps = isOurs ? ourSteps(simulator.store) : theirSteps(simulator.store, simulator.url);
	const [type, version]: [string, number] = isOurs ? [THOUGHTLY, 1] : ['n8n-nodes-base.httpRequest', 4.2];
	const load = await client.createWorkflow(
		chain('Load', [
			webhookNode(START, { responseData: '={{ $execution.id }}' }),
			...steps.map(({ name: step, parameters }) =>
				nodeOf(step, type, version, { parameters, credentials, ...ONE_ANSWER }),
			),
		]),
	);
	await client.activate(load);
	const trigger = isOurs
		? nodeOf('Event', THOUGHTLY_TRIGGER, 1, { parameters: { agentScope: 'all' }, credentials, webhookId: randomUUID() })
		: webhookNode('Event', {});
	const events = await client.createWorkflow(chain('Events', [trigger, nodeOf('After', 'n8n-nodes-base.noOp', 1)]));
	await client.activate(events);
	if (!isOurs) {
		const subscription = { id: randomUUID(), type: 'NEW_RESPONSE', data: null, created: new Date().toISOString() };
		simulator.store.subscriptions.push({
			...subscription,
			url: `${n8n.url}/webhook/${String(trigger.parameters.path)}`,
		});
	}
	simulator.faults.random(FAULTS, (chance) => faults[Math.floor(chance * faults.length)]);
	return { name, n8n, client, simulator, load, events, steps, executions: [], samples: [] };
}

/** The next node runs with one item, even after an error. */
const ONE_ANSWER: Partial<INode> = { onError: 'continueRegularOutput', executeOnce: true };

function webhookNode(name: string, options: INodeParameters): INode {
	const path = randomUUID();
	const parameters = { path, httpMethod: 'POST', options };
	return nodeOf(name, 'n8n-nodes-base.webhook', 2, { parameters, webhookId: path });
}

/** A workflow of nodes one after another. */
function chain(name: string, nodes: INode[]) {
	const connections = Object.fromEntries(nodes.slice(1).map((node, index) => [nodes[index].name, to(node.name)]));
	return { name, nodes, connections, settings: { executionOrder: 'v1' } };
}

async function keepLoading({ n8n, load, executions }: Leg, deadline: number): Promise<void> {
	const url = `${n8n.url}/webhook/${String(load.nodes[0].parameters.path)}`;
	for (let number = 0; Date.now() < deadline; number = (number + 1) % 100) {
		const { data } = await axios.post<unknown>(url, { number }, { proxy: false });
		executions.push(String(data));
		await sleep(EVERY_MS);
	}
}

async function keepSampling({ n8n, samples }: Leg, deadline: number): Promise<void> {
	for (; Date.now() < deadline; await sleep(SAMPLE_EVERY_MS)) {
		const { data } = await axios.get<string>(`${n8n.url}/metrics`, { proxy: false });
		const megabytes = (name: string) => Number(new RegExp(`^n8n_${name} (\\S+)$`, 'm').exec(data)?.[1]) / 2 ** 20;
		samples.push({
			residentMB: megabytes('process_resident_memory_bytes'),
			heapMB: megabytes('nodejs_heap_size_used_bytes'),
		});
	}
}

type Report = Awaited<ReturnType<typeof reportOn>>;

/** Waits for everything that is running, turns off the events, and counts. */
async function reportOn({ name, client, simulator, load, events, steps, executions, samples }: Leg) {
	const ended: Execution[] = [];
	for (const id of executions) ended.push(await client.end(id, 300_000));
	await simulator.idle();
	const isDone = async () => (await client.countExecutions(events, 'running', 'new')) === 0 || undefined;
	await until('The end of the events', 60_000, isDone);
	simulator.faults.clear();
	await client.deactivate(events);
	await client.deactivate(load);

	const answers = ended.flatMap(({ data }) => steps.map((step) => data.resultData.runData[step.name]?.[0]));
	const itemsOf = (answer: (typeof answers)[number]) => answer?.data?.main[0] ?? [];
	const calls = simulator.store.calls.map(({ metadata }) => metadata).filter((metadata) => metadata?.execution);
	const items = new Set(calls.map((metadata) => `${String(metadata?.execution)} ${String(metadata?.node)}`));
	const third = Math.floor(samples.length / 3);
	const lowest = (some: Sample[]) => Math.min(...some.map(({ heapMB }) => heapMB));
	const heapMB = [lowest(samples.slice(0, third)), lowest(samples.slice(-third))];
	const delivered = simulator.deliveries.filter(({ status }) => status === 200);
	return {
		name,
		executions: ended.length,
		requests: simulator.requests.length,
		unanswered: answers.filter((answer) => !itemsOf(answer).length).length,
		failed: answers.filter((answer) => itemsOf(answer).some(({ json }) => json.error)).length,
		calls: calls.length,
		surplus: calls.length - items.size,
		events: delivered.length,
		started: await client.countExecutions(events),
		left: simulator.store.subscriptions.filter(({ url }) => url.includes('signature=')).length,
		heapMB,
		growthMB: heapMB[1] - heapMB[0],
		residentMB: samples.slice(-third).reduce((sum, sample) => sum + sample.residentMB, 0) / third,
	};
}
