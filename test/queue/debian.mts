export const HOST = '127.0.0.1';
export const READY_WITHIN_MS = 60_000;
export const STOP_WITHIN_MS = 15_000;

/** Says how to install a missing program, instead of that it could not be started. */
export function orMissing(error: NodeJS.ErrnoException): never {
	if (error.code !== 'ENOENT') throw error;
	throw missing(error.path ?? 'A program');
}

/** The error for a program that these tests need. */
export function missing(program: string): Error {
	return new Error(`${program} is missing. Queue mode needs: apt-get install redis-server postgresql`);
}
