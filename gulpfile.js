// Puts the assets that tsc does not emit beside the compiled nodes: `npm run dev` uses it, `npm run build` has n8n-node.
const { dest, src } = require('gulp');

exports.assets = () =>
	src(['nodes/**/*.svg', 'nodes/**/__schema__/**/*.json'], { encoding: false, base: '.' }).pipe(dest('dist'));
