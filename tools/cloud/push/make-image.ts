import { resolve } from 'node:path';
import { z } from 'zod';
import { digestOf } from '../../../src/kit/digest.ts';
import type { ImageSource } from './compose-file.ts';
import { PushError } from './errors.ts';
import { tailOf, type RunDocker } from './run-docker.ts';

/** An image of this engine. */
export interface MadeImage {
	id: string;
	/** The same for images of the same layers that run the same, whatever their ids. */
	contentKey: string;
}

export interface MakeImage {
	fleet: string;
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

export type BuildSource = Extract<ImageSource, { kind: 'build' }>;

/** One name for each service's newest image, so that the engine keeps it, and with it the cache of its build. */
export const toLocalName = ({ fleet, serviceName }: Pick<MakeImage, 'fleet' | 'serviceName'>) =>
	`holdfast-push/${[fleet, serviceName].map((word) => word.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')).join('.')}`;

/** Arguments of `docker build` for a service. */
export function toBuildArgs(source: BuildSource, dir: string, name: string): string[] {
	const { context, dockerfile, target, args } = source;
	const contextDir = resolve(dir, context);
	return [
		'build',
		'--tag',
		name,
		...(dockerfile === undefined ? [] : ['--file', resolve(contextDir, dockerfile)]),
		...(target === undefined ? [] : ['--target', target]),
		...args.flatMap((arg) => ['--build-arg', arg]),
		contextDir,
	];
}

async function build(
	wanted: MakeImage,
	source: BuildSource,
	{ docker, signal }: MakeDeps,
): Promise<string> {
	const name = toLocalName(wanted);
	const { code, output } = await docker({ args: toBuildArgs(source, wanted.dir, name), signal });
	if (code === 0) return name;
	throw new PushError(
		'BUILD_FAILED',
		`service ${wanted.serviceName} could not be built:\n${tailOf(output)}`,
	);
}

const Inspected = z.object({
	Id: z.string(),
	Architecture: z.string(),
	RootFS: z.object({ Layers: z.array(z.string()).default([]) }),
	Config: z.record(z.string(), z.unknown()),
});

/** What of an image's configuration its containers notice. */
const runFields = [
	'Cmd',
	'Entrypoint',
	'Env',
	'ExposedPorts',
	'Healthcheck',
	'Labels',
	'Shell',
	'StopSignal',
	'User',
	'Volumes',
	'WorkingDir',
];

async function inspect(name: string, { docker, signal }: MakeDeps): Promise<MadeImage | undefined> {
	const args = ['image', 'inspect', '--format', '{{json .}}', name];
	const { code, stdout } = await docker({ args, signal });
	if (code !== 0) return undefined;
	const { Id, Architecture, RootFS, Config } = Inspected.parse(JSON.parse(stdout));
	const config = runFields.map((field) => Config[field] ?? null);
	return { id: Id, contentKey: digestOf({ Architecture, layers: RootFS.Layers, config }) };
}

async function pull(
	{ serviceName }: MakeImage,
	image: string,
	{ docker, say, signal }: MakeDeps,
): Promise<void> {
	say(`${serviceName}: pulling ${image}`);
	const { code, output } = await docker({ args: ['pull', image], signal });
	if (code === 0) return;
	throw new PushError(
		'PULL_FAILED',
		`image ${image} of service ${serviceName} could not be pulled:\n${tailOf(output)}`,
	);
}

async function obtain(wanted: MakeImage, deps: MakeDeps): Promise<string> {
	const { source, serviceName } = wanted;
	if (source.kind === 'build') {
		deps.say(`${serviceName}: building`);
		return build(wanted, source, deps);
	}
	const present = await inspect(source.image, deps);
	if (present === undefined) await pull(wanted, source.image, deps);
	return source.image;
}

/**
 * Builds the service's image, or takes the one that `image:` names: from the engine, else from its registry.
 * @throws {PushError} BUILD_FAILED or PULL_FAILED, with what docker said
 */
export async function makeImage(wanted: MakeImage, deps: MakeDeps): Promise<MadeImage> {
	const name = await obtain(wanted, deps);
	const made = await inspect(name, deps);
	if (made !== undefined) return made;
	throw new PushError('BUILD_FAILED', `the engine has no image ${name} although it made it`);
}
