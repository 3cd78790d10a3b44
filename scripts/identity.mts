// The repository, its site and the maintainers' email address are placeholders until the package has an owner:
//   check                     fails while one of them is left; every release begins with it
//   set <owner/name> <email>  replaces them wherever they are
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const REPOSITORY = 'github.com/n8n-nodes-thoughtly/n8n-nodes-thoughtly';
const SITE = 'n8n-nodes-thoughtly.github.io/n8n-nodes-thoughtly';
const EMAIL = 'maintainers@n8n-nodes-thoughtly.example';

/** The tracked files that name one of them, but for this one. */
function filesWithPlaceholders(): string[] {
	const patterns = [REPOSITORY, SITE, EMAIL].flatMap((text) => ['-e', text]);
	const { status, stdout, stderr } = spawnSync(
		'git',
		['grep', '--files-with-matches', '--fixed-strings', ...patterns],
		{ encoding: 'utf8' },
	);
	// 1 says that there are none
	if (status !== 0 && status !== 1) throw new Error(`git grep failed: ${stderr}`);
	return stdout.split('\n').filter((file) => file && file !== 'scripts/identity.mts');
}

function setIdentity(owner: string, name: string, email: string): void {
	for (const file of filesWithPlaceholders()) {
		const text = readFileSync(file, 'utf8')
			.replaceAll(REPOSITORY, `github.com/${owner}/${name}`)
			.replaceAll(SITE, `${owner}.github.io/${name}`)
			.replaceAll(EMAIL, email);
		writeFileSync(file, text);
	}
}

const [command, repository, email] = process.argv.slice(2);
const [owner, name] = repository?.split('/') ?? [];
if (command === 'check') {
	const files = filesWithPlaceholders();
	if (files.length)
		throw new Error(`Placeholders for the repository or the maintainers are left in ${files.join(', ')}.`);
} else if (command === 'set' && owner && name && email) setIdentity(owner, name, email);
else throw new Error('Usage: identity.mts check | set <owner/name> <email>');
