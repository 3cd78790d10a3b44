import { editorContext } from './lists.mts';

/** Returns the lines that reach n8n's log at level info or above, from now on. */
export async function logLines(): Promise<string[]> {
	const lines: string[] = [];
	// all contexts share one logger
	const { logger } = (await editorContext('thoughtly', {})).context;
	for (const level of ['info', 'warn', 'error'] as const) {
		jest.spyOn(logger, level).mockImplementation((...[message]) => void lines.push(message));
	}
	return lines;
}
