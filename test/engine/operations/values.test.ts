import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { callNode, contactItems, credential, placed, requested, simulator, useSimulator } from '../fixtures.mts';
import { runNode } from '../n8n/index.mts';
import { pairs } from './cases';

/** Values that users and expressions enter for an agent's script, a contact and an automation. */

useSimulator({}, { values: 'scalars' });

/** Places a call with metadata from an expression; returns what was sent, or the error's message. */
async function sentMetadata(parameters: INodeParameters, item: IDataObject = {}) {
	const [contact] = contactItems(1);
	const { error } = await runNode(callNode([{ ...contact, ...item }], parameters));
	return error ? error.message : (simulator.requests.at(-1)!.body as { metadata?: IDataObject }).metadata;
}
const asField = (value: string): INodeParameters => ({ metadata: { metadataValues: pairs({ value }) } });
const asJson = (json: unknown) => ({ specifyMetadata: 'json', jsonMetadata: json }) as INodeParameters;

test.each<[string, string, unknown]>([
	['text', 'Premium', 'Premium'],
	['a number', '={{ 2 }}', 2],
	['zero', '={{ 0 }}', 0],
	['true', '={{ true }}', true],
	['false', '={{ false }}', false],
	['a number as text', '2', '2'],
	['a DateTime', "={{ DateTime.fromISO('2026-01-31T09:00:00Z', { zone: 'UTC' }) }}", '2026-01-31T09:00:00.000Z'],
	['a Date', "={{ new Date('2026-01-31T09:00:00Z') }}", '2026-01-31T09:00:00.000Z'],
])('metadata: %s from a field', async (_name, value, sent) => {
	expect(await sentMetadata(asField(value))).toEqual({ value: sent });
});

test('metadata: JSON keeps its types, without empty values', async () => {
	const json = '{"seats": 3, "trial": false, "plan": "free", "note": null, "coupon": ""}';
	expect(await sentMetadata(asJson(json))).toEqual({ seats: 3, trial: false, plan: 'free' });
});

test.each(['', '{}', '{"note": null}'])('metadata: none is sent for %j', async (json) => {
	expect(await sentMetadata(asJson(json))).toBeUndefined();
	expect(placed()).toHaveLength(1);
});

test.each<[string, INodeParameters, string]>([
	['a list', asField('={{ [1, 2] }}'), "'value' in 'Metadata' is a list"],
	['an object', asField('={{ ({ a: 1 }) }}'), "'value' in 'Metadata' is an object"],
	['an object in JSON', asJson('{"lead": {"name": "Ada"}}'), "'lead' in 'JSON Metadata' is an object"],
	['a list as JSON', asJson('[1]'), "'JSON Metadata' is not a valid JSON object"],
	['broken JSON', asJson('{"a": '), "'JSON Metadata' is not a valid JSON object"],
	['text as JSON', asJson('"plan"'), "'JSON Metadata' is not a valid JSON object"],
	// n8n replaces messages that hold the code of a system error, such as EEXIST
	['a list in JSON', asJson('{"preexisting": [1]}'), "'preexisting' in 'JSON Metadata' is a list"],
	[
		'a value without a name',
		{ metadata: { metadataValues: [{ name: ' ', value: 'lost' }] } },
		"A field of 'Metadata' has a value but no name",
	],
])('metadata: %s is refused', async (_name, parameters, message) => {
	expect(await sentMetadata(parameters)).toBe(`${message}. Nobody was called [item 0]`);
	expect(requested()).toEqual([]);
});

describe('names that JavaScript has a use for are kept', () => {
	const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
	const fields = NAMES.map((name) => ({ name, value: `my ${name}` }));
	// as text, since an object literal would set its prototype
	const json = JSON.stringify(Object.fromEntries(fields.map(({ name, value }) => [name, value])));
	const namesIn = (record: unknown) => Object.entries(record as object).map(([name, value]) => ({ name, value }));

	test.each<[string, INodeParameters]>([
		['fields', { metadata: { metadataValues: fields } }],
		['JSON', asJson(json)],
	])('in metadata from %s', async (_name, parameters) => {
		await sentMetadata(parameters);
		expect(namesIn(placed()[0].metadata)).toEqual(fields);
	});

	test("in a contact's attributes", async () => {
		await runNode({
			parameters: {
				resource: 'contact',
				operation: 'create',
				phoneNumber: '+14155550177',
				additionalFields: { attributes: { attributeValues: fields } },
			},
			credential: credential(),
		});
		expect(namesIn(simulator.store.contacts.at(-1)!.attributes)).toEqual(fields);
	});

	test.each<[string, INodeParameters]>([
		['fields', { bodyParameters: { parameters: fields } }],
		['JSON', { specifyBody: 'json', jsonBody: json }],
	])('in the body of an automation from %s', async (_name, parameters) => {
		const automationId = simulator.store.automations[0].id;
		await runNode({
			parameters: { resource: 'automation', operation: 'trigger', automationId, ...parameters },
			credential: credential(),
		});
		expect(namesIn(simulator.requests[0].body)).toEqual(fields);
	});
});

describe('a new contact', () => {
	const create = async (parameters: INodeParameters, item: IDataObject = {}) => {
		const { error } = await runNode({
			parameters: { resource: 'contact', operation: 'create', phoneNumber: '+14155550177', ...parameters },
			items: [item],
			credential: credential(),
		});
		return error?.message ?? (simulator.requests[0].body as IDataObject);
	};
	const withTags = async (tags: unknown) =>
		await create({ additionalFields: { tags: '={{ $json.tags }}' } }, { tags } as IDataObject);

	test.each<[string, unknown, string[] | undefined]>([
		['objects', [{ name: 'lead' }, { name: 'vip' }], ['lead', 'vip']],
		['a list with holes', ['lead', null, ''], ['lead']],
		['numbers', [7, 8], ['7', '8']],
		['nothing', undefined, undefined],
	])('gets tags from %s', async (_name, tags, sent) => {
		expect(await withTags(tags)).toEqual({ phone_number: '+14155550177', tags: sent });
	});

	test('is not created where its output cannot be read', async () => {
		expect(await create({ simplify: '={{ $("Nowhere").item.json.simplify }}' })).toEqual(expect.any(String));
		expect(requested()).toEqual([]);
	});

	test('gets no tag that cannot be read', async () => {
		expect(await withTags([{ label: 'vip' }])).toBe(
			`'Tags' has an entry that cannot be read: {"label":"vip"} [item 0]`,
		);
		expect(requested()).toEqual([]);
	});

	test('gets a numeric name and numeric attributes as text', async () => {
		const attributes = { attributeValues: pairs({ seats: '={{ 3 }}' }) };
		expect(await create({ name: '={{ 77 }}', additionalFields: { attributes } })).toEqual({
			phone_number: '+14155550177',
			name: '77',
			attributes: { seats: '3' },
		});
	});
});
