import { editorContext } from './lists.mts';

/** Returns the lines that reach n8n's log at level info or above, from now on. */
export async function logLines(): Promise<string[]> {
	const lines: string[] = [];
	const logger = await sharedLogger();
	for (const level of LEVELS) jest.spyOn(logger, level).mockImplementation((...[message]) => void lines.push(message));
	return lines;
}

/** As `logLines`, for good, and without Jest. */
export async function captureLog(): Promise<string[]> {
	const lines: string[] = [];
	const write = (message: string) => void lines.push(message);
	Object.assign(await sharedLogger(), Object.fromEntries(LEVELS.map((level) => [level, write])));
	return lines;
}

const LEVELS = ['info', 'warn', 'error'] as const;

/** All contexts share one logger. */
const sharedLogger = async () => (await editorContext('thoughtly', {})).context.logger;
