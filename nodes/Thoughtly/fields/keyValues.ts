import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { isRecord } from '../api/records';
import { inputError } from '../transport/nodeErrors';
import { withoutEmpty } from './parameters';

/** Data that users enter as pairs of name and value, or as one JSON object. */

/** Chooses between the two. */
export const specifyField = (
	field: Pick<INodeProperties, 'displayName' | 'name' | 'description'>,
): INodeProperties => ({
	...field,
	type: 'options',
	default: 'keypair',
	options: [
		{ name: 'Using Fields Below', value: 'keypair' },
		{ name: 'Using JSON', value: 'json' },
	],
});

/** Name and value pairs, in the form that n8n's own nodes have. */
export const keyValueField = (
	field: Pick<INodeProperties, 'displayName' | 'name' | 'description'> & { entries: string },
): INodeProperties => ({
	displayName: field.displayName,
	name: field.name,
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Field',
	default: {},
	description: field.description,
	options: [
		{
			displayName: 'Field',
			name: field.entries,
			values: [
				{ displayName: 'Name', name: 'name', type: 'string', default: '' },
				{ displayName: 'Value', name: 'value', type: 'string', default: '' },
			],
		},
	],
});

/** Reads the pairs of a `keyValueField` as an object; values keep their type. A value without a name is refused. */
export function readPairs(
	context: IExecuteFunctions,
	pairs: unknown,
	displayName: string,
	itemIndex: number,
): IDataObject {
	const fields: Array<[string, IDataObject[string]]> = [];
	for (const { name, value } of Array.isArray(pairs) ? pairs.filter(isRecord) : []) {
		const key = String(name ?? '').trim();
		if (key !== '') {
			fields.push([key, value]);
		} else if (value !== '' && value !== undefined && value !== null) {
			throw inputError(
				{ context, itemIndex },
				`A field of '${displayName}' has a value but no name`,
				'Name it or remove it',
			);
		}
	}
	// unlike an assignment, this keeps a field named `__proto__`
	return Object.fromEntries(fields);
}

/** Reads a JSON parameter, typed or from an expression, as an object; null is an empty one, anything else is refused. */
export function readJsonObject(
	context: IExecuteFunctions,
	name: string,
	displayName: string,
	itemIndex: number,
): IDataObject {
	// an item of ours without metadata has null
	const entered = context.getNodeParameter(name, itemIndex, '') ?? {};
	const value = typeof entered === 'string' ? parseJson(entered) : entered;
	if (isRecord(value)) return value;
	throw inputError(
		{ context, itemIndex },
		`'${displayName}' is not a valid JSON object`,
		'Enter an object in curly brackets with quoted names, e.g. {"plan": "premium"}',
	);
}

function parseJson(text: string): unknown {
	if (text.trim() === '') return {};
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/**
 * Reads values that an agent's script can use: strings, numbers and booleans as they are, dates as ISO 8601. Empty values are
 * left out, nested ones refused.
 * @returns undefined if there are none
 */
export function scriptValues(
	context: IExecuteFunctions,
	fields: IDataObject,
	displayName: string,
	itemIndex: number,
): Record<string, string | number | boolean> | undefined {
	const values = Object.entries(withoutEmpty(fields)).map(([name, value]) => {
		const plain = dateToIso(value) ?? value;
		if (typeof plain === 'string' || typeof plain === 'number' || typeof plain === 'boolean') return [name, plain];
		throw inputError(
			{ context, itemIndex },
			`'${name}' in '${displayName}' is ${Array.isArray(value) ? 'a list' : 'an object'}`,
			'Only strings, numbers and booleans are accepted: choose one of its values, or convert it to text',
		);
	});
	return values.length ? (Object.fromEntries(values) as Record<string, string | number | boolean>) : undefined;
}

/** Expressions return JavaScript's dates, and Luxon's from `$now` or `DateTime`. */
function dateToIso(value: unknown): string | undefined {
	if (typeof value !== 'object' || value === null) return undefined;
	const { toISO, toISOString } = value as { toISO?: unknown; toISOString?: unknown };
	const convert = typeof toISO === 'function' ? toISO : toISOString;
	return typeof convert === 'function' ? String(convert.call(value)) : undefined;
}
