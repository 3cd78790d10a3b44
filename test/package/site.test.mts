import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The documentation as a site: `npm run docs` fails on a dead link to a page; the rest is looked at here. */

const { homepage } = JSON.parse(readFileSync('package.json', 'utf8')) as { homepage: string };
const { origin, pathname: base } = new URL(`${homepage}/`);
const folder = mkdtempSync(join(tmpdir(), 'thoughtly-docs-'));

let printed = '';

beforeAll(async () => {
	const { stdout, stderr } = await promisify(execFile)('npm', ['run', 'docs', '--', '--outDir', folder]);
	printed = stdout + stderr;
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true }));

const pages = () =>
	readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
		(file) => file.endsWith('.html') && file !== '404.html',
	);

const html = (page: string) => readFileSync(join(folder, page), 'utf8');

/** The file that a path of the site leads to, as GitHub Pages finds it. */
const fileOf = (path: string) =>
	[path, `${path}.html`, join(path, 'index.html')].find(
		(file) => /\.\w+$/.test(file) && existsSync(join(folder, file)),
	);

/** Returns the addresses on a page, as they are. */
const addressesOn = (page: string) =>
	[...html(page).matchAll(/ (?:href|src)="([^"]+)"/g)].map(([, address]) => address);

function leadsSomewhere(address: string, page: string): boolean {
	const { pathname, hash, origin: host } = new URL(address.replaceAll('&amp;', '&'), origin + base + page);
	if (host !== origin) return true;
	const file = pathname.startsWith(base) ? fileOf(pathname.slice(base.length)) : undefined;
	return file !== undefined && (hash === '' || html(file).includes(` id="${decodeURIComponent(hash.slice(1))}"`));
}

test('is built without a complaint', () => {
	expect(printed).toContain('build complete');
	// an expression of n8n that Vue took for its own fails like this, and the build goes on
	expect(printed).not.toMatch(/Error|warn/i);
});

test('has every page of docs', () => {
	const sources = readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));
	expect(pages().sort()).toEqual(sources.map((file) => file.replace(/\.md$/, '.html')).sort());
});

test('has every page in its navigation, and no others', () => {
	const [, sidebar] = /<aside class="VPSidebar"[\s\S]*?<nav([\s\S]*?)<\/nav>/.exec(html('index.html'))!;
	const linked = [...sidebar.matchAll(/ href="([^"]+)"/g)].map(([, path]) => fileOf(path.slice(base.length)));
	expect(linked.sort()).toEqual(pages().sort());
});

test('has no dead links, anchors or pictures', () => {
	const dead = pages().flatMap((page) =>
		addressesOn(page)
			.filter((address) => !address.startsWith('data:') && !leadsSomewhere(address, page))
			.map((address) => `${page}: ${address}`),
	);
	expect(dead).toEqual([]);
});
