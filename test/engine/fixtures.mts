import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ICredentialDataDecryptedObject, IDataObject, INode, INodeParameters } from 'n8n-workflow';
import { startSimulator } from '../simulator/simulator.mts';
import type { Fault, Simulator, SimulatorOptions } from '../simulator/simulator.mts';
import { byId, credentialFor, packageTimes } from './n8n/index.mts';
import type { NodeUnderTest } from './n8n/index.mts';

export { byId };

export type Times = Awaited<ReturnType<typeof packageTimes>>;

/** The simulator and the package's times (ms) of a test file; Jest loads this module anew for each. */
export let simulator: Simulator;
export let times: Times;

/**
 * Runs one simulator for a test file: without a quota, and its calls stay as placed until `finishCall`. Every test begins
 * with the seed, these times and options, a token (and so a quota) of its own, and no mocks.
 */
export function useSimulator(shortened: Partial<Times> = {}, options: SimulatorOptions = {}): void {
	let atFirst: { times: Times; options: SimulatorOptions };
	beforeAll(async () => {
		simulator = await startSimulator({ callPace: 0, quota: null, ...options });
		times = Object.assign(await packageTimes(), shortened);
		atFirst = structuredClone({ times, options: simulator.options });
	});
	beforeEach(() => {
		Object.assign(times, atFirst.times);
		Object.assign(simulator.options, structuredClone(atFirst.options), { token: randomUUID() });
		simulator.reset();
	});
	afterEach(() => jest.restoreAllMocks());
	afterAll(async () => await simulator.stop());
}

export const credential = (overrides: ICredentialDataDecryptedObject = {}) => credentialFor(simulator, overrides);

export const agentIds = () => simulator.store.agents.map(({ id }) => id);
export const activeAgentIds = () =>
	simulator.store.agents.filter(({ status }) => status === 'ACTIVE').map(({ id }) => id);
/** The IDs of the first contacts; of all five unless said otherwise. */
export const contactIds = (count?: number) => simulator.store.contacts.slice(0, count).map(({ id }) => id);

/** Input items for the first contacts, over and over the same five. */
export const contactItems = (count: number): IDataObject[] =>
	Array.from({ length: count }, (_, index) => {
		const { id, phone_number } = simulator.store.contacts[index % simulator.store.contacts.length];
		return { contact: id, number: phone_number };
	});

/** A node that has the first agent call the contact of each item. */
export const callNode = (items: IDataObject[], parameters: INodeParameters = {}, settings: Partial<INode> = {}) =>
	({
		parameters: {
			resource: 'call',
			operation: 'start',
			agent: byId(agentIds()[0]),
			contact: byId('={{ $json.contact }}'),
			...parameters,
		},
		items,
		settings,
		credential: credential(),
	}) satisfies NodeUnderTest;

/** The option of Start and Wait that ends the wait after a time. */
export const limitWaitTime = (amount: number | string, unit = 'minutes') => ({
	limitWaitTime: { values: { limitType: 'afterTimeInterval', resumeAmount: amount, resumeUnit: unit } },
});

export const CONTINUE: Partial<INode> = { onError: 'continueRegularOutput' };
export const RETRY: Partial<INode> = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };

/** What an error says where it is unclear whether a call was placed. */
export const ADVICE = /The call may have been placed: check in Thoughtly before placing it again/;

export const REFUSAL: Fault = { kind: 'status', status: 422, body: { data: null, error: 'No credit' } };

/** Fails so many requests that place a call, `after` so many that pass. */
export const failCalls = (fault: Fault, after = 0, count = 1) =>
	simulator.faults.add({ method: 'POST', path: '/contact/call', after, times: count, fault });

/** The calls that were placed since the test began, where it added none itself; the simulator is the judge. */
export const placed = () => simulator.store.calls.slice(SEEDED_CALLS);
const SEEDED_CALLS = 4;
/** The calls that are not over. */
export const underWay = () => simulator.store.calls.filter(({ end_time: end }) => end === null);
/** Who was called, by contact ID, in order. */
export const called = () => placed().map(({ contact }) => contact!.id);

/** The first seeded call as the nodes return it; any call has these fields, in this order. */
export const endedCall = () => ({
	id: simulator.store.calls[0].id,
	result: 'completed',
	status: 'COMPLETED',
	outcome: 'qualified',
	ended: true,
	direction: 'outbound',
	phoneNumber: '+14155550101',
	contactName: 'Ada Park',
	agentName: 'Appointment Reminder',
	startedAt: '2026-11-11T09:00:02.000Z',
	endedAt: '2026-11-11T09:00:34.000Z',
	durationSeconds: 32,
	summary: 'The call with Ada Park ended as COMPLETED.',
	transcript: [
		'Agent: Hello, this is your assistant. Is this a good time to talk?',
		'User: Yes, go on.',
		'Agent: Shall we keep your appointment on Monday?',
		'User: Monday is fine, thank you.',
	].join('\n'),
	recordingUrl: `${simulator.url}/recordings/${simulator.store.calls[0].id}.wav`,
	metadata: null,
	tags: ['confirmed'],
	customFields: { appointment: 'Monday' },
	agentId: agentIds()[0],
	contactId: contactIds()[0],
});

/** Every request, as `GET /contact`. */
export const requested = () => simulator.requests.map(({ method, path }) => `${method} ${path}`);
/** How many requests there were to place a call. */
export const dials = () => requested().filter((request) => request === 'POST /contact/call').length;
/** The requests that read a page of an agent's calls. */
export const callLists = () => simulator.requests.filter(({ path }) => path.endsWith('/responses'));

/** Waits until something has happened, however long a busy machine takes; fails shortly before Jest ends the test. */
export async function until(hasHappened: () => boolean): Promise<void> {
	for (const end = performance.now() + 50_000; !hasHappened(); await sleep(2)) {
		if (performance.now() > end) throw new Error(`It has not come to ${String(hasHappened)}`);
	}
}

/** Puts the clock forward for the package, n8n and the simulator; timers go on as before. */
export function passTime(ms: number): void {
	const ahead = Date.now() - clockTime() + ms;
	jest.spyOn(Date, 'now').mockImplementation(() => clockTime() + ahead);
}

const clockTime = Date.now;
