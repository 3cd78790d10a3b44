import { WEBHOOK_RESOLVERS } from 'n8n-workflow';
import type { INodeParameters, IWebhookDescription, NativeParameterResolvers } from 'n8n-workflow';

/**
 * Does what n8n's helper of this name does, which n8n before 2.35 lacks: describes fields of a webhook that depend on the node's
 * parameters. Older versions evaluate an expression for each of them and delivery; newer ones call the function instead, unless
 * one of the parameters is an expression itself.
 * @param fields self-contained functions without `}}`: their source becomes the expression
 */
function webhookDescriptionFields<Field extends string>(
	fields: Record<Field, (parameters: INodeParameters) => string>,
) {
	const templates = {} as Record<Field, string>;
	const resolvers: NativeParameterResolvers = {};
	for (const [field, resolve] of Object.entries(fields) as Array<[Field, (typeof fields)[Field]]>) {
		templates[field] = `={{ (${String(resolve)})($parameter) }}`;
		resolvers[field] = { template: templates[field], resolve };
	}
	return { ...templates, ...(WEBHOOK_RESOLVERS && { [WEBHOOK_RESOLVERS]: resolvers }) };
}

/** The trigger's webhook. For a mid-call action n8n registers it twice, once per method. */
export const webhookDescription: IWebhookDescription = {
	name: 'default',
	path: 'webhook',
	...webhookDescriptionFields({
		httpMethod: ({ receiveFrom }) => (receiveFrom === 'midCallAction' ? 'GET,POST' : 'POST'),
		// an agent waits for the last node; everything else gets what `webhook()` returns, at once
		responseMode: ({ receiveFrom }) => (receiveFrom === 'midCallAction' ? 'lastNode' : 'onReceived'),
		responseData: ({ receiveFrom, respondWith }) => {
			if (receiveFrom !== 'midCallAction') return '';
			return respondWith === 'allItems' ? 'allEntries' : 'firstEntryJson';
		},
	}),
	// whoever sets up an Automation or a mid-call action has to enter it
	ndvHideUrl: '={{ $parameter.receiveFrom === "subscription" }}',
	ndvHideMethod: '={{ $parameter.receiveFrom === "midCallAction" }}',
};
