import type { IExecuteFunctions } from 'n8n-workflow';

/** What n8n's helper returns with `encoding: 'stream'` and what its binary helper takes. */
export type FileStream = Exclude<Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0], Buffer>;

const NOT_AUDIO = /^text\/|[/+](json|xml)$|^application\/(problem|xhtml)/;

/** Why a file is not a recording, by its MIME type or its first bytes, which are put back into the stream. */
export async function whyNotAudio(stream: FileStream, mimeType: string): Promise<string | undefined> {
	if (NOT_AUDIO.test(mimeType)) return `it is ${mimeType}`;
	await new Promise<void>((resolve, reject) => {
		stream.once('readable', resolve);
		// an empty one need not become readable
		stream.once('end', resolve);
		stream.once('error', reject);
	});
	const start = stream.read() as Buffer | null;
	if (!start?.length) return 'it is empty';
	stream.unshift(start);
	return /^\s*[<{]/.test(start.subarray(0, 100).toString('latin1')) ? 'it is a text document' : undefined;
}

/** The same content as a stream that fails with `FileTooLargeError` after `maxBytes`. */
export function limitSize(stream: FileStream, maxBytes: number): FileStream {
	let size = 0;
	return stream.map((chunk: Buffer) => {
		size += chunk.length;
		if (size > maxBytes) throw new FileTooLargeError();
		return chunk;
	});
}

export class FileTooLargeError extends Error {}
