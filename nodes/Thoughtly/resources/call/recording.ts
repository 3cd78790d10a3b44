import { NodeApiError } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions, INodeProperties, NodeOperationError } from 'n8n-workflow';
import { findCall, idOfCall, readCall } from '../../api/call';
import type { Call } from '../../api/call';
import { RecordWithFile } from '../../execution/operation';
import { collection, requiredText, wholeNumber } from '../../fields/parameters';
import type { Failure } from '../../transport/failure';
import { fetchFile } from '../../transport/file';
import type { FetchedFile } from '../../transport/file';
import { withHelp } from '../../transport/help';
import type { HelpTopic } from '../../transport/help';
import { inputError, itemSuffix } from '../../transport/nodeErrors';
import { pause } from '../../transport/pause';
import { signalOf } from '../../transport/scope';
import type { ExecutionScope, Scope } from '../../transport/scope';
import { times } from '../../transport/times';
import { waitForCall } from './waitByPolling';

const RECORDING_HELP: HelpTopic = 'look-for-the-recording-or-the-result-later';

export const recordingFields: INodeProperties[] = [
	{
		displayName: 'Put Output File in Field',
		name: 'binaryPropertyName',
		type: 'string',
		default: 'data',
		required: true,
		placeholder: 'e.g. data',
		hint: 'The name of the output binary field to put the file in',
	},
];

export const recordingOptions: INodeProperties[] = [
	{
		displayName: 'Wait for Recording',
		name: 'waitForRecording',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 5,
		description:
			'How many minutes to wait if there is no recording yet. Recordings can take a while to appear after the call.',
	},
];

/** What an item says about the recording to download. */
export interface RecordingInput {
	/** The binary field that the file is put in */
	property: string;
	/** How long to wait for it, in ms */
	patience: number;
}

export const readRecordingInput = (context: IExecuteFunctions, itemIndex: number): RecordingInput => ({
	property: requiredText(context, 'binaryPropertyName', 'Put Output File in Field', itemIndex),
	patience: readPatience(context, itemIndex),
});

/**
 * Downloads the recording of a call; returns its file beside the call's fields.
 * @param record the call as the API sent it
 * @throws NodeOperationError if there is none, also after waiting as long as the item says
 */
export async function downloadRecording(
	scope: ExecutionScope,
	agentId: string,
	record: IDataObject,
	{ property, patience }: RecordingInput,
): Promise<RecordWithFile> {
	const { context } = scope;
	const until = Date.now() + patience;
	let call = readCall(await waitForUrl(context, agentId, record, until));
	for (;;) {
		const { recordingUrl } = call;
		if (recordingUrl === null) throw noRecording(scope, call, patience > 0);
		const download = await fetchFile(scope, recordingUrl, async (stream, mimeType) => {
			const { name, type } = describeFile(recordingUrl, mimeType, call.startedAt, String(call.id));
			return await context.helpers.prepareBinaryData(stream, name, type);
		});
		if ('stored' in download) return new RecordWithFile(call, { [property]: download.stored });
		if (!mayAppear(download) || Date.now() >= until) throw downloadError(scope, download, call);
		// the file may follow its URL by some seconds
		await pause(Math.min(times.pollInterval, until - Date.now()), signalOf(scope));
		call = readCall((await findCall(scope, agentId, String(call.id))) ?? record);
	}
}

/** Reads 'Wait for Recording'. @returns ms, 0 if it was not added */
function readPatience(context: IExecuteFunctions, itemIndex: number): number {
	const { waitForRecording } = collection(context, 'options', itemIndex);
	if (waitForRecording === undefined) return 0;
	const advice = 'To not wait at all, remove the option';
	return wholeNumber(context, waitForRecording, 'Wait for Recording', advice, itemIndex) * 60_000;
}

