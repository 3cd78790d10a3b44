// The workflows of a history that Thoughtly's calls start.
import type { IDataObject } from 'n8n-workflow';
import { PolledWorkflow } from '../engine/n8n/polling.mts';
import { triggerOf, WEBHOOK_ID } from '../engine/n8n/trigger.mts';
import type { TriggerUnderTest } from '../engine/n8n/trigger.mts';
import type { Subscription } from '../simulator/simulator.mts';
import type { PollTrigger, WebhookTrigger } from './history.mts';
import type { Process, World } from './world.mts';

const MINUTE = 60_000;

/** How long someone, or n8n, takes to try a publication again that has failed. */
const UNTIL_NEXT_TRY = MINUTE;

/** Publishes a workflow again after a while, unless the process has died by then. */
const publishLater = (world: World, n8n: Process, publish: () => Promise<void>) =>
	setTimeout(() => world.isAlive(n8n) && void publish(), UNTIL_NEXT_TRY);

const agentsOf = ({ simulator }: World, agents: number[] | 'all') =>
	agents === 'all'
		? { agentScope: 'all' }
		: { agentScope: 'selected', agentIds: agents.map((agent) => simulator.store.agents[agent].id) };

/** A published workflow with the webhook trigger. */
export class WebhookWorkflow {
	/** The items that have started it, and the port of the process that they started it in. */
	readonly started: Array<{ process: string; item: IDataObject }> = [];

	/** When it was active with the current token, in ms epoch; the last one may have no end. */
	readonly active: Array<{ from: number; until: number }> = [];

	/** Whether it was unpublished without an error. */
	isRemoved = false;

	#isActive = false;
	#trigger?: TriggerUnderTest;
	/** n8n publishes and unpublishes a workflow one after another. */
	#last: Promise<void> = Promise.resolve();

	constructor(
		private readonly world: World,
		private readonly plan: WebhookTrigger,
	) {}

	/** Publishes the workflow, as often as it takes. */
	async publish(): Promise<void> {
		await (this.#last = this.#last.then(async () => await this.#publish()));
	}

	async #publish(): Promise<void> {
		if (this.#isActive) return;
		this.isRemoved = false;
		const { n8n } = this.world;
		const parameters = { events: ['NEW_RESPONSE'], ...agentsOf(this.world, this.plan.agents) };
		const trigger = await triggerOf({ parameters, credential: n8n.credential });
		this.#trigger = trigger;
		const { apiToken } = n8n.credential;
		try {
			await trigger.activate();
			if (!this.world.isAlive(n8n)) return;
			this.#isActive = true;
			if (n8n.credential.apiToken === apiToken) this.active.push({ from: this.world.time.now(), until: Infinity });
		} catch {
			// as n8n does
			await trigger.deactivate().catch(() => undefined);
			publishLater(this.world, n8n, async () => await this.publish());
		}
	}

	/** Does nothing if its publication has failed. */
	async unpublish(): Promise<void> {
		await (this.#last = this.#last.then(async () => await this.#unpublish()));
	}

	async #unpublish(): Promise<void> {
		if (!this.#isActive) return;
		this.#end();
		this.isRemoved = await this.#trigger!.deactivate().then(
			() => true,
			() => false,
		);
	}

	/** Unpublishes it and publishes it again. */
	async republish(): Promise<void> {
		await this.unpublish();
		await this.publish();
	}

	/** n8n has gone, and with it what it was about to do. */
	crash(): void {
		this.#end();
		this.#last = Promise.resolve();
	}

	#end(): void {
		this.#isActive = false;
		this.outdate();
	}

	/** Its subscriptions are signed with a token that is no longer valid. */
	outdate(): void {
		const last = this.active.at(-1);
		if (last) last.until = Math.min(last.until, this.world.time.now());
	}

	/** Takes a delivery. @returns the status of the response */
	async deliver(url: string, body: IDataObject): Promise<number> {
		if (!this.#isActive) return 404;
		const process = this.world.n8n.port.url;
		const { status, items = [] } = await this.#trigger!.deliver(url, body);
		this.started.push(...items.map((item) => ({ process, item })));
		return status;
	}
}

/** Whether a subscription is the trigger's, or that of a copy of it. */
export const isOfTrigger = ({ url }: Subscription) => url.includes(`/webhook/${WEBHOOK_ID}/`);

/** A published workflow with the poll trigger. */
export class PollingWorkflow {
	/** When it began to look for calls, in ms epoch; not before it was published without an error. */
	began?: number;

	/** When it was first published, in ms epoch. */
	published?: number;

	#workflow?: PolledWorkflow;

	constructor(
		private readonly world: World,
		private readonly plan: PollTrigger,
	) {}

	/** The calls of each execution that it has started, by ID. */
	get executions(): unknown[][] {
		return this.#workflow?.executions.map((items) => items.map(({ id }) => id)) ?? [];
	}

	async publish(): Promise<void> {
		const { n8n, time } = this.world;
		this.#workflow ??= await PolledWorkflow.create({
			parameters: agentsOf(this.world, this.plan.agents),
			credential: n8n.credential,
		});
		const at = time.now();
		try {
			await this.#workflow.startAgain(n8n.credential);
			if (!this.world.isAlive(n8n)) return;
			this.began ??= at;
			this.published ??= time.now();
		} catch {
			this.#workflow.stop();
			publishLater(this.world, n8n, async () => await this.publish());
		}
	}

	/** Polls on schedule, from now on. */
	schedule(): void {
		setInterval(() => this.world.whenUp(() => void this.#workflow?.poll()), MINUTE * this.plan.everyMinutes);
	}

	crash(): void {
		this.#workflow?.stop();
	}
}
