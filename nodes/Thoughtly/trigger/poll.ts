import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { readCall, tagsOf } from '../api/call';
import { CALL_ENDED } from '../api/webhook';
import { log } from '../transport/log';
import { inputError, toNodeError } from '../transport/nodeErrors';
import { times } from '../transport/times';
import { refuseNoAgent } from './agentChoice';
import { findLastEnded, readAgents } from './agentRounds';
import type { EndedCall, PollScope, Reading } from './agentRounds';
import { nodeName } from './authentication';
import { callItem, callOfAgent } from './callItem';
import { readFilters, reasonToFilter } from './filters';
import { endOutage, failedAgents, kindOf, noteFailure } from './outages';
import { endOf } from './polling';
import { readPollState, writePollState } from './pollState';
import type { PollState } from './pollState';

/** Nodes with a poll that has not ended, by workflow and node: n8n starts the next one all the same. */
const underWay = new Set<string>();

/** n8n has one context for all polls of an activation. */
const polledBefore = new WeakSet<IPollFunctions>();

/**
 * Finds the calls that have ended and have not been passed on; by hand, the last one that has ended. The state is read and
 * written here only, and written just before n8n takes the items: it stores both, or neither if it is stopped before.
 */
export async function poll(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	const isFirst = !polledBefore.has(context);
	polledBefore.add(context);
	if (context.getMode() === 'manual') return [await testItems(context)];
	const node = nodeName(context);
	if (underWay.has(node)) {
		log(context, 'skipped a poll, since the one before has not ended yet');
		return null;
	}
	underWay.add(node);
	try {
		// where n8n leases polls, each has a context of its own, and may throw
		return await pollOnce(context, node, isFirst && !isLeased(context));
	} finally {
		underWay.delete(node);
	}
}

/** How long n8n gives a poll, in ms; 5 minutes unless it leases polls, and older n8n does not say. */
const budgetOf = (context: IPollFunctions) => context.getPollBudgetMs?.() ?? times.longestPoll;

const isLeased = (context: IPollFunctions) => budgetOf(context) < times.longestPoll;

/** @param isStarting whether the workflow is being activated: if n8n is being started as well, a poll that throws ends all */
async function pollOnce(
	context: IPollFunctions,
	node: string,
	isStarting: boolean,
): Promise<INodeExecutionData[][] | null> {
	const staticData = context.getWorkflowStaticData('node');
	const saved = readPollState(staticData);
	const { state, items, failures } = await readItems(scopeOf(context, isStarting), node, saved).catch(
		(failure: unknown): Outcome => ({ items: [], failures: new Map([['', failure]]) }),
	);
	if (failures.size) {
		const failure = [...failures.values()].find((one) => kindOf(one) === 'lasting') ?? [...failures.values()][0];
		if (!saved) throw toNodeError({ context }, failure);
		noteFailure(context, node, failure, new Set(failures.keys()), !isStarting && !items.length);
	} else endOutage(node);
	if (state) Object.assign(staticData, writePollState(state));
	return items.length ? [items] : null;
}

const scopeOf = (context: IPollFunctions, isStarting: boolean): PollScope => ({
	context,
	signal: AbortSignal.timeout(Math.min(budgetOf(context), isStarting ? times.longestHook : times.longestPoll)),
	once: { sent: 0 },
});

type Outcome = Pick<Reading, 'failures'> & { state?: PollState; items: INodeExecutionData[] };

async function readItems(scope: PollScope, node: string, saved: PollState | undefined): Promise<Outcome> {
	const { context } = scope;
	const { passes, toItem } = readOptions(context);
	const { state, ended, failures } = await readAgents(scope, saved, failedAgents(node));
	// what had ended when the node began is not its business
	const calls = saved ? ended.filter(({ record }) => passes(record)) : [];
	const items = calls
		.map((call) => ({ call, endedAt: endOf(call.record) }))
		.sort((a, b) => a.endedAt - b.endedAt)
		.map(({ call }) => toItem(call));
	return { state, items, failures };
}

/** The last call that has ended and passes the filters, for *Fetch Test Event*. @throws NodeOperationError if there is none */
async function testItems(context: IPollFunctions): Promise<INodeExecutionData[]> {
	const { passes, toItem } = readOptions(context);
	const call = await findLastEnded(scopeOf(context, true), passes);
	if (call) return [toItem(call)];
	throw inputError(
		{ context },
		'No ended call matches the selected agents and filters',
		"Make a test call with one of the agents, or change 'Agents' or the filters, and try again",
		'publish-the-workflow-again',
	);
}

/** Reads how calls are filtered and passed on. @throws NodeOperationError for parameters that cannot be used */
function readOptions(context: IPollFunctions) {
	refuseNoAgent(context);
	const simplify = context.getNodeParameter('simplify', true) as boolean;
	const toItem = ({ agentId, record }: EndedCall): INodeExecutionData => ({
		json: callItem(CALL_ENDED, callOfAgent(record, agentId), record, simplify),
	});
	const filters = readFilters(context, context.getNodeParameter('options', {}) as IDataObject);
	const passes = (record: IDataObject) => !reasonToFilter(readCall(record), tagsOf(record), filters);
	return { passes, toItem };
}
