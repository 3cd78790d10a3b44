// Runs our node and n8n's HTTP Request node on the engine of the pinned n8n, in a process of that n8n's Node.
import { createRequire, registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { IDataObject, INode, INodeParameters, IVersionedNodeType } from 'n8n-workflow';
import type { Simulator } from '../test/simulator/simulator.mts';

/** Where requests go, and how many per minute the credential allows. */
export interface Api extends Pick<Simulator, 'url' | 'token' | 'teamId'> {
	requestsPerMinute: number;
}

export interface Measured {
	/** From the start of the execution to its end */
	ms: number;
	/** Items that were not returned with their own contact */
	lost: number;
}

/** Reads contacts by ID, one item each, in one execution. */
export type ReadContacts = (api: Api, contactIds: string[]) => Promise<Measured>;

/** Lists all calls of an agent in one execution; returns their IDs and the time (ms). */
export type ListCalls = (api: Api, agentId: string) => Promise<{ ids: unknown[]; ms: number }>;

/** Has an agent call contacts by ID, one item each, in one execution. */
export type PlaceCalls = (api: Api, agentId: string, contactIds: string[]) => Promise<Measured>;

/** The most records that a page of the API has. */
export const PAGE = 50;

/** How many items the HTTP Request node sends at once, and how long (ms) it waits before the next. */
export interface Batching {
	batchSize: number;
	batchInterval: number;
}

/** As many as the node has reads under way at most */
const CALLS_AT_ONCE = 500;

const HTTP_REQUEST = 'n8n-nodes-base.httpRequest';

/** Loads the engine, our built package and, when it is first used, the HTTP Request node. Once per process. */
export async function loadEngine(runtimeFolder: string) {
	const load = createRequire(join(runtimeFolder, 'package.json'));
	// one copy of these for the harness, our package and n8n's nodes, as in a running n8n
	const ofRuntime = new Map(['n8n-core', 'n8n-workflow'].map((name) => [name, pathToFileURL(load.resolve(name)).href]));
	registerHooks({
		resolve(specifier, context, nextResolve) {
			const url = ofRuntime.get(specifier);
			return url === undefined ? nextResolve(specifier, context) : { url, shortCircuit: true };
		},
	});
	const n8n = await import('../test/engine/n8n/index.mts');
	await n8n.loadPackage();

	const run = async (api: Api, parameters: INodeParameters, items: IDataObject[], settings?: Partial<INode>) => {
		const credential = n8n.credentialFor(api, { requestsPerMinute: api.requestsPerMinute });
		const start = performance.now();
		const { json } = await n8n.runNode({ parameters, credential, items, settings });
		return { json, ms: performance.now() - start };
	};
	const read = async (api: Api, ids: string[], parameters: INodeParameters, settings?: Partial<INode>) => {
		const items = ids.map((id) => ({ id }));
		const { json, ms } = await run(api, parameters, items, settings);
		const idOf = (record: IDataObject | undefined) => record && ((record.data as IDataObject | undefined) ?? record).id;
		return { ms, lost: ids.filter((id, index) => idOf(json[index]) !== id).length };
	};

	const thoughtly: ReadContacts = async (api, ids) =>
		await read(api, ids, {
			resource: 'contact',
			operation: 'get',
			contact: n8n.byId('={{ $json.id }}'),
		});

	/** Adds the HTTP Request node in its current version, used with our credential. */
	const addHttpRequestNode = (): Partial<INode> => {
		const { HttpRequest } = load('n8n-nodes-base/dist/nodes/HttpRequest/HttpRequest.node.js') as {
			HttpRequest: new () => IVersionedNodeType;
		};
		const type = new HttpRequest();
		n8n.addNodeType(HTTP_REQUEST, type);
		return { type: HTTP_REQUEST, typeVersion: type.currentVersion };
	};
	const withCredential = { authentication: 'predefinedCredentialType', nodeCredentialType: 'thoughtlyApi' };

	const httpRequest = (batching?: Batching): ReadContacts => {
		// otherwise one refused item fails all the others
		const settings: Partial<INode> = { ...addHttpRequestNode(), onError: 'continueRegularOutput' };
		return async (api, ids) => {
			const parameters: INodeParameters = {
				...withCredential,
				url: `=${api.url}/contact/{{ $json.id }}`,
				options: batching ? { batching: { batch: { ...batching } } } : {},
			};
			return await read(api, ids, parameters, settings);
		};
	};

	const place = async (api: Api, ids: string[], parameters: INodeParameters, settings?: Partial<INode>) => {
		const { json, ms } = await run(
			api,
			parameters,
			ids.map((id) => ({ id })),
			settings,
		);
		const idOf = (record: IDataObject) => (record.data as IDataObject | undefined)?.id ?? record.id;
		return { ms, lost: ids.length - new Set(json.map(idOf)).size };
	};

	const thoughtlyPlaced: PlaceCalls = async (api, agentId, ids) =>
		await place(api, ids, {
			resource: 'call',
			operation: 'start',
			agent: n8n.byId(agentId),
			contact: n8n.byId('={{ $json.id }}'),
			options: { callsAtOnce: CALLS_AT_ONCE },
		});

	const httpRequestPlaced = (): PlaceCalls => {
		const settings = addHttpRequestNode();
		return async (api, agentId, ids) => {
			const parameters: INodeParameters = {
				...withCredential,
				method: 'POST',
				url: `${api.url}/contact/call`,
				sendBody: true,
				bodyParameters: {
					parameters: [
						{ name: 'contact_id', value: '={{ $json.id }}' },
						{ name: 'interview_id', value: agentId },
					],
				},
			};
			return await place(api, ids, parameters, settings);
		};
	};

	const thoughtlyCalls: ListCalls = async (api, agentId) => {
		const agent = n8n.byId(agentId);
		const parameters = { resource: 'call', operation: 'getAll', agent, returnAll: true, simplify: false };
		const { json, ms } = await run(api, parameters, [{}]);
		return { ms, ids: json.map(({ id }) => id) };
	};

	const httpRequestCalls = (): ListCalls => {
		const settings = addHttpRequestNode();
		return async (api, agentId) => {
			const pagination = {
				paginationMode: 'updateAParameterInEachRequest',
				parameters: { parameters: [{ type: 'qs', name: 'page', value: '={{ $pageCount }}' }] },
				paginationCompleteWhen: 'other',
				completeExpression: `={{ $response.body.data.responses.length < ${PAGE} }}`,
			};
			const parameters: INodeParameters = {
				...withCredential,
				url: `${api.url}/interview/${agentId}/responses`,
				sendQuery: true,
				queryParameters: { parameters: [{ name: 'limit', value: String(PAGE) }] },
				options: { pagination: { pagination } },
			};
			const { json, ms } = await run(api, parameters, [{}], settings);
			const pages = json as Array<{ data: { responses: Array<{ id: string }> } }>;
			return { ms, ids: pages.flatMap(({ data }) => data.responses.map(({ id }) => id)) };
		};
	};

	const polledWorkflow = async (api: Api, parameters: INodeParameters) => {
		const credential = n8n.credentialFor(api, { requestsPerMinute: api.requestsPerMinute });
		return await n8n.PolledWorkflow.create({ parameters, credential });
	};

	return {
		thoughtly,
		httpRequest,
		thoughtlyPlaced,
		httpRequestPlaced,
		thoughtlyCalls,
		httpRequestCalls,
		polledWorkflow,
		times: await n8n.packageTimes(),
	};
}
