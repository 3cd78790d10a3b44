import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startDaemon } from '../server/daemon.mts';
import { choosePort } from '../server/ports.mts';
import { run } from '../server/processes.mts';
import { HOST, missing, READY_WITHIN_MS, STOP_WITHIN_MS } from './debian.mts';

/** Where Debian keeps PostgreSQL's programs, by version. */
const VERSIONS = '/usr/lib/postgresql';
const USER = 'postgres';

export interface Postgres {
	/** n8n's settings for it. */
	env: Record<string, string>;
	/** Ends it and removes its data. */
	remove(): Promise<void>;
}

/** Starts a PostgreSQL on a free port, with an empty database that anybody on this machine may use. */
export async function startPostgres(): Promise<Postgres> {
	const bin = await findPrograms();
	const port = String(await choosePort());
	const folder = (await run(...asItsUser('mktemp', ['--directory', '--tmpdir', 'postgres-XXXXXX']))).trim();
	const data = join(folder, 'data');
	const remove = async () => await rm(folder, { recursive: true, force: true });
	try {
		// nothing has to survive a crash of this machine, and waiting for its disk costs minutes
		const quick = ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'];
		const where = ['-D', data, '-h', HOST, '-p', port, '-k', folder];
		await run(...asItsUser(join(bin, 'initdb'), ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--no-sync']));
		const [command, args] = asItsUser(join(bin, 'postgres'), [...where, ...quick]);
		const end = await startDaemon({
			name: 'PostgreSQL',
			command,
			args,
			cwd: folder,
			log: join(folder, 'postgres.log'),
			isReady: async () =>
				await run(join(bin, 'pg_isready'), ['-h', HOST, '-p', port]).then(
					() => true,
					() => false,
				),
			readyWithinMs: READY_WITHIN_MS,
		});
		return {
			env: {
				DB_TYPE: 'postgresdb',
				DB_POSTGRESDB_HOST: HOST,
				DB_POSTGRESDB_PORT: port,
				DB_POSTGRESDB_USER: USER,
				DB_POSTGRESDB_DATABASE: 'postgres',
			},
			remove: async () => {
				await end(STOP_WITHIN_MS);
				await remove();
			},
		};
	} catch (error) {
		await remove();
		throw error;
	}
}

/** PostgreSQL refuses to run as root. */
function asItsUser(command: string, args: string[]): [string, string[]] {
	if (process.getuid?.() !== 0) return [command, args];
	// unlike runuser it leaves no process of its own between us and the program
	return ['setpriv', [`--reuid=${USER}`, `--regid=${USER}`, '--clear-groups', command, ...args]];
}

async function findPrograms(): Promise<string> {
	const versions = await readdir(VERSIONS).catch(() => []);
	const newest = versions.sort((a, b) => Number(a) - Number(b)).at(-1);
	if (newest === undefined) throw missing('PostgreSQL');
	return join(VERSIONS, newest, 'bin');
}
