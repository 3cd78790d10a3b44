// The simulator on its own: `npm run simulator -- --help`.
import { endingLines, helpText, readOptions } from './commandLine.mts';
import { startSimulator } from './simulator.mts';

try {
	const options = readOptions(process.argv.slice(2));
	if (options === undefined) {
		process.stdout.write(helpText());
	} else {
		const simulator = await startSimulator(options);
		const agents = simulator.store.agents.map(({ id, title, status }) => `  ${id}  ${title} (${status})`);
		const lines = [
			'Thoughtly API simulator: nobody is called',
			`URL:      ${simulator.url}`,
			`Token:    ${simulator.token}`,
			`Team ID:  ${simulator.teamId}`,
			'Agents:',
			...agents,
			...endingLines,
			'Press Ctrl-C to stop.',
		];
		process.stdout.write(`${lines.join('\n')}\n`);
		for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.stop());
	}
} catch (error) {
	const message = error instanceof Error ? error.message : String(error);
	process.stderr.write(`${message.split('\n')[0]}\n`);
	process.exitCode = 1;
}
