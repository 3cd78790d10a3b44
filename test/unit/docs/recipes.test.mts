import { readFileSync } from 'node:fs';
import type { INode } from 'n8n-workflow';
import { expectGenerated } from '../../generatedBlocks.mts';
import { read, rowsUnder } from './markdown.mts';

/** Returns an example's recipe: what its first note says about it, and its picture. */
function recipeOf(title: string, file: string): string {
	const { nodes } = JSON.parse(readFileSync(`examples/${file}`, 'utf8')) as { nodes: INode[] };
	const { content } = nodes.find(({ type }) => type === 'n8n-nodes-base.stickyNote')!.parameters;
	const [about, ...sections] = String(content).split(/^### /m);
	const setUp = sections.find((section) => section.startsWith('Set it up\n'))!;
	return [
		`## ${title}`,
		// that it needs a community node goes without saying here
		about
			.replace(/^## .*\n/, '')
			.replace(/^\*\*Community node: .*\n/m, '')
			.trim(),
		`![${title}, in n8n's editor](../examples/images/${file.replace('.json', '.png')})`,
		`[Download the workflow](../examples/${file}), then:`,
		setUp.replace('Set it up\n', '').trim(),
	].join('\n\n');
}

test('docs/recipes.md has all examples, as their notes describe them (UPDATE_DOCS=1 writes them)', () => {
	const examples = rowsUnder(read('examples/README.md'), 'example').map(([link]) => /\[(.+)\]\((.+)\)/.exec(link)!);
	expect(examples.length).toBeGreaterThan(0);
	expectGenerated('docs/recipes.md', {
		recipes: examples.map(([, title, file]) => recipeOf(title, file)).join('\n\n'),
	});
});
