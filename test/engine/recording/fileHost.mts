import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that stands for wherever Thoughtly keeps recordings. */
export interface FileHost {
	url: string;
	requests: Array<{ path: string; headers: IncomingHttpHeaders }>;
	/** What it answers, by path; a list is used up from request to request. */
	answers: Record<string, Answer | Answer[]>;
	reset(): void;
	stop(): void;
}

export type Answer = (response: ServerResponse) => void;

export async function startFileHost(): Promise<FileHost> {
	const server = createServer(({ url = '', headers }, response) => {
		fileHost.requests.push({ path: url, headers });
		const answer = fileHost.answers[url];
		(Array.isArray(answer) ? answer.shift() : answer)?.(response);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const fileHost: FileHost = {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests: [],
		answers: {},
		reset() {
			fileHost.requests.length = 0;
			fileHost.answers = {};
		},
		stop() {
			server.closeAllConnections();
			server.close();
		},
	};
	return fileHost;
}

export const SOUND = Buffer.from('the sound of a call');

export const file =
	(type?: string, content: string | Buffer = SOUND): Answer =>
	(response) =>
		response.writeHead(200, type === undefined ? {} : { 'content-type': type }).end(content);

export const status =
	(code: number): Answer =>
	(response) =>
		response.writeHead(code).end('no file');

export const redirect =
	(location: string, code = 302): Answer =>
	(response) =>
		response.writeHead(code, { location }).end();

/** Sends half of the file, then cuts the connection. */
export const broken: Answer = (response) => {
	response.writeHead(200, { 'content-type': 'audio/wav', 'content-length': SOUND.length });
	response.write(SOUND.subarray(0, 5), () => response.destroy());
};

/** Sends half of the file, then nothing more. */
export const stalled: Answer = (response) => {
	response.writeHead(200, { 'content-type': 'audio/wav', 'content-length': SOUND.length });
	response.write(SOUND.subarray(0, 5));
};
