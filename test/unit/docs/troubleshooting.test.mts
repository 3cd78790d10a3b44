import { errorMessages, SOURCES } from './errorMessages.mts';
import { read, section } from './markdown.mts';

/** docs/troubleshooting.md has the first words of every error message as a heading, with `…` for what differs. */

const page = read('docs/troubleshooting.md');
const headings = [...page.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
const messages = errorMessages();

function isAbout(heading: string, message: string): boolean {
	const [first, ...rest] = heading.split('…').map((words) => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
	return new RegExp(`^${[first, ...rest].join('.+')}`).test(message);
}

test('every message is explained', () => {
	expect(messages.size).toBeGreaterThan(80);
	const unexplained = [...messages].filter(([message]) => !headings.some((heading) => isAbout(heading, message)));
	expect(unexplained).toEqual([]);
});

test('errors that are not built by inputError give their message by name', () => {
	const isBuiltByHand = (file: string) =>
		/new (Node(Operation)?|Application|User|Operational)?Error\(/.test(read(file));
	expect(SOURCES.filter(isBuiltByHand)).toEqual(['nodes/Thoughtly/transport/nodeErrors.ts']);
});

test('every explanation is about a message', () => {
	expect(headings.filter((heading) => ![...messages.keys()].some((message) => isAbout(heading, message)))).toEqual([]);
});

test.each(headings)('%s: its cause, and what to do', (heading) => {
	expect(section(page, heading)).toMatch(/^### .+\n\nCause: .+(\n.+)*\n\n\S/);
});
