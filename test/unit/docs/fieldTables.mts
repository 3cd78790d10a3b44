// What the documentation shows of an operation's fields, from what the editor shows of them.
import type { INodeProperties } from 'n8n-workflow';
import { table } from '../../generatedBlocks.mts';
import { choicesOf, isField, isGroup, optionsOf } from './fields.mts';

const HEAD = ['description', 'default'];

/** Returns a table of an operation's own fields, and one of each of its collections. */
export function fieldTables(fields: INodeProperties[]): string {
	const visible = fields.filter(({ type }) => type !== 'notice');
	const own = visible.filter(({ type }) => type !== 'collection');
	const tables = [{ title: 'field', fields: own }];
	for (const { displayName, options, type } of visible) {
		// "Additional Fields": "additional field"
		const title = displayName.toLowerCase().replace(/s$/, '');
		if (type === 'collection') tables.push({ title, fields: (options ?? []).filter(isField) });
	}
	return tables
		.filter((part) => part.fields.length)
		.map((part) => table([[part.title, ...HEAD], ...part.fields.flatMap((field) => rowsOf(field, fields))]))
		.join('\n\n');
}

/** @param siblings the fields that may decide whether this one is shown */
function rowsOf(field: INodeProperties, siblings: INodeProperties[], parent = ''): string[][] {
	const name = parent + field.displayName;
	const inside = isNamesAndValues(field) ? [] : insideOf(field);
	return [
		[name, descriptionOf(field, siblings), defaultOf(field)],
		...inside.flatMap((it) => rowsOf(it, [...siblings, ...inside], `${name} › `)),
	];
}

const insideOf = ({ options = [] }: INodeProperties): INodeProperties[] =>
	options.flatMap((option) => (isGroup(option) ? option.values : isField(option) ? option : []));

const isNamesAndValues = (field: INodeProperties) =>
	insideOf(field)
		.map(({ displayName }) => displayName)
		.join() === 'Name,Value';

function descriptionOf(field: INodeProperties, siblings: INodeProperties[]): string {
	const sentences = [
		field.description ?? field.hint ?? field.placeholder,
		isNamesAndValues(field) && 'Each has a *Name* and a *Value*',
		...sentencesOf(field),
		conditionOf(field, siblings),
	].filter((part) => typeof part === 'string' && part !== '') as string[];
	const text = sentences.map((sentence) => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`)).join('<br>');
	// expressions and JSON as code, which both GitHub and the site show as it is
	return text.replace(/\{\{.*?\}\}|\{".*?\}/g, '`$&`').replaceAll('|', '\\|');
}

/** One sentence for each choice that has a description; one with all of them if none has. */
function sentencesOf(field: INodeProperties): string[] {
	const options = optionsOf(field);
	if (options.some(({ description }) => description)) {
		return options.map(({ name, description }) => [`*${name}*`, description].filter(Boolean).join(': '));
	}
	return [
		choicesOf(field)
			.map((name) => `*${name}*`)
			.join(', '),
	];
}

/** When the editor shows a field: "If *Call To* is *Contact*". */
function conditionOf({ displayOptions }: INodeProperties, siblings: INodeProperties[]): string {
	const conditions = Object.entries(displayOptions?.show ?? {}).map(([name, values = []]) => {
		const sibling = siblings.find((it) => it.name === name.replace(/^\//, ''))!;
		return `*${sibling.displayName}* is ${values.map((value) => shown(sibling, value)).join(' or ')}`;
	});
	return conditions.length ? `Shown if ${conditions.join(' and ')}` : '';
}

function shown(field: INodeProperties, value: unknown): string {
	if (typeof value === 'boolean') return value ? 'on' : 'off';
	const option = optionsOf(field).find((it) => it.value === value);
	return option ? `*${option.name}*` : String(value);
}

function defaultOf(field: INodeProperties): string {
	if (Array.isArray(field.default)) return field.default.map((value) => shown(field, value)).join(', ');
	if (field.default !== '' && field.default !== '{}' && typeof field.default !== 'object')
		return shown(field, field.default);
	return field.required ? 'required' : '';
}
