import type { INode, INodeParameters } from 'n8n-workflow';
import type { Call } from '../../simulator/simulator.mts';
import { byId, credential, simulator } from '../fixtures.mts';
import type { NodeUnderTest } from '../n8n/index.mts';
import { startFileHost } from './fileHost.mts';
import type { Answer, FileHost } from './fileHost.mts';

/** The file host of a test file; Jest loads this module anew for each. */
export let host: FileHost;

/** Runs one file host for a test file. */
export function useFileHost(): void {
	beforeAll(async () => (host = await startFileHost()));
	beforeEach(() => host.reset());
	afterAll(() => host.stop());
}

/** The call whose recording is downloaded unless said otherwise. */
export const call = () => simulator.store.calls[0];

/** A node that downloads the recording of each call. */
export const download = (
	options: INodeParameters = {},
	settings: Partial<INode> = {},
	calls: Call[] = [call()],
): NodeUnderTest => ({
	parameters: {
		resource: 'call',
		operation: 'downloadRecording',
		agent: byId(call().interview.id),
		callId: '={{ $json.id }}',
		options,
	},
	items: calls.map(({ id }) => ({ id })),
	settings,
	credential: credential(),
});

/** Has the call's recording be at a path of the file host, which answers with these in turn, or with the one always. */
export function keepAt(path: string, ...answers: Answer[]): void {
	call().recording_url = host.url + path;
	host.answers[path] = answers.length === 1 ? answers[0] : answers;
}

/** The message of a failed download. */
export const notDownloaded = (why: string) =>
	`The recording of call ${call().id} could not be downloaded: ${why} [item 0]`;
