// `*.test.ts` is linted as strictly as the nodes; what needs Node's own modules is `*.test.mts`.
const project = (name) => ({
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
});

export default {
	projects: ['unit', 'engine', 'package', 'server', 'queue', 'browser'].map(project),
	// longer than any test needs that says nothing else: a busy machine fails none; Jest takes it for all projects only
	testTimeout: 60_000,
};
