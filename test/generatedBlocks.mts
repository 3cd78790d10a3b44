import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Checks that a page holds generated text between `<!-- name -->` and `<!-- end -->`; with UPDATE_DOCS=1 it is written first.
 * @param blocks the text by name
 */
export function expectGenerated(page: string, blocks: Record<string, string>): void {
	let document = readFileSync(page, 'utf8');
	for (const [name, text] of Object.entries(blocks)) {
		expect(document).toMatch(blockOf(name));
		document = withBlock(document, name, text);
	}
	if (process.env.UPDATE_DOCS) writeFileSync(page, document);
	expect(readFileSync(page, 'utf8')).toBe(document);
}

/** Returns a page with another text between `<!-- name -->` and `<!-- end -->`. */
export const withBlock = (document: string, name: string, text: string) =>
	document.replace(blockOf(name), (_whole, begin: string, end: string) => `${begin}\n\n${text}\n\n${end}`);

const blockOf = (name: string) => new RegExp(`(<!-- ${name} -->)[\\s\\S]*?(<!-- end -->)`);

/** Returns a table in Markdown; its first row is the head. */
export const table = ([head, ...rows]: string[][]) =>
	[head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