async function waitForUrl(
	context: IExecuteFunctions,
	agentId: string,
	record: IDataObject,
	until: number,
): Promise<IDataObject> {
	const hasUrl = (call: IDataObject) => readCall(call).recordingUrl !== null;
	if (hasUrl(record) || Date.now() >= until) return record;
	const waited = await waitForCall(context, agentId, { until, id: idOfCall(record), isDone: hasUrl });
	return waited.record ?? record;
}

function noRecording(scope: Scope, { id }: Call, hasWaited: boolean) {
	return inputError(
		scope,
		`Call ${id} has no recording${hasWaited ? '' : ' yet'}`,
		hasWaited
			? 'Unanswered calls have no recording'
			: "Try again later, or set 'Wait for Recording' in the options. Unanswered calls have no recording",
		RECORDING_HELP,
	);
}

type Undownloaded = Exclude<FetchedFile<never>, { stored: never }>;

/** Storage responds like this for a file that is not there yet. */
const mayAppear = (download: Undownloaded) =>
	'failure' in download && download.failure.kind === 'status' && [403, 404].includes(download.failure.status);

/** An error for a file that Thoughtly names but that is stored anywhere. */
function downloadError(scope: Scope, download: Undownloaded, { id }: Call): NodeApiError | NodeOperationError {
	if ('refused' in download) {
		return download.refused === 'insecure'
			? inputError(
					scope,
					`The recording of call ${id} is not at an https address`,
					'It was not downloaded, since anyone on the network could have read it',
					RECORDING_HELP,
				)
			: inputError(
					scope,
					`The recording of call ${id} is at an address inside the network of this n8n`,
					'It was not downloaded: recordings come from public addresses only',
					RECORDING_HELP,
				);
	}
	const { context, itemIndex } = scope;
	const failure = 'failure' in download ? download.failure : undefined;
	const reason = 'unusable' in download ? download.unusable : whyNoFile(download.failure);
	return new NodeApiError(
		context.getNode(),
		{},
		{
			message: `The recording of call ${id} could not be downloaded: ${reason}${itemSuffix(itemIndex)}`,
			description: withHelp(
				'Its URL may have expired, or this n8n may not be able to reach it: try again later',
				RECORDING_HELP,
			),
			httpCode: failure?.kind === 'status' ? String(failure.status) : undefined,
			itemIndex,
		},
	);
}

/** Without the code of a network error: n8n replaces a message that contains one with its own. */
function whyNoFile(failure: Failure): string {
	switch (failure.kind) {
		case 'status':
			return `status ${failure.status}`;
		case 'timeout':
			return `it took longer than ${failure.afterMs / 1000} seconds`;
		case 'network':
			return failure.connected ? 'the connection was lost' : 'its host could not be reached';
		default:
			return 'it could not be read';
	}
}

/** The file's extension by MIME type, under all names that servers use. */
const EXTENSIONS: Record<string, string> = {
	'audio/mpeg': 'mp3',
	'audio/mp3': 'mp3',
	'audio/wav': 'wav',
	'audio/x-wav': 'wav',
	'audio/wave': 'wav',
	'audio/vnd.wave': 'wav',
	'audio/mp4': 'm4a',
	'audio/m4a': 'm4a',
	'audio/x-m4a': 'm4a',
	'audio/ogg': 'ogg',
	'audio/webm': 'webm',
};

/** Names the file after its call, and determines a MIME type if its server did not send a specific one. */
function describeFile(url: string, mimeType: string, startedAt: string | null, id: string) {
	const [, ending = ''] = /\.(\w{2,4})$/.exec(new URL(url).pathname.toLowerCase()) ?? [];
	const byEnding = Object.keys(EXTENSIONS).find((type) => EXTENSIONS[type] === ending);
	const isSpecific = mimeType.startsWith('audio/') || mimeType.startsWith('video/');
	const type = isSpecific ? mimeType : (byEnding ?? (mimeType || 'application/octet-stream'));
	const day = startedAt ? `${startedAt.slice(0, 10)}-` : '';
	return { name: `call-${day}${id}.${byEnding ? ending : (EXTENSIONS[type] ?? 'bin')}`, type };
}
