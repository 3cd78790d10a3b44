// The world of a history: n8n's processes, the simulator and time, which only passes when nothing else happens.
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { credentialFor } from '../engine/n8n/index.mts';
import { captureLog } from '../engine/n8n/log.mts';
import { loadPackage, reloadPackage } from '../engine/n8n/package.mts';
import { endOfCall } from '../simulator/endings.mts';
import { startSimulator } from '../simulator/simulator.mts';
import type { Call, Port, Simulator } from '../simulator/simulator.mts';
import { randomNumbers } from '../simulator/random.mts';
import { newCall } from '../simulator/store.mts';
import { Lineage } from './executions.mts';
import { ruleOf } from './faults.mts';
import type { EarlierCall, History, Incident } from './history.mts';
import { Traffic } from './traffic.mts';
import { VirtualTime } from './virtualTime.mts';

/** A process of n8n: it has a port of its own at the simulator, which is closed when it dies. */
interface Process {
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
		async (url, json) => await current.receive(url, json),
	));

export class World {
	readonly traffic = new Traffic();
	readonly time: VirtualTime;
	readonly lineages: Lineage[];

	/** All lines of n8n's log. */
	log: string[] = [];

	/** n8n's wall clock at the moment when each call was placed, in ms epoch. */
	readonly wallClockAt = new Map<Call, number>();

	/** The process that runs, or ran last. */
	n8n!: Process;

	#isDown = false;
	#letIn = 0;
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
			world.#end();
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

	/** Takes a webhook that Thoughtly sends. */
	async receive(url: string, json: string) {
		if (this.#isDown) throw new Error('connect ECONNREFUSED');
		const [, execution] = /\/webhook-waiting\/(\d+)/.exec(url) ?? [];
		const waiting = this.lineages.find(({ last }) => last?.executionId === execution);
		const answer = await waiting?.resume(JSON.parse(json));
		return { status: waiting ? 200 : 404, data: answer, headers: {} };
	}

	async #prepare(): Promise<void> {
		const { history, simulator: api } = this;
		this.log = await captureLog();
		Object.assign(api.options, BY_DEFAULT, history.api);
		api.reset();
		api.store.calls = history.earlierCalls.map((call) => this.#earlier(call));
		for (const fault of history.faults) api.faults.add(ruleOf(fault));
		await this.#startN8n();
		for (const lineage of this.lineages) setTimeout(() => lineage.start(), 1_000 * lineage.plan.at);
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
		for (let n = 0; ; n++) {
			if (n % 5000 === 4999)
				console.log(
					n,
					this.time.elapsed,
					this.traffic.waiting,
					this.lineages.map((l) => l.state),
					this.log.slice(-3),
					JSON.stringify(this.history),
				);
			await this.traffic.settle();
			this.#notePlacements();
			if (this.lineages.every(({ state }) => state === 'ended')) return;
			if (this.time.elapsed > LONGEST) throw new Error('The history does not end');
			const incident = this.#incidents.at(0);
			if (incident && incident.afterRequests <= this.#letIn) this.#happen(this.#incidents.shift()!);
			else if (this.traffic.waiting) this.#letOneIn();
			else if (!this.time.advance()) throw new Error('Nothing happens any more, and the history has not ended');
		}
	}

	#letOneIn(): void {
		const { requests } = this.simulator;
		const index = requests.length;
		this.#letIn++;
		this.traffic.letIn(Math.floor(this.#draw() * this.traffic.waiting), () => requests[index]?.fault?.kind === 'hang');
	}

	/** Every call ends some time after it was placed. */
	#notePlacements(): void {
		for (const { call } of this.simulator.placements.slice(this.wallClockAt.size)) {
			this.wallClockAt.set(call, Date.now());
			const duration = MINUTE * (0.5 + 10 * this.#draw() ** 2);
			setTimeout(() => void this.simulator.finishCall(call.id), duration);
		}
	}

	#happen(incident: Incident): void {
		if (incident.what === 'clock jump') this.time.setWallClock(1_000 * incident.seconds);
		if (incident.what === 'cancel') this.lineages.at(incident.execution)?.cancel();
		if (incident.what === 'crash' && !this.#isDown) this.#crash(incident.secondsDown);
	}

	#crash(secondsDown: number): void {
		this.#isDown = true;
		this.n8n.port.close();
		for (const lineage of this.lineages) lineage.crash();
		setTimeout(() => {
			void this.#startN8n().then(() => {
				for (const lineage of this.lineages) lineage.recover();
			});
		}, 1_000 * secondsDown);
	}

	#end(): void {
		this.n8n?.port.close();
		this.traffic.end();
		this.time.end();
	}
}

/** The options that histories change, as they are otherwise. */
const BY_DEFAULT = {};
