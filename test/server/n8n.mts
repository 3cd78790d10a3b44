import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axios from 'axios';
import { startDaemon } from './daemon.mts';
import { installPackage } from './package.mts';
import { choosePort } from './ports.mts';
import { ensureRuntime, type Runtime } from './runtime.mts';

const HOST = '127.0.0.1';
const READY_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 15_000;
// nothing else of the caller's environment reaches n8n: no token, and none of their own n8n's settings
const HANDED_ON = /^(PATH|LANG|LC_.*|TZ|(https?|no)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR))$/i;

export interface N8nOptions {
	/** Which of n8n's programs, with its flags: `start` unless given, in queue mode also `webhook` or `worker`. */
	command?: string[];
	/** A free one unless given. */
	port?: number;
	/** A fresh one, removed at the end, unless given. */
	userFolder?: string;
	/** Where Thoughtly reaches this n8n, if not under its own address. */
	webhookUrl?: string;
	/** Refuse every connection that leaves this machine, and note it for `outbound()`. */
	loopbackOnly?: boolean;
	/** More settings for n8n. */
	env?: Record<string, string>;
	signal?: AbortSignal;
}

export interface Owner {
	email: string;
	password: string;
}

export interface N8n {
	url: string;
	owner: Owner;
	userFolder: string;
	/** The file that holds what n8n has printed. */
	log: string;
	/** The hosts beyond this machine that n8n has asked for, with `loopbackOnly`. */
	outbound(): string[];
	/** Ends n8n and its children in order. */
	stop(): Promise<void>;
	/** Ends them at once, as a crash would. */
	kill(): Promise<void>;
}

/** Starts the pinned n8n on loopback, with this package installed in it as a user would. */
export async function startN8n(options: N8nOptions = {}): Promise<N8n> {
	const { signal } = options;
	const port = await choosePort(options.port);
	const runtime = await ensureRuntime(signal);
	const userFolder = options.userFolder ?? (await mkdtemp(join(tmpdir(), 'n8n-nodes-thoughtly-')));
	const removeFolder = async () => {
		if (!options.userFolder) await rm(userFolder, { recursive: true, force: true });
	};
	try {
		await mkdir(userFolder, { recursive: true });
		await installPackage(userFolder, signal);
		const owner = { email: 'owner@example.com', password: randomBytes(6).toString('hex') };
		const url = `http://${HOST}:${port}`;
		const log = join(userFolder, 'n8n.log');
		const outboundLog = join(userFolder, 'outbound.log');
		const env = {
			...handedOn(runtime),
			...settings(url, port, await choosePort(), userFolder),
			...ownerSettings(owner, runtime),
			...(options.webhookUrl && { N8N_WEBHOOK_URL: options.webhookUrl }),
			...(options.loopbackOnly && { NODE_OPTIONS: `--import ${loopbackPreload}`, OUTBOUND_LOG: outboundLog }),
			...options.env,
		};
		const end = await startDaemon({
			name: 'n8n',
			command: runtime.node,
			args: [runtime.n8n, ...(options.command ?? ['start'])],
			cwd: userFolder,
			env,
			log,
			isReady: async () => await isReady(url),
			readyWithinMs: READY_WITHIN_MS,
			signal,
		});
		return {
			url,
			owner,
			userFolder,
			log,
			outbound: () => (existsSync(outboundLog) ? readFileSync(outboundLog, 'utf8').trim().split('\n') : []),
			stop: async () => {
				await end(STOP_WITHIN_MS);
				await removeFolder();
			},
			kill: async () => {
				await end(0);
				await removeFolder();
			},
		};
	} catch (error) {
		await removeFolder();
		throw error;
	}
}

const loopbackPreload = pathToFileURL(join(import.meta.dirname, 'loopback.mts')).href;

async function isReady(url: string): Promise<boolean> {
	return await axios.get(`${url}/healthz/readiness`, { timeout: 5000, proxy: false }).then(
		() => true,
		() => false,
	);
}

function handedOn({ bin }: Runtime): NodeJS.ProcessEnv {
	const kept = Object.entries(process.env).filter(([name]) => HANDED_ON.test(name));
	return { ...Object.fromEntries(kept), PATH: [bin, process.env.PATH].join(delimiter) };
}

function settings(url: string, port: number, brokerPort: number, userFolder: string): Record<string, string> {
	return {
		HOME: userFolder,
		TMPDIR: userFolder,
		N8N_USER_FOLDER: userFolder,
		N8N_LISTEN_ADDRESS: HOST,
		N8N_HOST: HOST,
		N8N_PORT: String(port),
		N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		N8N_EDITOR_BASE_URL: `${url}/`,
		N8N_WEBHOOK_URL: `${url}/`,
		N8N_SECURE_COOKIE: 'false',
		// an activation is up after that long; n8n's own 15 s would be felt
		N8N_WORKFLOW_PUBLICATION_OUTBOX_POLL_INTERVAL_MS: '100',
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '5',
		N8N_DISABLED_MODULES: MODULES_LEFT_OUT.join(','),
		...NOTHING_OUTBOUND,
	};
}

const NOTHING_OUTBOUND = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
};

// what a first look at one package does not need; without it n8n is ready 4 s earlier, and asks for no registry
const MODULES_LEFT_OUT = [
	'agent-evals',
	'agents',
	'breaking-changes',
	'chat-hub',
	'dynamic-credentials',
	'engine-v2',
	'external-secrets',
	'insights',
	'instance-ai',
	'instance-registry',
	'instance-reporting',
	'instance-version-history',
	'ldap',
	'log-streaming',
	'mcp',
	'mcp-registry',
	'n8n-packages',
	'oauth-jwe',
	'oauth-server',
	'otel',
	'promotions',
	'provisioning',
	'quick-connect',
	'runtime-credentials',
	'source-control',
	'sso-oidc',
	'sso-saml',
	'token-exchange',
	'workflow-builder',
	'workflow-reviews',
];

function ownerSettings({ email, password }: Owner, { folder }: Runtime): Record<string, string> {
	const bcrypt = createRequire(join(folder, 'package.json'))('bcryptjs') as Bcrypt;
	return {
		N8N_INSTANCE_OWNER_MANAGED_BY_ENV: 'true',
		N8N_INSTANCE_OWNER_EMAIL: email,
		N8N_INSTANCE_OWNER_PASSWORD_HASH: bcrypt.hashSync(password, 10),
		N8N_INSTANCE_OWNER_FIRST_NAME: 'Thoughtly',
		N8N_INSTANCE_OWNER_LAST_NAME: 'Demo',
	};
}

interface Bcrypt {
	hashSync(text: string, rounds: number): string;
}
