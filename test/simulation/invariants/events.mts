// What is promised of triggers: no event is lost, none starts a workflow twice, and only what is ours is removed.
import type { Call } from '../../simulator/simulator.mts';
import { isOfTrigger } from '../triggers.mts';
import type { World } from '../world.mts';
import { clockTolerance } from './clock.mts';

const isOfAgents = ({ simulator }: World, agents: number[] | 'all', { interview }: Call) =>
	agents === 'all' || agents.some((agent) => simulator.store.agents[agent].id === interview.id);

export function everyEndedCallIsPolledOnce(world: World): string[] {
	const { pollingWorkflow, history, simulator } = world;
	if (!pollingWorkflow || !history.pollTrigger) return [];
	const { agents } = history.pollTrigger;
	const { executions, began, published } = pollingWorkflow;
	if (began === undefined) return executions.length ? ['a workflow was started that was not published'] : [];
	return simulator.store.calls.flatMap((call) => {
		if (call.end_time === null || !isOfAgents(world, agents, call)) return [];
		const endedAt = Date.parse(call.end_time) - simulator.options.clockOffsetMs;
		const count = executions.flat().filter((id) => id === call.id).length;
		const wanted = endedAt > began ? 1 : 0;
		if (count === wanted || (Math.abs(endedAt - began) < clockTolerance(world, published) && count < 2)) return [];
		return [`call ${call.id}, which ended at ${new Date(endedAt).toISOString()}, was in ${count} executions`];
	});
}

export function noDeliveryStartsAWorkflowTwice({ webhookWorkflow }: World): string[] {
	const started = webhookWorkflow?.started ?? [];
	// duplicates are remembered in the process
	const keys = started.map(({ process, item }) => `call ${String(item.id)} in ${process}`);
	return [...new Set(keys)].flatMap((key) => {
		const count = keys.filter((other) => other === key).length;
		return count > 1 ? [`${key} has started the workflow ${count} times`] : [];
	});
}

export function noEventIsLost(world: World): string[] {
	const { webhookWorkflow, history, simulator } = world;
	if (!webhookWorkflow || history.deliveries.lost) return [];
	const started = new Set(webhookWorkflow.started.map(({ item }) => item.id));
	const longest = 1_000 * history.deliveries.longest;
	return simulator.store.calls.flatMap((call) => {
		if (call.end_time === null || !isOfAgents(world, history.webhookTrigger!.agents, call)) return [];
		const endedAt = Date.parse(call.end_time) - simulator.options.clockOffsetMs;
		const isActive = webhookWorkflow.active.some(({ from, until }) => from < endedAt && endedAt + longest < until);
		return isActive && !started.has(call.id)
			? [`call ${call.id} ended while the workflow was active, and did not start it`]
			: [];
	});
}

export function onlyWhatIsOursIsUnsubscribed({
	simulator,
	strangers,
	webhookWorkflow,
	tokens,
	history,
}: World): string[] {
	const { subscriptions } = simulator.store;
	const missing = strangers.filter((stranger) => !subscriptions.includes(stranger));
	// with a new token, what the API does not list cannot be known
	const isListed = tokens.size === 1 || ['all', 'paged'].includes(history.api.webhookListing ?? 'all');
	// nobody looks again after Thoughtly has wrongly said that a subscription was removed or did not exist
	const isWronglyConfirmed = simulator.requests.some(
		({ method, fault }) =>
			method === 'DELETE' && fault?.kind === 'status' && !fault.acts && [200, 404].includes(fault.status),
	);
	const left =
		webhookWorkflow?.isRemoved && isListed && !isWronglyConfirmed
			? subscriptions.filter((one) => isOfTrigger(one) && !strangers.includes(one))
			: [];
	return [
		...missing.map(({ url }) => `a stranger's subscription is gone: ${url}`),
		...left.map(({ url }) => `a subscription is left: ${url}`),
	];
}
