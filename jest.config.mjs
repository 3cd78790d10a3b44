// `*.test.ts` is linted as strictly as the nodes; what needs Node's own modules is `*.test.mts`.
const project = (name, settings = {}) => ({
	displayName: name,
	roots: [`<rootDir>/test/${name}`],
	testMatch: ['**/*.test.ts', '**/*.test.mts'],
	moduleFileExtensions: ['ts', 'mts', 'js', 'mjs', 'json', 'node'],
	transform: {
		'\\.m?ts$': [
			'@swc/jest',
			{ jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
		],
	},
	...settings,
});

/** Longer than any test needs: a busy machine fails none. */
const BUSY_MACHINE_MS = 60_000;

export default {
	projects: [
		...['unit', 'engine', 'package'].map((name) => project(name, { testTimeout: BUSY_MACHINE_MS })),
		...['server', 'queue', 'browser'].map((name) => project(name)),
	],
};
