import { readdirSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { IDataObject } from 'n8n-workflow';
import { CALL_RESULTS } from '../../nodes/Thoughtly/api/callResult';
import { activeAgentIds, credential, simulator, useSimulator } from '../engine/fixtures.mts';
import { outputSchema, runNode, triggerOf } from '../engine/n8n/index.mts';
import { OPERATIONS, parametersOf } from '../engine/operationParameters.mts';
import type { SimulatorOptions } from '../simulator/simulator.mts';

/** The schemas from which n8n knows the fields of an output before the node has run, held to real outputs. */

useSimulator();

const FOLDER = 'dist/nodes/Thoughtly/__schema__/v1.0.0';
const ajv = new Ajv({ strict: true, allowUnionTypes: true, keywords: ['version'] });

interface Schema {
	properties: Record<string, { enum?: string[] }>;
}

/** The schema of an operation, or of the trigger. */
const schemaOf = (name?: string) => outputSchema(...(name?.split(': ') ?? [])) as unknown as Schema;

/** Checks that an item is as the schema says, with all of its fields and no other, in its order. */
function expectMatch(schema: Schema, item: IDataObject): void {
	const isValid = ajv.compile(schema);
	isValid(item);
	expect(isValid.errors).toBeNull();
	expect(Object.keys(item)).toEqual(Object.keys(schema.properties));
}

/** What the API may send for the same records. */
const SHAPES: SimulatorOptions[] = [
	{},
	{ vocabulary: 'api', emptyFields: 'emptyText', tags: 'objects' },
	{ emptyFields: 'absent', listedCalls: 'profile', placedCalls: 'profile', timestamps: 'created_at' },
	{ listedCalls: 'nested', contactInCalls: false },
];

describe.each(SHAPES)('with an API of the shape %j', (shape) => {
	beforeEach(() => void Object.assign(simulator.options, shape));

	// its records are the API's own
	test.each(OPERATIONS.filter((operation) => operation !== 'webhook: getAll'))('%s', async (operation) => {
		// an automation's response is up to its author; without one there is only this
		if (operation === 'automation: trigger') simulator.faults.add({ fault: { kind: 'empty' } });
		const { json, error } = await runNode({ parameters: parametersOf(operation), credential: credential() });
		expect(error).toBeUndefined();
		expect(json).not.toEqual([]);
		for (const item of json) expectMatch(schemaOf(operation), item);
	});

	test('the trigger', async () => {
		const options = { ignoreDuplicates: false };
		const parameters = { agentScope: 'selected', agentIds: [activeAgentIds()[0]], options };
		const trigger = await triggerOf({ parameters, credential: credential() });
		await trigger.activate();
		const { items } = await trigger.deliver(simulator.store.subscriptions[0].url, simulator.store.calls[0]);
		expectMatch(schemaOf(), items![0]);
	});
});

test('webhook: getAll', async () => {
	await runNode({ parameters: parametersOf('webhook: subscribe'), credential: credential() });
	const { json } = await runNode({ parameters: parametersOf('webhook: getAll'), credential: credential() });
	expect(json).toHaveLength(1);
	expect(Object.keys(json[0]).sort()).toEqual(Object.keys(schemaOf('webhook: getAll').properties).sort());
	expect(ajv.validate(schemaOf('webhook: getAll'), json[0])).toBe(true);
});

test('the results of a call are the known ones', () => {
	const resultsOf = (operation?: string) => schemaOf(operation).properties.result.enum;
	for (const operation of [undefined, 'call: get', 'call: getAll', 'call: downloadRecording']) {
		expect(resultsOf(operation)).toEqual(CALL_RESULTS);
	}
	for (const operation of ['call: start', 'call: startAndWait']) {
		expect(resultsOf(operation)).toEqual([...CALL_RESULTS, 'skipped']);
	}
});

test('there is no schema of what does not exist', () => {
	const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
	expect(files.map((file) => file.replace('/', ': ').replace('.json', '')).sort()).toEqual([...OPERATIONS].sort());
});
