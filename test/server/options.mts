import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm start -- [options]

Starts n8n with this package in it, and a simulator of the Thoughtly API behind it.

  --check                   run both workflows without a person, print what they gave, end with 0 or 1
  --port <number>           n8n's port (a free one unless given)
  --simulator-port <number> the simulator's port (a free one unless given)
  --help                    show this

With THOUGHTLY_API_TOKEN and THOUGHTLY_TEAM_ID in the environment the real API takes the simulator's place. Nothing
runs by itself then, and "When a call is over" is active only if N8N_WEBHOOK_URL says where Thoughtly reaches n8n.
`;

export interface StartOptions {
	help: boolean;
	check: boolean;
	port?: number;
	simulatorPort?: number;
	/** The account on the real API; without one, the simulator. */
	account?: Account;
	webhookUrl?: string;
}

export interface Account {
	apiToken: string;
	teamId: string;
}

/** What was asked for cannot be done: said in one sentence, and nothing has been started. */
export class UsageError extends Error {}

/** Reads the command line and the environment of `npm start`. */
export function readOptions(args: string[], env: NodeJS.ProcessEnv): StartOptions {
	const values = parse(args);
	const check = values.check ?? false;
	if (check && (env.THOUGHTLY_API_TOKEN || env.THOUGHTLY_TEAM_ID)) {
		throw new UsageError(
			'--check starts a call by itself and so runs on the simulator only: unset THOUGHTLY_API_TOKEN and THOUGHTLY_TEAM_ID first.',
		);
	}
	const account = readAccount(env);
	return {
		help: values.help ?? false,
		check,
		port: readPort('--port', values.port),
		simulatorPort: readPort('--simulator-port', values['simulator-port']),
		account,
		webhookUrl: account && (env.N8N_WEBHOOK_URL || undefined),
	};
}

function parse(args: string[]) {
	try {
		return parseArgs({
			args,
			options: {
				check: { type: 'boolean' },
				help: { type: 'boolean' },
				port: { type: 'string' },
				'simulator-port': { type: 'string' },
			},
		}).values;
	} catch (error) {
		throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
	}
}

function readAccount({ THOUGHTLY_API_TOKEN: apiToken, THOUGHTLY_TEAM_ID: teamId }: NodeJS.ProcessEnv) {
	if (apiToken && teamId) return { apiToken, teamId };
	if (apiToken) throw new UsageError('THOUGHTLY_API_TOKEN is set, THOUGHTLY_TEAM_ID is not: the real API needs both.');
	if (teamId) throw new UsageError('THOUGHTLY_TEAM_ID is set, THOUGHTLY_API_TOKEN is not: the real API needs both.');
	return undefined;
}

function readPort(option: string, text?: string): number | undefined {
	if (text === undefined) return undefined;
	const port = Number(text);
	if (Number.isInteger(port) && port >= 1 && port <= 65535) return port;
	throw new UsageError(`${option} takes a number from 1 to 65535, not "${text}".`);
}
