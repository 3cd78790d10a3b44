// The documentation as a site: `npm run docs` builds it from the pages in `docs`, which stay readable on GitHub.
import { readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { defineConfig } from 'vitepress';
import type { DefaultTheme, MarkdownOptions } from 'vitepress';
import { anchorOf } from './anchorOf.mts';

type MarkdownIt = Parameters<NonNullable<MarkdownOptions['config']>>[0];

/** The only place that names the site's address and the repository's. */
const { homepage, repository } = JSON.parse(readFileSync('package.json', 'utf8')) as {
	homepage: string;
	repository: { url: string };
};
const repositoryUrl = repository.url.replace(/^git\+|\.git$/g, '');

const sidebar: DefaultTheme.SidebarItem[] = [
	{
		text: 'Start',
		items: [
			{ text: 'Overview', link: '/' },
			{ text: 'Getting started', link: '/getting-started' },
			{ text: 'Installation', link: '/installation' },
			{ text: 'Recipes', link: '/recipes' },
			{ text: 'Credential', link: '/credential' },
		],
	},
	{
		text: 'Nodes',
		items: [
			{
				text: 'Operations',
				link: '/operations/',
				items: ['Agent', 'Automation', 'Call', 'Contact', 'User', 'Webhook'].map((resource) => ({
					text: resource,
					link: `/operations/${resource.toLowerCase()}`,
				})),
			},
			{ text: 'Triggers', link: '/triggers' },
		],
	},
	{
		text: 'Calling people',
		items: [
			{ text: 'Phone numbers and hours', link: '/phone-numbers' },
			{ text: 'Safety and compliance', link: '/safety' },
			{ text: 'Reliability', link: '/reliability' },
		],
	},
	{
		text: 'Running it',
		items: [
			{ text: 'Troubleshooting', link: '/troubleshooting' },
			{ text: 'Queue mode', link: '/queue-mode' },
			{ text: 'Compatibility', link: '/compatibility' },
			{ text: 'Upgrading', link: '/upgrading' },
		],
	},
	{
		text: 'Development',
		collapsed: true,
		items: [
			{ text: 'Architecture', link: '/architecture' },
			{ text: 'Decisions', link: '/decisions' },
			{ text: 'Verification', link: '/verification' },
			{ text: 'Benchmarks', link: '/benchmarks' },
		],
	},
];

/**
 * Leads a link that leaves `docs` to where its file can be seen: the examples are part of the site, anything else is on GitHub.
 * @param page path of the page that holds the link, from `docs`
 */
function leadOutside(href: string, page: string): string {
	if (/^(\w+:|#|\/)/.test(href)) return href;
	const target = posix.join('docs', posix.dirname(page), href);
	if (target.startsWith('docs/')) return href;
	return /^examples\/[\w-]+\.json$/.test(target) ? `/${target}` : `${repositoryUrl}/blob/main/${target}`;
}

/** Makes a page for GitHub one of the site. */
function adaptPage(md: MarkdownIt): void {
	md.core.ruler.push('adapt_page', ({ tokens, env }) => {
		const { relativePath } = env as { relativePath: string };
		// the site has its own navigation; a paragraph is three tokens
		const back = tokens.findIndex(({ content }) => content.startsWith('[← README]('));
		if (back > 0) tokens.splice(back - 1, 3);
		for (const token of tokens.flatMap(({ children }) => children ?? [])) {
			if (token.type === 'link_open') token.attrSet('href', leadOutside(token.attrGet('href') ?? '', relativePath));
			// n8n's expressions are not Vue's
			if (token.type === 'code_inline') token.attrSet('v-pre', '');
		}
	});
}

const icon = `data:image/svg+xml,${encodeURIComponent(readFileSync('nodes/Thoughtly/thoughtly.svg', 'utf8'))}`;

export default defineConfig({
	title: 'Thoughtly for n8n',
	description: 'Call people with Thoughtly voice agents from n8n, wait for results, and start workflows when calls end',
	base: posix.join(new URL(homepage).pathname, '/'),
	cleanUrls: true,
	head: [['link', { rel: 'icon', href: icon }]],
	// the anchors that GitHub makes, so that links work in both places
	markdown: { anchor: { slugify: anchorOf }, config: adaptPage },
	async buildEnd({ outDir }) {
		await cp('examples', join(outDir, 'examples'), { recursive: true, filter: (path) => !/README|images/.test(path) });
	},
	themeConfig: {
		logo: icon,
		sidebar,
		outline: 2,
		search: { provider: 'local' },
		socialLinks: [{ icon: 'github', link: repositoryUrl }],
		editLink: { pattern: `${repositoryUrl}/edit/main/docs/:path`, text: 'Edit this page' },
	},
});
