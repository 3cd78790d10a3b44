import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import axios from 'axios';
import { withProgress } from '../test/server/progress.mts';
import { until } from '../test/server/until.mts';
import { nodeOf } from '../test/server/workflows.mts';
import { median, quantile, table } from './measure.mts';
import { ABOUT_ISOLATES, AT_ONCE, readTriggerOptions, turned, withTriggers } from './triggers.mts';
import type { Published, TriggerOptions, Triggers } from './triggers.mts';

interface Round {
	/** Responses per second */
	rate: number;
	/** Milliseconds from each delivery to its response, in order of size */
	answered: number[];
	/** Milliseconds from each delivery to the node after the trigger, ascending */
	arrived: number[];
}

interface Receiver extends Published {
	rounds: Round[];
}

const WARM_UP = 40;
const AIM = 0.95;

/** Prints how fast our trigger and n8n's Webhook node handle deliveries; fails if ours is slower or loses one. */
export async function printTrigger(args: string[]): Promise<void> {
	const options = readTriggerOptions(args, 'deliveries', '1000');
	const arrivals = await countArrivals();
	const next = nodeOf('Next', 'n8n-nodes-base.httpRequest', 4.2, {
		// the Webhook node's output has the delivery in `body`
		parameters: { url: `=${arrivals.url}/{{ ($json.body ?? $json).id }}`, options: {} },
	});
	try {
		await withTriggers(options.engine, { next, ours: {}, theirs: {} }, async (triggers) => {
			const figures = await deliverAll(triggers, options, arrivals);
			process.stdout.write(`npm run bench -- trigger${args.length ? ` ${args.join(' ')}` : ''}\n${figures}`);
		});
	} finally {
		arrivals.stop();
	}
}

async function deliverAll(triggers: Triggers, { count, rounds }: TriggerOptions, arrivals: Arrivals): Promise<string> {
	const { peer, conditions } = triggers;
	const receivers = [triggers.thoughtly, triggers.webhook, triggers.webhook1].map((trigger): Receiver => ({
		...trigger,
		rounds: [],
	}));
	for (const receiver of receivers) await deliver(triggers, receiver, WARM_UP, arrivals);
	let done = 0;
	await withProgress(
		() => `Round ${Math.floor(done / receivers.length) + 1} of ${rounds}`,
		async () => {
			for (let round = 0; round < rounds; round++) {
				for (const receiver of turned(receivers, round)) {
					receiver.rounds.push(await deliver(triggers, receiver, count / rounds, arrivals));
					done++;
				}
			}
		},
	);

	const rates = receivers.map((receiver) => median(receiver.rounds.map(({ rate }) => rate)));
	const ratios = rates.map((rate) => rates[0] / rate);
	const lost = receivers.map((receiver) => count - receiver.rounds.flatMap(({ arrived }) => arrived).length);
	const ratioToPeer = ratios[receivers.findIndex(({ name }) => name === peer.name)];
	if (ratioToPeer < AIM || Math.max(...lost) > 0) process.exitCode = 1;
	const times = (what: 'answered' | 'arrived', share: number) =>
		receivers.map((receiver) => {
			const time = median(receiver.rounds.map((round) => quantile(round[what], share)));
			return `${time.toFixed(0)} ms`;
		});
	return [
		`${conditions}\n`,
		`${count} deliveries each, ${AT_ONCE} at once, median of ${rounds} rounds in turns\n\n`,
		table([
			['', ...receivers.map(({ name }) => name), 'aim'],
			['deliveries per second', ...rates.map((rate) => rate.toFixed(1)), ''],
			[
				...['ours / theirs', '', ...ratios.slice(1).map((ratio) => ratio.toFixed(2))],
				`at least ${AIM} of ${peer.name}`,
			],
			['to the response, p50', ...times('answered', 0.5), ''],
			['to the response, p95', ...times('answered', 0.95), ''],
			['to the next node, p50', ...times('arrived', 0.5), ''],
			['to the next node, p95', ...times('arrived', 0.95), ''],
			['lost or duplicated', ...lost.map(String), '0'],
		]),
		ABOUT_ISOLATES,
	].join('');
}

/** Delivers so many calls that have ended, and waits until n8n has run all their executions. */
async function deliver(
	{ simulator, client }: Triggers,
	{ workflow, url }: Receiver,
	count: number,
	arrivals: Arrivals,
): Promise<Round> {
	const call = simulator.store.calls.find(({ end_time }) => end_time !== null);
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
}

type Arrivals = Awaited<ReturnType<typeof countArrivals>>;

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
