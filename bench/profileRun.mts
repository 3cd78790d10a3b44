// One column of the profile, in a process of its own.
import { Session } from 'node:inspector/promises';
import type { Profiler } from 'node:inspector';
import { loadEngine } from './engine.mts';
import { readInput } from './measure.mts';
import type { Part, ProfileFigures, ProfileInput } from './profile.mts';

const WARM_UP_ITEMS = 20;

const PATHS: Array<[RegExp, Part]> = [
	[/\/node_modules\/n8n-nodes-base\//, 'httpRequest'],
	[/\/node_modules\/n8n-core\//, 'engine'],
	[/\/node_modules\/n8n-workflow\//, 'workflow'],
	[/\/node_modules\/(axios|follow-redirects|form-data|proxy-from-env)\//, 'axios'],
	[/\/node_modules\//, 'others'],
	[/\/dist\/(nodes|credentials)\//, 'ours'],
	[/\/(bench|test)\//, 'harness'],
];

const { node, work, runtimeFolder, api, contactIds, agentId, requests, isProfiled } = readInput<ProfileInput>();
const engine = await loadEngine(runtimeFolder);
const readContacts = node === 'thoughtly' ? engine.thoughtly : engine.httpRequest();
const placeCalls = node === 'thoughtly' ? engine.thoughtlyPlaced : engine.httpRequestPlaced();
const run = async (ids: string[]) =>
	work === 'read' ? await readContacts(api, ids) : await placeCalls(api, agentId, ids);

const ids = Array.from({ length: requests }, (_, index) => contactIds[index % contactIds.length]);
// a running n8n has already compiled what every execution needs
await run(ids.slice(0, WARM_UP_ITEMS));

const session = new Session();
if (isProfiled) {
	session.connect();
	await session.post('Profiler.enable');
	await session.post('Profiler.start');
}
const measured = await run(ids);
const parts = isProfiled ? timesOf((await session.post('Profiler.stop')).profile) : {};
process.stdout.write(`${JSON.stringify({ ...measured, parts } satisfies ProfileFigures)}\n`);
// axios keeps connections open
process.exit();

/** Adds up the time (ms) of the samples in each part; waiting is left out. */
function timesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): ProfileFigures['parts'] {
	const partOfNode = new Map(nodes.map(({ id, callFrame }) => [id, partOf(callFrame)]));
	const parts: ProfileFigures['parts'] = {};
	for (const [index, id] of samples.entries()) {
		const part = partOfNode.get(id);
		if (part) parts[part] = (parts[part] ?? 0) + timeDeltas[index] / 1000;
	}
	return parts;
}

function partOf({ functionName, url }: Profiler.ProfileNode['callFrame']): Part | undefined {
	if (functionName === '(idle)') return undefined;
	if (functionName === '(garbage collector)') return 'collector';
	if (url.startsWith('node:')) return 'node';
	const found = PATHS.find(([pattern]) => pattern.test(url));
	return found ? found[1] : 'native';
}
