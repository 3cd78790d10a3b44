import { readOnce } from '../../../../nodes/Thoughtly/resources/call/readOnce';
import { contextOf } from '../../context';

/** A node of the execution, with a credential of its own. */
const nodeOf = (execution: object, apiToken: string) => ({
	context: contextOf({
		getContext: () => execution,
		getCredentials: async () => ({ baseUrl: 'https://api.thoughtly.com', apiToken }),
	}),
});

test('what was read is shared by the nodes of an execution with the same account, and no others', async () => {
	const execution = {};
	let count = 0;
	const read = async () => await Promise.resolve(++count);
	const from = async (node: ReturnType<typeof nodeOf>) => await readOnce(node, 'agents', read);
	expect(await from(nodeOf(execution, 'one'))).toBe(1);
	expect(await from(nodeOf(execution, 'one'))).toBe(1);
	expect(await from(nodeOf(execution, 'two'))).toBe(2);
	expect(await from(nodeOf({}, 'one'))).toBe(3);
});
