// What tsc leaves to do in `dist`: `npm run dev` does all of it, `npm run build` has n8n-node copy the assets.
const { readFileSync } = require('node:fs');
const { rm } = require('node:fs/promises');
const { build } = require('esbuild');
const { dest, parallel, src } = require('gulp');

const copyAssets = () =>
	src(['nodes/**/*.svg', 'nodes/**/__schema__/**/*.json'], { encoding: false, base: '.' }).pipe(dest('dist'));

/** A package may have no runtime dependency: libphonenumber-js goes into the module that uses it, with its license. */
const bundlePhoneLibrary = async () => {
	await build({
		entryPoints: ['nodes/Thoughtly/phone/phoneLibrary.ts'],
		outdir: 'dist/nodes/Thoughtly/phone',
		bundle: true,
		platform: 'node',
		format: 'cjs',
		target: 'es2022',
		// reviewers of verified nodes read it, and it loads as fast
		minify: false,
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
	// tsc's copy of what is in the bundle
	await rm('dist/nodes/Thoughtly/phone/areaTimeZones.js', { force: true });
};

exports.bundle = bundlePhoneLibrary;
exports.dist = parallel(copyAssets, bundlePhoneLibrary);
