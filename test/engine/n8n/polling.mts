import { PollContext } from 'n8n-core';
import { Workflow } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { CREDENTIALS } from './credentials.mts';
import { nodeTypes } from './nodeTypes.mts';
import { loadPackage, PACKAGE, packageNode } from './package.mts';
import { additionalDataOf, nodeOf } from './workflow.mts';

type Times = typeof import('../../../nodes/Thoughtly/transport/times').times;

export interface PollTrigger {
	parameters?: INodeParameters;
	credential: ICredentialDataDecryptedObject;
	workflowId?: string;
	/** How long n8n gives a poll, in ms */
	budget?: number;
}

/** The poll trigger node in a published workflow, polled and stored as n8n does it. */
export class PolledWorkflow {
	/** The items of each execution that polls started */
	readonly executions: IDataObject[][] = [];

	/** What scheduled polls threw: each is a failed execution. */
	readonly failed: Error[] = [];

	/** The static data as n8n's database has it: saved when items are passed on, and after an activation. */
	stored: IDataObject = {};

	private type: INodeType = packageNode('thoughtlyPollTrigger');

	private current?: { workflow: Workflow; context: PollContext };

	private constructor(private readonly trigger: PollTrigger) {}

	/** A workflow that was never active. */
	static async create(trigger: PollTrigger): Promise<PolledWorkflow> {
		await loadPackage();
		return new PolledWorkflow(trigger);
	}

	/** Every call that started the workflow, by ID. */
	get emitted(): unknown[] {
		return this.executions.flat().map(({ id }) => id);
	}

	/** The node's part of the static data. */
	get state(): IDataObject {
		return (this.stored['node:Poll'] ?? {}) as IDataObject;
	}

	/** Publishes the workflow, or starts it again: n8n polls at once, and a poll that throws ends the activation. */
	async activate(parameters?: INodeParameters): Promise<void> {
		Object.assign(this.trigger, parameters && { parameters });
		this.current = this.contextOf('trigger');
		const active = this.current;
		await this.pollNow();
		if (this.current === active) this.save();
	}

	/** A scheduled poll. */
	async poll(): Promise<void> {
		await this.pollNow().catch((error: Error) => this.failed.push(error));
	}

	/**
	 * Ends n8n without a warning and starts it again: what was not stored is lost, and the package is loaded anew.
	 * @param shortened times of the package
	 */
	async restart(shortened: Partial<Times> = {}): Promise<void> {
		jest.isolateModules(() => {
			const dist = `${process.cwd()}/dist/nodes/Thoughtly`;
			const { times } = jest.requireActual<{ times: Times }>(`${dist}/transport/times.js`);
			Object.assign(times, shortened);
			const module = jest.requireActual<Record<string, new () => INodeType>>(`${dist}/ThoughtlyPollTrigger.node.js`);
			this.type = new module.ThoughtlyPollTrigger();
		});
		await this.activate();
	}

	/** n8n has gone without a warning: what its polls find from now on is lost. */
	stop(): void {
		this.current = undefined;
	}

	/** n8n has started again with the package loaded anew, and may reach the API elsewhere. */
	async startAgain(credential: ICredentialDataDecryptedObject): Promise<void> {
		this.trigger.credential = credential;
		this.type = packageNode('thoughtlyPollTrigger');
		await this.activate();
	}

	/** Does what *Fetch Test Event* does. */
	async fetchTestEvent(): Promise<IDataObject[]> {
		const { context } = this.contextOf('manual');
		return jsonOf(await this.type.poll!.call(context));
	}

	private contextOf(mode: WorkflowExecuteMode) {
		const { parameters = {}, credential, workflowId = 'workflow', budget } = this.trigger;
		const node = nodeOf('Poll', `${PACKAGE}.thoughtlyPollTrigger`, parameters, { credentials: CREDENTIALS });
		const staticData = JSON.parse(JSON.stringify(this.stored)) as IDataObject;
		const workflow = new Workflow({
			id: workflowId,
			nodes: [node],
			connections: {},
			active: true,
			nodeTypes,
			staticData,
		});
		const additionalData = additionalDataOf(credential);
		delete additionalData.executionId;
		const none = [undefined, undefined, undefined, undefined, undefined] as const;
		const context = new PollContext(
			workflow,
			workflow.getNode('Poll')!,
			additionalData,
			mode,
			mode === 'manual' ? 'manual' : 'activate',
			...none,
			budget === undefined ? undefined : () => budget,
		);
		return { workflow, context };
	}

	private async pollNow(): Promise<void> {
		const active = this.current;
		if (!active) return;
		const items = await this.type.poll!.call(active.context);
		// n8n drops what comes from an activation that has ended
		if (items === null || this.current !== active) return;
		this.save();
		this.executions.push(jsonOf(items));
	}

	private save(): void {
		this.stored = JSON.parse(JSON.stringify(this.current!.workflow.staticData)) as IDataObject;
	}
}

const jsonOf = (items: INodeExecutionData[][] | null) => (items ?? []).flat().map(({ json }) => json);
