const EVERY_MS = 1000;
const LINE_EVERY_MS = 10_000;

/** Shows what a long piece of work is at: on a terminal in one line that is rewritten, else as a line every ten seconds. */
export async function withProgress<T>(describe: () => string, work: () => Promise<T>): Promise<T> {
	const out = process.stdout;
	const started = Date.now();
	const text = () => `  ${describe()}, ${duration(Date.now() - started)}`;
	const show = () => out.write(out.isTTY ? `\r\x1b[K${text()}` : `${text()}\n`);
	const timer = setInterval(show, out.isTTY ? EVERY_MS : LINE_EVERY_MS);
	try {
		return await work();
	} finally {
		clearInterval(timer);
		if (out.isTTY) out.write('\r\x1b[K');
	}
}

/** A duration for people: 48 s, 3:05 min. */
export function duration(ms: number): string {
	const seconds = Math.round(ms / 1000);
	if (seconds < 60) return `${seconds} s`;
	return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} min`;
}
