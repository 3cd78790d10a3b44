// Reads what the documentation says: just enough Markdown for the tests beside this file.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { anchorOf } from '../../../docs/.vitepress/anchorOf.mts';

/** Every page of the documentation, by its path from the root. */
export const PAGES = [
	'README.md',
	'CHANGELOG.md',
	'CONTRIBUTING.md',
	'SECURITY.md',
	'examples/README.md',
	...readdirSync('docs', { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.md') && !file.startsWith('.'))
		.map((file) => join('docs', file)),
];

export const read = (page: string) => readFileSync(page, 'utf8');

const withoutBlocks = (text: string) => text.replace(/^ *```[\s\S]*?^ *```/gm, '');

/** Returns a text without its code blocks, and without code in lines. */
export const withoutCode = (text: string) => withoutBlocks(text).replace(/`[^`\n]*`/g, '');

const headingsOf = (text: string) => [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);

/** Returns the anchors of a page's headings as GitHub makes them. */
export function anchorsOf(page: string): string[] {
	const anchors = headingsOf(read(page)).map(anchorOf);
	return anchors.map((anchor, index) => {
		const earlier = anchors.slice(0, index).filter((other) => other === anchor).length;
		return earlier ? `${anchor}-${earlier}` : anchor;
	});
}

/** Returns where the links and pictures of a text lead. */
export const linksIn = (text: string) =>
	[...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);

/** Returns the text under a heading, up to the next heading of the same level or a higher one. */
export function section(text: string, heading: string): string {
	const lines = text.split('\n');
	const start = lines.findIndex((line) => line.replace(/^#+ /, '') === heading && line.startsWith('#'));
	if (start < 0) return '';
	const level = /^#+/.exec(lines[start])![0].length;
	const length = lines.slice(start + 1).findIndex((line) => (/^#+(?= )/.exec(line)?.[0].length ?? Infinity) <= level);
	return lines.slice(start, length < 0 ? undefined : start + 1 + length).join('\n');
}

/** Returns the heading on a page that an anchor leads to, undefined if there is none. */
export const headingOf = (text: string, anchor: string) =>
	headingsOf(text).find((heading) => anchorOf(heading) === anchor);

/** Returns the rows of all tables in a text whose first column has one of these titles. */
export function rowsUnder(text: string, ...titles: string[]): string[][] {
	const rows: string[][] = [];
	let isInside = false;
	let isFirst = true;
	for (const line of text.split('\n')) {
		if (!line.startsWith('|')) {
			isFirst = true;
			isInside = false;
			continue;
		}
		const cells = line
			.split('|')
			.slice(1, -1)
			.map((cell) => cell.trim());
		if (isFirst) isInside = titles.includes(cells[0]);
		else if (isInside && !/^-+$/.test(cells[0])) rows.push(cells);
		isFirst = false;
	}
	return rows;
}

/** Returns what a text has in italics. */
export const italicsIn = (text: string) =>
	[
		...withoutCode(text)
			.replace(/\s+/g, ' ')
			.matchAll(/(?<![*\w])\*([^*\s][^*]*)\*(?!\*)/g),
	].map(([, name]) => name);

/** Returns the JSON objects that a text shows as blocks. */
export const examplesIn = (text: string) =>
	[...text.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, json]) => JSON.parse(json) as object);
