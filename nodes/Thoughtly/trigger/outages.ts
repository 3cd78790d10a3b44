import { NodeOperationError } from 'n8n-workflow';
import type { IPollFunctions } from 'n8n-workflow';
import { logText, ThoughtlyApiError } from '../api/ThoughtlyApiError';
import { log } from '../transport/log';
import { prefixMessage, toNodeError } from '../transport/nodeErrors';
import { times } from '../transport/times';

/** Polls of a node that fail one after another. */
export interface Outage {
	/** ms epoch */
	since: number;
	/** Whose calls could not be read last */
	agentIds: Set<string>;
	/** What it was reported as */
	reported?: FailureKind;
}

/** A temporary failure may pass by itself. */
export type FailureKind = 'temporary' | 'lasting';

/** By workflow and node, while its polls fail */
const outages = new Map<string, Outage>();

export const endOutage = (node: string) => void outages.delete(node);

/** The agents that the last poll could not read. */
export const failedAgents = (node: string): Set<string> => outages.get(node)?.agentIds ?? new Set();

/**
 * Logs why a poll failed. What is thrown becomes a failed execution and starts the error workflow, so an outage is thrown once.
 * @param agentIds whose calls could not be read
 * @param mayThrow n8n gives up a poll trigger for good whose poll throws while n8n starts
 * @throws the failure, if it is to be reported
 */
export function noteFailure(
	context: IPollFunctions,
	node: string,
	failure: unknown,
	agentIds: Set<string>,
	mayThrow: boolean,
): void {
	const now = Date.now();
	const outage = outages.get(node) ?? { since: now, agentIds };
	outages.set(node, { ...outage, agentIds });
	log(context, `could not read all calls, trying again at the next poll: ${reasonOf(failure)}`, 'warn');
	const kind = kindOf(failure);
	if (!mayThrow || !isReportDue(outage, kind, now)) return;
	outages.set(node, { ...outage, agentIds, reported: kind });
	const error = toNodeError({ context }, failure);
	if (kind === 'lasting') throw error;
	throw prefixMessage(error, `Polls have failed for ${Math.floor((now - outage.since) / 60_000)} minutes`);
}

/** A failure that may pass is reported when it has lasted 15 minutes, any other at once. */
export function isReportDue({ since, reported }: Outage, kind: FailureKind, now: number): boolean {
	if (kind === 'lasting') return reported !== 'lasting';
	return reported === undefined && now - since >= times.outageReported;
}

export function kindOf(failure: unknown): FailureKind {
	const isTemporary =
		failure instanceof ThoughtlyApiError
			? failure.outcome !== 'refused'
			: // the poll's time ran out, as when others use up the quota
				failure instanceof Error && failure.name === 'TimeoutError';
	return isTemporary ? 'temporary' : 'lasting';
}

/** What the node says of its own parameters may be logged, unlike what Thoughtly says. */
const reasonOf = (failure: unknown) => (failure instanceof NodeOperationError ? failure.message : logText(failure));
