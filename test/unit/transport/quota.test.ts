import { Quota } from '../../../nodes/Thoughtly/transport/quota';
import type { Timer } from '../../../nodes/Thoughtly/transport/quota';

const WINDOW = 60_000;

/** a timer that jumps to whatever is waited for next, once nothing else can happen. */
function fakeTimer(): Timer & { time: number } {
	const sleepers: Array<{ at: number; wake: () => void }> = [];
	const clock = {
		time: 0,
		now: () => clock.time,
		async sleep(ms: number) {
			await new Promise<void>((wake) => {
				sleepers.push({ at: clock.time + ms, wake });
				sleepers.sort((a, b) => a.at - b.at);
				void settle().then(advance);
			});
		},
	};
	const settle = async () => {
		for (let round = 0; round < 5; round++) await Promise.resolve();
	};
	const advance = () => {
		const next = sleepers.shift();
		if (!next) return;
		clock.time = Math.max(clock.time, next.at);
		next.wake();
	};
	return clock;
}

/** Sends so many requests, so many at once, each answered after `latency` ms; gives when they went out. */
async function send(
	quota: Quota,
	clock: Timer,
	count: number,
	atOnce: number,
	latency: number,
	lane = 'a',
): Promise<number[]> {
	const starts: number[] = [];
	let left = count;
	const work = async () => {
		while (left-- > 0) {
			const turn = await quota.turn(lane);
			starts.push(clock.now());
			if (latency) await clock.sleep(latency);
			turn!.done();
		}
	};
	await Promise.all(Array.from({ length: atOnce }, work));
	return starts;
}

/** The most requests within any window. */
function busiestWindow(starts: number[]): number {
	let first = 0;
	return starts.reduce((most, start, index) => {
		while (starts[first] <= start - WINDOW) first++;
		return Math.max(most, index - first + 1);
	}, 0);
}

test.each([
	{ limit: 100, latency: 0 },
	{ limit: 100, latency: 20 },
	{ limit: 100, latency: 200 },
	{ limit: 1000, latency: 20 },
])(
	'100,000 requests at $limit a minute, answers after $latency ms',
	async ({ limit, latency }) => {
		const clock = fakeTimer();
		const starts = await send(new Quota(limit, clock), clock, 100_000, 50, latency);
		expect(starts).toHaveLength(100_000);
		expect(busiestWindow(starts)).toBeLessThanOrEqual(limit);
		const windows = Math.ceil(100_000 / limit) - 1;
		expect(starts.at(-1)! / (windows * WINDOW)).toBeLessThanOrEqual(1.02);
	},
	60_000,
);

test('a burst inside the quota is not slowed', async () => {
	const clock = fakeTimer();
	expect((await send(new Quota(100, clock), clock, 100, 100, 0)).every((start) => start === 0)).toBe(true);
});

test('a short list is not starved behind a long one', async () => {
	const clock = fakeTimer();
	const quota = new Quota(10, clock);
	const long = send(quota, clock, 1000, 50, 1, 'long');
	const short = await send(quota, clock, 20, 20, 1, 'short');
	// every second turn is its own, so its 20 requests need about 40 turns and not the 1,000 before it
	expect(short.at(-1)).toBeLessThanOrEqual(5 * (WINDOW + 1000));
	await long;
});

test('a refusal holds everybody back', async () => {
	const clock = fakeTimer();
	const quota = new Quota(100, clock);
	quota.holdBack(5000);
	expect(await send(quota, clock, 2, 2, 0)).toEqual([5000, 5000]);
});

test('who is cancelled leaves the queue at once and takes no turn', async () => {
	const clock = fakeTimer();
	const quota = new Quota(1, clock);
	await send(quota, clock, 1, 1, 0);
	const cancelled = new AbortController();
	const waiting = quota.turn('a', cancelled.signal);
	const next = send(quota, clock, 1, 1, 0, 'b');
	cancelled.abort(new Error('cancelled'));
	await expect(waiting).rejects.toThrow('cancelled');
	await expect(quota.turn('a', cancelled.signal)).rejects.toThrow('cancelled');
	expect(await next).toEqual([WINDOW]);
});

test('the wait is told once, to the one who is next', async () => {
	const clock = fakeTimer();
	const quota = new Quota(1, clock);
	const first = await quota.turn('a');
	first!.done();
	const told: number[] = [];
	await quota.turn('a', undefined, (ms) => told.push(ms));
	expect(told).toEqual([WINDOW]);
});

test('a wait is told to each lane', async () => {
	const clock = fakeTimer();
	const quota = new Quota(1, clock);
	(await quota.turn('a'))!.done();
	const told: string[] = [];
	const turnOf = async (lane: string) => (await quota.turn(lane, undefined, () => told.push(lane)))!.done();
	await Promise.all(['a', 'a', 'b'].map(turnOf));
	// after the first wait, a has had its turn
	expect(told.slice(0, 2)).toEqual(['a', 'b']);
});

describe('requests that Thoughtly holds back', () => {
	const MINUTE = 60_000;

	test('go out when the time is over', async () => {
		const clock = fakeTimer();
		const quota = new Quota(10, clock);
		quota.holdBack(4 * MINUTE);
		expect(await send(quota, clock, 1, 1, 0)).toEqual([4 * MINUTE]);
	});

	test('are told at once if that is longer than anyone waits', async () => {
		const clock = fakeTimer();
		const quota = new Quota(10, clock);
		quota.holdBack(6 * MINUTE);
		expect(await Promise.all([quota.turn('a'), quota.turn('b')])).toEqual([undefined, undefined]);
		expect(clock.now()).toBe(0);
	});

	test('are held back for an hour at most', async () => {
		const clock = fakeTimer();
		const quota = new Quota(10, clock);
		quota.holdBack(Infinity);
		clock.time = 60 * MINUTE;
		expect(await quota.turn('a')).toBeDefined();
	});
});
