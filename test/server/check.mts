import type { IDataObject } from 'n8n-workflow';
import { outputOf, type Execution } from './client.mts';
import type { Demo } from './demo.mts';
import { table } from './table.mts';
import { until } from './until.mts';
import { CALL_NODE, CONTACT_NODE, MANUAL_TRIGGER, OUTCOME_NODE, TALKED_NODE, TRIGGER_NODE } from './workflows.mts';

const EVENT_WITHIN_MS = 30_000;

export interface CheckResult {
	passed: boolean;
	/** Both workflows with their status and output. */
	table: string;
}

/** Runs "Call a new lead", whose call has to be completed, and waits until "When a call is over" has run for it. */
export async function check(demo: Demo): Promise<CheckResult> {
	const { client, callNewLead, whenCallIsOver } = demo;
	const calling = await client.execute(callNewLead, MANUAL_TRIGGER);
	const [contact] = outputOf(calling, CONTACT_NODE);
	const [call] = outputOf(calling, CALL_NODE);
	const called = call && (await runFor(String(call.id), demo));
	const [outcome] = called ? outputOf(called, OUTCOME_NODE) : [];
	return {
		passed:
			[calling, called].every((execution) => execution?.status === 'success') &&
			outputOf(calling, TALKED_NODE).length === 1,
		table: table([
			['Workflow', 'Status', 'Output'],
			[callNewLead.name, ...summary(calling, { contact: contact?.phoneNumber, call: call?.id, result: call?.result })],
			[whenCallIsOver.name, ...summary(called, outcome)],
		]),
	};
}

/** The execution of "When a call is over" for a call, undefined if there is none in time. */
async function runFor(callId: string, { client, whenCallIsOver }: Demo): Promise<Execution | undefined> {
	return await until('The event', EVENT_WITHIN_MS, async () => {
		const executions = await client.executions(whenCallIsOver);
		return executions.find((execution) => outputOf(execution, TRIGGER_NODE)[0]?.id === callId);
	}).catch(() => undefined);
}

function summary(execution?: Execution, output: IDataObject = {}): [status: string, output: string] {
	if (!execution) return ['missing', 'the workflow did not start'];
	const { error } = execution.data.resultData;
	const text = error ? error.message : Object.entries(output).map(([name, value]) => `${name}: ${String(value)}`);
	return [execution.status, [text].flat().join(', ')];
}
