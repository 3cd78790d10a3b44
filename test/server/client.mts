import { randomUUID } from 'node:crypto';
import axios, { type AxiosInstance, type Method } from 'axios';
import { ExecutionStatusList } from 'n8n-workflow';
import type { ExecutionStatus, IConnections, IDataObject, INode, IPinData, IRunExecutionData } from 'n8n-workflow';
import type { N8n } from './n8n.mts';
import { until } from './until.mts';

// n8n tries an activation that fails five times, for 18 s in all
const PUBLISHED_WITHIN_MS = 120_000;
const ENDED_WITHIN_MS = 60_000;

export interface Credential {
	id: string;
	name: string;
	type: string;
}

export interface WorkflowDraft {
	name: string;
	nodes: INode[];
	connections: IConnections;
	/** What nodes give in a run by hand, without being run. */
	pinData?: IPinData;
	settings?: IDataObject;
}

export interface Workflow extends WorkflowDraft {
	id: string;
	versionId: string;
}

export interface Execution {
	id: number;
	status: string;
	data: IRunExecutionData;
}

interface Publication {
	status: string;
	triggers: Array<{ errorMessage: string | null }>;
}

export interface CredentialTestResult {
	status: 'OK' | 'Error';
	message: string;
}

/** A person at n8n's editor, without the editor: the requests that it would send. */
export class N8nClient {
	/** n8n binds a session to this header, so a browser that takes the session over has to send it too. */
	readonly browserId = randomUUID();

	private readonly http: AxiosInstance;

	private cookie = '';

	private apiKey = '';

	constructor(private readonly n8n: Pick<N8n, 'url' | 'owner'>) {
		this.http = axios.create({
			baseURL: n8n.url,
			proxy: false,
			validateStatus: () => true,
			// n8n closes idle connections, at times while a request is being sent on one
			headers: { connection: 'close' },
		});
	}

	/** The session as a browser keeps it: name=value. */
	get session(): string {
		return this.cookie;
	}

	async logIn(): Promise<void> {
		const { email, password } = this.n8n.owner;
		await this.request('POST', '/rest/login', { emailOrLdapLoginId: email, password });
		const scopes = await this.request<string[]>('GET', '/rest/api-keys/scopes');
		// n8n wants another name for each key, also after a restart with the same data
		const key = { label: `npm start ${this.browserId}`, expiresAt: null, scopes };
		this.apiKey = (await this.request<{ rawApiKey: string }>('POST', '/rest/api-keys', key)).rawApiKey;
	}

	async createCredential(name: string, type: string, data: IDataObject): Promise<Credential> {
		return await this.request('POST', '/rest/credentials', { name, type, data });
	}

	async updateCredential({ id, name, type }: Credential, data: IDataObject): Promise<void> {
		await this.request('PATCH', `/rest/credentials/${id}`, { name, type, data });
	}

	/** What the panel's Test button shows, for a saved credential with the data given. */
	async testCredential({ id, name, type }: Credential, data: IDataObject): Promise<CredentialTestResult> {
		return await this.request('POST', '/rest/credentials/test', { credentials: { id, name, type, data } });
	}

	async createWorkflow(draft: WorkflowDraft): Promise<Workflow> {
		return await this.request('POST', '/rest/workflows', draft);
	}

	/** Saves other nodes; what is active stays as it is until the workflow returned is activated. */
	async updateWorkflow({ id, name, connections, versionId }: Workflow, nodes: INode[]): Promise<Workflow> {
		return await this.request('PATCH', `/rest/workflows/${id}`, { name, nodes, connections, versionId });
	}

	/** Activates a workflow and waits until its triggers are up. */
	async activate({ id, name, versionId }: Workflow): Promise<void> {
		await this.request('POST', `/rest/workflows/${id}/activate`, { versionId });
		const { status, triggers } = await this.publication(id);
		const reasons = triggers.map(({ errorMessage }) => errorMessage).filter(Boolean);
		if (status !== 'published') throw new Error(`"${name}" could not be activated: ${reasons.join('; ')}`);
	}

	/** Deactivates a workflow and waits until its triggers are down. */
	async deactivate({ id }: Workflow): Promise<void> {
		await this.request('POST', `/rest/workflows/${id}/deactivate`, {});
		await this.publication(id);
	}

