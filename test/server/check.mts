import type { IDataObject } from 'n8n-workflow';
import { outputOf, type Execution } from './client.mts';
import type { Demo } from './demo.mts';
import { until } from './until.mts';
import { CALL_NODE, CONTACT_NODE, MANUAL_TRIGGER, OUTCOME_NODE, TRIGGER_NODE } from './workflows.mts';

const CALL_OVER_WITHIN_MS = 30_000;

export interface CheckResult {
	passed: boolean;
	/** Both workflows, how they ended and what they gave. */
	table: string;
}

/** Runs "Call a new lead" and waits until "When a call is over" has run for its call. */
export async function check(demo: Demo): Promise<CheckResult> {
	const { client, callNewLead, whenCallIsOver } = demo;
	const calling = await client.execute(callNewLead, MANUAL_TRIGGER);
	const [contact] = outputOf(calling, CONTACT_NODE);
	const [call] = outputOf(calling, CALL_NODE);
	const called = call && (await runFor(String(call.id), demo));
	const [outcome] = called ? outputOf(called, OUTCOME_NODE) : [];
	return {
		passed: [calling, called].every((execution) => execution?.status === 'success'),
		table: table([
			['Workflow', 'Result', 'What it gave'],
			[callNewLead.name, ...result(calling, { contact: contact?.phone_number, call: call?.id })],
			[whenCallIsOver.name, ...result(called, outcome)],
		]),
	};
}

/** The run of "When a call is over" for a call, if it comes in time. */
async function runFor(callId: string, { client, whenCallIsOver }: Demo): Promise<Execution | undefined> {
	return await until('The end of the call', CALL_OVER_WITHIN_MS, async () => {
		const executions = await client.executions(whenCallIsOver);
		return executions.find((execution) => outputOf(execution, TRIGGER_NODE)[0]?.id === callId);
	}).catch(() => undefined);
}

function result(execution?: Execution, gave: IDataObject = {}): [string, string] {
	if (!execution) return ['missing', 'it has not run'];
	const { error } = execution.data.resultData;
	const text = error ? error.message : Object.entries(gave).map(([name, value]) => `${name}: ${String(value)}`);
	return [execution.status, [text].flat().join(', ')];
}

function table(rows: string[][]): string {
	const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
	const line = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column])).join('  ');
	return rows.map((row) => line(row).trimEnd()).join('\n');
}
