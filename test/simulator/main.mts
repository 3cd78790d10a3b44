// The simulator on its own: `npm run simulator -- --help`.
import { parseArgs } from 'node:util';
import { type SimulatorOptions, startSimulator } from './simulator.mts';

const help = `Usage: npm run simulator -- [options]
  --port 4010            where it listens, on 127.0.0.1
  --token simulator-token, --team-id simulator-team
                         what requests must carry
  --quota 100            requests a minute; 0 for no quota
  --retry-after seconds  seconds, date or none
  --latency 0            milliseconds before each answer
  --call-pace 500        milliseconds between the statuses of a call; 0 leaves calls as placed
  --shape flat           of webhooks: flat or nested
  --early                also sends a webhook when a call is placed
  --repeats 1            how often each webhook is sent
  --webhook-listing all  all, paged or ignoresPage
  --oldest-first         lists calls in that order
  --undocumented-events refused
                         accepted or refused, on subscribing
  --existing-contact returned
                         returned, refused or duplicated, on creating
  --empty                starts without agents, contacts and calls
`;

/** The number in an option's text, not negative. */
function number(name: string, text: string): number {
	if (!/^\d+$/.test(text)) throw new Error(`--${name} must be a whole number, not "${text}"`);
	return Number(text);
}

/** The option's text, one of the choices. */
function choice<const T extends string>(name: string, text: string, choices: readonly T[]): T {
	const chosen = choices.find((one) => one === text);
	if (chosen === undefined) throw new Error(`--${name} must be one of ${choices.join(', ')}, not "${text}"`);
	return chosen;
}

/** The simulator's options from the command line; undefined when help was asked for. */
function readOptions(): SimulatorOptions | undefined {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: '4010' },
			token: { type: 'string', default: 'simulator-token' },
			'team-id': { type: 'string', default: 'simulator-team' },
			quota: { type: 'string', default: '100' },
			'retry-after': { type: 'string', default: 'seconds' },
			latency: { type: 'string', default: '0' },
			'call-pace': { type: 'string', default: '500' },
			shape: { type: 'string', default: 'flat' },
			early: { type: 'boolean', default: false },
			repeats: { type: 'string', default: '1' },
			'webhook-listing': { type: 'string', default: 'all' },
			'oldest-first': { type: 'boolean', default: false },
			'undocumented-events': { type: 'string', default: 'refused' },
			'existing-contact': { type: 'string', default: 'returned' },
			empty: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) return undefined;

	const port = number('port', values.port);
	if (port > 65_535) throw new Error(`--port must be at most 65535, not ${port}`);
	const requests = number('quota', values.quota);
	const retryAfter = choice('retry-after', values['retry-after'], ['seconds', 'date', 'none']);
	return {
		port,
		token: values.token,
		teamId: values['team-id'],
		quota: requests === 0 ? null : { requests, windowMs: 60_000, retryAfter },
		latencyMs: number('latency', values.latency),
		callPace: number('call-pace', values['call-pace']),
		deliveries: {
			shape: choice('shape', values.shape, ['flat', 'nested']),
			early: values.early,
			repeats: number('repeats', values.repeats),
		},
		webhookListing: choice('webhook-listing', values['webhook-listing'], ['all', 'paged', 'ignoresPage']),
		newestFirst: !values['oldest-first'],
		undocumentedEvents: choice('undocumented-events', values['undocumented-events'], ['accepted', 'refused']),
		existingContact: choice('existing-contact', values['existing-contact'], ['returned', 'refused', 'duplicated']),
		seed: !values.empty,
	};
}

try {
	const options = readOptions();
	if (options === undefined) {
		process.stdout.write(help);
	} else {
		const simulator = await startSimulator(options);
		const agents = simulator.store.agents.map(({ id, title, status }) => `  ${id}  ${title} (${status})`);
		const lines = [
			'Thoughtly API simulator',
			`URL:      ${simulator.url}`,
			`Token:    ${simulator.token}`,
			`Team ID:  ${simulator.teamId}`,
			'Agents:',
			...agents,
			'Ctrl-C stops it.',
		];
		process.stdout.write(`${lines.join('\n')}\n`);
		for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.stop());
	}
} catch (error) {
	const message = error instanceof Error ? error.message : String(error);
	process.stderr.write(`${message.split('\n')[0]}\n`);
	process.exitCode = 1;
}
