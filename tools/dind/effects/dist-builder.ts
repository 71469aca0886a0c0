import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildOptions, Message } from 'esbuild';
import { z } from 'zod';
import { ToolError } from './errors.ts';
import { digestInputs } from './inputs.ts';

/** Builds ./dist again and again; each time only what has changed since. */
export interface DistBuilder {
	/** Resolves once ./dist is made from the files as they are. @throws {ToolError} with the compiler's words */
	build(): Promise<void>;
	/** Ends the compiler. */
	close(): Promise<void>;
}

export interface DistBuilderOptions {
	/** False builds without minifying, with a source map. */
	readonly optimize: boolean;
}

type Build = (choice: { outfile: string; minify: boolean; sourcemap: boolean }) => BuildOptions;
const isFunction = (value: unknown) => typeof value === 'function';
const OptionsModule = z.object({ bundleOptions: z.custom<Build>(isFunction) });
const PageModule = z.object({
	buildPage: z.custom<(outdir: string) => Promise<unknown>>(isFunction),
});

/** What the dashboard is made from, relative to the repository. */
const PAGE_INPUTS = ['dashboard', 'tools/client', 'tools/build', 'package-lock.json'];
/** In dist/page, which every build of the page begins by removing. */
const PAGE_RECORD = '.inputs';

/** A builder for the repository at `root`; the compiler starts with the first build. */
export async function createDistBuilder(
	root: string,
	{ optimize }: DistBuilderOptions,
): Promise<DistBuilder> {
	const { context } = await import('esbuild');
	const { bundleOptions } = OptionsModule.parse(await load(root, 'tools/build/options.mjs'));
	const outfile = join(root, 'dist/main.cjs');
	const choice = bundleOptions({ outfile, minify: optimize, sourcemap: !optimize });
	const bundler = await context({ ...choice, logLevel: 'silent' });
	return {
		async build() {
			await Promise.all([bundler.rebuild(), ensurePage(root)]).catch((thrown: unknown) => {
				throw toBuildError(thrown);
			});
		},
		close: () => bundler.dispose(),
	};
}

async function load(root: string, path: string): Promise<unknown> {
	const loaded: unknown = await import(pathToFileURL(join(root, path)).href);
	return loaded;
}

/** The dashboard changes seldom, and its build takes longer than the rest. */
async function ensurePage(root: string): Promise<void> {
	const outdir = join(root, 'dist/page');
	const record = join(outdir, PAGE_RECORD);
	const inputs = digestInputs(root, PAGE_INPUTS);
	if (existsSync(record) && readFileSync(record, 'utf8') === inputs) return;
	const { buildPage } = PageModule.parse(await load(root, 'tools/build/page.mjs'));
	await buildPage(outdir);
	writeFileSync(record, inputs);
}

const Failure = z.looseObject({
	errors: z.array(z.custom<Message>((value) => typeof value === 'object')).min(1),
});

function toBuildError(thrown: unknown): unknown {
	const { data } = Failure.safeParse(thrown);
	if (data === undefined) return thrown;
	const faults = data.errors.map(({ text, location }) =>
		location === null ? text : `${location.file}:${location.line}:${location.column + 1}: ${text}`,
	);
	return new ToolError(`./dist could not be built:\n${faults.join('\n')}`, { cause: thrown });
}
