import { parseArgs } from 'node:util';
import type { SimulatorSettings } from '../simulator/simulator.mts';

/** Those of the History page in the dashboard, and those of the API reference. */
const VOCABULARIES = ['dashboard', 'api'] as const;

export const USAGE = `Usage: npm start -- [options]

Starts n8n with this package and a simulator of the Thoughtly API.

  --check                   run both workflows, print their output, and exit with 0 or 1
  --port <number>           port of n8n (default: a free one)
  --simulator-port <number> port of the simulator (default: a free one)
  --vocabulary <words>      the simulator's status words: ${VOCABULARIES.join(' or ')} (default: ${VOCABULARIES[0]})
  --help                    show this help

With THOUGHTLY_API_TOKEN and THOUGHTLY_TEAM_ID in the environment, n8n uses the real API instead of the simulator.
No call is placed until you execute a workflow, and "When a call is over" is active only if N8N_WEBHOOK_URL is the
public address of n8n.
`;

export interface StartOptions {
	help: boolean;
	check: boolean;
	port?: number;
	simulatorPort?: number;
	vocabulary?: SimulatorSettings['vocabulary'];
	/** The account on the real API; without one, the simulator. */
	account?: Account;
	webhookUrl?: string;
}

export interface Account {
	apiToken: string;
	teamId: string;
}

/** The command line or the environment is invalid; nothing has been started. */
export class UsageError extends Error {}

/** Reads the command line and the environment of `npm start`. */
export function readOptions(args: string[], env: NodeJS.ProcessEnv): StartOptions {
	const values = parse(args);
	const check = values.check ?? false;
	if (check && (env.THOUGHTLY_API_TOKEN || env.THOUGHTLY_TEAM_ID)) {
		throw new UsageError(
			'--check places a call without asking, so it runs on the simulator only: unset THOUGHTLY_API_TOKEN and THOUGHTLY_TEAM_ID first.',
		);
	}
	const account = readAccount(env);
	return {
		help: values.help ?? false,
		check,
		port: readPort('--port', values.port),
		simulatorPort: readPort('--simulator-port', values['simulator-port']),
		vocabulary: readVocabulary(values.vocabulary),
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
				vocabulary: { type: 'string' },
			},
		}).values;
	} catch (error) {
		throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
	}
}

function readAccount({ THOUGHTLY_API_TOKEN: apiToken, THOUGHTLY_TEAM_ID: teamId }: NodeJS.ProcessEnv) {
	if (apiToken && teamId) return { apiToken, teamId };
	if (apiToken)
		throw new UsageError('THOUGHTLY_API_TOKEN is set, but THOUGHTLY_TEAM_ID is not: the real API needs both.');
	if (teamId)
		throw new UsageError('THOUGHTLY_TEAM_ID is set, but THOUGHTLY_API_TOKEN is not: the real API needs both.');
	return undefined;
}

function readPort(option: string, text?: string): number | undefined {
	if (text === undefined) return undefined;
	const port = Number(text);
	if (Number.isInteger(port) && port >= 1 && port <= 65535) return port;
	throw new UsageError(`${option} must be a number from 1 to 65535, not "${text}".`);
}

function readVocabulary(text?: string): StartOptions['vocabulary'] {
	const vocabulary = VOCABULARIES.find((name) => name === text);
	if (vocabulary || text === undefined) return vocabulary;
	throw new UsageError(`--vocabulary must be ${VOCABULARIES.join(' or ')}, not "${text}".`);
}
