import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { N8nClient } from './client.mts';
import { startN8n, type N8n, type N8nOptions } from './n8n.mts';
import { choosePort } from './ports.mts';

/** An n8n that is stopped or killed and started again: same address, same data. Nothing leaves this machine. */
export class Instance {
	private n8n?: N8n;

	/** Where Thoughtly is to reach it. */
	address = '';

	private currentClient?: N8nClient;

	private constructor(
		private readonly port: number,
		private readonly userFolder: string,
	) {}

	/** Starts one with a fresh user folder. */
	static async start(): Promise<Instance> {
		const instance = new Instance(await choosePort(), await mkdtemp(join(tmpdir(), 'n8n-nodes-thoughtly-')));
		await instance.start();
		return instance;
	}

	get url(): string {
		return this.running.url;
	}

	/** Someone who is logged in; another one after each start. */
	get client(): N8nClient {
		if (!this.currentClient) throw new Error('n8n is not running');
		return this.currentClient;
	}

	/** Starts it again, with the settings given and no earlier ones. */
	async start(settings: Pick<N8nOptions, 'webhookUrl' | 'env'> = {}): Promise<void> {
		const { port, userFolder } = this;
		const env = { N8N_EXPRESSION_ENGINE: 'legacy', ...settings.env };
		this.n8n = await startN8n({ port, userFolder, loopbackOnly: true, ...settings, env });
		this.address = settings.webhookUrl?.replace(/\/$/, '') ?? this.n8n.url;
		this.currentClient = new N8nClient(this.n8n);
		await this.currentClient.logIn();
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
