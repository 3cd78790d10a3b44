import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { idOfCall, readCall, recordingOf } from '../../api/call';
import { inputError } from '../../transport/errors';
import { fetchFile } from '../../transport/file';
import { WithFile } from '../../execution/operation';
import { collection, requiredText, wholeNumber } from '../../fields/parameters';
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
			'How many minutes to wait for a recording that is not there yet, which may be some time after the call',
	},
];

/**
 * Downloads the recording of a call; gives its file beside the call's fields.
 * @param record the call as the API gave it
 * @throws NodeOperationError where there is none, also after waiting for it as long as the item says
 */
export async function downloadRecording(
	context: IExecuteFunctions,
	agentId: string,
	record: IDataObject,
	itemIndex: number,
): Promise<WithFile> {
	const property = requiredText(context, 'binaryPropertyName', 'Put Output File in Field', itemIndex);
	const { waitForRecording } = collection(context, 'options', itemIndex);
	const found =
		waitForRecording === undefined ? record : await waitFor(context, agentId, record, waitForRecording, itemIndex);
	const call = readCall(found);
	const address = recordingOf(found);
	if (address === null) {
		throw inputError(
			context.getNode(),
			`Call ${call.id} has no recording${waitForRecording === undefined ? ' yet' : ''}`,
			waitForRecording === undefined
				? "Try again later, or set 'Wait for Recording' in the options; a call that nobody answered has none"
				: 'A call that nobody answered has none',
			itemIndex,
		);
	}
	const file = await fetchFile(
		context,
		address,
		`recording of call ${call.id}`,
		async (stream, mimeType) => {
			const { name, type } = describeFile(address, mimeType, call.startedAt, String(call.id));
			return await context.helpers.prepareBinaryData(stream, name, type);
		},
		itemIndex,
	);
	return new WithFile(call, { [property]: file });
}

async function waitFor(
	context: IExecuteFunctions,
	agentId: string,
	record: IDataObject,
	minutes: unknown,
	itemIndex: number,
): Promise<IDataObject> {
	const limit = wholeNumber(context, minutes, 'Wait for Recording', 'Leave it out not to wait', itemIndex) * 60_000;
	if (recordingOf(record) !== null) return record;
	const seen = await waitForCall(context, agentId, {
		until: Date.now() + limit,
		id: idOfCall(record),
		isDone: (candidate) => recordingOf(candidate) !== null,
	});
	return seen.record ?? record;
}

const TYPES: Record<string, string> = {
	wav: 'audio/wav',
	mp3: 'audio/mpeg',
	m4a: 'audio/mp4',
	ogg: 'audio/ogg',
	webm: 'audio/webm',
};

/** Gives the file a name that says which call it is, and a MIME type where its server gave none that says anything. */
function describeFile(address: string, mimeType: string, startedAt: string | null, id: string) {
	const [, extension = ''] = /\.(\w{2,4})$/.exec(new URL(address).pathname.toLowerCase()) ?? [];
	const said = mimeType.startsWith('audio/') || mimeType.startsWith('video/') ? mimeType : undefined;
	const type = said ?? TYPES[extension] ?? (mimeType || 'application/octet-stream');
	const known = Object.keys(TYPES).find((key) => TYPES[key] === type.replace('/x-', '/'));
	const day = startedAt ? `${startedAt.slice(0, 10)}-` : '';
	return { name: `call-${day}${id}.${TYPES[extension] ? extension : (known ?? 'bin')}`, type };
}
