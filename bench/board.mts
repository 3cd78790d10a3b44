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
	/** What the figures mean, and why some miss their aim */
	text: string;
}

const sections: Section[] = [
	{
		title: 'A list longer than the quota',
		runs: [['quota']],
		text: `The limit is the time that the quota itself takes. "Lost" is the number of items that failed.`,
	},
	{
		title: 'A thousand requests with no quota in the way',
		runs: [['overhead'], ['profile']],
		text: `The Thoughtly node keeps half of its quota in flight, 500 requests at most: 50 with the usual 100 requests a minute. The HTTP
Request node sends all requests at once. Bare axios shows what a single process can do. Both nodes spend most of their time outside
their own code: in n8n's handling of each item (parameters, credential, HTTP helper), in other packages, and in Node.js. Little of
it is left to save.`,
	},
	{
		title: 'Ten thousand calls, page by page',
		runs: [['paging']],
		text: `A page has 50 records at most, and only an incomplete page ends a list. So 201 requests, one after another, is the minimum.`,
	},
	{
		title: 'Deliveries to the trigger',
		runs: [
			['trigger', '--engine', 'legacy'],
			['trigger', '--deliveries', '500'],
		],
		text: `Each workflow consists of the trigger and one HTTP Request node. With its default expression engine (\`vm\`), n8n creates an
isolate for each request before it calls the trigger. Only its own Webhook node is exempt, from version 1.1 on. This is why
that node is faster there, while its version 1 is as fast as the Thoughtly Trigger. A community node cannot change this. With
the engine \`legacy\`, the ratio varies from run to run: from 0.86 to 0.98 in six of them. n8n before 2.35 evaluates four
expressions per delivery to find out how to respond; later versions evaluate none.`,
	},
	{
		title: 'Responses during a call',
		runs: [['midcall', '--engine', 'legacy'], ['midcall']],
		text: `Each workflow consists of the trigger and one Edit Fields node, and checks the same secret. Nearly all of the time is what n8n takes
to run a workflow. What was said about isolates above applies here as well.`,
	},
	{
		title: 'The Poll Trigger',
		runs: [['poll']],
		text: `Each agent has a call that has ended since the last poll, and more than a page of older ones. Besides one request per agent,
*All Agents* needs one for each page of the list of agents, and one more if the first page may not be the last. A poll sends at
most half of the 100 requests, so 200 agents take turns. Stored are the IDs of the calls of the ten minutes before an agent's
newest call. The last figures are of a real n8n with SQLite: it saves the state before it stores the execution, and a kill in
between loses that poll's calls.`,
	},
	{
		title: 'Time to load, and size',
		runs: [['package']],
		text: `n8n requires every package each time one of its processes starts. Most of our time goes into parsing one readable file of all
nodes: minified it would be a third smaller, and n8n's reviewers could not read it. A fifth of it is what the editor shows. The
phone library is loaded on demand.`,
	},
	{
		title: 'A steady load at the quota, with faults',
		runs: [['soak']],
		text: `One n8n runs every operation over and over; another does the same work with n8n's own nodes. Both get slow
responses, lost connections, rejections and invalid responses.`,
	},
];

/** Runs all benches and writes docs/benchmarks.md; fails if one of them does. */
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

[← README](../README.md)

Written by \`npm run bench\`, which runs all benchmarks one after another, on ${availableParallelism()} cores with ${memory}. Every figure is
shown next to its peer and its limit from the same run. Each block starts with its command and the versions it ran on.
`;
	writeFileSync(join(import.meta.dirname, '..', 'docs', 'benchmarks.md'), [head, ...parts].join('\n'));
}

/** Runs one bench in a process of its own and prints its output; returns the output without the progress lines. */
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
	// figures that miss their aim are written all the same
	const [code] = (await exit) as [number | null];
	if (code !== 0) process.exitCode = 1;
	const figures = output.indexOf('npm run bench');
	return figures < 0 ? `npm run bench -- ${args.join(' ')} failed` : output.slice(figures).trimEnd();
}
