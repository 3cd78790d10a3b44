// How a placed call lives through its statuses: NOT_STARTED, IN_PROGRESS, then its end.
import { type EventEmitter, once } from 'node:events';
import type { Clock } from './clock.mts';
import { endOfCall, endingOf } from './endings.mts';
import type { SimulatorSettings } from './options.mts';
import { type Agent, type Call, type Contact, type Store, newCall } from './store.mts';
import { eventBody } from './views.mts';
import type { WebhookSender } from './webhooks.mts';

/** What the calls need of the simulator around them. */
interface Surroundings {
	store: Store;
	settings: SimulatorSettings;
	webhooks: WebhookSender;
	clock: Clock;
	/** The API's own time. */
	time: () => Date;
	/** Where the simulator listens. */
	url: () => string;
	/** Emits `change` whenever a call has ended or a webhook has been responded to. */
	changes: EventEmitter;
}

export class CallRunner {
	readonly #underWay = new Map<string, AbortController>();

	constructor(private readonly around: Surroundings) {}

	/** Starts a call and returns its record; the clock ends it, or `finish` where the pace is 0. */
	place(agent: Agent, contact: Contact, metadata: Call['metadata'], direction: Call['direction'] = 'outbound'): Call {
		const { store, settings, time } = this.around;
		const call = { ...newCall(agent, contact, metadata, time()), direction };
		const life = new AbortController();
		store.calls.push(call);
		this.#underWay.set(call.id, life);
		if (settings.deliveries.early) void this.#announce('NEW_RESPONSE', call);
		if (settings.callPace > 0) {
			this.#live(call, settings.callPace, life.signal).catch((error: unknown) => {
				if (!life.signal.aborted) throw error;
			});
		}
		return call;
	}

	/** Starts a call that the contact made; the real API has no request for it. */
	receive(agentId: string, contactId: string): Call {
		const agent = this.around.store.agents.find(({ id }) => id === agentId);
		const contact = this.around.store.contacts.find(({ id }) => id === contactId);
		if (!agent || !contact) throw new Error(`There is no ${agent ? 'contact' : 'agent'} of this call`);
		return this.place(agent, contact, null, 'inbound');
	}

	/** Ends a call now; `result` overrides how its number would end it. Resolves when its webhooks were responded to. */
	async finish(callId: string, result: Partial<Call> = {}): Promise<void> {
		const call = this.#find(callId);
		if (call.end_time !== null) throw new Error(`Call ${callId} has already ended`);
		this.#underWay.get(callId)?.abort();
		const status = result.status ?? endingOf(call.phone_number);
		Object.assign(call, endOfCall(call, status, this.around.time(), this.around.url()), result);
		await this.#announce('NEW_RESPONSE', call);
		this.#underWay.delete(callId);
		this.around.changes.emit('change');
	}

	/** Sends a transfer's webhooks, with the call as their body (undocumented); resolves when they were responded to. */
	async transfer(callId: string): Promise<void> {
		await this.#announce('PHONE_TRANSFER', this.#find(callId));
	}

	/** Resolves when every call has ended and every webhook was responded to. */
	async idle(): Promise<void> {
		while (this.#underWay.size > 0 || this.around.webhooks.busy) await once(this.around.changes, 'change');
	}

	/** Forgets all calls that are under way. */
	reset(): void {
		for (const life of this.#underWay.values()) life.abort();
		this.#underWay.clear();
		this.around.changes.emit('change');
	}

	async #live(call: Call, pace: number, signal: AbortSignal): Promise<void> {
		const { clock, time } = this.around;
		await clock.pause(pace, signal);
		const now = time().toISOString();
		Object.assign(call, { status: 'IN_PROGRESS', start_time: now, updated: now, version: call.version + 1 });
		await clock.pause(pace / 2, signal);
		if (endingOf(call.phone_number) === 'TRANSFERRED') void this.transfer(call.id);
		await clock.pause(pace / 2, signal);
		await this.finish(call.id);
	}

	/** Tells the agent's subscriptions, then its folder's. */
	async #announce(event: 'NEW_RESPONSE' | 'PHONE_TRANSFER', call: Call): Promise<void> {
		const { store, settings, webhooks } = this.around;
		const agent = store.agents.find(({ id }) => id === call.interview.id);
		const send = async (type: string, data: string) =>
			await webhooks.deliver(type, eventBody(settings.deliveries.shape, type, call, agent, settings), data);
		const folder = agent?.folder_id;
		await Promise.all([send(event, call.interview.id), ...(folder ? [send(`FOLDER_${event}`, folder)] : [])]);
	}

	#find(callId: string): Call {
		const call = this.around.store.calls.find(({ id }) => id === callId);
		if (call === undefined) throw new Error(`There is no call ${callId}`);
		return call;
	}
}
