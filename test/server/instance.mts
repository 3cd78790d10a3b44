import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { N8nClient } from './client.mts';
import { startN8n, type N8n, type N8nOptions } from './n8n.mts';
import { choosePort } from './ports.mts';

type Lasting = Pick<N8nOptions, 'command' | 'env' | 'port' | 'webhookUrl'>;

/** An n8n that is stopped or killed and started again: same address, same data. Nothing leaves this machine. */
export class Instance {
	private n8n?: N8n;

	/** Where Thoughtly is to reach it. */
	address = '';

	private currentClient?: N8nClient;

	private constructor(
		private readonly port: number,
		private readonly userFolder: string,
		private readonly lasting: Lasting,
	) {}

	/** Starts one with a fresh user folder, and with settings that it keeps. */
	static async start(lasting: Lasting = {}): Promise<Instance> {
		const folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-thoughtly-'));
		const instance = new Instance(lasting.port ?? (await choosePort()), folder, lasting);
		try {
			await instance.start();
			return instance;
		} catch (error) {
			await instance.n8n?.kill();
			await rm(folder, { recursive: true, force: true });
			throw error;
		}
	}

	get url(): string {
		return this.running.url;
	}

	/** Someone who is logged in; another one after each start. */
	get client(): N8nClient {
		if (!this.currentClient) throw new Error('n8n is not running');
		return this.currentClient;
	}

	/** Starts it again, with the settings given beside those that it keeps, and no other earlier ones. */
	async start(settings: Pick<N8nOptions, 'webhookUrl' | 'env'> = {}): Promise<void> {
		const { port, userFolder, lasting } = this;
		const env = { ...lasting.env, ...settings.env };
		const options = { ...lasting, ...settings, env };
		this.n8n = await startN8n({ ...options, port, userFolder, loopbackOnly: true });
		this.address = options.webhookUrl?.replace(/\/$/, '') ?? this.n8n.url;
		// workers and webhook processes know nobody
		if (options.command) return;
		this.currentClient = new N8nClient(this.n8n);
		await this.currentClient.logIn();
	}

	/** What n8n has printed since the first start. */
	printed(): string {
		return readFileSync(this.running.log, 'utf8');
	}

	/** Ends it in order; its data stay. */
	async stop(): Promise<void> {
		await this.running.stop();
	}

	/** Ends it as a crash would; its data stay. */
	async kill(): Promise<void> {
		await this.running.kill();
	}

	/** The hosts beyond this machine that n8n has asked for since the first start. */
	outbound(): string[] {
		return this.running.outbound();
	}

	/** Ends it and removes its data. */
	async remove(): Promise<void> {
		await this.stop();
		await rm(this.userFolder, { recursive: true, force: true });
	}

	private get running(): N8n {
		if (!this.n8n) throw new Error('n8n is not running');
		return this.n8n;
	}
}
