#!/usr/bin/env node
// Bundles the supervisor into one file. See --help.
import { writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { analyzeMetafile, build, context } from 'esbuild';
import { bundledPackages } from './bundled-packages.mjs';
import { bundleOptions } from './options.mjs';
import { buildPage } from './page.mjs';

const help = `usage: npm run build [-- OPTION …]
Bundles src/main.ts and all its packages but sqlite3 into dist/main.cjs, and builds the dashboard into dist/page.

  --minify          without blanks and comments; names stay
  --sourcemap       dist/main.cjs.map beside it
  --watch           build again at every change, until interrupted
  --analyze         print what takes the room
  --entry FILE      another file to start from (default src/main.ts); the dashboard is left out then
  --outfile FILE    another file to write (default dist/main.cjs)
  --packages FILE   list what packages are in it, and in the dashboard, as JSON
  --help            this text`;

function readArguments() {
	const flag = { type: 'boolean', default: false };
	const text = { type: 'string' };
	try {
		return parseArgs({
			options: {
				minify: flag,
				sourcemap: flag,
				watch: flag,
				analyze: flag,
				entry: text,
				outfile: text,
				packages: text,
				help: flag,
			},
		}).values;
	} catch (error) {
		process.stderr.write(`${error.message}\n${help}\n`);
		process.exit(2);
	}
}

async function main() {
	const { help: isHelp, watch, analyze, packages, ...choice } = readArguments();
	if (isHelp) return process.stdout.write(`${help}\n`);
	const options = bundleOptions(choice);
	if (watch) {
		await (await context({ ...options, logLevel: 'info' })).watch();
		return;
	}
	const startedAt = performance.now();
	const { metafile } = await build(options);
	const bytes = Object.values(metafile.outputs).at(-1).bytes;
	const took = Math.round(performance.now() - startedAt);
	process.stdout.write(`${options.outfile}: ${Math.round(bytes / 1024)} KiB in ${took} ms\n`);
	const metafiles = [metafile];
	if (choice.entry === undefined) {
		const page = await buildPage(join(dirname(resolve(options.outfile)), 'page'));
		metafiles.push(page.metafile);
	}
	if (packages) await writeFile(packages, JSON.stringify(bundledPackages(metafiles)));
	if (analyze) process.stdout.write(await analyzeMetafile(metafile));
}

main().catch((error) => {
	// What is wrong with the code esbuild has printed already.
	if (!('errors' in error)) process.stderr.write(`${error.stack}\n`);
	process.exit(1);
});
