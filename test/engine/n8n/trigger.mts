import assert from 'node:assert/strict';
import { HookContext, WebhookContext } from 'n8n-core';
import { resolveWebhookDescriptionField } from 'n8n-workflow';
import type {
	IDataObject,
	IWebhookData,
	IWebhookDescription,
	IWebhookResponseData,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { CREDENTIALS } from './credentials.mts';
import { runData, takesFunctions } from './engines.mts';
import { loadPackage, PACKAGE, packageNode } from './package.mts';
import type { NodeUnderTest } from './runs.mts';
import { additionalDataOf, nodeOf, workflowOf } from './workflow.mts';

/** A delivery as it reaches the trigger, and what became of it. */
export interface Delivered {
	/** Status of a refusal; 200 where n8n itself answers */
	status: number;
	/** Items that start the workflow, undefined where none does */
	items?: IDataObject[];
	answer: unknown;
}

export interface TriggerUnderTest {
	/** The URL that n8n gives the node */
	url: string;
	exists(): Promise<boolean>;
	activate(): Promise<void>;
	deactivate(): Promise<void>;
	deliver(url: string, body: unknown, headers?: IDataObject): Promise<Delivered>;
	/** What the webhooks' descriptions come to with the parameters: by expressions and, where n8n takes them, by functions. */
	webhooks(): IDataObject[];
}

/** What n8n asks for at each delivery. */
const DECIDES_RESPONSE = ['httpMethod', 'responseMode', 'responseData'];

/** n8n gives each trigger node an ID for the path of its URL. */
export const WEBHOOK_ID = 'b1946ac9-2492-4d23-87ae-4f1f5c0e7d11';

/** Puts the trigger node into an n8n workflow, in production mode or in the editor's test mode. */
export async function triggerOf(
	{ parameters, credential, webhookId = WEBHOOK_ID, n8nUrl }: NodeUnderTest,
	mode: WorkflowExecuteMode = 'trigger',
): Promise<TriggerUnderTest> {
	await loadPackage();
	const isTest = mode === 'manual';
	const settings = { id: webhookId, credentials: CREDENTIALS, webhookId };
	const node = nodeOf('Thoughtly Trigger', `${PACKAGE}.thoughtlyTrigger`, parameters, settings);
	const workflow = workflowOf([node], {}, !isTest);
	const additionalData = additionalDataOf(credential, { n8nUrl });
	const type = packageNode('thoughtlyTrigger');
	const [webhookDescription] = type.description.webhooks!;
	const webhook: IWebhookData = {
		httpMethod: 'POST',
		node: node.name,
		path: `${webhookId}/webhook`,
		webhookDescription,
		workflowId: workflow.id,
		workflowExecuteAdditionalData: additionalData,
		isTest,
	};
	const hooks = () => new HookContext(workflow, node, additionalData, mode, isTest ? 'manual' : 'activate', webhook);
	const methods = type.webhookMethods!.default!;
	return {
		url: hooks().getNodeWebhookUrl('default')!,
		exists: async () => await methods.checkExists.call(hooks()),
		async activate() {
			if (!(await methods.checkExists.call(hooks()))) await methods.create.call(hooks());
		},
		async deactivate() {
			await methods.delete.call(hooks());
		},
		webhooks: () => {
			const { parameters } = workflow.getNode(node.name)!;
			const valueOf = (description: IWebhookDescription, field: string) => {
				const template = description[field] as string;
				const value = workflow.expression.getSimpleParameterValue(node, template, 'internal', {});
				if (takesFunctions && DECIDES_RESPONSE.includes(field)) {
					const resolution = resolveWebhookDescriptionField({ parameters }, description, field);
					assert.deepEqual(resolution, { resolved: true, value }, field);
				}
				return value;
			};
			return type.description.webhooks!.map((description) =>
				Object.fromEntries(Object.keys(description).map((field) => [field, valueOf(description, field)])),
			);
		},
		async deliver(url, body, headers = {}) {
			const { response, refusal } = responseOf();
			const query = Object.fromEntries(new URL(url).searchParams);
			const rawBody = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
			const httpRequest = {
				headers: { 'content-type': 'application/json', ...headers },
				params: {},
				query,
				body,
				rawBody,
			};
			const context = new WebhookContext(
				workflow,
				node,
				{ ...additionalData, httpRequest, httpResponse: response } as unknown as IWorkflowExecuteAdditionalData,
				isTest ? 'manual' : 'webhook',
				webhook,
				[],
				runData(),
			);
			const result: IWebhookResponseData = await type.webhook!.call(context);
			const items = result.workflowData?.[0]?.map(({ json }) => json);
			return { status: 200, answer: result.webhookResponse, ...refusal(), items };
		},
	};
}

/** The part of Express's response with which a node refuses a delivery, and what it was used for. */
function responseOf() {
	let refusal: Pick<Delivered, 'status' | 'answer'> | undefined;
	const response = {
		status(status: number) {
			refusal = { status, answer: undefined };
			return response;
		},
		send(answer: unknown) {
			refusal!.answer = answer;
			return response;
		},
		end: () => response,
	};
	return { response, refusal: () => refusal };
}
