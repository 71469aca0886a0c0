import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ImageSource } from './compose-file.ts';
import { PushError } from './errors.ts';
import { tailOf, type RunDocker } from './run-docker.ts';

export interface MakeImage {
	serviceName: string;
	source: ImageSource;
	/** Folder of the compose file. */
	dir: string;
}

export interface MakeDeps {
	docker: RunDocker;
	say: (line: string) => void;
	signal?: AbortSignal | undefined;
}

type BuildSource = Extract<ImageSource, { kind: 'build' }>;

/** Arguments of `docker build` for a service. */
export function toBuildArgs(source: BuildSource, dir: string, iidFile: string): string[] {
	const { context, dockerfile, target, args } = source;
	const contextDir = resolve(dir, context);
	return [
		'build',
		'--iidfile',
		iidFile,
		...(dockerfile === undefined ? [] : ['--file', resolve(contextDir, dockerfile)]),
		...(target === undefined ? [] : ['--target', target]),
		...args.flatMap((arg) => ['--build-arg', arg]),
		contextDir,
	];
}

async function build(
	{ serviceName, dir }: MakeImage,
	source: BuildSource,
	{ docker, signal }: MakeDeps,
): Promise<string> {
	const work = await mkdtemp(join(tmpdir(), 'holdfast-push-'));
	try {
		const iidFile = join(work, 'iid');
		const { code, output } = await docker({ args: toBuildArgs(source, dir, iidFile), signal });
		if (code !== 0)
			throw new PushError(
				'BUILD_FAILED',
				`service ${serviceName} could not be built:\n${tailOf(output)}`,
			);
		return (await readFile(iidFile, 'utf8')).trim();
	} finally {
		await rm(work, { recursive: true, force: true });
	}
}

async function findImage(image: string, { docker, signal }: MakeDeps): Promise<string | undefined> {
	const args = ['image', 'inspect', '--format', '{{.Id}}', image];
	const { code, stdout } = await docker({ args, signal });
	return code === 0 ? stdout.trim() : undefined;
}

async function pull(serviceName: string, image: string, deps: MakeDeps): Promise<string> {
	const present = await findImage(image, deps);
	if (present !== undefined) return present;
	deps.say(`${serviceName}: pulling ${image}`);
	const { output } = await deps.docker({ args: ['pull', image], signal: deps.signal });
	const pulled = await findImage(image, deps);
	if (pulled !== undefined) return pulled;
	throw new PushError(
		'PULL_FAILED',
		`image ${image} of service ${serviceName} could not be pulled:\n${tailOf(output)}`,
	);
}

/**
 * Builds the service's image, or takes the one that `image:` names: from the engine, else from its registry.
 * @returns the engine's id of it
 * @throws {PushError} BUILD_FAILED or PULL_FAILED, with what docker said
 */
export async function makeImage(wanted: MakeImage, deps: MakeDeps): Promise<string> {
	const { source, serviceName } = wanted;
	if (source.kind === 'pull') return pull(serviceName, source.image, deps);
	deps.say(`${serviceName}: building`);
	return build(wanted, source, deps);
}
