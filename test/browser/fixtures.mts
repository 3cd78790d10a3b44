import type { Browser } from 'playwright-core';
import type { Workflow } from '../server/client.mts';
import { startDemo, type Demo } from '../server/demo.mts';
import type { Simulator } from '../simulator/simulator.mts';
import { Editor, startBrowser } from './editor.mts';

/** The first start on a machine installs n8n. */
const STARTS_WITHIN_MS = 1_800_000;

/** An n8n with the package, the simulator and a browser of a test file; Jest loads this module anew for each. */
export let demo: Demo;
export let simulator: Simulator;
export let browser: Browser;
export let editor: Editor;

/** Runs them for a test file. */
export function useDemo(): void {
	beforeAll(async () => {
		demo = await startDemo({ loopbackOnly: true });
		simulator = demo.simulator!;
		browser = await startBrowser();
	}, STARTS_WITHIN_MS);
	afterAll(async () => {
		await browser?.close();
		await demo?.stop();
	}, 30_000);
}

/** As `useDemo`, with the editor open on a workflow. */
export function useEditor(workflow: () => Promise<Workflow>): void {
	useDemo();
	beforeAll(async () => {
		editor = await Editor.open(browser, demo.n8n, demo.client, await workflow());
	}, 90_000);
}

/** The demo's credential as nodes hold it. */
export const credentials = () => ({ thoughtlyApi: { id: demo.credential.id, name: demo.credential.name } });
