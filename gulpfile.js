// Builds `dist`. tsc only checks types: `n8n-node build` and `npm run dev` run it first.
const { readFileSync } = require('node:fs');
const { mkdir, writeFile } = require('node:fs/promises');
const { dirname, join, posix } = require('node:path');
const esbuild = require('esbuild');
const { dest, parallel, src } = require('gulp');
const { n8n } = require('./package.json');

const NODES = 'nodes/Thoughtly';
const BUNDLE = `${NODES}/bundle`;
/** Modules that stay files of their own: tests shorten the times, and the phone library is loaded on demand. */
const TIMES = `${NODES}/transport/times`;
const PHONE_LIBRARY = `${NODES}/phone/phoneLibrary`;

/** The modules that n8n loads; each exports a class named like its file. */
const entries = [...n8n.credentials, ...n8n.nodes].map((file) => file.replace(/^dist\/(.+)\.js$/, '$1'));

/** What a file in a folder requires to get a module. */
const specifier = (folder, module) => {
	const path = posix.relative(folder, `${module}.js`);
	return path.startsWith('.') ? path : `./${path}`;
};

/** Has the bundle require the modules that stay files of their own. */
const ownFiles = {
	name: 'own-files',
	setup({ onResolve }) {
		onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
			const module = [TIMES, PHONE_LIBRARY].find((own) => join(__dirname, own) === join(resolveDir, path));
			return module && { path: specifier(NODES, module), external: true };
		});
	},
};

/** Has the bundle require n8n-workflow and Node's own modules once for all its modules: Node.js resolves them each time. */
const requiredOnce = {
	name: 'required-once',
	setup({ onResolve, onLoad }) {
		onResolve({ filter: /^(n8n-workflow|node:\w+)$/ }, ({ path, namespace }) =>
			namespace === 'required-once' ? { path, external: true } : { path, namespace: 'required-once' },
		);
		onLoad({ filter: /./, namespace: 'required-once' }, ({ path }) => ({
			contents: `export { ${Object.keys(require(path)).join(', ')} } from '${path}';`,
		}));
	},
};

const build = async (options) =>
	await esbuild.build({
		bundle: true,
		platform: 'node',
		format: 'cjs',
		target: 'es2022',
		// n8n's reviewers read it
		minify: false,
		// `require` instead: Jest supports it, and no item waits for the disk
		supported: { 'dynamic-import': false },
		...options,
	});

/** Everything that n8n loads as one module: a file takes longer to find than to run. */
const bundleNodes = async () =>
	await build({
		stdin: { contents: entries.map((entry) => `export * from './${entry}';`).join('\n'), resolveDir: __dirname },
		outfile: `dist/${BUNDLE}.js`,
		plugins: [ownFiles, requiredOnce],
		// n8n resolves stack traces with it
		sourcemap: true,
		sourcesContent: false,
	});

/** The files that package.json names, each of which passes on its class of the bundle. */
const writeEntries = async () => {
	for (const entry of entries) {
		const file = join('dist', `${entry}.js`);
		const [className] = entry.split('/').at(-1).split('.');
		await mkdir(dirname(file), { recursive: true });
		const bundle = specifier(dirname(entry), BUNDLE);
		await writeFile(file, `exports.${className} = require('${bundle}').${className};\n`);
	}
};

const buildTimes = async () => await build({ entryPoints: [`${TIMES}.ts`], outfile: `dist/${TIMES}.js` });

/** A package may have no runtime dependency: libphonenumber-js goes into the module that uses it, with its license. */
const bundlePhoneLibrary = async () =>
	await build({
		entryPoints: [`${PHONE_LIBRARY}.ts`],
		outfile: `dist/${PHONE_LIBRARY}.js`,
		banner: {
			js: [
				'/*!',
				'libphonenumber-js, https://gitlab.com/catamphetamine/libphonenumber-js',
				readFileSync('node_modules/libphonenumber-js/LICENSE', 'utf8').trim(),
				"It derives from Google's libphonenumber: Apache License 2.0, https://www.apache.org/licenses/LICENSE-2.0",
				'*/',
			].join('\n'),
		},
	});

const copyAssets = () =>
	src([`${NODES}/*.{svg,node.json}`, `${NODES}/__schema__/**/*.json`], { encoding: false, base: '.' }).pipe(
		dest('dist'),
	);

exports.default = parallel(bundleNodes, writeEntries, buildTimes, bundlePhoneLibrary, copyAssets);
