// The webhooks that the simulator sends to subscribers.
import type { EventEmitter } from 'node:events';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios from 'axios';
import type { AxiosResponse } from 'axios';
import type { Clock } from './clock.mts';
import type { SimulatorSettings } from './options.mts';
import type { Store, Subscription } from './store.mts';

/** One webhook that was sent. */
export interface Delivery {
	subscription: Subscription;
	body: unknown;
	/** When it was sent, in milliseconds since 1970. */
	at: number;
	/** The receiver's status, null when there was no response. */
	status: number | null;
	/** The receiver's response, or the text of the connection's error. */
	answer: unknown;
}

/** Posts a webhook's body; resolves to the receiver's response, rejects without one. A test may have its own network. */
export type Post = (url: string, json: string, signal: AbortSignal, timeoutMs: number) => Promise<PostResponse>;
type PostResponse = Pick<AxiosResponse<unknown>, 'status' | 'data' | 'headers'>;

// A connection of its own for each webhook, so that a stopped receiver is never met on an old one
const agents = {
	httpAgent: new HttpAgent({ keepAlive: false }),
	httpsAgent: new HttpsAgent({ keepAlive: false }),
};

export const postOverHttp: Post = async (url, json, signal, timeoutMs) =>
	await axios.post<unknown>(url, json, {
		...agents,
		// As in the profile's example
		headers: { 'content-type': 'application/json', 'user-agent': 'Thoughtly-Webhook/1.0' },
		maxRedirects: 0,
		proxy: false,
		signal,
		timeout: timeoutMs,
		validateStatus: null,
	});

/** Sends webhooks to the subscriptions in the store; emits `change` whenever fewer are awaited. */
export class WebhookSender {
	readonly deliveries: Delivery[] = [];
	#pending = 0;
	#life = new AbortController();

	constructor(
		private readonly store: Store,
		private readonly settings: SimulatorSettings,
		private readonly clock: Clock,
		private readonly changes: EventEmitter,
		private readonly post: Post,
	) {}

	/** Are responses still awaited? */
	get busy(): boolean {
		return this.#pending > 0;
	}

	/** Posts the body to each subscription of the event; `data` is the agent or folder that it is about. */
	async deliver(event: string, body: unknown, data?: string): Promise<Delivery[]> {
		const json = JSON.stringify(body);
		const getsAll = this.settings.eventsWithoutData === 'all';
		const receivers = this.store.subscriptions.filter(
			(subscription) =>
				subscription.type === event &&
				(data === undefined || subscription.data === data || (subscription.data === null && getsAll)),
		);
		this.#pending += 1;
		try {
			return (await Promise.all(receivers.map(async (receiver) => await this.#send(receiver, json)))).flat();
		} finally {
			this.#pending -= 1;
			this.changes.emit('change');
		}
	}

	/** Aborts what is on its way and forgets what was sent. */
	reset(): void {
		this.#life.abort();
		this.#life = new AbortController();
		this.deliveries.length = 0;
	}

	async #send(subscription: Subscription, json: string): Promise<Delivery[]> {
		const { signal } = this.#life;
		const sent: Delivery[] = [];
		for (let count = 0; count < this.settings.deliveries.repeats && !signal.aborted; count++) {
			const { delivery, retryAfter } = await this.#post(subscription, json, signal);
			sent.push(delivery);
			// Only a 429 is retried, and once (docs)
			if (delivery.status !== 429) continue;
			await this.clock.pause(retryAfter, signal).catch(() => undefined);
			if (!signal.aborted) sent.push((await this.#post(subscription, json, signal)).delivery);
		}
		return sent;
	}

	async #post(subscription: Subscription, json: string, signal: AbortSignal) {
		const at = this.clock.now();
		const delivery: Delivery = { subscription, body: JSON.parse(json), at, status: null, answer: null };
		let retryAfter = 0;
		try {
			const response = await this.post(subscription.url, json, signal, this.settings.webhookTimeoutMs);
			delivery.status = response.status;
			delivery.answer = response.data;
			retryAfter = delayOf(String(response.headers['retry-after'] ?? ''), this.clock.now());
		} catch (error) {
			delivery.answer = error instanceof Error ? error.message : String(error);
		}
		if (!signal.aborted) this.deliveries.push(delivery);
		return { delivery, retryAfter };
	}
}

/** Milliseconds to wait, from a Retry-After header of seconds or a date; a second without a readable one. */
function delayOf(retryAfter: string, now: number): number {
	if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1_000;
	const date = Date.parse(retryAfter);
	return Number.isNaN(date) ? 1_000 : Math.max(0, date - now);
}
