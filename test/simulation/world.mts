// The world of a history: n8n's processes, the simulator and time, which only passes when nothing else happens.
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { credentialFor } from '../engine/n8n/index.mts';
import { captureLog } from '../engine/n8n/log.mts';
import { loadPackage, reloadPackage } from '../engine/n8n/package.mts';
import { WEBHOOK_ID } from '../engine/n8n/trigger.mts';
import { N8N_URL } from '../engine/n8n/workflow.mts';
import { endOfCall } from '../simulator/endings.mts';
import { startSimulator } from '../simulator/simulator.mts';
import type { Call, Port, Simulator, Subscription } from '../simulator/simulator.mts';
import { randomNumbers } from '../simulator/random.mts';
import { newCall } from '../simulator/store.mts';
import { Lineage } from './executions.mts';
import { ruleOf } from './faults.mts';
import type { EarlierCall, History, Incident } from './history.mts';
import { nationalNumber } from './people.mts';
import { Traffic } from './traffic.mts';
import { PollingWorkflow, WebhookWorkflow } from './triggers.mts';
import { VirtualTime } from './virtualTime.mts';

/** A process of n8n: it has a port of its own at the simulator, which is closed when it dies. */
export interface Process {
	port: Port;
	credential: ICredentialDataDecryptedObject;
}

/** When a history has to be over, in ms of its own time. */
const LONGEST = 48 * 3_600_000;

const MINUTE = 60_000;

/** Serves all histories of this process, one after another. */
let simulator: Promise<Simulator> | undefined;
let current: World;

const theSimulator = async () =>
	await (simulator ??= startSimulator(
		{ callPace: 0 },
		{ now: () => current.time.now(), pause: async (ms, signal) => await current.delay(ms, signal) },
		async (url, json) => await current.carry(url, json),
	));

export class World {
	readonly traffic = new Traffic();
	readonly time: VirtualTime;
	readonly lineages: Lineage[];
	readonly webhookWorkflow?: WebhookWorkflow;
	readonly pollingWorkflow?: PollingWorkflow;
	/** All tokens that were valid at some time. */
	readonly tokens = new Set<string>();
	strangers: Subscription[] = [];

	/** The changes of n8n's wall clock: when, in ms epoch, and by how much. */
	readonly jumps: Array<{ at: number; ms: number }> = [];

	/** All lines of n8n's log. */
	log: string[] = [];

	/** When each of the simulator's requests was sent, by n8n's wall clock, in ms epoch. */
	readonly sentAt: number[] = [];

	/** The process that runs, or ran last. */
	n8n!: Process;

	#isDown = false;
	#outages = 0;
	#letIn = 0;
	#callsUnderWay = 0;
	#callsNoted = 0;
	#finale: 'not yet' | 'running' | 'over' = 'not yet';
	readonly #incidents: Incident[];
	readonly #draw: () => number;

	/** Plays a history to its end. */
	static async play(history: History): Promise<World> {
		await loadPackage();
		const api = await theSimulator();
		const world = new World(history, api);
		current = world;
		try {
			await world.#prepare();
			await world.#run();
			return world;
		} finally {
			await world.#end();
		}
	}

	private constructor(
		readonly history: History,
		readonly simulator: Simulator,
	) {
		this.time = new VirtualTime(Date.parse(history.start), history.chance);
		this.#draw = randomNumbers(history.chance + 2);
		this.#incidents = [...history.incidents].sort((a, b) => a.afterRequests - b.afterRequests);
		this.lineages = history.executions.map((plan, index) => new Lineage(this, index, plan));
		if (history.webhookTrigger) this.webhookWorkflow = new WebhookWorkflow(this, history.webhookTrigger);
		if (history.pollTrigger) this.pollingWorkflow = new PollingWorkflow(this, history.pollTrigger);
	}

	/** Whether a process of n8n is alive. */
	isAlive(process: Process): boolean {
		return !this.#isDown && this.n8n === process;
	}

