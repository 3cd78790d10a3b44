import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { prepare } from './measure.mts';

interface Section {
	title: string;
	/** `npm run bench -- <arguments>` */
	runs: string[][];
	/** What the figures mean, and what holds back those that miss their aim */
	text: string;
}

const sections: Section[] = [
	{
		title: 'A list longer than the quota',
		runs: [['quota']],
		text: `The limit is the time that the quota itself takes. *Lost* are items that came back as failures.`,
	},
	{
		title: 'A thousand requests with no quota in the way',
		runs: [['overhead']],
		text: `With the usual 100 requests a minute the Thoughtly node has 50 on their way at once, with a larger quota half of that, 200
at most; the HTTP Request node sends all at once. Bare axios is the limit of what one process can do here: both nodes spend most
of their time on what n8n does for each item (parameters, credential, its own helper).`,
	},
	{
		title: 'Ten thousand calls, page by page',
		runs: [['paging']],
		text: `A page has 50 records at most and only a short page ends a list, so 201 requests, one after another, are the limit.`,
	},
	{
		title: 'Deliveries to the trigger',
		runs: [
			['trigger', '--engine', 'legacy'],
			['trigger', '--deliveries', '500'],
		],
		text: `Each workflow is the trigger and one HTTP Request node. With n8n's default expression engine (\`vm\`) n8n makes an isolate for
each delivery before it asks a trigger, and spares only its own Webhook node from version 1.1 on. That is why ours has about half
of that node's rate there, as does the Webhook node's own version 1; nothing in a community node can change it.`,
	},
	{
		title: 'Time to load, and size',
		runs: [['package']],
		text: `The code is laid out in small modules, and each costs n8n about half a millisecond at its start. One bundled file would
load in less than half the time and be a fifth smaller (tried with esbuild, not minified); the package is shipped as it is built, module
by module, so that whoever reviews or debugs it finds the sources again. The phone library is loaded with the first number that
needs it.`,
	},
	{
		title: 'A steady load at the quota, with faults',
		runs: [['soak', '--minutes', '5']],
		text: `Every operation again and again in an n8n of its own, and the same requests through n8n's own nodes in another, with late answers,
resets, refusals and broken answers among them. \`npm run bench -- soak\` runs it for 20 minutes.`,
	},
];

/** Runs all benches and writes docs/benchmarks.md; fails where one of them does. */
export async function writeBoard(): Promise<void> {
	await prepare();
	const parts: string[] = [];
	for (const { title, runs, text } of sections) {
		const outputs: string[] = [];
		for (const args of runs) outputs.push(await outputOf(args));
		parts.push(`## ${title}\n\n${outputs.map((output) => `\`\`\`text\n${output}\n\`\`\`\n`).join('\n')}\n${text}\n`);
	}
	const memory = `${Math.round(totalmem() / 2 ** 30)} GB of memory`;
	const head = `# Benchmarks

Written by \`npm run bench\`, which runs all of them one after another, on ${availableParallelism()} cores with ${memory}. Every
figure stands beside its peer and its limit from the same run; each block has its command, its versions and what it counts.
`;
	writeFileSync(join(import.meta.dirname, '..', 'docs', 'benchmarks.md'), [head, ...parts].join('\n'));
}

/** Runs one bench in a process of its own, and shows what it prints; gives that without its lines of progress. */
async function outputOf(args: string[]): Promise<string> {
	process.stdout.write(`\n== npm run bench -- ${args.join(' ')} (load ${loadavg()[0].toFixed(1)})\n`);
	const program = join(import.meta.dirname, 'main.mts');
	const child = spawn(process.execPath, ['--import', 'tsx', program, ...args], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const exit = once(child, 'exit');
	let output = '';
	for await (const chunk of child.stdout) {
		process.stdout.write(chunk as Buffer);
		output += String(chunk);
	}
	// what misses its aim stands on the board all the same
	const [code] = (await exit) as [number | null];
	if (code !== 0) process.exitCode = 1;
	const figures = output.indexOf('npm run bench');
	return figures < 0 ? `npm run bench -- ${args.join(' ')} failed` : output.slice(figures).trimEnd();
}
