import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** Returns the paths of the parameters, and the choices, that a node's description does not know. */
export function unknownParameters(values: IDataObject, known: INodeProperties[], path = ''): string[] {
	return Object.entries(values).flatMap(([name, value]) => {
		const here = `${path}${name}`;
		const candidates = known.filter((property) => property.name === name);
		if (!candidates.length) return [here];
		// a name may stand for several parameters that are shown at different times
		const verdicts = candidates.map((property) => unknownIn(value, property, here));
		return verdicts.find((unknown) => !unknown.length) ?? verdicts[0];
	});
}

function unknownIn(value: unknown, property: INodeProperties, path: string): string[] {
	const { type, options = [], typeOptions, modes = [] } = property;
	switch (type) {
		case 'options':
		case 'multiOptions': {
			const isExpression = String(value).startsWith('=');
			// the choices come from the service
			if (isExpression || typeOptions?.loadOptionsMethod) return [];
			const choices: unknown[] = (options as INodePropertyOptions[]).map((option) => option.value);
			return [value].flat().every((one) => choices.includes(one)) ? [] : [`${path}: ${String(value)}`];
		}
		case 'resourceLocator': {
			const { mode } = value as { mode?: string };
			return modes.some(({ name }) => name === mode) ? [] : [`${path}: mode ${mode}`];
		}
		case 'collection':
			return unknownParameters(value as IDataObject, options as INodeProperties[], `${path}.`);
		case 'fixedCollection':
			return Object.entries(value as IDataObject).flatMap(([name, entries]) => {
				const group = (options as Array<{ name: string; values: INodeProperties[] }>).find(
					(option) => option.name === name,
				);
				if (!group) return [`${path}.${name}`];
				return [entries]
					.flat()
					.flatMap((entry) => unknownParameters(entry as IDataObject, group.values, `${path}.${name}.`));
			});
		default:
			return [];
	}
}