	/** Does something once n8n runs. */
	whenUp(action: () => void): void {
		if (this.#isDown) setTimeout(() => this.whenUp(action), MINUTE / 6);
		else action();
	}

	/** A response of the simulator takes that long. */
	async delay(ms: number, signal: AbortSignal): Promise<void> {
		const goOn = this.traffic.park();
		await this.time.pause(ms, signal).finally(goOn);
	}

	/** Carries a webhook of Thoughtly to n8n, if it gets there. */
	async carry(url: string, json: string) {
		const { lost, longest } = this.history.deliveries;
		const [isLost, takes] = [10 * this.#draw() < lost, 1_000 * longest * this.#draw()];
		if (takes >= 1) await this.time.pause(takes);
		if (isLost || this.#isDown) throw new Error('connect ECONNREFUSED');
		return { status: await this.#receive(url, JSON.parse(json) as IDataObject), data: '', headers: {} };
	}

	async #receive(url: string, body: IDataObject): Promise<number> {
		const [, execution] = /\/webhook-waiting\/(\d+)/.exec(url) ?? [];
		if (execution)
			return (await this.lineages.find(({ last }) => last?.executionId === execution)?.resume(body)) ? 200 : 409;
		return this.strangers.some((stranger) => stranger.url === url)
			? 200
			: ((await this.webhookWorkflow?.deliver(url, body)) ?? 404);
	}

	async #prepare(): Promise<void> {
		const { history, simulator: api } = this;
		this.log = await captureLog();
		const { shape, early, repeats } = history.deliveries;
		Object.assign(api.options, history.api, { token: this.#newToken(), deliveries: { shape, early, repeats } });
		api.reset();
		if (history.hasNationalNumbers) {
			for (const contact of api.store.contacts) contact.phone_number = nationalNumber(contact.phone_number);
		}
		api.store.calls = history.earlierCalls.map((call) => this.#earlier(call));
		// the dates that some of them send are the API's
		this.time.setWallClock(api.options.clockOffsetMs);
		for (const fault of history.faults) api.faults.add(ruleOf(fault, api.token));
		this.time.setWallClock(-api.options.clockOffsetMs);
		await this.#startN8n();
		this.strangers = subscribeStrangers(api, history.webhookTrigger?.strangers ?? 0);
		void this.webhookWorkflow?.publish();
		void this.pollingWorkflow?.publish();
		this.pollingWorkflow?.schedule();
		const { republishedAfter } = history.webhookTrigger ?? {};
		if (typeof republishedAfter === 'number') {
			setTimeout(() => this.whenUp(() => void this.webhookWorkflow!.republish()), MINUTE * republishedAfter);
		}
		for (const lineage of this.lineages) setTimeout(() => lineage.start(), 1_000 * lineage.plan.at);
		for (const { at, agent, person } of history.inboundCalls) {
			setTimeout(
				() => this.#letEnd(api.receiveCall(api.store.agents[agent].id, api.store.contacts[person].id)),
				1_000 * at,
			);
		}
	}

	#newToken(): string {
		const token = `token-${this.tokens.size}-of-a-simulation`;
		this.tokens.add(token);
		return token;
	}

	#earlier({ person, agent, minutesBefore, status }: EarlierCall): Call {
		const { store, options, url } = this.simulator;
		const at = new Date(this.time.now() + options.clockOffsetMs - MINUTE * minutesBefore);
		const call = newCall(store.agents[agent], store.contacts[person], null, at);
		if (status === 'IN_PROGRESS') return { ...call, status, start_time: call.created };
		return { ...call, ...endOfCall(call, status, new Date(at.getTime() + MINUTE), url) };
	}

	async #startN8n(): Promise<void> {
		reloadPackage();
		const port = await this.simulator.openPort(this.traffic.admit);
		const { token, teamId } = this.simulator;
		this.n8n = { port, credential: credentialFor({ url: port.url, token, teamId }, this.history.account) };
		this.#isDown = false;
	}

	/** Each step is one incident, one request that is let in, or one timer. */
	async #run(): Promise<void> {
		for (;;) {
			await this.traffic.settle();
			this.#notePlacements();
			if (this.#finale === 'over') return;
			if (this.time.elapsed > LONGEST) throw new Error('The history does not end');
			if (this.#finale === 'not yet' && this.#isQuiet()) void this.#conclude();
			else if (this.#letIn >= (this.#incidents.at(0)?.afterRequests ?? Infinity))
				this.#happen(this.#incidents.shift()!);
			else if (this.traffic.waiting) this.#letOneIn();
			else if (!this.time.advance()) throw new Error('Nothing happens any more, and the history has not ended');
		}
	}

	#letOneIn(): void {
		const { requests } = this.simulator;
		const index = requests.length;
		this.#letIn++;
		const isHung = () => requests[index]?.fault?.kind === 'hang';
		this.sentAt[index] = this.traffic.letIn(Math.floor(this.#draw() * this.traffic.waiting), isHung);
	}

	/** Every call ends some time after it was placed. */
	#notePlacements(): void {
		const { placements } = this.simulator;
		while (this.#callsNoted < placements.length) this.#letEnd(placements[this.#callsNoted++].call);
	}

	#letEnd({ id }: Call): void {
		this.#callsUnderWay++;
		const duration = MINUTE * (0.5 + 10 * this.#draw() ** 2);
		setTimeout(() => void this.simulator.finishCall(id).finally(() => this.#callsUnderWay--), duration);
	}

	#isQuiet(): boolean {
		const lastInbound = Math.max(0, ...this.history.inboundCalls.map(({ at }) => 1_000 * at));
		const isOver = this.lineages.every(({ state }) => state === 'ended');
		return (
			isOver &&
			((!this.webhookWorkflow && !this.pollingWorkflow) || (!this.#callsUnderWay && this.time.elapsed > lastInbound))
		);
	}

	/** Polls find what has ended last, even if the API was down and agents take turns, and the workflow is unpublished. */
	async #conclude(): Promise<void> {
		this.#finale = 'running';
		const { pollTrigger } = this.history;
		if (pollTrigger) await this.time.pause(MINUTE * (25 + 4 * pollTrigger.everyMinutes));
		while (this.#isDown || this.#outages) await this.time.pause(MINUTE);
		await this.webhookWorkflow?.unpublish();
		this.#finale = 'over';
	}

	#happen(incident: Incident): void {
		if (incident.what === 'new token') this.#changeToken();
		if (incident.what === 'clock jump') this.#changeClock(1_000 * incident.seconds);
		if (incident.what === 'cancel') this.lineages.at(incident.execution)?.cancel();
		if (incident.what === 'API down' && !this.#isDown) this.#refuseConnections(incident.seconds);
		if (incident.what === 'crash' && !this.#isDown) this.#crash(incident.secondsDown);
	}

	/** Someone makes a new token, enters it, and publishes the workflow again, as its log line says. */
	#changeToken(): void {
		this.simulator.options.token = this.#newToken();
		this.n8n.credential.apiToken = this.simulator.options.token;
		this.webhookWorkflow?.outdate();
		setTimeout(() => this.whenUp(() => void this.webhookWorkflow?.republish()), MINUTE);
	}

	#changeClock(ms: number): void {
		this.jumps.push({ at: this.time.now(), ms });
		this.time.setWallClock(ms);
	}

	#refuseConnections(seconds: number): void {
		const { n8n } = this;
		this.#outages++;
		n8n.port.close();
		setTimeout(() => {
			this.#outages--;
			if (this.isAlive(n8n)) n8n.port.open();
		}, 1_000 * seconds);
	}

	#crash(secondsDown: number): void {
		this.#isDown = true;
		this.n8n.port.close();
		this.webhookWorkflow?.crash();
		this.pollingWorkflow?.crash();
		for (const lineage of this.lineages) lineage.crash();
		setTimeout(() => void this.#recover(), 1_000 * secondsDown);
	}

	async #recover(): Promise<void> {
		await this.#startN8n();
		void this.webhookWorkflow?.publish();
		void this.pollingWorkflow?.publish();
		for (const lineage of this.lineages) lineage.recover();
	}

	async #end(): Promise<void> {
		this.n8n?.port.close();
		// whatever is still under way stops at a timer that never fires
		await this.traffic.settle();
		this.traffic.end();
		this.time.end();
	}
}

/** What others have subscribed: a copy of the workflow on another n8n, and whoever else uses the account. */
function subscribeStrangers({ store }: Simulator, count: number): Subscription[] {
	const [{ id }] = store.agents;
	const copy = `${N8N_URL}/webhook/${WEBHOOK_ID}/webhook?event=NEW_RESPONSE&agent=${id}&instance=0123456789ab&signature=00`;
	const subscriptions = Array.from({ length: count }, (_, index) => ({
		id: `stranger-${index}`,
		type: 'NEW_RESPONSE',
		url: index ? `https://stranger-${index}.example/webhook` : copy,
		data: id,
		created: store.agents[0].created,
	}));
	store.subscriptions.push(...subscriptions);
	return subscriptions;
}
