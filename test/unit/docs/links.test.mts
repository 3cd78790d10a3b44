import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ThoughtlyApi } from '../../../credentials/ThoughtlyApi.credentials';
import { HELP_TOPICS, withHelp } from '../../../nodes/Thoughtly/transport/help';
import { anchorsOf, linksIn, PAGES, read } from './markdown.mts';

const { homepage, scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
	homepage: string;
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
	expect(read(page)).toContain(`[← README](${relative(dirname(page), 'README.md')})`);
});

test('README.md leads to every page, or to one that does', () => {
	const leadsTo = (page: string) => linksIn(read(page)).map((target) => join(dirname(page), target.split('#')[0]));
	const reached = leadsTo('README.md').flatMap((page) => [page, ...(PAGES.includes(page) ? leadsTo(page) : [])]);
	expect(PAGES.filter((page) => page !== 'README.md' && !reached.includes(page))).toEqual([]);
});

test('README.md has at most 1,500 words', () => {
	expect(read('README.md').split(/\s+/).length).toBeLessThanOrEqual(1500);
});

test('README.md shows how to try the package and how to test it', () => {
	expect(read('README.md')).toMatch(/^npm ci && npm start$/m);
	expect(read('README.md')).toMatch(/^npm ci && npm test$/m);
});

describe('links to the site', () => {
	test.each([
		['Thoughtly.node.json', '/operations/'],
		['ThoughtlyTrigger.node.json', '/triggers'],
		['ThoughtlyPollTrigger.node.json', '/triggers#the-poll-trigger'],
	])('%s leads to its page and the credential’s', (file, path) => {
		const { resources } = JSON.parse(readFileSync(join('nodes', 'Thoughtly', file), 'utf8')) as {
			resources: Record<'primaryDocumentation' | 'credentialDocumentation', Array<{ url: string }>>;
		};
		expect(resources.primaryDocumentation).toEqual([{ url: homepage + path }]);
		expect(resources.credentialDocumentation).toEqual([{ url: `${homepage}/credential` }]);
	});

	test('the credential leads to its page', () => {
		expect(new ThoughtlyApi().documentationUrl).toBe(`${homepage}/credential`);
	});

	test.each(HELP_TOPICS)('errors lead to %s', (topic) => {
		expect(withHelp('', topic)).toContain(` href="${homepage}/troubleshooting#${topic}"`);
		expect(anchorsOf('docs/troubleshooting.md')).toContain(topic);
	});

	test('the form for bugs leads to troubleshooting', () => {
		expect(read('.github/ISSUE_TEMPLATE/bug.yml')).toContain(`](${homepage}/troubleshooting)`);
	});
});
