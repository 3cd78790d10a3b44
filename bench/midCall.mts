import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import axios from 'axios';
import type { INode } from 'n8n-workflow';
import { N8nClient } from '../test/server/client.mts';
import { startN8n } from '../test/server/n8n.mts';
import { withProgress } from '../test/server/progress.mts';
import { nodeOf, THOUGHTLY_TRIGGER, to } from '../test/server/workflows.mts';
import { startSimulator } from '../test/simulator/simulator.mts';
import { conditions, prepare, quantile, table } from './measure.mts';

interface Responder {
	name: string;
	url: string;
	/** Milliseconds from each question to its response, by a single caller at a time */
	oneByOne: number[];
	/** The same, by many callers at once */
	atOnce: number[];
	/** Questions without their own response */
	wrong: number;
}

const AT_ONCE = 20;
const WARM_UP = 20;
const AIM = 1.1;
const ENGINES = ['vm', 'legacy'];
const SECRET = 'webhook-secret-of-the-bench';

/** Prints how long a caller waits for the workflow, beside n8n's Webhook node; fails if it is longer or a response is wrong. */
export async function printMidCall(args: string[]): Promise<void> {
	const { values } = parseArgs({
		args,
		options: {
			questions: { type: 'string', default: '200' },
			rounds: { type: 'string', default: '5' },
			engine: { type: 'string', default: ENGINES[0] },
		},
	});
	const [questions, rounds] = [Number(values.questions), Number(values.rounds)];
	const { engine } = values;
	if (!(Number.isInteger(rounds) && rounds > 0 && Number.isInteger(questions / rounds / AT_ONCE) && questions > 0)) {
		throw new Error(`--questions must be ${AT_ONCE} times --rounds, or a multiple of it`);
	}
	if (!ENGINES.includes(engine)) throw new Error(`--engine must be one of ${ENGINES.join(', ')}, not "${engine}"`);

	const runtime = await prepare();
	const load = loadavg()[0].toFixed(1);
	const simulator = await startSimulator({ quota: null, callPace: 0 });
	const n8n = await startN8n({ env: { N8N_EXPRESSION_ENGINE: engine, EXECUTIONS_DATA_PRUNE: 'false' } });
	try {
		const client = new N8nClient(n8n);
		await client.logIn();
		const { id, name, type } = await client.createCredential('Thoughtly account', 'thoughtlyApi', {
			apiToken: simulator.token,
			teamId: simulator.teamId,
			baseUrl: simulator.url,
			webhookSecret: SECRET,
		});
		const header = await client.createCredential('Secret', 'httpHeaderAuth', {
			name: 'x-webhook-secret',
			value: SECRET,
		});
		const answer = nodeOf('Answer', 'n8n-nodes-base.set', 3.4, {
			parameters: { mode: 'raw', jsonOutput: '={{ { id: $json.body.id, times: ["09:30", "11:00"] } }}', options: {} },
		});
		const responder = async (title: string, trigger: INode, path: string): Promise<Responder> => {
			const workflow = await client.createWorkflow({
				name: title,
				nodes: [trigger, answer],
				connections: { [trigger.name]: to(answer.name) },
				settings: { executionOrder: 'v1' },
			});
			await client.activate(workflow);
			return { name: title, url: `${n8n.url}/webhook/${path}`, oneByOne: [], atOnce: [], wrong: 0 };
		};
		const webhookId = randomUUID();
		const thoughtly = await responder(
			'Thoughtly Trigger',
			nodeOf('Thoughtly Trigger', THOUGHTLY_TRIGGER, 1, {
				parameters: { receiveFrom: 'midCallAction' },
				credentials: { [type]: { id, name } },
				webhookId,
			}),
			`${webhookId}/webhook`,
		);
		// checks the same secret and responds in the same way
		const webhook = async (title: string, version: number): Promise<Responder> => {
			const path = randomUUID();
			const parameters = {
				path,
				httpMethod: 'POST',
				authentication: 'headerAuth',
				responseMode: 'lastNode',
				options: {},
			};
			const credentials = { httpHeaderAuth: { id: header.id, name: header.name } };
			const trigger = nodeOf('Webhook', 'n8n-nodes-base.webhook', version, {
				parameters,
				credentials,
				webhookId: path,
			});
			return await responder(title, trigger, path);
		};
		const theirs = await webhook('Webhook node', 2);
		const version1 = await webhook('Webhook node, version 1', 1);
		const responders = [thoughtly, theirs, version1];
		// as in the trigger's bench: with vm, only version 1 has the isolate that every other trigger costs
		const peer = engine === 'vm' ? version1 : theirs;

		const ask = async (responder: Responder, httpAgent: Agent): Promise<number> => {
			const question = randomUUID();
			const start = performance.now();
			const { data } = await axios.post<{ id?: string }>(
				responder.url,
				{ id: question },
				{ headers: { 'x-webhook-secret': SECRET }, httpAgent, proxy: false, validateStatus: null },
			);
			const ms = performance.now() - start;
			if (data.id !== question) responder.wrong++;
			return ms;
		};
		/** Asks them in turns, question by question, so that whatever else the machine does slows all of them down. */
		const askOneByOne = async (count: number) => {
			const httpAgent = new Agent({ keepAlive: true });
			for (let number = 0; number < count; number++) {
				for (const each of turned(responders, number)) each.oneByOne.push(await ask(each, httpAgent));
			}
			httpAgent.destroy();
		};
		/** Asks them in turns, too, each as many questions at once. */
		const askAtOnce = async (count: number, round: number) => {
			for (const each of turned(responders, round)) {
				const httpAgent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
				each.atOnce.push(...(await Promise.all(Array.from({ length: count }, async () => await ask(each, httpAgent)))));
				httpAgent.destroy();
			}
		};
		await askOneByOne(WARM_UP);
		for (const each of responders) each.oneByOne.length = 0;
		let done = 0;
		await withProgress(
			() => `Round ${done + 1} of ${rounds}`,
			async () => {
				for (; done < rounds; done++) {
					await askOneByOne(questions / rounds);
					for (let batch = 0; batch < questions / rounds / AT_ONCE; batch++) await askAtOnce(AT_ONCE, batch);
				}
			},
		);

		const rows = [0.5, 0.95].flatMap((share) =>
			(['oneByOne', 'atOnce'] as const).map((kind) => {
				const figure = (responder: Responder) =>
					quantile(
						[...responder[kind]].sort((a, b) => a - b),
						share,
					);
				const ratio = figure(thoughtly) / figure(peer);
				if (share === 0.5 && ratio > AIM) process.exitCode = 1;
				return [
					`${kind === 'oneByOne' ? 'one by one' : `${AT_ONCE} at once`}, p${share * 100}`,
					...responders.map((each) => `${figure(each).toFixed(0)} ms`),
					ratio.toFixed(2),
					share === 0.5 ? `${AIM} at most` : '',
				];
			}),
		);
		if (responders.some(({ wrong }) => wrong > 0)) process.exitCode = 1;
		process.stdout.write(
			[
				`npm run bench -- midcall${args.length ? ` ${args.join(' ')}` : ''}\n`,
				`${conditions(runtime)}, expression engine ${engine}, load ${load} before\n`,
				`${questions} questions each, one by one and ${AT_ONCE} at once, in turns; time to the response of the workflow\n\n`,
				table([
					['', ...responders.map((each) => each.name), `ours / ${peer.name}`, 'aim'],
					...rows,
					['lost or wrong', ...responders.map(({ wrong }) => String(wrong)), '', '0'],
				]),
			].join(''),
		);
	} finally {
		await n8n.stop();
		await simulator.stop();
	}
}

/** The same in another order: the n-th comes first. */
const turned = <T,>(all: T[], n: number): T[] => [...all.slice(n % all.length), ...all.slice(0, n % all.length)];
