// What n8n's editor shows of a node's properties.
import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';

type Option = NonNullable<INodeProperties['options']>[number];

export const isGroup = (option: Option): option is INodePropertyCollection => 'values' in option;
export const isField = (option: Option): option is INodeProperties => 'type' in option && 'displayName' in option;

/** Returns the fields that users see, with all that are inside of them. */
export function fieldsIn(properties: INodeProperties[]): INodeProperties[] {
	return properties.filter(({ type }) => type !== 'notice').flatMap((field) => [field, ...fieldsInside(field)]);
}

const fieldsInside = ({ options = [] }: INodeProperties): INodeProperties[] =>
	options.flatMap((option) => {
		if (isGroup(option)) return fieldsIn(option.values);
		return isField(option) ? fieldsIn([option]) : [];
	});

/** Returns the names of fields that have to be documented: 'Options' and 'Filters' say nothing by themselves. */
export const namesIn = (properties: INodeProperties[]) =>
	properties
		.flatMap((field) => (field.type === 'collection' ? fieldsInside(field) : fieldsIn([field])))
		.map(({ displayName }) => displayName);

/** Returns the choices among a field's options. */
export const optionsOf = ({ options = [] }: INodeProperties) =>
	options.filter((option): option is INodePropertyOptions => 'value' in option);

/** Returns the names of the choices that a field offers, and of the modes of a locator. */
export const choicesOf = (field: INodeProperties) => [
	...optionsOf(field).map(({ name }) => name),
	...(field.modes ?? []).map(({ displayName }) => displayName),
];
