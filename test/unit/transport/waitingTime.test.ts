import { sleep } from 'n8n-workflow';
import { WaitingTime } from '../../../nodes/Thoughtly/transport/waitingTime';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('waits at the same time count once, and the time between them does not', async () => {
	const waitingTime = new WaitingTime();
	const wait = async (from: number, until: number) => {
		await sleep(from);
		await waitingTime.during(sleep(until - from));
	};
	const waits = [wait(0, 100), wait(50, 150), wait(60, 70), wait(500, 530)];
	await jest.advanceTimersByTimeAsync(1000);
	await Promise.all(waits);
	expect(waitingTime.total).toBe(180);
});

test('a wait that fails counts as well', async () => {
	const waitingTime = new WaitingTime();
	const failed = waitingTime.during(sleep(100).then(() => Promise.reject(new Error('cancelled'))));
	await Promise.all([expect(failed).rejects.toThrow('cancelled'), jest.advanceTimersByTimeAsync(100)]);
	expect(waitingTime.total).toBe(100);
});
