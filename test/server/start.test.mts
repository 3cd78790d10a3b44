import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { npmStart, type NpmStart } from './npmStart.mts';
import { readOptions, UsageError } from './options.mts';
import { ensureRuntime } from './runtime.mts';

const READY_WITHIN_MS = 120_000;

describe('the options of npm start', () => {
	const account = { THOUGHTLY_API_TOKEN: 'token', THOUGHTLY_TEAM_ID: 'team' };

	test('without any, n8n runs on free ports against the simulator', () => {
		expect(readOptions([], {})).toEqual({ check: false, help: false });
	});

	test('ports and the vocabulary are passed on', () => {
		expect(readOptions(['--port', '5678', '--simulator-port=4010', '--vocabulary', 'api'], {})).toMatchObject({
			port: 5678,
			simulatorPort: 4010,
			vocabulary: 'api',
		});
	});

	test('with token and team it is the real API, which reaches n8n at its public address', () => {
		const env = { ...account, N8N_WEBHOOK_URL: 'https://n8n.example.com/' };
		expect(readOptions([], env)).toMatchObject({
			account: { apiToken: 'token', teamId: 'team' },
			webhookUrl: 'https://n8n.example.com/',
		});
	});

	test('the simulator ignores that address', () => {
		expect(readOptions([], { N8N_WEBHOOK_URL: 'https://n8n.example.com/' }).webhookUrl).toBeUndefined();
	});

	test.each([
		['--check with an account', ['--check'], account, /simulator only/],
		['--check with a token', ['--check'], { THOUGHTLY_API_TOKEN: 'token' }, /simulator only|needs both/],
		['--check with a team', ['--check'], { THOUGHTLY_TEAM_ID: 'team' }, /simulator only|needs both/],
		['a token without a team', [], { THOUGHTLY_API_TOKEN: 'token' }, /but THOUGHTLY_TEAM_ID is not/],
		['a team without a token', [], { THOUGHTLY_TEAM_ID: 'team' }, /but THOUGHTLY_API_TOKEN is not/],
		['an invalid port', ['--port', 'http'], {}, /--port must be a number/],
		['port 0', ['--simulator-port', '0'], {}, /--simulator-port must be a number/],
		['an unknown vocabulary', ['--vocabulary', 'Api'], {}, /--vocabulary must be dashboard or api, not "Api"/],
		['an unknown option', ['--prot', '1'], {}, /--prot/],
	])('%s is refused', (_, args, env, message) => {
		expect(() => readOptions(args, env)).toThrow(UsageError);
		expect(() => readOptions(args, env)).toThrow(message);
	});
});

describe('npm start', () => {
	let start: NpmStart;

	beforeAll(async () => {
		await ensureRuntime();
	}, 1_800_000);

	afterEach(async () => {
		expect(start.leftBehind()).toEqual([]);
		start.remove();
	});

	test.each(['dashboard', 'api'])(
		'--check runs both workflows, also with the vocabulary %s',
		async (vocabulary) => {
			start = npmStart(['--check', '--vocabulary', vocabulary]);
			expect({ code: await start.end, output: start.output() }).toEqual({
				code: 0,
				output: expect.stringMatching(
					/Call a new lead +success .+ result: completed\nWhen a call is over +success +result: completed,.*\+14155550123/,
				) as string,
			});
		},
		180_000,
	);

	test('--check refuses to run on a real account', async () => {
		start = npmStart(['--check'], { THOUGHTLY_API_TOKEN: 'token', THOUGHTLY_TEAM_ID: 'team' });
		expect(await start.end).toBe(2);
		expect(start.output()).toContain('runs on the simulator only');
	}, 20_000);

	test('a port in use is reported in one line', async () => {
		const holder = createServer();
		await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
		const { port } = holder.address() as AddressInfo;
		start = npmStart(['--port', String(port)]);
		expect(await start.end).toBe(1);
		expect(start.output()).toContain(
			`\nPort ${port} is taken: choose another one with --port, or leave it out to use a free one\n`,
		);
		await new Promise((resolve) => holder.close(resolve));
	}, 60_000);

	test.each([
		['Ctrl-C in its terminal', (pid: number) => process.kill(-pid, 'SIGINT')],
		['SIGTERM to npm', (pid: number) => process.kill(pid, 'SIGTERM')],
	])(
		'%s stops all of it',
		async (_, interrupt) => {
			start = npmStart([]);
			await start.prints('Press Ctrl-C to stop', READY_WITHIN_MS);
			expect(start.output()).toMatch(/Address +http:\/\/127\.0\.0\.1:\d+\nEmail .+@.+\nPassword +\S+/);
			expect(start.output()).toMatch(/number ending in 10 is not answered[^]+11 is busy[^]+12[^]+13 is transferred/);
			interrupt(start.pid);
			await start.end;
		},
		180_000,
	);
});
