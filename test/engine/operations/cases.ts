import type { INodeParameters } from 'n8n-workflow';
import { resources } from '../../../nodes/Thoughtly/resources';
import type { RecordedRequest } from '../../simulator/simulator.mts';
import { credential, simulator } from '../fixtures.mts';
import { runNode } from '../n8n/index.mts';

/** One run of an operation: what it sends, and what it returns. */
export interface Case {
	operation: string;
	/** What is special about it */
	name: string;
	parameters?: () => INodeParameters;
	requests: () => Array<Partial<ReturnType<typeof sent>>>;
	output: () => unknown;
}

/** Tests the cases of a resource, and that none of its operations lacks one. */
export function testOperations(resource: string, cases: Case[]): void {
	test.each(cases)(`${resource}: $operation, $name`, async ({ operation, parameters, requests, output }) => {
		const expected = { requests: requests(), parameters: { resource, operation, ...parameters?.() } };
		const { json, error } = await runNode({ parameters: expected.parameters, credential: credential() });
		expect(error).toBeUndefined();
		expect(simulator.requests.map(sent)).toEqual(
			expected.requests.map((request) => expect.objectContaining({ authenticated: true, ...request })),
		);
		expect(simulator.requests.map(({ status }) => status)).not.toContain(400);
		expect(json).toEqual(output());
	});

	test(`every operation of ${resource} has a case`, () => {
		const declared = resources.find(({ value }) => value === resource)!.operations.map(({ value }) => value);
		expect([...new Set(cases.map(({ operation }) => operation))].sort()).toEqual(declared.sort());
	});
}

/** What went over the wire, with what every request must carry checked on the way. */
function sent({ method, path, query, headers, body }: RecordedRequest) {
	const authenticated = headers['x-api-token'] === simulator.token && headers.team_id === simulator.teamId;
	return { method, path, query, body: body ?? undefined, authenticated };
}

/** The query of a whole first page. */
export const wholePage = { page: '0', limit: '50' };

/** Fields as the editor stores pairs of name and value. */
export const pairs = (fields: Record<string, unknown>) =>
	Object.entries(fields).map(([name, value]) => ({ name, value })) as INodeParameters[];
