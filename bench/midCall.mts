import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import axios from 'axios';
import { withProgress } from '../test/server/progress.mts';
import { nodeOf } from '../test/server/workflows.mts';
import { quantile, table } from './measure.mts';
import { ABOUT_ISOLATES, AT_ONCE, readTriggerOptions, SECRET, turned, withTriggers } from './triggers.mts';
import type { Published, TriggerOptions, Triggers } from './triggers.mts';

interface Responder extends Published {
	/** Milliseconds from each question to its response, by a single caller at a time */
	oneByOne: number[];
	/** The same, by many callers at once */
	atOnce: number[];
	/** Questions without their own response */
	wrong: number;
}

const WARM_UP = 20;
const AIM = 1.1;

/** Prints how long a caller waits for the workflow, beside n8n's Webhook node; fails if it is longer or a response is wrong. */
export async function printMidCall(args: string[]): Promise<void> {
	const options = readTriggerOptions(args, 'questions', '200', AT_ONCE);
	const next = nodeOf('Answer', 'n8n-nodes-base.set', 3.4, {
		parameters: { mode: 'raw', jsonOutput: '={{ { id: $json.body.id, times: ["09:30", "11:00"] } }}', options: {} },
	});
	const ours = { receiveFrom: 'midCallAction' };
	// checks the same secret and responds in the same way
	const theirs = { authentication: 'headerAuth', responseMode: 'lastNode' };
	await withTriggers(options.engine, { next, ours, theirs }, async (triggers) => {
		const figures = await askAll(triggers, options);
		process.stdout.write(`npm run bench -- midcall${args.length ? ` ${args.join(' ')}` : ''}\n${figures}`);
	});
}

async function askAll(triggers: Triggers, { count, rounds }: TriggerOptions): Promise<string> {
	const { peer, conditions } = triggers;
	const responders = [triggers.thoughtly, triggers.webhook, triggers.webhook1].map((trigger): Responder => ({
		...trigger,
		oneByOne: [],
		atOnce: [],
		wrong: 0,
	}));
	await askOneByOne(responders, WARM_UP);
	for (const each of responders) each.oneByOne.length = 0;
	let done = 0;
	await withProgress(
		() => `Round ${done + 1} of ${rounds}`,
		async () => {
			for (; done < rounds; done++) {
				await askOneByOne(responders, count / rounds);
				for (let batch = 0; batch < count / rounds / AT_ONCE; batch++) await askAtOnce(responders, batch);
			}
		},
	);
	const rows = [0.5, 0.95].flatMap((share) =>
		(['oneByOne', 'atOnce'] as const).map((kind) => {
			const figures = responders.map((responder) =>
				quantile(
					responder[kind].sort((a, b) => a - b),
					share,
				),
			);
			const ratio = figures[0] / figures[responders.findIndex(({ name }) => name === peer.name)];
			if (share === 0.5 && ratio > AIM) process.exitCode = 1;
			return [
				`${kind === 'oneByOne' ? 'one by one' : `${AT_ONCE} at once`}, p${share * 100}`,
				...figures.map((figure) => `${figure.toFixed(0)} ms`),
				ratio.toFixed(2),
				share === 0.5 ? `at most ${AIM}` : '',
			];
		}),
	);
	if (responders.some(({ wrong }) => wrong > 0)) process.exitCode = 1;
	return [
		`${conditions}\n`,
		`${count} questions each, one by one and ${AT_ONCE} at once, in turns; time to the response of the workflow\n\n`,
		table([
			['', ...responders.map(({ name }) => name), `ours / ${peer.name}`, 'aim'],
			...rows,
			['lost or wrong', ...responders.map(({ wrong }) => String(wrong)), '', '0'],
		]),
		ABOUT_ISOLATES,
	].join('');
}

/** Asks them in turns, question by question, so that whatever else the machine does slows all of them down. */
async function askOneByOne(responders: Responder[], count: number): Promise<void> {
	const httpAgent = new Agent({ keepAlive: true });
	for (let number = 0; number < count; number++) {
		for (const each of turned(responders, number)) each.oneByOne.push(await ask(each, httpAgent));
	}
	httpAgent.destroy();
}

/** Asks them in turns, too, each so many questions at once. */
async function askAtOnce(responders: Responder[], batch: number): Promise<void> {
	for (const each of turned(responders, batch)) {
		const httpAgent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
		const questions = Array.from({ length: AT_ONCE }, async () => await ask(each, httpAgent));
		each.atOnce.push(...(await Promise.all(questions)));
		httpAgent.destroy();
	}
}

/** Returns the milliseconds to the response. */
async function ask(responder: Responder, httpAgent: Agent): Promise<number> {
	const id = randomUUID();
	const headers = { 'x-webhook-secret': SECRET };
	const start = performance.now();
	const config = { headers, httpAgent, proxy: false as const, validateStatus: null };
	const { data } = await axios.post<{ id?: string }>(responder.url, { id }, config);
	const ms = performance.now() - start;
	if (data.id !== id) responder.wrong++;
	return ms;
}
