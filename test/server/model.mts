import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { IDataObject } from 'n8n-workflow';

/** What the model says next: an answer, or that it wants a tool to be used. */
export type Reply = { says: string } | { uses: string; with: IDataObject };

export interface ScriptedModel {
	/** For the OpenAI credential's Base URL */
	url: string;
	/** The requests as they came, in order */
	requests: IDataObject[];
	stop(): Promise<void>;
}

/** Stands in for OpenAI's Responses API: gives the replies in their order, whatever it is asked. */
export async function startModel(replies: Reply[]): Promise<ScriptedModel> {
	const requests: IDataObject[] = [];
	const server = createServer((request, response) => {
		void text(request).then((body) => {
			requests.push(JSON.parse(body) as IDataObject);
			const reply = replies[requests.length - 1];
			response.writeHead(reply ? 200 : 400, { 'content-type': 'application/json' });
			response.end(JSON.stringify(reply ? answer(reply, requests.length) : { error: { message: 'No reply is left' } }));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		requests,
		stop: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

function answer(reply: Reply, number: number) {
	const output =
		'says' in reply
			? {
					type: 'message',
					id: `msg_${number}`,
					role: 'assistant',
					status: 'completed',
					content: [{ type: 'output_text', text: reply.says, annotations: [] }],
				}
			: {
					type: 'function_call',
					id: `fc_${number}`,
					call_id: `call_${number}`,
					name: reply.uses,
					arguments: JSON.stringify(reply.with),
					status: 'completed',
				};
	return {
		id: `resp_${number}`,
		object: 'response',
		created_at: 0,
		model: 'scripted',
		status: 'completed',
		output: [output],
		usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
	};
}
