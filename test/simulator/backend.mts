// What the routes share: what they work with, their schemas, and how they refuse.
import type { CallRunner } from './calls.mts';
import { noQuery } from './checks.mts';
import type { Clock } from './clock.mts';
import { contract } from './contract.mts';
import type { Journal } from './journal.mts';
import type { SimulatorSettings } from './options.mts';
import type { Store } from './store.mts';

/** What the routes work with; the settings are read at each request. */
export interface Backend {
	store: Store;
	settings: SimulatorSettings;
	journal: Journal;
	calls: CallRunner;
	clock: Clock;
	/** The API's own time. */
	time: () => Date;
}

/** A request that the API refuses, with its status and the text of its error. */
export class Refusal extends Error {
	constructor(
		readonly statusCode: number,
		message: string,
	) {
		super(message);
	}
}

/** The schema of an operation as a route takes it. */
export const operation = (operationId: keyof typeof contract) => ({
	schema: { querystring: noQuery, ...contract[operationId], operationId },
});

/** The record with this ID, or 404. */
export function byId<T extends { id: string }>(records: T[], id: string, kind: string): T {
	const record = records.find((candidate) => candidate.id === id);
	if (record === undefined) throw new Refusal(404, `${kind} not found`);
	return record;
}
