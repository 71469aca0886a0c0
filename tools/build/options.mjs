import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stubs } from './stubs.mjs';

const root = join(import.meta.dirname, '../..');

/**
 * What esbuild is told: one CommonJS file with everything but sqlite3, whose native module stays in node_modules.
 * @param {{ entry?: string, outfile?: string, minify?: boolean, sourcemap?: boolean }} choice
 */
export function bundleOptions({
	entry = 'src/main.ts',
	outfile = 'dist/main.cjs',
	minify = false,
	sourcemap = false,
}) {
	const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
	return {
		absWorkingDir: root,
		entryPoints: [entry],
		outfile,
		bundle: true,
		platform: 'node',
		format: 'cjs',
		target: 'node20',
		external: ['sqlite3'],
		plugins: [stubs],
		// The package is "type": "module"; code of ours that asks where it is gets this file's place.
		define: {
			__VERSION__: JSON.stringify(version),
			'import.meta.url': '__bundleUrl',
			'import.meta.dirname': '__dirname',
		},
		banner: { js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
		// Names stay as they are: in stack traces and logs, and because restoring them costs more memory than it saves.
		minifyWhitespace: minify,
		minifySyntax: minify,
		sourcemap: sourcemap ? 'linked' : false,
		legalComments: 'none',
		metafile: true,
		logLevel: 'warning',
	};
}
