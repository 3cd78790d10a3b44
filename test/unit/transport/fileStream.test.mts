import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { FileTooLargeError, limitSize, whyNotAudio } from '../../../nodes/Thoughtly/transport/fileStream';

const sound = () =>
	Readable.from(
		Array.from({ length: 10 }, () => Buffer.alloc(1_000, 1)),
		{ objectMode: false },
	);

/** The ways in which n8n stores a file: in memory, piped on to S3, and in a folder. */
const readers: Array<[string, (stream: Readable) => Promise<number>]> = [
	['collected', collected],
	['piped', pipedOn],
	['written to a file', writtenToFile],
];

/** By events, as n8n's `streamToBuffer` does it. */
async function collected(stream: Readable): Promise<number> {
	return await new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		stream.on('data', (chunk: Buffer) => chunks.push(chunk));
		stream.on('end', () => resolve(Buffer.concat(chunks).length));
		stream.on('error', reject);
	});
}

async function pipedOn(stream: Readable): Promise<number> {
	const through = new PassThrough();
	const [content] = await Promise.all([buffer(through), pipeline(stream, through)]);
	return content.length;
}

async function writtenToFile(stream: Readable): Promise<number> {
	const folder = await mkdtemp(join(tmpdir(), 'file-stream-'));
	try {
		const path = join(folder, 'file');
		await writeFile(path, stream);
		return (await stat(path)).size;
	} finally {
		await rm(folder, { recursive: true });
	}
}

test.each(readers)('a file of the greatest size is read whole when it is %s', async (_name, read) => {
	expect(await read(limitSize(sound(), 10_000))).toBe(10_000);
});

test.each(readers)('a larger file ends its reading, and the download, when it is %s', async (_name, read) => {
	const stream = sound();
	await expect(read(limitSize(stream, 9_999))).rejects.toThrow(FileTooLargeError);
	expect(stream.destroyed).toBe(true);
});

test('looking at the beginning of a file takes nothing from it', async () => {
	const stream = sound();
	expect(await whyNotAudio(stream, 'audio/wav')).toBeUndefined();
	expect((await buffer(limitSize(stream, 10_000))).length).toBe(10_000);
});
