// The command line of `npm run simulator`: a flag for each option.
import { parseArgs } from 'node:util';
import { endings, wordsOf } from './endings.mts';
import {
	type DeliveryOptions,
	type Quota,
	type SimulatorOptions,
	type SimulatorSettings,
	defaults,
} from './options.mts';

interface CommandLine
	extends
		Omit<SimulatorSettings, 'quota' | 'deliveries' | 'webhookTimeoutMs' | 'noError' | 'callHistoryMs'>,
		DeliveryOptions {
	/** Requests a minute. */
	quota: number;
	retryAfter: Quota['retryAfter'];
}

const fallbacks: CommandLine = { ...defaults, ...defaults.deliveries, port: 4010, quota: 100, retryAfter: 'seconds' };

/** What a flag is for, and its choices where it takes one of several words. */
type Flag<T> = string | [help: string, choices: readonly T[]];

const flags: { [Name in keyof CommandLine]: Flag<CommandLine[Name]> } = {
	port: 'Port to listen on, on 127.0.0.1',
	token: 'API token that requests must carry',
	teamId: 'Team ID that requests must carry',
	seed: 'Start without agents, contacts and calls',
	quota: 'Requests per minute; 0 for no limit',
	retryAfter: ['Retry-After header of a 429', ['seconds', 'date', 'none']],
	latencyMs: 'Delay of each response',
	clockOffsetMs: "How far the API's clock is ahead",
	callPace: 'Milliseconds between the statuses of a call; 0 leaves calls as placed',

	vocabulary: ['Status words of calls', ['dashboard', 'api']],
	listedCalls: ['Shape of calls in lists', ['flat', 'profile', 'nested']],
	placedCalls: ['Shape of the response to placing a call', ['flat', 'profile']],
	profileFields: 'Leave direction, outcome and custom_fields out of flat calls',
	contactInCalls: 'Leave the contact out of flat calls',
	envelope: ['Records in data, one level deeper, or without data', ['data', 'deeper', 'none']],
	lists: ['Lists under their key, or as a bare array', ['keyed', 'bare']],
	refusals: ['Refusals with their status, or as a 200 that says no', ['status', 'error', 'success', 'errors']],
	tags: ['Tags as they were sent, as strings, or as objects', ['asSent', 'strings', 'objects']],
	emptyFields: ['Fields without a value', ['null', 'absent', 'emptyText']],
	timestamps: ['Names of timestamps', ['created', 'created_at']],

	largestPage: 'Most records per page, whatever limit is asked for',
	callOrder: ['Order of listed calls', ['newest', 'oldest', 'unordered']],
	listLagMs: 'How long a new call or contact is not listed',
	searchFindsNumbers: 'Do not find contacts by phone number',
	webhookListing: ['Pages of GET /webhooks', ['all', 'allOnEveryPage', 'paged', 'ignoresPage', 'cut']],
	webhookData: 'Leave data out of listed subscriptions',

	existingContact: ['Creating a contact whose number exists', ['returned', 'refused', 'duplicated']],
	existingSubscription: ['Subscribing twice', ['refused', 'returned', 'duplicated']],
	undocumentedEvents: ['Subscribing to folder events and failed actions', ['refused', 'accepted']],
	eventsWithoutData: ['Whose events a subscription without data receives', ['all', 'none']],
	values: ['Values accepted in attributes and metadata', ['strings', 'scalars']],

	shape: ['Shape of webhook bodies', ['flat', 'nested']],
	early: 'Also send a webhook when a call is placed',
	repeats: 'How often each webhook is sent; 0 loses all',
};

const names = Object.keys(flags) as Array<keyof CommandLine>;
const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** How calls end, one line for each ending, with the status in both vocabularies. */
export const endingLines = [
	...endings.map(({ digits, status, meaning }) => {
		const words = wordsOf({ status, outcome: null }, 'api');
		return `A call to a number ending in ${digits} ${meaning} (${status}, or ${words.status} with outcome ${words.outcome}).`;
	}),
	'Any other call is completed (COMPLETED, or success).',
];

/** The text of `--help`. */
export function helpText(): string {
	const rows = names.map((name) => {
		const [help, choices] = [flags[name]].flat() as [string, string[]?];
		const fallback = fallbacks[name];
		const usage = fallback === true ? `--no-${kebab(name)}` : `--${kebab(name)} ${fallback === false ? '' : fallback}`;
		return [usage, choices ? `${help}: ${choices.join(', ')}` : help];
	});
	const width = Math.max(...rows.map(([usage]) => usage.length));
	return [
		'Usage: npm run simulator -- [options]',
		'',
		'Simulates the Thoughtly API. Nobody is called. The contract is at /openapi.json.',
		'',
		'Options, with their defaults:',
		...rows.map(([usage, help]) => `  ${usage.padEnd(width)}  ${help}`),
		'',
		...endingLines,
		'',
	].join('\n');
}

/** Reads the command line; undefined when help was asked for. */
export function readOptions(args: string[]): SimulatorOptions | undefined {
	const options = Object.fromEntries(
		names.map((name) => {
			const type = typeof fallbacks[name] === 'boolean' ? ('boolean' as const) : ('string' as const);
			return [kebab(name), { type }];
		}),
	);
	const { values } = parseArgs({ args, options: { ...options, help: { type: 'boolean' } }, allowNegative: true });
	if (values.help) return undefined;

	const read = names.map((name) => [name, readFlag(name, (values as Record<string, unknown>)[kebab(name)])]);
	const { quota, retryAfter, shape, early, repeats, ...plain } = Object.fromEntries(read) as CommandLine;
	return {
		...plain,
		quota: quota === 0 ? null : { requests: quota, windowMs: 60_000, retryAfter },
		deliveries: { shape, early, repeats },
	};
}

function readFlag(name: keyof CommandLine, given: unknown): unknown {
	if (given === undefined || typeof given === 'boolean') return given ?? fallbacks[name];
	const text = String(given);
	const [, choices] = [flags[name]].flat() as [string, string[]?];
	if (choices && !choices.includes(text)) {
		throw new Error(`--${kebab(name)} must be one of ${choices.join(', ')}, not "${text}"`);
	}
	if (typeof fallbacks[name] === 'string') return text;
	const largest = name === 'port' ? 65_535 : Number.MAX_SAFE_INTEGER;
	if (!/^\d+$/.test(text) || Number(text) > largest) {
		throw new Error(`--${kebab(name)} must be a whole number from 0 to ${largest}, not "${text}"`);
	}
	return Number(text);
}
