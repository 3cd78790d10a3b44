import { sleep } from 'n8n-workflow';
import { times } from './times';

/** Waits this many ms; rejects at once, with the signal's reason, when the signal aborts. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
	const end = performance.now() + ms;
	for (let left = ms; left > 0; left = end - performance.now()) {
		await pauseStep(Math.min(left, times.longestSleep), signal);
	}
	signal?.throwIfAborted();
}

async function pauseStep(ms: number, signal?: AbortSignal): Promise<void> {
	signal?.throwIfAborted();
	await new Promise<void>((resolve, reject) => {
		const cancel = () => reject(signal?.reason);
		signal?.addEventListener('abort', cancel, { once: true });
		void sleep(ms).then(() => {
			signal?.removeEventListener('abort', cancel);
			resolve();
		});
	});
}
