import type { IExecuteFunctions, INode } from 'n8n-workflow';

const node: INode = {
	id: 'node',
	name: 'Thoughtly',
	type: 'n8n-nodes-thoughtly.thoughtly',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

/** As much of n8n's context as the module under test uses; what it logs is kept in `lines`. */
export function contextOf(parts: object, lines: string[] = []): IExecuteFunctions {
	const log = (line: string) => lines.push(line);
	return { getNode: () => node, logger: { info: log, warn: log }, ...parts } as unknown as IExecuteFunctions;
}
