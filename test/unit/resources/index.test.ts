import { properties, resources } from '../../../nodes/Thoughtly/resources';

test('no two parameters of an operation have the same name', () => {
	for (const resource of resources) {
		for (const { value, fields } of resource.operations) {
			const names = fields.map((field) => `${field.name} ${JSON.stringify(field.displayOptions ?? {})}`);
			expect([resource.value, value, new Set(names).size]).toEqual([resource.value, value, names.length]);
		}
	}
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
