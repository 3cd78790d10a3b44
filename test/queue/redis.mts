import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDaemon, type End } from '../server/daemon.mts';
import { choosePort } from '../server/ports.mts';
import { run } from '../server/processes.mts';
import { HOST, orMissing, READY_WITHIN_MS, STOP_WITHIN_MS } from './debian.mts';

/** A Redis that is stopped and started again at the same port; it saves every change. */
export class Redis {
	private end?: End;

	private constructor(
		readonly port: number,
		private readonly folder: string,
	) {}

	/** Starts an empty one on a free port. */
	static async start(): Promise<Redis> {
		await run('redis-server', ['--version']).catch(orMissing);
		const redis = new Redis(await choosePort(), await mkdtemp(join(tmpdir(), 'redis-')));
		try {
			await redis.start();
		} catch (error) {
			await redis.remove();
			throw error;
		}
		return redis;
	}

	/** Starts it again, with its saved data. */
	async start(): Promise<void> {
		const { folder } = this;
		const port = String(this.port);
		await mkdir(this.data, { recursive: true });
		this.end = await startDaemon({
			name: 'Redis',
			command: 'redis-server',
			args: ['--port', port, '--bind', HOST, '--dir', this.data, '--save', '', '--appendonly', 'yes'],
			cwd: folder,
			log: join(folder, 'redis.log'),
			isReady: async () => (await this.ask('ping').catch(() => '')) === 'PONG',
			readyWithinMs: READY_WITHIN_MS,
		});
	}

	/** Its response to a command. */
	async ask(...command: string[]): Promise<string> {
		return (await run('redis-cli', ['-h', HOST, '-p', String(this.port), ...command])).trim();
	}

	/** Stops it gracefully. */
	async stop(): Promise<void> {
		await this.end?.(STOP_WITHIN_MS);
	}

	/** Removes its saved data; only while it is stopped. */
	async forget(): Promise<void> {
		await rm(this.data, { recursive: true, force: true });
	}

	/** Ends it and removes its data. */
	async remove(): Promise<void> {
		await this.stop();
		await rm(this.folder, { recursive: true, force: true });
	}

	private get data(): string {
		return join(this.folder, 'data');
	}
}
