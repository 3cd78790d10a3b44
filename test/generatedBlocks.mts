import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Checks that a page holds generated text between `<!-- name -->` and `<!-- end -->`; with UPDATE_DOCS=1 it is written first.
 * @param blocks the text by name
 */
export function expectGenerated(page: string, blocks: Record<string, string>): void {
	let document = readFileSync(page, 'utf8');
	for (const [name, text] of Object.entries(blocks)) {
		const block = new RegExp(`(<!-- ${name} -->)[\\s\\S]*?(<!-- end -->)`);
		expect(document).toMatch(block);
		document = document.replace(block, (_whole, begin: string, end: string) => `${begin}\n\n${text}\n\n${end}`);
	}
	if (process.env.UPDATE_DOCS) writeFileSync(page, document);
	expect(readFileSync(page, 'utf8')).toBe(document);
}

/** Returns a table in Markdown; its first row is the head. */
export const table = ([head, ...rows]: string[][]) =>
	[head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
