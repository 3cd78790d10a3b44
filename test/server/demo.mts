import { startSimulator, type Simulator, type SimulatorSettings } from '../simulator/simulator.mts';
import { N8nClient, type Credential, type Workflow } from './client.mts';
import { startN8n, type N8n } from './n8n.mts';
import type { Account } from './options.mts';
import { choosePort } from './ports.mts';
import { callNewLead, whenCallIsOver, type AgentChoice } from './workflows.mts';

export interface DemoOptions {
	port?: number;
	simulatorPort?: number;
	/** The simulator's status words. */
	vocabulary?: SimulatorSettings['vocabulary'];
	account?: Account;
	webhookUrl?: string;
	loopbackOnly?: boolean;
	signal?: AbortSignal;
}

export interface Demo {
	n8n: N8n;
	client: N8nClient;
	/** Undefined if an account on the real API was given. */
	simulator?: Simulator;
	credential: Credential;
	callNewLead: Workflow;
	whenCallIsOver: Workflow;
	/** Whether "When a call is over" was activated. */
	listening: boolean;
	stop(): Promise<void>;
}

/** Starts n8n with this package, a credential and two workflows. */
export async function startDemo(options: DemoOptions = {}): Promise<Demo> {
	const { account, webhookUrl, loopbackOnly, signal, vocabulary } = options;
	const simulator = account
		? undefined
		: await startSimulator({
				port: await choosePort(options.simulatorPort),
				webhookTimeoutMs: 60_000,
				...(vocabulary && { vocabulary }),
			});
	let n8n: N8n | undefined;
	const stop = async () => {
		await n8n?.stop();
		await simulator?.stop();
	};
	try {
		n8n = await startN8n({ port: options.port, webhookUrl, loopbackOnly, signal });
		const client = new N8nClient(n8n);
		await client.logIn();
		const credential = await client.createCredential('Thoughtly account', 'thoughtlyApi', {
			...(simulator ? simulatorAccount(simulator) : { ...account, baseUrl: 'https://api.thoughtly.com' }),
			requestsPerMinute: 100,
		});
		const calling = await client.createWorkflow(await callNewLead(credential, firstAgent(simulator)));
		const called = await client.createWorkflow(await whenCallIsOver(credential));
		// Thoughtly cannot reach n8n at an address of this machine
		const listening = simulator !== undefined || webhookUrl !== undefined;
		if (listening) await client.activate(called);
		signal?.throwIfAborted();
		return { n8n, client, simulator, credential, callNewLead: calling, whenCallIsOver: called, listening, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

/** The fields of a credential for the simulator. */
export function simulatorAccount({ token, teamId, url }: Simulator) {
	return { apiToken: token, teamId, baseUrl: url };
}

function firstAgent(simulator?: Simulator): AgentChoice | undefined {
	return simulator?.store.agents[0];
}
