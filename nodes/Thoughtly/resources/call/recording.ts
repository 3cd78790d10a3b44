import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';
import { idOfCall, readCall } from '../../api/call';
import { RecordWithFile } from '../../execution/operation';
import { collection, requiredText, wholeNumber } from '../../fields/parameters';
import type { Scope } from '../../transport/connection';
import type { Failure } from '../../transport/failure';
import { fetchFile } from '../../transport/file';
import { inputError, itemSuffix } from '../../transport/nodeErrors';
import { waitForCall } from './waitByPolling';

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
			'How many minutes to wait for a recording that is not available yet. It may take a while after the call.',
	},
];

/**
 * Downloads the recording of a call; returns its file beside the call's fields.
 * @param record the call as the API sent it
 * @throws NodeOperationError if there is none, also after waiting as long as the item says
 */
export async function downloadRecording(
	context: IExecuteFunctions,
	agentId: string,
	record: IDataObject,
	itemIndex: number,
): Promise<RecordWithFile> {
	const scope = { context, itemIndex };
	const property = requiredText(context, 'binaryPropertyName', 'Put Output File in Field', itemIndex);
	const { waitForRecording: minutes } = collection(context, 'options', itemIndex);
	const waited = minutes === undefined ? record : await waitForUrl(context, agentId, record, minutes, itemIndex);
	const call = readCall(waited);
	const { recordingUrl } = call;
	if (recordingUrl === null) {
		throw inputError(
			scope,
			`Call ${call.id} has no recording${minutes === undefined ? ' yet' : ''}`,
			minutes === undefined
				? "Try again later, or set 'Wait for Recording' in the options. Unanswered calls have no recording"
				: 'Unanswered calls have no recording',
		);
	}
	const download = await fetchFile(scope, recordingUrl, async (stream, mimeType) => {
		const { name, type } = describeFile(recordingUrl, mimeType, call.startedAt, String(call.id));
		return await context.helpers.prepareBinaryData(stream, name, type);
	});
	if ('insecureUrl' in download) {
		throw inputError(
			scope,
			`The recording of call ${call.id} is not at an https address`,
			'It is not downloaded, since anyone on the network could read it',
		);
	}
	if ('failure' in download) throw fileError(scope, download.failure, `recording of call ${call.id}`);
	return new RecordWithFile(call, { [property]: download.stored });
}

async function waitForUrl(
	context: IExecuteFunctions,
	agentId: string,
	record: IDataObject,
	minutes: unknown,
	itemIndex: number,
): Promise<IDataObject> {
	const limit =
		wholeNumber(context, minutes, 'Wait for Recording', 'Remove the option not to wait', itemIndex) * 60_000;
	const hasUrl = (call: IDataObject) => readCall(call).recordingUrl !== null;
	if (hasUrl(record)) return record;
	const waited = await waitForCall(context, agentId, {
		until: Date.now() + limit,
		id: idOfCall(record),
		isDone: hasUrl,
	});
	return waited.record ?? record;
}

/** An error for a file that Thoughtly names but that is stored anywhere. */
function fileError({ context, itemIndex }: Scope, failure: Failure, subject: string): NodeApiError {
	return new NodeApiError(
		context.getNode(),
		{},
		{
			message: `The ${subject} could not be downloaded: ${whyNoFile(failure)}${itemSuffix(itemIndex)}`,
			description: 'Its URL may have expired, or this n8n may not be able to reach it: try again later',
			httpCode: failure.kind === 'status' ? String(failure.status) : undefined,
			itemIndex,
		},
	);
}

/** Without the code of a network error: n8n replaces a message that has one by its own. */
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

const MIME_TYPES: Record<string, string> = {
	wav: 'audio/wav',
	mp3: 'audio/mpeg',
	m4a: 'audio/mp4',
	ogg: 'audio/ogg',
	webm: 'audio/webm',
};

/** Names the file by its call, and determines a MIME type if its server gave none that says anything. */
function describeFile(url: string, mimeType: string, startedAt: string | null, id: string) {
	const [, extension = ''] = /\.(\w{2,4})$/.exec(new URL(url).pathname.toLowerCase()) ?? [];
	const specific = mimeType.startsWith('audio/') || mimeType.startsWith('video/') ? mimeType : undefined;
	const type = specific ?? MIME_TYPES[extension] ?? (mimeType || 'application/octet-stream');
	const known = Object.keys(MIME_TYPES).find((key) => MIME_TYPES[key] === type.replace('/x-', '/'));
	const day = startedAt ? `${startedAt.slice(0, 10)}-` : '';
	return { name: `call-${day}${id}.${MIME_TYPES[extension] ? extension : (known ?? 'bin')}`, type };
}
