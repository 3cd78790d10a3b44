// A release as a maintainer makes it: in a copy of the working tree, with a remote and a registry of its own.
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ROOT } from '../server/package.mts';
import { run } from '../server/processes.mts';

interface Manifest {
	version: string;
	engines: { node: string };
	n8n: { nodes: string[]; credentials: string[] };
}

jest.setTimeout(60_000);

const VERSION = '99.0.0';
const NOTE = '- A change that this test has made.';

const readRoot = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const manifest = JSON.parse(readRoot('package.json')) as Manifest;
const publishWorkflow = readRoot('.github/workflows/publish.yml');
const changelog = readRoot('CHANGELOG.md').replace('## Unreleased\n', `## Unreleased\n\n${NOTE}\n`);

let folder: string;
let repository: string;
let remote: string;
let registry: Server;
let requests: string[];

/** Runs a command in the repository, without what CI, npm or the user's settings say. */
async function command(line: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
	const [name, ...args] = line.split(' ');
	const { port } = registry.address() as AddressInfo;
	return await run(name, args, {
		cwd: repository,
		env: {
			PATH: [join(ROOT, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
			HOME: folder,
			GIT_CONFIG_NOSYSTEM: '1',
			npm_config_registry: `http://127.0.0.1:${port}/`,
			[`npm_config_//127.0.0.1:${port}/:_authToken`]: 'a-token',
			npm_config_update_notifier: 'false',
			...env,
		},
	});
}

const release = async (version: string) => await command(`npm run release -- ${version} --ci`);
const inRemote = async (line: string) => (await command(`git --git-dir ${remote} ${line}`)).trim();

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'release-'));
	repository = join(folder, 'repository');
	remote = join(folder, 'remote.git');
	requests = [];
	registry = createServer((request, response) => {
		requests.push(`${request.method} ${request.url}`);
		response.writeHead(request.method === 'PUT' ? 201 : 404, { 'content-type': 'application/json' }).end('{}');
	});
	await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));

	const listed = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT });
	const files = listed.split('\0').filter((file) => file && existsSync(join(ROOT, file)));
	for (const file of [...files, 'dist']) await cp(join(ROOT, file), join(repository, file), { recursive: true });
	await writeFile(join(repository, 'CHANGELOG.md'), changelog);
	// a release starts with all tests, of which this is one
	await command('npm pkg set scripts.test=true');

	await command(`git init --quiet --bare --initial-branch main ${remote}`);
	await command('git init --quiet --initial-branch main');
	await command('git config user.name Maintainer');
	await command('git config user.email maintainer@n8n-nodes-thoughtly.example');
	await command('git add .');
	await command('tsx scripts/identity.mts set owner/repository someone@example.com');
	await command('git commit --quiet --all --message Everything');
	await command(`git remote add origin ${remote}`);
	await command('git push --quiet --set-upstream origin main');
	await symlink(join(ROOT, 'node_modules'), join(repository, 'node_modules'));
});

afterAll(async () => {
	registry?.close();
	await rm(folder, { recursive: true, force: true });
});

describe('npm publish by hand', () => {
	test.each(['npm publish', 'npm publish --dry-run'])('%s refuses, and names the command to use', async (line) => {
		await expect(command(line)).rejects.toThrow('npm run release');
	});

	test('does not get past the provenance either, which only the workflow can give', async () => {
		await expect(command('npm publish', { RELEASE_MODE: 'true' })).rejects.toThrow('provenance');
	});

	test('has sent nothing', () => {
		expect(requests.filter((request) => !request.startsWith('GET'))).toEqual([]);
	});
});

describe('npm run release', () => {
	beforeAll(async () => {
		await release(VERSION);
	});

	test('pushes a commit with the new version, and its tag', async () => {
		expect(await inRemote('log --format=%s main')).toBe(`Release ${VERSION}\nEverything`);
		expect(await inRemote('tag')).toBe(VERSION);
		expect(await inRemote(`rev-parse ${VERSION}^{commit}`)).toBe(await inRemote('rev-parse main'));
		const changed = await inRemote('diff --name-only main~1 main');
		expect(changed.split('\n')).toEqual(['CHANGELOG.md', 'package-lock.json', 'package.json']);
		for (const file of ['package.json', 'package-lock.json']) {
			const { version } = JSON.parse(await inRemote(`show ${VERSION}:${file}`)) as Manifest;
			expect([file, version]).toEqual([file, VERSION]);
		}
	});

	test('keeps the changelog: what was unreleased gets the version as its heading', async () => {
		const released = await readFile(join(repository, 'CHANGELOG.md'), 'utf8');
		const heading = new RegExp(`## ${VERSION} \\(\\d{4}-\\d\\d-\\d\\d\\)`);
		expect(released).toMatch(heading);
		const unreleased = '## Unreleased';
		expect(released.replace(heading, unreleased)).toBe(changelog.replace(unreleased, `${unreleased}\n\n${unreleased}`));
		expect(await command(`tsx scripts/changelog.mts notes ${VERSION}`)).toContain(NOTE);
	});

	test('packs what n8n loads and nothing else', async () => {
		const packed = await command('npm pack --dry-run --json');
		const [{ id, files }] = JSON.parse(packed) as [{ id: string; files: Array<{ path: string }> }];
		const paths = files.map(({ path }) => path);
		expect(id).toBe(`n8n-nodes-thoughtly@${VERSION}`);
		expect(paths).toEqual(expect.arrayContaining([...manifest.n8n.nodes, ...manifest.n8n.credentials]));
		const others = paths.filter((path) => !/^dist\/(credentials|nodes)\/.+\.(js|js\.map|json|svg)$/.test(path));
		expect(others.sort()).toEqual(['LICENSE', 'README.md', 'index.js', 'package.json']);
	});

	test('refuses to release while the repository or the maintainers are placeholders', async () => {
		await command('npm pkg set author.email=maintainers@n8n-nodes-thoughtly.example');
		await command('git commit --quiet --all --message Placeholder');
		await expect(release('99.1.0')).rejects.toThrow(
			'Placeholders for the repository or the maintainers are left in package.json',
		);
		await command('git reset --quiet --hard HEAD~1');
		expect(await inRemote('tag')).toBe(VERSION);
	});

	test('refuses to release what no note speaks of, and leaves everything as it is', async () => {
		await expect(release('99.1.0')).rejects.toThrow('no notes under "## Unreleased"');
		expect(await inRemote('tag')).toBe(VERSION);
		expect(await command('git status --porcelain --untracked-files=no')).toBe('');
	});
});

test('the tag of a release starts a workflow that publishes with provenance', () => {
	const [, tags] = /tags: \['(.*)'\]/.exec(publishWorkflow) ?? [];
	expect(VERSION).toMatch(new RegExp(`^${tags.replaceAll('.', '\\.').replaceAll('*', '.*')}$`));
	expect(publishWorkflow).toContain('id-token: write');
	expect(publishWorkflow).toContain('- run: node scripts/identity.mts check\n');
	expect(publishWorkflow).toMatch(/- run: npm test\n\s+- run: npm publish --provenance\n/);
	expect(publishWorkflow).toContain("RELEASE_MODE: 'true'");
});

test('CI tests the oldest and the newest Node of each range in engines', () => {
	const [, matrix] = /node-version: \[(.*)\]/.exec(readRoot('.github/workflows/ci.yml')) ?? [];
	const oldest = manifest.engines.node.split(' || ').map((range) => range.replace('^', ''));
	const newest = oldest.map((version) => version.split('.')[0]);
	expect(matrix.replaceAll("'", '').split(', ').sort()).toEqual([...oldest, ...newest].sort());
});
