import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import type { N8nClient, Workflow } from '../server/client.mts';
import type { N8n } from '../server/n8n.mts';

const OPENS_WITHIN_MS = 60_000;
// Debian's Chromium in a container: no sandbox, no GPU, and nothing that looks for updates
const FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** Around the picture of a workflow, in pixels */
const MARGIN = 12;

/** What no text of ours may contain: a missing value, or one that is not text. */
export const UNREADABLE = /undefined|\[object/;

/** Starts the Chromium of this machine. */
export async function startBrowser(): Promise<Browser> {
	return await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
}

/** n8n's editor as a logged-in person sees it. */
export class Editor {
	private constructor(readonly page: Page) {}

	/** Opens a window without a page. */
	static async start(browser: Browser, { url }: Pick<N8n, 'url'>, client: N8nClient): Promise<Editor> {
		const context = await browser.newContext({
			baseURL: url,
			viewport: { width: 1400, height: 900 },
			deviceScaleFactor: 1,
		});
		const [name, value] = client.session.split('=');
		await context.addCookies([{ name, value, url }]);
		await context.addInitScript((id) => localStorage.setItem('n8n-browserId', id), client.browserId);
		return new Editor(await context.newPage());
	}

	/** Opens a window with a workflow. */
	static async open(browser: Browser, n8n: N8n, client: N8nClient, workflow: Workflow): Promise<Editor> {
		const editor = await Editor.start(browser, n8n, client);
		await editor.openWorkflow(workflow);
		return editor;
	}

	async openWorkflow({ id }: Workflow): Promise<void> {
		await this.goTo(`/workflow/${id}`, this.part('canvas-node').first());
	}

	/** Goes to a page and waits until a part of it is there. */
	async goTo(path: string, part: Locator): Promise<void> {
		await this.page.goto(path, { waitUntil: 'domcontentloaded' });
		await part.waitFor({ timeout: OPENS_WITHIN_MS });
	}

	/** A part of the editor by n8n's own name for it. */
	part(testId: string): Locator {
		return this.page.locator(`[data-test-id="${testId}"]`);
	}

	node(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}

	/** A field of the open panel, or of the open credential, by its parameter's name. */
	field(parameter: string): Locator {
		return this.part(`parameter-input-${parameter}`);
	}

	/** An execution in the list, by its status. */
	execution(status: 'Succeeded' | 'Waiting'): Locator {
		return this.page.locator('[data-test-id^="execution-details-"]', { hasText: status });
	}

	/** The open credential. */
	get dialog(): Locator {
		return this.part('credential-edit-dialog');
	}

	/** The output of the open node. */
	get output(): Locator {
		return this.part('output-panel');
	}

	async executeWorkflow(): Promise<void> {
		await this.part('execute-workflow-button').click();
	}

	/** Waits until the execution has ended. */
	async waitForEnd(): Promise<void> {
		await this.part('execute-workflow-button').getByText('Execute workflow').waitFor();
	}

	async waitForSuccess(nodeName: string): Promise<void> {
		await this.node(nodeName).locator('[data-test-id="canvas-node-status-success"]').waitFor();
	}

	/** Opens a node's panel: its parameters, its input and its output. */
	async openNode(name: string): Promise<void> {
		await this.node(name).dblclick();
		await this.part('ndv').waitFor();
	}

	/** Chooses from a list that is searched as the text is typed. */
	async choose(parameter: string, search: string, entry: string): Promise<void> {
		await this.field(parameter).locator('[data-test-id="rlc-input"]').click();
		await this.part('rlc-search').filter({ visible: true }).fill(search);
		await this.part('rlc-item').filter({ visible: true, hasText: entry }).click();
	}

	async closeNode(): Promise<void> {
		await this.page.keyboard.press('Escape');
		await this.part('ndv').waitFor({ state: 'hidden' });
	}

	/** Takes a picture of what stays when the messages are closed and the mouse is away. */
	async takePicture(path: string): Promise<void> {
		// one that closes by itself meanwhile cannot be clicked
		for (const close of await this.page.locator('.el-notification__closeBtn').all()) {
			await close.click({ timeout: 2_000 }).catch(() => {});
		}
		await this.page.locator('.el-notification').first().waitFor({ state: 'hidden' });
		await this.page.mouse.move(0, 0);
		await this.page.screenshot({ path, animations: 'disabled' });
	}

	/** Takes a picture of the whole workflow and of nothing else. */
	async takePictureOfWorkflow(path: string): Promise<void> {
		await this.page.setViewportSize({ width: 1920, height: 1000 });
		await this.part('zoom-to-fit').click();
		await this.page.mouse.move(0, 0);
		// fitting is animated
		await this.page.waitForTimeout(1000);
		const boxes = await this.page
			.locator('.vue-flow__node')
			.evaluateAll((nodes) => nodes.map((node) => node.getBoundingClientRect()));
		const [x, y] = [Math.min(...boxes.map(({ left }) => left)), Math.min(...boxes.map(({ top }) => top))];
		const [right, bottom] = [Math.max(...boxes.map((box) => box.right)), Math.max(...boxes.map((box) => box.bottom))];
		const clip = { x: x - MARGIN, y: y - MARGIN, width: right - x + 2 * MARGIN, height: bottom - y + 2 * MARGIN };
		await this.page.screenshot({ path, clip, animations: 'disabled' });
	}

	/** Closes its window. */
	async close(): Promise<void> {
		await this.page.context().close();
	}

	/** All text that can be read at the moment. */
	async text(): Promise<string> {
		return await this.page.locator('body').innerText();
	}
}
