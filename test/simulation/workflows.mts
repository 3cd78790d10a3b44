// The workflows of a history, as n8n holds them.
import type { IDataObject, INode, INodeParameters, INodeType, Workflow } from 'n8n-workflow';
import { CREDENTIALS } from '../engine/n8n/credentials.mts';
import { addNodeType, passThrough } from '../engine/n8n/nodeTypes.mts';
import { PACKAGE } from '../engine/n8n/package.mts';
import { toolWorkflow } from '../engine/n8n/tools.mts';
import { byId, nodeOf, to, workflowOf } from '../engine/n8n/workflow.mts';
import type { Store } from '../simulator/simulator.mts';
import { isTool } from './history.mts';
import type { Execution, Hours, Item, Skip } from './history.mts';
import { isNumberOf, spelled } from './people.mts';

const AGAIN = 'simulation.again';

/** Passes its items on once, as an If node that looks at the run index. */
const again: INodeType = {
	...passThrough,
	async execute() {
		return [Number(this.evaluateExpression('{{ $runIndex }}', 0)) < 1 ? this.getInputData() : []];
	},
};

/** The workflow of an execution, with the nodes that may call someone: *Thoughtly* and, if there are two, *Thoughtly 2*. */
export function workflowFor(execution: Execution): Workflow {
	addNodeType(AGAIN, again);
	if (isTool(execution)) {
		const parameters = parametersOf(execution, 'Thoughtly', fromModel);
		return toolWorkflow(execution.workflow, parameters, settingsOf(execution), execution.callsAtOnce > 1);
	}
	const { workflow: shape } = execution;
	const rounds = Array.from({ length: shape === 'loop' ? 2 : 1 }, (_, round) =>
		nodeOf(`Round ${round}`, 'pass', {}, { position: [0, 100 * round] }),
	);
	const callers = ['Thoughtly', 'Thoughtly 2'].slice(0, shape === 'twoNodes' ? 2 : 1).map((name, index) => ({
		...nodeOf(name, `${PACKAGE}.thoughtly`, parametersOf(execution, name), settingsOf(execution)),
		position: [0, 100 * index] as INode['position'],
	}));
	const nodes = [
		nodeOf('Start', 'n8n-nodes-base.manualTrigger', {}),
		...rounds,
		...callers,
		nodeOf('Again', AGAIN, {}),
	];
	const connections = {
		Start: to(...rounds.map(({ name }) => name)),
		...Object.fromEntries(rounds.map(({ name }) => [name, to(...callers.map((node) => node.name))])),
		...(shape === 'errorsBack' && { Thoughtly: { main: [[], ...to('Again').main] }, Again: to('Thoughtly') }),
	};
	return workflowOf(nodes, connections);
}

const settingsOf = ({ workflow, onError, maxTries }: Execution): Partial<INode> => ({
	credentials: CREDENTIALS,
	onError: workflow === 'errorsBack' ? 'continueErrorOutput' : onError,
	...(maxTries > 1 && { retryOnFail: true, maxTries, waitBetweenTries: 1_000 }),
});

type Field = keyof ReturnType<typeof itemFor>;

const fromItem = (name: Field) => `{{ $json.${name} }}`;

const fromModel = (name: Field) => `{{ $fromAI('${name}', 'defined by the model', 'string') }}`;

function parametersOf(
	{ workflow, operation, callsAtOnce, hours, skip }: Execution,
	node: string,
	given: (name: Field) => string = fromItem,
): INodeParameters {
	// a second round of a loop calls again on purpose; what comes back from an error output does not
	const round = workflow === 'loop' ? '#{{ $runIndex }}' : '';
	return {
		resource: 'call',
		operation: operation === 'start' ? 'start' : 'startAndWait',
		waitBy: operation === 'waitByWebhook' ? 'webhook' : 'polling',
		agent: byId(`=${given('agent')}`),
		callTo: `=${given('by')}`,
		contact: byId(`=${given('contact')}`),
		phoneNumber: `=${given('number')}`,
		metadata: { metadataValues: [{ name: 'key', value: `=${given('key')} ${node}${round}` }] },
		options: {
			callsAtOnce,
			...(hours && { onlyCallBetween: { hours: hoursOf(hours) } }),
			...(skip && { skipIfCalledWithin: { time: skipOf(skip) } }),
		},
	};
}

const hoursOf = ({ from, to: until, weekdays, timeZone, outside }: Hours) => ({
	from,
	to: until,
	weekdays,
	outsideTheseHours: outside,
	timeZone: { __rl: true, mode: 'name', value: timeZone },
});

const skipOf = ({ amount, ...rest }: Skip) => ({ ...rest, amount: amount ?? '={{ $json.nothing }}' });

/** The input items of an execution, or what a model gives its tool. `key` names the item in the metadata of its call. */
export function itemsFor(index: number, execution: Execution, store: Store): IDataObject[] {
	const items = execution.items.map((item, position) => itemFor(keyOf(index, position), item, store));
	return isTool(execution) ? items.map(asText) : items;
}

const itemFor = (key: string, { person, by, spelling, agent }: Item, { agents, contacts }: Store) => ({
	key,
	by,
	contact: contacts.find(({ phone_number }) => isNumberOf(person, phone_number))?.id,
	number: spelled(person, spelling) as IDataObject[string],
	agent: agent === null ? undefined : agents[agent].id,
});

const asText = (item: IDataObject): IDataObject =>
	Object.fromEntries(Object.entries(item).map(([name, value]) => [name, String(value ?? '')]));

export const keyOf = (execution: number, item: number) => `${execution}.${item}`;
