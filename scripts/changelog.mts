// What a release does with CHANGELOG.md, where every change is noted under "Unreleased" as it is made:
//   notes [version]     prints the notes of a version, or those of what is unreleased
//   release <version>   moves what is unreleased under a heading with the version and today's date (UTC)
import { readFileSync, writeFileSync } from 'node:fs';

const CHANGELOG = 'CHANGELOG.md';
const UNRELEASED = 'Unreleased';

const text = readFileSync(CHANGELOG, 'utf8');

/** The text below the heading of a version; undefined if there is no such heading. */
function sectionOf(version: string): string | undefined {
	const [, ...sections] = text.split(/^## /m);
	const section = sections.find((candidate) => candidate.split(/\s/, 1)[0] === version);
	return section?.slice(section.indexOf('\n')).trim();
}

function notesOf(version: string): string {
	const notes = sectionOf(version);
	if (!notes) throw new Error(`${CHANGELOG} has no notes under "## ${version}".`);
	return notes;
}

function release(version: string): void {
	notesOf(UNRELEASED);
	if (sectionOf(version) !== undefined) throw new Error(`${CHANGELOG} already has a section for ${version}.`);
	const today = new Date().toISOString().slice(0, 10);
	writeFileSync(CHANGELOG, text.replace(`## ${UNRELEASED}\n`, `## ${UNRELEASED}\n\n## ${version} (${today})\n`));
}

const [command, version] = process.argv.slice(2);
if (command === 'release' && version) release(version);
else if (command === 'notes') process.stdout.write(`${notesOf(version ?? UNRELEASED)}\n`);
else throw new Error('Usage: changelog.mts notes [version] | release <version>');
