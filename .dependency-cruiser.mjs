// The layers of docs/architecture.md as rules. `npm run lint:imports` checks them; `npm run graph` draws the modules.
const folders = (...names) => `^nodes/Thoughtly/(${names.join('|')})(/|$)`;

const entries = String.raw`^(credentials|nodes/Thoughtly)/\w+\.(credentials|node)\.ts$`;
const features = folders('resources', 'trigger');
const shared = folders('execution', 'fields', 'phone', 'webhookUrls');

/** From top to bottom: a module may import from its own layer and from those below it. */
const layers = [entries, features, shared, folders('api'), folders('transport')];

/** The modules that the build bundles into one file, loaded on demand. */
const phoneFile = String.raw`^nodes/Thoughtly/phone/(?!countries\.ts$)`;
const phoneLibrary = String.raw`^nodes/Thoughtly/phone/phoneLibrary\.ts$`;
const ours = '^(credentials|nodes)/';

export default {
	forbidden: [
		...layers.slice(1).map((path, index) => ({
			name: 'no-upward-imports',
			severity: 'error',
			from: { path },
			to: { path: layers.slice(0, index + 1) },
		})),
		{
			name: 'action-and-trigger-apart',
			comment: 'What the action node and the trigger share belongs in a layer below both',
			severity: 'error',
			from: { path: features },
			to: { path: features, pathNot: folders('$1') },
		},
		{
			name: 'no-other-folders',
			comment: 'Every module belongs to one of the layers',
			severity: 'error',
			from: {},
			to: { path: ours, pathNot: layers },
		},
		{ name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
		{
			name: 'no-cycles-between-shared-folders',
			comment: 'Two folders of this layer may share code in one direction only',
			severity: 'error',
			scope: 'folder',
			from: { path: shared },
			to: { path: shared, circular: true },
		},
		{
			name: 'no-foreign-modules',
			comment: 'A package with a runtime dependency cannot be verified by n8n; tests and tools do not ship',
			severity: 'error',
			from: { path: ours, pathNot: phoneFile },
			to: { pathNot: [ours, '^node_modules/n8n-workflow/', '^crypto$'] },
		},
		{
			name: 'phone-library-alone',
			comment: 'These modules and their imports are bundled into a separate file',
			severity: 'error',
			from: { path: phoneFile },
			to: { pathNot: [folders('phone'), '^node_modules/libphonenumber-js/'] },
		},
		{
			name: 'phone-library-on-demand',
			comment: 'Otherwise the module would be in both files',
			severity: 'error',
			from: { path: ours, pathNot: phoneFile },
			to: { path: phoneFile, pathNot: phoneLibrary, dependencyTypesNot: ['type-only'] },
		},
		{
			name: 'phone-library-by-dynamic-import',
			comment: 'Otherwise n8n would load the library when it starts',
			severity: 'error',
			from: { path: ours },
			to: { path: phoneLibrary, dependencyTypesNot: ['dynamic-import', 'type-only'] },
		},
		{
			name: 'no-unused-modules',
			severity: 'error',
			from: { path: entries },
			to: { path: ours, pathNot: entries, reachable: false },
		},
	],
	options: {
		tsConfig: { fileName: 'tsconfig.json' },
		tsPreCompilationDeps: true,
		doNotFollow: { path: '^node_modules/' },
	},
};
