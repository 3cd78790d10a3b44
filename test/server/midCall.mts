// What the tests of mid-call actions share: the nodes of a workflow that responds, and an agent with many questions.
import { randomUUID } from 'node:crypto';
import type { INode, INodeParameters } from 'n8n-workflow';
import type { Simulator } from '../simulator/simulator.mts';
import type { Credential } from './client.mts';
import { nodeOf, THOUGHTLY_TRIGGER, TRIGGER_NODE } from './workflows.mts';

export const SECRET = 'webhook-secret-of-the-tests';
export const WITH_SECRET = { 'x-webhook-secret': SECRET };

/** A Thoughtly Trigger that an agent asks during a call. */
export function midCallTrigger({ id, name, type }: Credential, parameters: INodeParameters = {}): INode {
	return nodeOf(TRIGGER_NODE, THOUGHTLY_TRIGGER, 1, {
		parameters: { receiveFrom: 'midCallAction', ...parameters },
		webhookId: randomUUID(),
		credentials: { [type]: { id, name } },
	});
}

/** Responds with the number in the question. */
export const answer = nodeOf('Answer', 'n8n-nodes-base.set', 3.4, {
	parameters: {
		mode: 'raw',
		jsonOutput: '={{ { number: Number($json.body.number ?? $json.query.number), day: "Monday" } }}',
		options: {},
	},
});

/**
 * Asks a number of questions, so many at once, every second one with GET. Each is asked twice.
 * @returns the questions that did not get their own response, with what they got
 */
export async function askQuestions(simulator: Simulator, url: string, count: number, atOnce: number) {
	const numbers = Array.from({ length: count }, (_, index) => Math.floor(index / 2));
	const wrong: unknown[] = [];
	const lane = async () => {
		for (let number = numbers.pop(); number !== undefined; number = numbers.pop()) {
			const method = number % 2 ? 'GET' : 'POST';
			const { status, body } = await simulator.askDuringCall({
				...{ method, url, headers: WITH_SECRET, payload: { number } },
			});
			if (status !== 200 || (body as { number: unknown }).number !== number) wrong.push([number, status, body]);
		}
	};
	await Promise.all(Array.from({ length: atOnce }, lane));
	return wrong;
}
