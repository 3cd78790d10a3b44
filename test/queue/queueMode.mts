// n8n in queue mode: one main, one webhook process and two workers on a Redis and a PostgreSQL of their own.
import { randomBytes } from 'node:crypto';
import type { N8nClient } from '../server/client.mts';
import { Instance } from '../server/instance.mts';
import { choosePort } from '../server/ports.mts';
import { until } from '../server/until.mts';
import { HOST } from './debian.mts';
import { startPostgres, type Postgres } from './postgres.mts';
import { Redis } from './redis.mts';

/** How many executions a worker runs at once: of four, each of the two gets two. */
export const AT_ONCE = 2;

export const WORKERS = 2;

/** How soon n8n notices that a worker is gone: its defaults are 60, 10 and 30 seconds. */
const NOTICES_SOON = {
	QUEUE_WORKER_LOCK_DURATION: '20000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '4000',
	QUEUE_WORKER_STALLED_INTERVAL: '5000',
};

export class QueueMode {
	private postgres?: Postgres;

	private runningRedis?: Redis;

	private readonly started: Instance[] = [];

	/** The address of the webhook process, where n8n is reached from outside. */
	url = '';

	/** Starts all of it; if something fails, what has been started is ended again. */
	static async start(): Promise<QueueMode> {
		const queueMode = new QueueMode();
		try {
			await queueMode.startAll();
			return queueMode;
		} catch (error) {
			await queueMode.remove();
			throw error;
		}
	}

	/** Logged in at the main process. */
	get client(): N8nClient {
		return this.main.client;
	}

	get main(): Instance {
		return this.started[0];
	}

	/** Accepts requests from outside. */
	get webhookProcess(): Instance {
		return this.started[1];
	}

	get workers(): Instance[] {
		return this.started.slice(2);
	}

	get redis(): Redis {
		if (!this.runningRedis) throw new Error('Redis is not running');
		return this.runningRedis;
	}

	/** How often each worker ran an execution, according to its log; each waking from a sleep is one more. */
	runsOf(executionId: string): number[] {
		const line = `Worker started execution ${executionId} (`;
		return this.workers.map((worker) => worker.printed().split(line).length - 1);
	}

	/** Waits until no job is queued or active. */
	async idle(withinMs: number): Promise<void> {
		await until('The end of all jobs', withinMs, async () => {
			const lengths = ['wait', 'active'].map(async (list) => await this.redis.ask('llen', `bull:jobs:${list}`));
			return (await Promise.all(lengths)).every((length) => length === '0') || undefined;
		});
	}

	/** The hosts outside this machine that any of the processes tried to reach. */
	outbound(): string[] {
		return this.started.flatMap((instance) => instance.outbound());
	}

	/** Ends all processes and removes all data. */
	async remove(): Promise<void> {
		try {
			await Promise.all(this.started.map(async (instance) => await instance.remove()));
		} finally {
			await this.runningRedis?.remove();
			await this.postgres?.remove();
		}
	}

	private async startAll(): Promise<void> {
		this.runningRedis = await Redis.start();
		this.postgres = await startPostgres();
		const webhookPort = await choosePort();
		this.url = `http://${HOST}:${webhookPort}`;
		const env = {
			...this.postgres.env,
			...NOTICES_SOON,
			EXECUTIONS_MODE: 'queue',
			// otherwise n8n never sees the end of a job that is done before it waits for it, and its caller gets no response
			N8N_EXECUTIONS_QUEUE_KEEP_LAST_COMPLETED: '100',
			OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
			QUEUE_BULL_REDIS_HOST: HOST,
			QUEUE_BULL_REDIS_PORT: String(this.redis.port),
			// n8n exits if Redis is away for longer
			QUEUE_BULL_REDIS_TIMEOUT_THRESHOLD: '60000',
			N8N_ENCRYPTION_KEY: randomBytes(16).toString('hex'),
			N8N_DISABLE_PRODUCTION_MAIN_PROCESS: 'true',
			// the default engine, which the server tests run on, makes an isolate for every webhook in each of four processes
			N8N_EXPRESSION_ENGINE: 'legacy',
		};
		const webhookUrl = `${this.url}/`;
		const start = async (settings: Parameters<typeof Instance.start>[0]) => {
			this.started.push(await Instance.start({ webhookUrl, ...settings, env: { ...env, ...settings?.env } }));
		};
		// the first one makes the tables
		await start({});
		await start({ command: ['webhook'], port: webhookPort });
		for (let count = 0; count < WORKERS; count++) {
			const port = await choosePort();
			const health = {
				QUEUE_HEALTH_CHECK_ACTIVE: 'true',
				QUEUE_HEALTH_CHECK_PORT: String(port),
				N8N_WORKER_SERVER_ADDRESS: HOST,
			};
			await start({ command: ['worker', `--concurrency=${AT_ONCE}`], port, env: health });
		}
	}
}
