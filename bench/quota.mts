import { parseArgs } from 'node:util';
import { withProgress } from '../test/server/progress.mts';
import { conditions, measure, prepare, table } from './measure.mts';

export interface QuotaInput {
	runtimeFolder: string;
	/** Contacts in an execution */
	contacts: number;
	/** Requests that the simulator allows in a window */
	requests: number;
	windowMs: number;
	/** By how much `windowMs` is shorter than a minute */
	scale: number;
}

export interface QuotaFigures {
	name: string;
	items: number;
	lost: number;
	/** Requests that the simulator refused with 429 */
	refused: number;
	ms: number;
}

const CONTACTS = 250;
const REQUESTS = 100;
const MINUTE_MS = 60_000;
const AIM = 1.05;

/** Prints how long a list longer than the quota takes; fails if our node loses an item or is too slow. */
export async function printQuota(args: string[]): Promise<void> {
	const { values } = parseArgs({ args, options: { scale: { type: 'string', default: '1' } } });
	const scale = Number(values.scale);
	if (!(scale > 0 && scale <= 1))
		throw new Error(`--scale must be greater than 0 and at most 1, not "${values.scale}"`);
	const windowMs = MINUTE_MS * scale;

	const runtime = await prepare();
	const input: QuotaInput = { runtimeFolder: runtime.folder, contacts: CONTACTS, requests: REQUESTS, windowMs, scale };
	const figures = await withProgress(
		() => `Reading ${CONTACTS} contacts in each way, concurrently (more than 4 minutes at full scale)`,
		async () => await measure<QuotaFigures[]>(runtime, 'quotaRun.mts', input),
	);

	// the requests of the first window do not wait
	const limitMs = ({ items }: QuotaFigures) => (Math.ceil(items / REQUESTS) - 1) * windowMs;
	const ratio = (row: QuotaFigures) => row.ms / limitMs(row);
	const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
	const isOurs = ({ name }: QuotaFigures) => name.startsWith('Thoughtly');
	process.stdout.write(
		[
			`npm run bench -- quota${scale === 1 ? '' : ` --scale ${scale} (for development: only figures at scale 1 count)`}\n`,
			`${conditions(runtime)}; ${CONTACTS} contacts per execution, ${REQUESTS} requests per ${seconds(windowMs)}\n`,
			"Limit: the windows that the last request has to wait for. 'On Error' of the HTTP Request node is 'Continue'.\n\n",
			table([
				['', 'items', 'lost', 'refused', 'time', 'limit', 'time / limit'],
				...figures.map((row) => [
					row.name,
					String(row.items),
					String(row.lost),
					String(row.refused),
					seconds(row.ms),
					seconds(limitMs(row)),
					ratio(row).toFixed(3),
				]),
				['aim for the Thoughtly node', '', '0', '0', '', '', `at most ${AIM.toFixed(3)}`],
			]),
		].join(''),
	);
	if (figures.some((row) => isOurs(row) && (row.lost > 0 || (scale === 1 && ratio(row) > AIM)))) process.exitCode = 1;
}
