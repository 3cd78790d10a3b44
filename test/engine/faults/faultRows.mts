import dns from 'node:dns';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Fault } from '../../simulator/simulator.mts';
import type { Times } from '../fixtures.mts';

/** What an attempt to place a call comes to under a fault, as in the table of the four outcomes. */
export type PlacingOutcome = 'placed' | 'no effect' | 'refused' | 'unclear';

export interface FaultRow {
	name: string;
	outcome: PlacingOutcome;
	/** What goes wrong at the simulator; `acts` says whether it does first what it was asked to. */
	fault?: (acts: boolean) => Fault;
	/** Both unless said otherwise */
	acts?: boolean[];
	/** How many requests it hits; all unless said otherwise */
	count?: number;
	shortened?: Partial<Times>;
	/** A base URL that requests do not get through to; what is returned with it ends the fault */
	baseUrl?: () => Promise<{ url: string; restore?: () => void }>;
}

const SAID = { message: 'as scripted' };

const status =
	(code: number, body: string | object = { data: null, error: SAID }, headers: Record<string, string> = {}) =>
	(acts: boolean): Fault => ({ kind: 'status', status: code, body, headers, acts });

const inASecond = () => new Date(Date.now() + 1000).toUTCString();
const PAGE = '<html><h1>Bad Gateway</h1></html>';
const CHALLENGE = '<html><title>Just a moment...</title></html>';
const shortTimeout = { requestTimeout: 300, callTimeout: 300 };

/** No name server is asked. */
async function unknownHost() {
	const failure = { code: 'ENOTFOUND', errno: -3008, syscall: 'getaddrinfo' };
	const lookup = jest.spyOn(dns, 'lookup').mockImplementation(((...given: unknown[]) => {
		const callback = given.at(-1) as (error: Error) => void;
		process.nextTick(callback, Object.assign(new Error('getaddrinfo ENOTFOUND'), failure));
	}) as typeof dns.lookup);
	return { url: 'https://thoughtly.invalid', restore: () => lookup.mockRestore() };
}

/** A server that does not speak TLS. */
async function plainServer() {
	const server = createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return { url: `https://127.0.0.1:${port}`, restore: () => void server.close() };
}

async function closedPort() {
	const { url, restore } = await plainServer();
	restore();
	return { url: url.replace('https', 'http') };
}

/** Faults that go on until the node gives up, unless they are said to come once. */
export const FAULTS: FaultRow[] = [
	{
		name: '429 with `Retry-After` in seconds, once',
		outcome: 'placed',
		count: 1,
		acts: [false],
		fault: status(429, '', { 'retry-after': '0' }),
	},
	{
		name: '429 with `Retry-After` as a date, once',
		outcome: 'placed',
		count: 1,
		acts: [false],
		fault: (acts) => status(429, '', { 'retry-after': inASecond() })(acts),
	},
	{ name: '429 without `Retry-After`, once', outcome: 'placed', count: 1, acts: [false], fault: status(429) },
	{ name: '503 once', outcome: 'unclear', count: 1, fault: status(503) },
	{ name: '302', outcome: 'unclear', fault: status(302, '', { location: '/elsewhere' }) },
	{ name: '408', outcome: 'unclear', fault: status(408) },
	{ name: '425', outcome: 'unclear', fault: status(425) },
	{ name: '499', outcome: 'unclear', fault: status(499, '') },
	{ name: '500', outcome: 'unclear', fault: status(500) },
	{ name: '502 with a web page', outcome: 'unclear', fault: status(502, PAGE) },
	{
		name: 'timeout',
		outcome: 'unclear',
		fault: (acts) => (acts ? { kind: 'latency', ms: 60_000 } : { kind: 'hang' }),
		shortened: shortTimeout,
	},
	{
		name: 'connection lost',
		outcome: 'unclear',
		fault: (acts) => ({ kind: acts ? 'resetAfter' : 'reset' }),
	},
	{ name: 'connection refused', outcome: 'no effect', baseUrl: closedPort },
	{ name: 'host name not found', outcome: 'no effect', baseUrl: unknownHost },
	{ name: 'TLS handshake failed', outcome: 'no effect', baseUrl: plainServer },
	{ name: 'broken JSON', outcome: 'unclear', acts: [true], fault: () => ({ kind: 'brokenJson' }) },
	{ name: 'empty body', outcome: 'unclear', acts: [true], fault: () => ({ kind: 'empty' }) },
	{ name: '200 with `error`', outcome: 'unclear', fault: (acts) => ({ kind: 'errorInBody', error: SAID, acts }) },
	{ name: '200 with `errors`', outcome: 'unclear', fault: status(200, { errors: [SAID] }) },
	{ name: '200 with `success: false`', outcome: 'unclear', fault: status(200, { success: false, ...SAID }) },
	{
		name: '200 with an error in `data`',
		outcome: 'unclear',
		fault: status(200, { data: { error: SAID }, error: null }),
	},
	{ name: '200 without an ID', outcome: 'unclear', fault: status(200, { data: { status: 'queued' }, error: null }) },
	{ name: '401', outcome: 'refused', acts: [false], fault: status(401, 'Unauthorized') },
	{ name: '403', outcome: 'refused', acts: [false], fault: status(403) },
	{ name: '403 from a firewall', outcome: 'refused', acts: [false], fault: status(403, CHALLENGE) },
	{ name: '404', outcome: 'refused', acts: [false], fault: status(404) },
	{ name: '422', outcome: 'refused', acts: [false], fault: status(422) },
];
