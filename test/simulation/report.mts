// A history that breaks a promise, in steps that can be read.
import type { RecordedRequest } from '../simulator/simulator.mts';
import type { Failure } from './seeds.mts';
import { outcomesOf } from './outputs.mts';
import { World } from './world.mts';

/** Plays it once more and tells what happens. */
export async function reportOf({ seed, history, violations }: Failure): Promise<string> {
	const broken = violations.map(({ invariant, text }) => `  ${invariant}: ${text}`);
	const heading = [`Seed ${seed} breaks a promise:`, ...broken, '', 'The smallest history found:', planOf(history)];
	const world = await World.play(history).catch(() => undefined);
	const steps = world ? ['', 'What happens:', ...stepsOf(world)] : [];
	return [...heading, ...steps, '', `Replay: npm run test:simulation -- --seed ${seed} --seeds 1`].join('\n');
}

const planOf = (history: object) =>
	Object.entries(history)
		.flatMap(([name, value]) =>
			Array.isArray(value)
				? [`  ${name}:`, ...value.map((entry) => `    - ${JSON.stringify(entry)}`)]
				: [`  ${name}: ${JSON.stringify(value)}`],
		)
		.join('\n');

function stepsOf({ simulator, lineages, log }: World): string[] {
	const requests = simulator.requests.map((request) => `  ${describe(request)}`);
	const items = lineages.flatMap(outcomesOf).map(({ key, outputs, error }) => {
		const said =
			error ??
			outputs.map(({ error: failure, result, id }) => failure ?? `${String(result)} ${String(id ?? '')}`).join(', ');
		return `  ${key}: ${String(said)}`;
	});
	return [...requests, '', 'What the items say:', ...items, '', "n8n's log:", ...log.map((line) => `  ${line}`)];
}

function describe({ at, method, path, body, status, fault, port }: RecordedRequest): string {
	const asked = body ? ` ${JSON.stringify(body)}` : '';
	const wrong = fault ? `, meets ${JSON.stringify(fault)}` : '';
	return `${new Date(at).toISOString()} :${port} ${method} ${path}${asked} → ${String(status ?? 'no response')}${wrong}`;
}
