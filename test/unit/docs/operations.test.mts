import { Ajv } from 'ajv';
import { resources } from '../../../nodes/Thoughtly/resources';
import { expectGenerated } from '../../generatedBlocks.mts';
import { fieldTables } from './fieldTables.mts';
import { exampleOf, schemaOf } from './outputExamples.mts';

/** The pages of the resources: fields and outputs are generated, the prose around them is not. */

const ajv = new Ajv({ strict: true, allowUnionTypes: true, keywords: ['version'] });

/** Returns a record as the pages show it: short lists and objects in one line. */
const json = (record: object) =>
	JSON.stringify(record, null, 2).replace(
		/([[{])\n {4}(.*)\n {2}([\]}])/g,
		(_, open: string, inside: string, close: string) => (open === '{' ? `{ ${inside} }` : open + inside + close),
	);

describe.each(resources)('docs/operations/$value.md', ({ value: resource, operations }) => {
	test('has the fields and outputs of its operations (UPDATE_DOCS=1 writes them)', () => {
		const blocks = operations.map(({ value, fields }) => {
			const operation = `${resource}: ${value}`;
			const output = `An output item:\n\n\`\`\`json\n${json(exampleOf(operation))}\n\`\`\``;
			return [operation, [fieldTables(fields), output].filter(Boolean).join('\n\n')];
		});
		expectGenerated(`docs/operations/${resource}.md`, Object.fromEntries(blocks) as Record<string, string>);
	});

	test.each(operations)('shows an output of $name that its schema allows', ({ value }) => {
		const operation = `${resource}: ${value}`;
		const isValid = ajv.compile(schemaOf(operation));
		isValid(exampleOf(operation));
		expect(isValid.errors).toBeNull();
	});
});
