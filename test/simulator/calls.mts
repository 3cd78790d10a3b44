// How a placed call lives through its statuses, and the webhooks that it sends.
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import axios from 'axios';
import { type Agent, type Call, type Contact, type Store, type Subscription, endOfCall, newCall } from './store.mts';

/** One webhook that was sent. */
export interface Delivery {
	subscription: Subscription;
	body: unknown;
	/** When it was sent, in milliseconds since 1970. */
	at: number;
	/** The receiver's status, null when no answer came. */
	status: number | null;
	/** The receiver's answer, or the text of the connection's error. */
	answer: unknown;
}

export interface DeliveryOptions {
	/** `flat` as a real delivery was (pipedream), `nested` as in the example beside the profile. */
	shape: 'flat' | 'nested';
	/** Also sends a NEW_RESPONSE when the call is placed, before it has an end (pipedream saw one). */
	early: boolean;
	/** How often each delivery is sent. */
	repeats: number;
}

/** The part of the simulator's options that calls and webhooks need, read each time. */
export interface CallOptions {
	callPace: number;
	deliveries: DeliveryOptions;
}

const webhookTimeoutMs = 5_000;

/** Sends webhooks to the subscriptions in the store. */
export class WebhookSender {
	readonly deliveries: Delivery[] = [];
	#pending = 0;
	#life = new AbortController();
	// A connection of its own for each webhook, so that a stopped receiver is never met on an old one
	readonly #agents = {
		httpAgent: new HttpAgent({ keepAlive: false }),
		httpsAgent: new HttpsAgent({ keepAlive: false }),
	};

	constructor(
		private readonly store: Store,
		private readonly options: CallOptions,
	) {}

	/** Are answers still awaited? */
	get busy(): boolean {
		return this.#pending > 0;
	}

	/** Posts the body to each subscription of the event; that one without `data` gets all is a guess (no source). */
	async deliver(event: string, body: unknown, data?: string): Promise<Delivery[]> {
		const json = JSON.stringify(body);
		const receivers = this.store.subscriptions.filter(
			(subscription) =>
				subscription.type === event && (data === undefined || subscription.data === null || subscription.data === data),
		);
		this.#pending += 1;
		try {
			return (await Promise.all(receivers.map(async (receiver) => await this.#send(receiver, json)))).flat();
		} finally {
			this.#pending -= 1;
		}
	}

	/** Gives up what is on its way and forgets what was sent. */
	reset(): void {
		this.#life.abort();
		this.#life = new AbortController();
		this.deliveries.length = 0;
	}

	async #send(subscription: Subscription, json: string): Promise<Delivery[]> {
		const { signal } = this.#life;
		const sent: Delivery[] = [];
		for (let count = 0; count < this.options.deliveries.repeats && !signal.aborted; count++) {
			const { delivery, retryAfter } = await this.#post(subscription, json, signal);
			sent.push(delivery);
			// Only a 429 is tried again, and once (docs)
			if (delivery.status !== 429) continue;
			await pause(retryAfter, undefined, { signal }).catch(() => undefined);
			if (!signal.aborted) sent.push((await this.#post(subscription, json, signal)).delivery);
		}
		return sent;
	}

	async #post(subscription: Subscription, json: string, signal: AbortSignal) {
		const delivery: Delivery = { subscription, body: JSON.parse(json), at: Date.now(), status: null, answer: null };
		let retryAfter = 0;
		try {
			const response = await axios.post<unknown>(subscription.url, json, {
				...this.#agents,
				headers: { 'content-type': 'application/json' },
				maxRedirects: 0,
				proxy: false,
				signal,
				timeout: webhookTimeoutMs,
				validateStatus: null,
			});
			delivery.status = response.status;
			delivery.answer = response.data;
			retryAfter = delayOf(String(response.headers['retry-after'] ?? ''));
		} catch (error) {
			delivery.answer = error instanceof Error ? error.message : String(error);
		}
		if (!signal.aborted) this.deliveries.push(delivery);
		return { delivery, retryAfter };
	}
}

/** Milliseconds to wait, from a Retry-After header of seconds or a date; a second without a readable one. */
function delayOf(retryAfter: string): number {
	if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1_000;
	const date = Date.parse(retryAfter);
	return Number.isNaN(date) ? 1_000 : Math.max(0, date - Date.now());
}

const endings: Record<string, string> = { 10: 'NO_ANSWER', 11: 'BUSY', 12: 'LEFT_VOICEMAIL', 13: 'TRANSFERRED' };

/** How a call to this number ends: its last two digits choose. The words are those of the docs' History page. */
export function endingOf(phoneNumber: string | null): string {
	return endings[phoneNumber?.slice(-2) ?? ''] ?? 'COMPLETED';
}

/** The call as its webhook shows it. */
export function webhookBody(shape: DeliveryOptions['shape'], event: string, call: Call, agent?: Agent): unknown {
	if (shape === 'flat') return call;
	return {
		event,
		call: {
			id: call.id,
			interview_id: call.interview.id,
			contact_id: call.contact?.id ?? null,
			direction: 'outbound',
			status: call.status,
			outcome: call.end_time === null ? null : call.status.toLowerCase(),
			duration_seconds: call.duration_ms === null ? null : Math.round(Number(call.duration_ms) / 1_000),
			recording_url: call.recording_url,
			started_at: call.start_time,
			ended_at: call.end_time,
		},
		agent: { id: call.interview.id, title: call.ai_name, phone_number: agent?.phone_number ?? null },
		transcript: call.conversation_history.map(({ text, author, date }, step) => ({
			transcript: text,
			speaker: author,
			createdAt: date,
			step,
			node_id: `node-${step}`,
		})),
		custom_fields: call.metadata ?? {},
	};
}

/** Places calls and lets them live: NOT_STARTED, IN_PROGRESS, then their end. */
export class CallRunner {
	readonly #underWay = new Map<string, AbortController>();

	constructor(
		private readonly store: Store,
		private readonly options: CallOptions,
		private readonly webhooks: WebhookSender,
		private readonly url: () => string,
	) {}

	/** Places a call and gives its record; what follows happens by the clock, or by `finish` with a pace of 0. */
	place(agent: Agent, contact: Contact, metadata: Call['metadata']): Call {
		const call = newCall(agent, contact, metadata);
		const life = new AbortController();
		this.store.calls.push(call);
		this.#underWay.set(call.id, life);
		if (this.options.deliveries.early) void this.#announce('NEW_RESPONSE', call);
		if (this.options.callPace > 0) {
			this.#live(call, this.options.callPace, life.signal).catch((error: unknown) => {
				if (!life.signal.aborted) throw error;
			});
		}
		return call;
	}

	/** Ends a call now, `result` over what its number would choose; resolves when its webhooks were answered. */
	async finish(callId: string, result: Partial<Call> = {}): Promise<void> {
		const call = this.#find(callId);
		if (call.end_time !== null) throw new Error(`Call ${callId} is over already`);
		this.#underWay.get(callId)?.abort();
		const status = result.status ?? endingOf(call.phone_number);
		Object.assign(call, endOfCall(call, status, new Date(), this.url()), result);
		await this.#announce('NEW_RESPONSE', call);
		this.#underWay.delete(callId);
	}

	/** Sends a transfer's webhooks, with the call as their body (undocumented); resolves when they were answered. */
	async transfer(callId: string): Promise<void> {
		await this.#announce('PHONE_TRANSFER', this.#find(callId));
	}

	/** Resolves when every placed call is over and every webhook was answered. */
	async idle(): Promise<void> {
		while (this.#underWay.size > 0 || this.webhooks.busy) await pause(5);
	}

	/** Stops the clocks of all calls. */
	reset(): void {
		for (const life of this.#underWay.values()) life.abort();
		this.#underWay.clear();
	}

	async #live(call: Call, pace: number, signal: AbortSignal): Promise<void> {
		await pause(pace, undefined, { signal });
		const now = new Date().toISOString();
		Object.assign(call, { status: 'IN_PROGRESS', start_time: now, updated: now, version: call.version + 1 });
		await pause(pace / 2, undefined, { signal });
		if (endingOf(call.phone_number) === 'TRANSFERRED') void this.transfer(call.id);
		await pause(pace / 2, undefined, { signal });
		await this.finish(call.id);
	}

	/** Tells the agent's subscriptions, then its folder's. */
	async #announce(event: 'NEW_RESPONSE' | 'PHONE_TRANSFER', call: Call): Promise<void> {
		const agent = this.store.agents.find(({ id }) => id === call.interview.id);
		const send = async (type: string, data: string) =>
			await this.webhooks.deliver(type, webhookBody(this.options.deliveries.shape, type, call, agent), data);
		const folder = agent?.folder_id;
		await Promise.all([send(event, call.interview.id), ...(folder ? [send(`FOLDER_${event}`, folder)] : [])]);
	}

	#find(callId: string): Call {
		const call = this.store.calls.find(({ id }) => id === callId);
		if (call === undefined) throw new Error(`There is no call ${callId}`);
		return call;
	}
}
