import type { INode, INodeParameters } from 'n8n-workflow';
import type { Call } from '../../simulator/simulator.mts';
import { callLists, callNode, contactItems, simulator } from '../fixtures.mts';

/** Nodes that wait for the calls that they place, by polling. */

export const MINUTE = 60_000;

/** Has the first agent call so many contacts, over and over the same five. */
export const waitFor = (count: number, parameters: INodeParameters = {}, settings: Partial<INode> = {}) =>
	callNode(contactItems(count), { operation: 'startAndWait', ...parameters }, settings);

/** The pages of an agent's calls that were requested. */
export const pages = () => callLists().map(({ query }) => Number(query.page));

export async function finish(calls: Call[], result?: Partial<Call>): Promise<void> {
	for (const { id } of calls) await simulator.finishCall(id, result);
}

/** Adds calls of the first agent that have ended long ago. */
export function addOldCalls(count: number): void {
	const [call] = simulator.store.calls;
	const old = Array.from({ length: count }, (_, index) => ({ ...call, id: `old-${index}`, version: 2 }));
	simulator.store.calls.push(...old);
}
