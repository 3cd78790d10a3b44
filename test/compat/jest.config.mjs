// The engine tests on older engines: `main.mts` says which, and where they are installed.
import config from '../../jest.config.mjs';

const rootDir = new URL('../..', import.meta.url).pathname;
const engineTests = config.projects.find(({ displayName }) => displayName === 'engine');

/** The tests, n8n's core and the built package all get the same copy of these two. */
const from = (folder) => ({ '^(n8n-core|n8n-workflow)$': `${folder}/node_modules/$1` });

export default {
	...config,
	projects: JSON.parse(process.env.N8N_ENGINES).map(({ core, folder }) => ({
		...engineTests,
		rootDir,
		displayName: core,
		...(folder && { moduleNameMapper: from(folder) }),
	})),
};
