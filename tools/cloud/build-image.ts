import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { build } from 'esbuild';
import { z } from 'zod';

const here = import.meta.dirname;
const root = join(here, '../..');

const Options = z.object({ image: z.string(), label: z.array(z.string()).default([]) });
type Options = z.infer<typeof Options>;

/** Database drivers that knex knows and nobody here uses. */
const unusedDrivers = [
	'better-sqlite3',
	'mariadb/callback',
	'mysql',
	'mysql2',
	'oracledb',
	'pg',
	'pg-query-stream',
	'tedious',
];

async function bundle(outfile: string): Promise<void> {
	await build({
		entryPoints: [join(here, 'main.ts')],
		outfile,
		bundle: true,
		platform: 'node',
		target: 'node24',
		format: 'esm',
		sourcemap: 'inline',
		sourcesContent: false,
		external: ['sqlite3', ...unusedDrivers],
		// CommonJS packages in the bundle ask for Node's own modules by `require`.
		banner: {
			js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
		},
		logLevel: 'warning',
	});
}

/** sqlite3 as it is installed here, without sources and what its build left. */
async function copySqlite3(modulesDir: string): Promise<void> {
	const require = createRequire(import.meta.url);
	const sqlite3 = dirname(require.resolve('sqlite3/package.json'));
	const nested = createRequire(join(sqlite3, 'package.json'));
	const keep = ['package.json', 'lib', 'build/Release/node_sqlite3.node'];
	for (const part of keep) {
		const target = join(modulesDir, 'sqlite3', part);
		await mkdir(dirname(target), { recursive: true });
		await cp(join(sqlite3, part), target, { recursive: true });
	}
	const bindings = dirname(nested.resolve('bindings/package.json'));
	const fileUri = dirname(
		createRequire(join(bindings, 'package.json')).resolve('file-uri-to-path/package.json'),
	);
	await cp(bindings, join(modulesDir, 'bindings'), { recursive: true });
	await cp(fileUri, join(modulesDir, 'file-uri-to-path'), { recursive: true });
}

async function makeContext(dir: string): Promise<void> {
	await bundle(join(dir, 'cloud.mjs'));
	await copySqlite3(join(dir, 'node_modules'));
	for (const file of ['Dockerfile', 'sqlite3.sh', 'fleets.yaml'])
		await cp(join(here, file), join(dir, file));
}

function dockerBuild(dir: string, { image, label }: Options): Promise<number> {
	const labels = label.flatMap((one) => ['--label', one]);
	const args = ['build', '--tag', image, ...labels, dir];
	return new Promise((resolve, reject) => {
		const child = spawn('docker', args, { stdio: 'inherit', cwd: root });
		child.once('error', reject);
		child.once('close', (code) => {
			resolve(code ?? 1);
		});
	});
}

async function run(options: Options): Promise<void> {
	const dir = await mkdtemp(join(tmpdir(), 'holdfast-cloud-'));
	try {
		await makeContext(dir);
		process.exitCode = await dockerBuild(dir, options);
	} finally {
		await rm(dir, { recursive: true, force: true });
	}
}

const program = new Command('build-image')
	.description(
		'Builds the image of the development cloud. Needs node_modules and a container engine.',
	)
	.option('--image <name>', 'name of the image', 'holdfast/dev-cloud:latest')
	.option('--label <key=value...>', 'labels of the image')
	.action((options: unknown) => run(Options.parse(options)));
await program.parseAsync();
