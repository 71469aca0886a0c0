#!/usr/bin/env node
// Builds the dashboard and the viewer of the API's document into a folder of compressed files. See --help.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const help = `usage: node tools/build/page.mjs [--outdir FOLDER]
Builds dashboard/ into FOLDER (default dist/page): every file gzip-compressed, as NAME.gz.`;

const root = join(import.meta.dirname, '../..');

/** Pages, and files that are taken as they are. */
const copied = ['index.html', 'docs.html', 'icon.svg'];

const common = {
	absWorkingDir: root,
	bundle: true,
	minify: true,
	format: 'esm',
	target: ['es2022', 'chrome110', 'firefox115', 'safari16'],
	write: false,
	legalComments: 'none',
	metafile: true,
	logLevel: 'warning',
};

/** @returns what was written, with its size on the wire, and esbuild's account of it */
export async function buildPage(outdir) {
	const page = await build({
		...common,
		entryPoints: { app: 'dashboard/src/main.tsx', docs: 'dashboard/src/docs.ts' },
		outdir,
		jsx: 'automatic',
		jsxImportSource: 'preact',
		tsconfigRaw: { compilerOptions: { jsx: 'react-jsx', jsxImportSource: 'preact' } },
		loader: { '.svg': 'dataurl' },
		define: { 'process.env.NODE_ENV': '"production"' },
	});
	const built = page.outputFiles.map(({ path, contents }) => [path.split('/').at(-1), contents]);
	const taken = copied.map(async (name) => [name, await readFile(join(root, 'dashboard', name))]);
	const files = [...built, ...(await Promise.all(taken))];
	await rm(outdir, { recursive: true, force: true });
	await mkdir(outdir, { recursive: true });
	const written = await Promise.all(files.map((file) => writeCompressed(outdir, file)));
	return { files: written, metafile: page.metafile };
}

async function writeCompressed(outdir, [name, contents]) {
	const packed = gzipSync(contents, { level: 9 });
	await writeFile(join(outdir, `${name}.gz`), packed);
	return [name, packed.length];
}

async function main() {
	const options = {
		outdir: { type: 'string', default: join(root, 'dist/page') },
		help: { type: 'boolean', default: false },
	};
	const { outdir, help: isHelp } = parseArgs({ options }).values;
	if (isHelp) return process.stdout.write(`${help}\n`);
	for (const [name, bytes] of (await buildPage(outdir)).files) {
		process.stdout.write(`${join(outdir, name)}.gz: ${(bytes / 1024).toFixed(1)} KiB\n`);
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	main().catch((error) => {
		if (!('errors' in error)) process.stderr.write(`${error.stack}\n`);
		process.exit(1);
	});
}
