import { sleep } from 'n8n-workflow';
import { reserve } from '../../../nodes/Thoughtly/execution/reservation';
import { contextOf } from '../context';

const scope = (signal?: AbortSignal) => ({ context: contextOf({}), signal });
const settled = async () => await sleep(1);

test('holds a key for one at a time, in the order of the requests', async () => {
	const order: string[] = [];
	const take = async (name: string) => {
		const release = await reserve(scope(), 'Ada');
		order.push(name);
		return release;
	};
	const [first, second, third] = [take('first'), take('second'), take('third')];
	await settled();
	expect(order).toEqual(['first']);
	(await first)();
	await settled();
	expect(order).toEqual(['first', 'second']);
	(await second)();
	(await third)();
	expect(order).toEqual(['first', 'second', 'third']);
});

test('another key waits for nobody', async () => {
	const ada = await reserve(scope(), 'Ada');
	const ben = await reserve(scope(), 'Ben');
	ada();
	ben();
});

test('who gives up keeps nobody waiting', async () => {
	const cancelled = new AbortController();
	const first = await reserve(scope(), 'Ada');
	const second = reserve(scope(cancelled.signal), 'Ada');
	const third = reserve(scope(), 'Ada');
	cancelled.abort(new Error('cancelled'));
	await expect(second).rejects.toThrow('cancelled');
	first();
	(await third)();
});
