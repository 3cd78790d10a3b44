// Preloaded into n8n by the tests (`NODE_OPTIONS=--import`): refuses every look-up and connection that leaves this
// machine, and notes it in the file that OUTBOUND_LOG names. Node 24 runs the types away, so no build is needed.
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || /^(::ffff:)?127\./.test(host);

function refusal(host: string): NodeJS.ErrnoException {
	appendFileSync(process.env.OUTBOUND_LOG ?? '/dev/stderr', `${host}\n`);
	return Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND', hostname: host });
}

type Callback = (error: Error | null, ...results: unknown[]) => void;

const lookup = dns.lookup as unknown as (host: string, ...rest: unknown[]) => void;
dns.lookup = ((host: string, ...rest: unknown[]) => {
	if (!host || isLoopback(host) || net.isIP(host)) return lookup(host, ...rest);
	const done = rest.at(-1) as Callback;
	const error = refusal(host);
	process.nextTick(() => done(error));
}) as unknown as typeof dns.lookup;

const connect = net.Socket.prototype.connect as (this: net.Socket, ...args: unknown[]) => net.Socket;
net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
	const [first] = args.flat() as [{ host?: string } | undefined];
	const host = first?.host;
	if (!host || !net.isIP(host) || isLoopback(host)) return connect.apply(this, args);
	const error = refusal(host);
	process.nextTick(() => this.destroy(error));
	return this;
};

syncBuiltinESMExports();
