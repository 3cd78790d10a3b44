import { properties, resources } from '../../../nodes/Thoughtly/resources';

test('no two parameters of an operation have the same name', () => {
	for (const resource of resources) {
		for (const { value, fields } of resource.operations) {
			const names = fields.map((field) => `${field.name} ${JSON.stringify(field.displayOptions ?? {})}`);
			expect([resource.value, value, new Set(names).size]).toEqual([resource.value, value, names.length]);
		}
	}
});

test('every operation shows its own fields in their order, also those that it shares with others', () => {
	for (const resource of resources) {
		for (const operation of resource.operations) {
			const shown = properties.filter(
				({ displayOptions: { show = {} } = {} }) =>
					show.resource?.includes(resource.value) && show.operation?.includes(operation.value),
			);
			expect(shown.map(({ name }) => name)).toEqual(operation.fields.map(({ name }) => name));
			for (const [index, { displayOptions }] of operation.fields.entries()) {
				expect(shown[index].displayOptions?.show).toMatchObject(displayOptions?.show ?? {});
			}
		}
	}
	expect(properties.filter(({ name }) => name === 'agent')).toHaveLength(1);
});

test('what can be added to an operation stands in alphabetical order', () => {
	const collections = properties.filter(({ type }) => type === 'collection');
	expect(collections.length).toBeGreaterThan(5);
	for (const { options } of collections) {
		const names = options!.map((option) => ('displayName' in option ? option.displayName : option.name));
		expect(names).toEqual([...names].sort());
	}
});

test('operations and parameters are worded by n8n’s guidelines', () => {
	for (const { name, operations } of resources) {
		for (const { name: operationName, action, description } of operations) {
			expect(operationName).not.toContain(name);
			expect(action.toLowerCase()).toContain(name.toLowerCase());
			expect(action).toMatch(/^[A-Z][a-z ]+$/);
			expect(description.length).toBeGreaterThan(15);
		}
	}
	expect(properties[0].name).toBe('resource');
});
