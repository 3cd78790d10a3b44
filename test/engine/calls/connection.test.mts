import dns from 'node:dns';
import net from 'node:net';
import {
	ADVICE,
	CONTINUE,
	callNode,
	called,
	contactIds,
	contactItems,
	credential,
	dials,
	failCalls,
	simulator,
	until,
	useSimulator,
} from '../fixtures.mts';
import { runNode } from '../n8n/index.mts';

/** Connections that fail: only one that was never open has surely called nobody, and is tried again. */

useSimulator({ firstBackoff: 5 });

const once = (baseUrl = simulator.url) => ({
	...callNode(contactItems(1), {}, CONTINUE),
	credential: credential({ baseUrl }),
});

const failure = (code: string, syscall: string) => Object.assign(new Error(`${syscall} ${code}`), { code, syscall });

/** Has lookups of names fail; returns them. */
const failLookups = (code: string) =>
	jest.spyOn(dns, 'lookup').mockImplementation(((...given: unknown[]) => {
		(given.at(-1) as (error: Error) => void)(failure(code, 'getaddrinfo'));
	}) as typeof dns.lookup);

/** Returns all sockets that are opened from now on; what they are destroyed for is an error with this code. */
function watchSockets(code?: string): net.Socket[] {
	const sockets: net.Socket[] = [];
	const { connect, destroy } = net.Socket.prototype;
	jest.spyOn(net.Socket.prototype, 'connect').mockImplementation(function (this: net.Socket, ...given: never[]) {
		sockets.push(this);
		if (code) this.destroy = (error) => destroy.call(this, error && failure(code, 'connect'));
		return connect.apply(this, given as unknown as Parameters<typeof connect>);
	} as never);
	return sockets;
}

describe('never open: nobody was called, and it is tried again', () => {
	const notReached = [
		{ error: expect.stringMatching(/^Thoughtly could not be reached\. Nobody was called \[item 0\]/) },
	];

	test.each(['ENOTFOUND', 'EAI_FAIL', 'EAI_AGAIN'])('no address for the name (%s)', async (code) => {
		const lookups = failLookups(code);
		const { json } = await runNode(once('https://thoughtly.invalid'));
		expect(json).toEqual(notReached);
		expect(lookups).toHaveBeenCalledTimes(3);
	});

	test.each(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'ECONNRESET'])(
		'no connection (%s in connect)',
		async (code) => {
			const sockets = watchSockets(code);
			// nothing listens there
			const { json } = await runNode(once('http://127.0.0.1:9'));
			expect(json).toEqual(notReached);
			expect(json[0].error).toContain(code);
			expect(sockets).toHaveLength(3);
		},
	);

	test('no TLS at the other end', async () => {
		const sockets = watchSockets();
		const { json } = await runNode(once(simulator.url.replace('http:', 'https:')));
		expect(json).toEqual(notReached);
		expect(json[0].error).toContain('EPROTO');
		expect(sockets).toHaveLength(3);
	});

	test('as soon as it opens, the person is called', async () => {
		const lookups = failLookups('EAI_AGAIN');
		const done = runNode(once(simulator.url.replace('127.0.0.1', 'localhost')));
		await until(() => lookups.mock.calls.length > 0);
		lookups.mockRestore();
		expect((await done).json).toEqual([expect.objectContaining({ contactId: contactIds()[0] })]);
		expect(called()).toEqual(contactIds(1));
	});
});

test.each(['EHOSTUNREACH', 'ENETUNREACH', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE'])(
	'lost while the response was awaited (%s in read): unclear, and not tried again',
	async (code) => {
		failCalls({ kind: 'latency', ms: 60_000 });
		const sockets = watchSockets();
		const done = runNode(once());
		await until(() => called().length > 0);
		for (const socket of sockets) socket.destroy(failure(code, 'read'));
		const { json } = await done;
		expect(json).toEqual([{ error: expect.stringMatching(ADVICE) }]);
		expect(dials()).toBe(1);
	},
);
