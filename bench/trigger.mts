import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import axios from 'axios';
import type { INode } from 'n8n-workflow';
import { N8nClient, type Workflow } from '../test/server/client.mts';
import { startN8n } from '../test/server/n8n.mts';
import { withProgress } from '../test/server/progress.mts';
import { until } from '../test/server/until.mts';
import { nodeOf, THOUGHTLY_TRIGGER, to } from '../test/server/workflows.mts';
import { startSimulator } from '../test/simulator/simulator.mts';
import { conditions, median, prepare, quantile, table } from './measure.mts';

interface Receiver {
	name: string;
	workflow: Workflow;
	url: string;
	rounds: Round[];
}

interface Round {
	/** Responses per second */
	rate: number;
	/** Milliseconds from each delivery to its response, in order of size */
	answered: number[];
	/** Milliseconds from each delivery to the node after the trigger, ascending */
	arrived: number[];
}

const AT_ONCE = 20;
const WARM_UP = 40;
const AIM = 0.95;
const ENGINES = ['vm', 'legacy'];

/** Prints how fast our trigger and n8n's Webhook node handle deliveries; fails if ours is slower or loses one. */
export async function printTrigger(args: string[]): Promise<void> {
	const { values } = parseArgs({
		args,
		options: {
			deliveries: { type: 'string', default: '1000' },
			rounds: { type: 'string', default: '5' },
			engine: { type: 'string', default: ENGINES[0] },
		},
	});
	const [deliveries, rounds] = [Number(values.deliveries), Number(values.rounds)];
	const { engine } = values;
	if (!(Number.isInteger(rounds) && rounds > 0 && Number.isInteger(deliveries / rounds) && deliveries > 0)) {
		throw new Error('--deliveries must be a multiple of --rounds');
	}
	if (!ENGINES.includes(engine)) throw new Error(`--engine must be one of ${ENGINES.join(', ')}, not "${engine}"`);

	const runtime = await prepare();
	const load = loadavg()[0].toFixed(1);
	const arrivals = await countArrivals();
	const simulator = await startSimulator({ quota: null, callPace: 0 });
	const n8n = await startN8n({ env: { N8N_EXPRESSION_ENGINE: engine, EXECUTIONS_DATA_PRUNE: 'false' } });
	try {
		const client = new N8nClient(n8n);
		await client.logIn();
		const { id, name, type } = await client.createCredential('Thoughtly account', 'thoughtlyApi', {
			apiToken: simulator.token,
			teamId: simulator.teamId,
			baseUrl: simulator.url,
			requestsPerMinute: 1_000,
		});
		const next = nodeOf('Next', 'n8n-nodes-base.httpRequest', 4.2, {
			// the Webhook node's output has the delivery in `body`
			parameters: { url: `=${arrivals.url}/{{ ($json.body ?? $json).id }}`, options: {} },
		});
		const listen = async (title: string, trigger: INode): Promise<Workflow> => {
			const workflow = await client.createWorkflow({
				name: title,
				nodes: [trigger, next],
				connections: { [trigger.name]: to(next.name) },
				settings: { executionOrder: 'v1' },
			});
			await client.activate(workflow);
			return workflow;
		};
		const agentIds = [simulator.store.agents[0].id];
		const thoughtly: Receiver = {
			name: 'Thoughtly Trigger',
			workflow: await listen(
				'Thoughtly',
				nodeOf('Thoughtly Trigger', THOUGHTLY_TRIGGER, 1, {
					parameters: { agentScope: 'selected', agentIds },
					credentials: { [type]: { id, name } },
					webhookId: randomUUID(),
				}),
			),
			url: simulator.store.subscriptions[0].url,
			rounds: [],
		};
		const webhook = async (title: string, version: number): Promise<Receiver> => {
			const path = randomUUID();
			const trigger = nodeOf('Webhook', 'n8n-nodes-base.webhook', version, {
				parameters: { path, httpMethod: 'POST', options: {} },
				webhookId: path,
			});
			const workflow = await listen(title, trigger);
			return { name: title, workflow, url: `${n8n.url}/webhook/${path}`, rounds: [] };
		};
		const theirs = await webhook('Webhook node', 2);
		const version1 = await webhook('Webhook node, version 1', 1);
		const receivers = [thoughtly, theirs, version1];
		// with vm, every trigger costs an isolate, except n8n's Webhook node from version 1.1 on
		const peer = engine === 'vm' ? version1 : theirs;

		const call = simulator.store.calls.find(({ end_time }) => end_time !== null);
		const deliver = async ({ workflow, url }: Receiver, count: number): Promise<Round> => {
			const sent = new Map<string, number>();
			const answered: number[] = [];
			const httpAgent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
			const ids = Array.from({ length: count }, () => randomUUID());
			const before = await client.countExecutions(workflow, 'success');
			const begun = performance.now();
			const lane = async () => {
				for (let delivery = ids.pop(); delivery !== undefined; delivery = ids.pop()) {
					const body = JSON.stringify({ ...call, id: delivery });
					const start = performance.now();
					sent.set(delivery, start);
					await axios.post(url, body, { headers: { 'content-type': 'application/json' }, httpAgent, proxy: false });
					answered.push(performance.now() - start);
				}
			};
			await Promise.all(Array.from({ length: AT_ONCE }, lane));
			const ms = performance.now() - begun;
			httpAgent.destroy();
			// the next round must find n8n idle
			await until('The end of the executions', 120_000, async () => {
				return (await client.countExecutions(workflow, 'success')) - before >= count || undefined;
			}).catch(() => undefined);
			const arrived = [...sent].flatMap(([delivery, start]) => {
				const times = arrivals.of(delivery);
				return times.length === 1 ? [times[0] - start] : [];
			});
			const sorted = (times: number[]) => times.sort((a, b) => a - b);
			return { rate: (count / ms) * 1_000, answered: sorted(answered), arrived: sorted(arrived) };
		};
		for (const receiver of receivers) await deliver(receiver, WARM_UP);
		let done = 0;
		await withProgress(
			() => `Round ${Math.floor(done / receivers.length) + 1} of ${rounds}`,
			async () => {
				for (let round = 0; round < rounds; round++) {
					// in turns, starting with another one each time
					const first = round % receivers.length;
					for (const receiver of [...receivers.slice(first), ...receivers.slice(0, first)]) {
						receiver.rounds.push(await deliver(receiver, deliveries / rounds));
						done++;
					}
				}
			},
		);

		const rateOf = (receiver: Receiver) => median(receiver.rounds.map(({ rate }) => rate));
		const ratioTo = (other: Receiver) => rateOf(thoughtly) / rateOf(other);
		const lost = ({ rounds: all }: Receiver) => deliveries - all.flatMap(({ arrived }) => arrived).length;
		const figure = (times: (round: Round) => number[], share: number) => (receiver: Receiver) =>
			`${median(receiver.rounds.map((round) => quantile(times(round), share))).toFixed(0)} ms`;
		const row = (what: string, show: (receiver: Receiver) => string, aim = '') => [what, ...receivers.map(show), aim];
		process.stdout.write(
			[
				`npm run bench -- trigger${args.length ? ` ${args.join(' ')}` : ''}\n`,
				`${conditions(runtime)}, expression engine ${engine}, load ${load} before\n`,
				`${deliveries} deliveries each, ${AT_ONCE} at once, median of ${rounds} rounds in turns\n\n`,
				table([
					row('', ({ name }) => name, 'aim'),
					row('deliveries per second', (receiver) => rateOf(receiver).toFixed(1)),
					row(
						'ours / theirs',
						(receiver) => (receiver === thoughtly ? '' : ratioTo(receiver).toFixed(2)),
						`at least ${AIM} of ${peer.name}`,
					),
					row(
						'to the response, p50',
						figure(({ answered }) => answered, 0.5),
					),
					row(
						'to the response, p95',
						figure(({ answered }) => answered, 0.95),
					),
					row(
						'to the next node, p50',
						figure(({ arrived }) => arrived, 0.5),
					),
					row(
						'to the next node, p95',
						figure(({ arrived }) => arrived, 0.95),
					),
					row('lost or duplicated', (receiver) => String(lost(receiver)), '0'),
				]),
				'With the expression engine vm, n8n creates an isolate for each delivery before it calls a trigger, except for its\n',
				'own Webhook node from version 1.1 on. Version 1 is the one that it treats like ours.\n',
			].join(''),
		);
		if (ratioTo(peer) < AIM || receivers.some((receiver) => lost(receiver) > 0)) process.exitCode = 1;
	} finally {
		await n8n.stop();
		await simulator.stop();
		arrivals.stop();
	}
}

/** A server that records when the node after a trigger requests it, and for which delivery. */
async function countArrivals() {
	const times = new Map<string, number[]>();
	const server = createServer(({ url = '' }, response) => {
		const delivery = url.slice(1);
		times.set(delivery, [...(times.get(delivery) ?? []), performance.now()]);
		response.end();
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		of: (delivery: string) => times.get(delivery) ?? [],
		stop: () => {
			server.close();
			server.closeAllConnections();
		},
	};
}
