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

export default {
	projects: [
		project('unit'),
		project('engine'),
		project('package'),
		project('server'),
		project('queue'),
		project('browser'),
	],
};
