// What the benches of the webhook trigger share: a real n8n with our trigger and its own Webhook node in the same workflow.
import { randomUUID } from 'node:crypto';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { INode, INodeParameters } from 'n8n-workflow';
import { N8nClient, type Workflow } from '../test/server/client.mts';
import { simulatorAccount } from '../test/server/demo.mts';
import { startN8n } from '../test/server/n8n.mts';
import { pathOf } from '../test/server/triggers.mts';
import { nodeOf, THOUGHTLY_TRIGGER, to } from '../test/server/workflows.mts';
import { startSimulator, type Simulator } from '../test/simulator/simulator.mts';
import { conditions, prepare } from './measure.mts';

/** How many requests are under way at once. */
export const AT_ONCE = 20;

/** n8n's expression engines, its default first. */
const ENGINES = ['vm', 'legacy'];

export const SECRET = 'webhook-secret-of-the-bench';

export interface TriggerOptions {
	count: number;
	rounds: number;
	engine: string;
}

/**
 * @param counted the option for how many requests each trigger gets, a multiple of the rounds
 * @param multiple of which the number of a round's requests must be
 */
export function readTriggerOptions(args: string[], counted: string, byDefault: string, multiple = 1): TriggerOptions {
	const { values } = parseArgs({
		args,
		options: {
			[counted]: { type: 'string', default: byDefault },
			rounds: { type: 'string', default: '5' },
			engine: { type: 'string', default: ENGINES[0] },
		},
	});
	const [count, rounds, engine] = [Number(values[counted]), Number(values.rounds), String(values.engine)];
	if (!(Number.isInteger(rounds) && rounds > 0 && count > 0 && Number.isInteger(count / rounds / multiple))) {
		throw new Error(`--${counted} must be a multiple of ${multiple === 1 ? '' : `${multiple} times `}--rounds`);
	}
	if (!ENGINES.includes(engine)) throw new Error(`--engine must be one of ${ENGINES.join(', ')}, not "${engine}"`);
	return { count, rounds, engine };
}

/** A trigger in a published workflow. */
export interface Published {
	name: string;
	workflow: Workflow;
	/** Where it takes requests */
	url: string;
}

export interface Triggers {
	simulator: Simulator;
	client: N8nClient;
	thoughtly: Published;
	webhook: Published;
	/** n8n's Webhook node in version 1 */
	webhook1: Published;
	/** The one of them that n8n treats like ours: with vm, every trigger costs an isolate, except the current Webhook node. */
	peer: Published;
	/** What the figures were measured on */
	conditions: string;
}

/**
 * Publishes our trigger and n8n's Webhook node, each with the same node behind it, and has them measured.
 * @param ours parameters of our trigger
 * @param theirs parameters of the Webhook node, which has a credential with the same secret
 */
export async function withTriggers(
	engine: string,
	{ next, ours, theirs }: { next: INode; ours: INodeParameters; theirs: INodeParameters },
	measure: (triggers: Triggers) => Promise<void>,
): Promise<void> {
	const runtime = await prepare();
	const load = loadavg()[0].toFixed(1);
	const simulator = await startSimulator({ quota: null, callPace: 0 });
	const n8n = await startN8n({ env: { N8N_EXPRESSION_ENGINE: engine, EXECUTIONS_DATA_PRUNE: 'false' } });
	try {
		const client = new N8nClient(n8n);
		await client.logIn();
		const account = { ...simulatorAccount(simulator), requestsPerMinute: 1_000, webhookSecret: SECRET };
		const { id, name, type } = await client.createCredential('Thoughtly account', 'thoughtlyApi', account);
		const header = { name: 'x-webhook-secret', value: SECRET };
		const secret = await client.createCredential('Secret', 'httpHeaderAuth', header);
		const publish = async (title: string, trigger: INode): Promise<Workflow> => {
			const workflow = await client.createWorkflow({
				name: title,
				nodes: [trigger, next],
				connections: { [trigger.name]: to(next.name) },
				settings: { executionOrder: 'v1' },
			});
			await client.activate(workflow);
			return workflow;
		};
		const publishOurs = async (title: string): Promise<Published> => {
			const credentials = { [type]: { id, name } };
			const trigger = { parameters: ours, credentials, webhookId: randomUUID() };
			const workflow = await publish(title, nodeOf('Thoughtly Trigger', THOUGHTLY_TRIGGER, 1, trigger));
			const subscribed = simulator.store.subscriptions.at(0)?.url;
			return { name: title, workflow, url: subscribed ?? n8n.url + pathOf(workflow) };
		};
		const publishTheirs = async (title: string, version: number): Promise<Published> => {
			const path = randomUUID();
			const credentials = { httpHeaderAuth: { id: secret.id, name: secret.name } };
			const parameters = { path, httpMethod: 'POST', options: {}, ...theirs };
			const trigger = { parameters, credentials, webhookId: path };
			const workflow = await publish(title, nodeOf('Webhook', 'n8n-nodes-base.webhook', version, trigger));
			return { name: title, workflow, url: `${n8n.url}/webhook/${path}` };
		};
		const thoughtly = await publishOurs('Thoughtly Trigger');
		const webhook = await publishTheirs('Webhook node', 2);
		const webhook1 = await publishTheirs('Webhook node, version 1', 1);
		await measure({
			...{ simulator, client, thoughtly, webhook, webhook1 },
			peer: engine === 'vm' ? webhook1 : webhook,
			conditions: `${conditions(runtime)}, expression engine ${engine}, load ${load} before`,
		});
	} finally {
		await n8n.stop();
		await simulator.stop();
	}
}

/** What the figures of a bench need to be understood. */
export const ABOUT_ISOLATES =
	'With the expression engine vm, n8n creates an isolate for each request before it calls a trigger, except for its\n' +
	'own Webhook node from version 1.1 on. Version 1 is the one that it treats like ours.\n';

/** The same in another order: the n-th comes first. */
export const turned = <T,>(all: T[], n: number): T[] => [...all.slice(n % all.length), ...all.slice(0, n % all.length)];
