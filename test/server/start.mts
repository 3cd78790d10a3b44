import { endingLines } from '../simulator/commandLine.mts';
import { check } from './check.mts';
import { startDemo, type Demo } from './demo.mts';
import { readOptions, UsageError, USAGE } from './options.mts';
import { ensureBuilt } from './package.mts';
import { duration } from './progress.mts';
import { ensureRuntime } from './runtime.mts';
import { CALL_NODE } from './workflows.mts';

const OK = 0;
const FAILED = 1;
const WRONG_USAGE = 2;
const INTERRUPTED = 130;

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupt.abort());
process.exitCode = await start(interrupt.signal);

async function start(signal: AbortSignal): Promise<number> {
	try {
		const options = readOptions(process.argv.slice(2), process.env);
		if (options.help) {
			say(USAGE);
			return OK;
		}
		await ensureBuilt(signal);
		await ensureRuntime(signal);
		say('Starting n8n');
		const demo = await startDemo({ ...options, loopbackOnly: options.check, signal });
		say(`Ready after ${duration(performance.now())}\n`);
		try {
			return options.check ? await checkAndSay(demo) : await showUntil(signal, demo);
		} finally {
			await demo.stop();
		}
	} catch (error) {
		if (signal.aborted) return INTERRUPTED;
		process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
		return error instanceof UsageError ? WRONG_USAGE : FAILED;
	}
}

async function checkAndSay(demo: Demo): Promise<number> {
	const { passed, table } = await check(demo);
	say(table);
	return passed ? OK : FAILED;
}

async function showUntil(signal: AbortSignal, demo: Demo): Promise<number> {
	say(welcome(demo));
	if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
	say('\nStopping');
	return OK;
}

function welcome({ n8n, callNewLead, whenCallIsOver, simulator, credential, listening }: Demo): string {
	const thoughtly = simulator
		? `a simulator at ${simulator.url}: nobody is called (credential "${credential.name}")`
		: 'the real API: workflows place real calls';
	const first = simulator
		? 'click "Execute workflow", then open a node to see its output'
		: `choose your agent in "${CALL_NODE}", enter your own number in "New lead", and click "Execute workflow"`;
	const second = listening
		? 'starts when the call has ended: see its "Executions"'
		: 'is not active: set N8N_WEBHOOK_URL to the public address of this n8n';
	const lines = [
		`Address    ${n8n.url}`,
		`Email      ${n8n.owner.email}`,
		`Password   ${n8n.owner.password}`,
		`Thoughtly  ${thoughtly}`,
		'',
		`1. "${callNewLead.name}": ${first}`,
		`   ${n8n.url}/workflow/${callNewLead.id}`,
		`2. "${whenCallIsOver.name}": ${second}`,
		`   ${n8n.url}/workflow/${whenCallIsOver.id}`,
		'',
		...(simulator ? ['To see other results, change the phone number in "New lead":', ...endingLines, ''] : []),
		'Press Ctrl-C to stop. Changes that you made in n8n are not kept.',
	];
	return lines.join('\n');
}

function say(text: string): void {
	process.stdout.write(`${text}\n`);
}