	/** Has a trigger wait for one test event, as "Execute workflow" does with a webhook. */
	async listen({ id, name }: Workflow, trigger: string): Promise<void> {
		const path = `/rest/workflows/${id}/run`;
		const answer = await this.request<{ waitingForWebhook?: boolean }>('POST', path, {
			triggerToStartFrom: { name: trigger },
		});
		if (!answer.waitingForWebhook) throw new Error(`"${name}" does not wait for an event`);
	}

	/** Cancels the waiting for a test event; n8n takes the webhook down after its answer. */
	async stopListening({ id }: Workflow): Promise<void> {
		await this.request('DELETE', `/rest/test-webhook/${id}`);
	}

	/** Runs a workflow by hand, as "Execute workflow" does, and waits until it is over. */
	async execute(workflow: Workflow, trigger: string): Promise<Execution> {
		return await this.end(await this.run(workflow, trigger));
	}

	/** Begins to run a workflow by hand, and gives the execution's ID. */
	async run({ id }: Workflow, trigger: string): Promise<string> {
		const payload = { triggerToStartFrom: { name: trigger } };
		return (await this.request<{ executionId: string }>('POST', `/rest/workflows/${id}/run`, payload)).executionId;
	}

	/** Waits until an execution is over. */
	async end(executionId: string, withinMs = ENDED_WITHIN_MS): Promise<Execution> {
		return await until(`The end of execution ${executionId}`, withinMs, async () => {
			const execution = await this.execution(executionId);
			return isOver(execution) ? execution : undefined;
		});
	}

	/** An execution as it is now, with what its nodes have put out. */
	async execution(executionId: string): Promise<Execution> {
		return await this.request('GET', `/api/v1/executions/${executionId}?includeData=true`);
	}

	/** Stops an execution, as the button in the list of executions does. */
	async stop(executionId: string): Promise<void> {
		await this.request('POST', `/rest/executions/${executionId}/stop`, {});
	}

	/** The executions of a workflow that are over, the newest first. */
	async executions({ id }: Workflow): Promise<Execution[]> {
		const path = `/api/v1/executions?workflowId=${id}&includeData=true&limit=250`;
		return (await this.request<{ data: Execution[] }>('GET', path)).data.filter(isOver);
	}

	/** How many executions of a workflow there are, of whatever status unless some are given. */
	async countExecutions({ id: workflowId }: Workflow, ...statuses: ExecutionStatus[]): Promise<number> {
		// without any, n8n leaves out those that run
		const filter = JSON.stringify({ workflowId, status: statuses.length ? statuses : ExecutionStatusList });
		const path = `/rest/executions?limit=1&filter=${encodeURIComponent(filter)}`;
		return (await this.request<{ count: number }>('GET', path)).count;
	}

	/** Sends a request as n8n's editor would, and returns the data of the answer. */
	async request<T>(method: Method, path: string, body?: unknown): Promise<T> {
		const isPublicApi = path.startsWith('/api/');
		const session = isPublicApi
			? { 'X-N8N-API-KEY': this.apiKey }
			: { cookie: this.cookie, 'browser-id': this.browserId };
		const { status, data, headers } = await this.http.request<{ data: T }>({
			method,
			url: path,
			data: body,
			headers: session,
		});
		if (status >= 400) throw new Error(`n8n answered ${status} to ${method} ${path}: ${JSON.stringify(data)}`);
		const cookies = headers['set-cookie'] ?? [];
		this.cookie = cookies.find((cookie) => cookie.startsWith('n8n-auth='))?.split(';')[0] ?? this.cookie;
		return isPublicApi ? (data as T) : data?.data;
	}

	private async publication(id: string): Promise<Publication> {
		return await until('The publication of the workflow', PUBLISHED_WITHIN_MS, async () => {
			const publication = await this.request<Publication>('GET', `/rest/workflows/${id}/publication-status`);
			return publication.status === 'in_progress' ? undefined : publication;
		});
	}
}

/** What a node has put out in an execution. */
export function outputOf({ data }: Execution, node: string): IDataObject[] {
	const items = data.resultData.runData[node]?.at(-1)?.data?.main[0] ?? [];
	return items.map(({ json }) => json);
}

function isOver({ status }: Execution): boolean {
	return ['success', 'error', 'crashed', 'canceled'].includes(status);
}
