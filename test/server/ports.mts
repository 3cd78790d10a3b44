import { createServer } from 'node:net';

const HOST = '127.0.0.1';

/** The ports chosen so far: whoever is to listen on one may not have begun to. */
const chosen = new Set<number>();

/** A free port of this machine that was not chosen before, or the one asked for if nobody has it. */
export async function choosePort(wanted?: number): Promise<number> {
	let port = await freePort(wanted);
	while (wanted === undefined && chosen.has(port)) port = await freePort();
	chosen.add(port);
	return port;
}

async function freePort(wanted?: number): Promise<number> {
	const server = createServer();
	return await new Promise((resolve, reject) => {
		server.once('error', ({ code, message }: NodeJS.ErrnoException) =>
			reject(
				new Error(
					code === 'EADDRINUSE'
						? `Port ${wanted} is taken: choose another one with --port, or leave it out to use a free one`
						: message,
				),
			),
		);
		server.listen(wanted ?? 0, HOST, () => {
			const address = server.address();
			const port = address !== null && typeof address === 'object' ? address.port : 0;
			server.close(() => resolve(port));
		});
	});
}
