// Watches n8n's database, in a process of its own: when a poll's state is saved, and when its execution is stored.
import { DatabaseSync } from 'node:sqlite';
import { readInput } from './measure.mts';
import type { GapFigures, GapInput } from './poll.mts';

const LOOK_EVERY_MS = 0.2;

const { database, workflowId, count } = readInput<GapInput>();
const db = new DatabaseSync(database, { readOnly: true });
const state = db.prepare('SELECT staticData AS value FROM workflow_entity WHERE id = ?');
const executions = db.prepare('SELECT count(*) AS value FROM execution_entity WHERE workflowId = ?');
const pause = new Int32Array(new SharedArrayBuffer(4));

/** Looks until the value is another one; returns when that was seen. */
function nextChange(statement: typeof state, value: unknown): number {
	while (statement.get(workflowId)?.value === value) Atomics.wait(pause, 0, 0, LOOK_EVERY_MS);
	return performance.now();
}

const gaps: number[] = [];
while (gaps.length < count) {
	const stored = executions.get(workflowId)?.value;
	const savedAt = nextChange(state, state.get(workflowId)?.value);
	gaps.push(nextChange(executions, stored) - savedAt);
}
const figures: GapFigures = { gaps: gaps.sort((a, b) => a - b) };
process.stdout.write(`${JSON.stringify(figures)}\n`);
