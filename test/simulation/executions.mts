// The executions of a history: how each goes on after an error, a sleep or a crash of n8n.
import { endWaitTime, postToWaiting } from '../engine/n8n/waiting.mts';
import { startRetry, startRetryOfCrashed } from '../engine/n8n/retry.mts';
import { startWorkflow } from '../engine/n8n/runs.mts';
import type { NodeRun, StartedRun } from '../engine/n8n/runs.mts';
import type { Execution } from './history.mts';
import type { World } from './world.mts';
import { itemsFor, workflowFor } from './workflows.mts';

/** How long someone takes to ask for a retry, in ms. */
const UNTIL_RETRY = 20_000;

/** One execution and all retries of it. */
export class Lineage {
	state: 'planned' | 'running' | 'waiting' | 'failed' | 'crashed' | 'ended' = 'planned';

	/** What n8n has of it, where it has ended or waits. */
	last?: NodeRun;

	/** Whether someone has stopped it. */
	isCancelled = false;

	/** Whether a crash has ended it, and nobody has retried it: what n8n has of it is out of date. */
	isLost = false;

	#run?: StartedRun;
	#retriesLeft: number;

	constructor(
		private readonly world: World,
		readonly index: number,
		readonly plan: Execution,
	) {
		this.#retriesLeft = plan.retries;
	}

	start(): void {
		this.world.whenUp(() => {
			const { simulator, n8n } = this.world;
			const items = itemsFor(this.index, this.plan, simulator.store);
			this.#follow(startWorkflow(workflowFor(this.plan), items, n8n.credential));
		});
	}

	cancel(): void {
		if (this.state !== 'running') return;
		this.isCancelled = true;
		this.#run?.cancel();
	}

	/** n8n has gone: nothing of what was running is left but what it stored. */
	crash(): void {
		if (this.state !== 'running') return;
		this.state = 'crashed';
		this.#run?.cancel();
	}

	/** n8n is back. */
	recover(): void {
		if (this.state === 'crashed') this.#retryLater();
	}

	/** An event was sent to the execution's own URL: it may then go on. @returns whether it was waiting */
	async resume(body: unknown): Promise<boolean> {
		if (this.state !== 'waiting') return false;
		const { resumed } = await postToWaiting(this.last!, this.world.n8n.credential, body, this.#claim());
		if (resumed) this.#endUnlessCrashed(resumed);
		return true;
	}

	#follow(run: StartedRun): void {
		this.state = 'running';
		this.#run = run;
		void run.done.then((result) => {
			if (this.#run !== run) return;
			if (this.state === 'crashed') this.last ??= result;
			else this.#end(result);
		});
	}

	#end(result: NodeRun): void {
		this.last = result;
		const { status, waitTill } = result.run;
		if (status === 'waiting') {
			this.state = 'waiting';
			const claim = this.#claim();
			setTimeout(
				() => this.world.whenUp(() => void this.#endWait(claim)),
				Math.max(0, waitTill!.getTime() - Date.now()),
			);
		} else if (status === 'error') {
			this.state = 'failed';
			this.#retryLater();
		} else this.state = 'ended';
	}

	async #endWait(claim: () => boolean): Promise<void> {
		if (!claim()) return;
		this.#endUnlessCrashed(await endWaitTime(this.last!, this.world.n8n.credential));
	}

	#endUnlessCrashed(result: NodeRun): void {
		if (this.state === 'running') this.#end(result);
	}

	/** Lets one only continue what waits now. */
	#claim(): () => boolean {
		const { last } = this;
		return () => {
			if (this.state !== 'waiting' || this.last !== last) return false;
			this.state = 'running';
			return true;
		};
	}

	#retryLater(): void {
		if (!this.#retriesLeft) {
			this.isLost = this.state === 'crashed';
			this.state = 'ended';
			return;
		}
		this.#retriesLeft--;
		setTimeout(
			() =>
				this.world.whenUp(() => {
					// n8n has stored the start only, or the last sleep
					const isFromStart = this.state === 'crashed' && this.last!.run.status !== 'waiting';
					const startAgain = isFromStart ? startRetryOfCrashed : startRetry;
					this.#follow(startAgain(this.last!, this.world.n8n.credential));
				}),
			UNTIL_RETRY,
		);
	}
}
