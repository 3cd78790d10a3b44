import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ThoughtlyApi } from '../../../credentials/ThoughtlyApi.credentials';
import { anchorsOf, linksIn, PAGES, read } from './markdown.mts';

const { repository, scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
	repository: { url: string };
	scripts: Record<string, string>;
};

/** Whether there is a file, and a heading for the anchor if one is named. */
function leadsSomewhere(path: string, anchor?: string): boolean {
	return existsSync(path) && (anchor === undefined || anchorsOf(path).includes(anchor));
}

describe.each(PAGES)('%s', (page) => {
	const text = read(page);

	test('has no dead links', () => {
		const dead = linksIn(text).filter((target) => {
			if (/^(https?|mailto):/.test(target)) return false;
			const [path, anchor] = target.split('#');
			return !leadsSomewhere(path ? join(dirname(page), path) : page, anchor);
		});
		expect(dead).toEqual([]);
	});

	test('names npm scripts that exist', () => {
		const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script);
		expect(named.filter((script) => !(script in scripts))).toEqual([]);
	});
});

test.each(PAGES.filter((page) => page.includes('/')))('%s links back to the README', (page) => {
	expect(read(page)).toContain('[← README](../README.md)');
});

test('README.md leads to every page', () => {
	const targets = linksIn(read('README.md'));
	expect(PAGES.filter((page) => page !== 'README.md' && !targets.includes(page))).toEqual([]);
});

test('README.md has at most 1,500 words', () => {
	expect(read('README.md').split(/\s+/).length).toBeLessThanOrEqual(1500);
});

test('README.md shows how to try the package and how to test it', () => {
	expect(read('README.md')).toMatch(/^npm ci && npm start$/m);
	expect(read('README.md')).toMatch(/^npm ci && npm test$/m);
});

test.each([
	['Thoughtly.node.json', 'docs/operations.md'],
	['ThoughtlyTrigger.node.json', 'docs/triggers.md'],
])('the links of %s lead to its page and the credential’s', (file, page) => {
	const { resources } = JSON.parse(readFileSync(join('nodes', 'Thoughtly', file), 'utf8')) as {
		resources: Record<'primaryDocumentation' | 'credentialDocumentation', Array<{ url: string }>>;
	};
	expect(resources.primaryDocumentation).toEqual([{ url: urlOf(page) }]);
	expect(resources.credentialDocumentation).toEqual([{ url: urlOf('docs/credential.md') }]);
});

test('the link of the credential leads to its page', () => {
	expect(new ThoughtlyApi().documentationUrl).toBe(urlOf('docs/credential.md'));
});

/** Returns a page's address on GitHub. */
function urlOf(page: string): string {
	return `${repository.url.replace(/^git\+|\.git$/g, '')}/blob/main/${page}`;
}
