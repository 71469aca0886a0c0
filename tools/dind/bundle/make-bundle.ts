import { createWriteStream, existsSync } from 'node:fs';
import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { decodeTargetDevice } from '../../../src/model/target-document.ts';
import { PushError } from '../../cloud/push/errors.ts';
import { readComposeProject, type ComposeProject } from '../../cloud/push/compose-file.ts';
import { makeImage } from '../../cloud/push/make-image.ts';
import { runDocker, type RunDocker } from '../../cloud/push/run-docker.ts';
import type { Architecture } from '../commands/names.ts';
import { ToolError, toMessage } from '../effects/errors.ts';
import { forPlatform, platformOf } from './platform.ts';
import { saveInto, type SavedImage } from './saved-image.ts';
import { createSpool } from './spool.ts';
import {
	toIdentity,
	toReference,
	toTarget,
	type AppIdentity,
	type BundleTarget,
} from './target.ts';
import { writeBundle, type ServiceImage } from './write-bundle.ts';

export interface BundleWish {
	/** Folder with the compose file. */
	readonly dir: string;
	/** Undefined: for this computer's processor. */
	readonly arch?: Architecture | undefined;
	/** Default: the composition's `name`, else that of the folder. */
	readonly app?: string | undefined;
	/** Default: made of the name. */
	readonly uuid?: string | undefined;
	/** Default: made of the uuid. */
	readonly id?: number | undefined;
}

export interface BundleTools {
	/** Hears what happens, a line at a time. */
	readonly say: (line: string) => void;
	readonly signal: AbortSignal;
	/** What `docker save` writes of an image. */
	readonly save: (imageId: string) => AsyncIterable<Uint8Array>;
	/** Default: the `docker` command. */
	readonly docker?: RunDocker;
}

/** A bundle that is there. */
export interface MadeBundle {
	readonly path: string;
	readonly sizeBytes: number;
	readonly app: AppIdentity;
	readonly target: BundleTarget;
	readonly images: readonly Omit<ServiceImage, 'saved'>[];
}

/**
 * Builds a folder with a compose file and puts its images and its target into one file, which takes the place of an
 * older one when it is whole.
 * @throws {ToolError} for what the developer has to mend
 */
export async function makeBundle(
	tools: BundleTools,
	output: string,
	wish: BundleWish,
): Promise<MadeBundle> {
	const path = resolve(output);
	const project = await readProject(wish.dir);
	const app = toIdentity(nameOf(wish, project), definedOf(wish));
	if (!existsSync(dirname(path))) throw new ToolError(`there is no folder ${dirname(path)}`);
	const folder = await mkdtemp(join(dirname(path), '.bundle-'));
	try {
		const spool = createSpool(folder);
		const images = await saveImages(tools, { app, project, wish }, (archive) =>
			saveInto(spool, archive),
		);
		const references = new Map(
			images.map(({ serviceName, reference }) => [serviceName, reference]),
		);
		const target = toTarget(app, project.composition, references);
		requireGood(app, target);
		const whole = join(folder, 'whole');
		const bytes = writeBundle({ app, target, images }, spool);
		const source = Readable.from(bytes, { objectMode: false });
		await pipeline(source, createWriteStream(whole), { signal: tools.signal });
		await rename(whole, path);
		return { path, app, target, images, sizeBytes: (await stat(path)).size };
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** @throws {ToolError} unless the folder has a compose file that can be read */
export async function readProject(dir: string): Promise<ComposeProject> {
	return await told(() => readComposeProject(resolve(dir)));
}

interface ImageWork {
	readonly app: AppIdentity;
	readonly project: ComposeProject;
	readonly wish: BundleWish;
}

async function saveImages(
	{ say, signal, save, docker = runDocker }: BundleTools,
	{ app, project, wish }: ImageWork,
	keep: (archive: AsyncIterable<Uint8Array>) => Promise<SavedImage>,
): Promise<ServiceImage[]> {
	const { arch, dir } = wish;
	const own = arch === undefined ? docker : forPlatform(docker, platformOf(arch).platform);
	const images: ServiceImage[] = [];
	const known = new Map<string, SavedImage>();
	for (const [serviceName, source] of project.sources) {
		const wanted = { fleet: app.name, serviceName, source, dir: resolve(dir) };
		const { id } = await told(() => makeImage(wanted, { docker: own, say, signal }));
		say(`${serviceName}: saving`);
		const saved = known.get(id) ?? (await keep(save(id)));
		known.set(id, saved);
		requireArchitecture(serviceName, saved, arch);
		const reference = toReference(app.name, serviceName, saved.config.sha256);
		images.push({ serviceName, reference, saved });
	}
	return images;
}

function requireArchitecture(
	serviceName: string,
	{ architecture }: SavedImage,
	arch: Architecture | undefined,
): void {
	if (arch === undefined || platformOf(arch).goArch === architecture) return;
	throw new ToolError(`the image of ${serviceName} is for ${architecture}, not for ${arch}`, {
		todo: `Base it on an image for it: docker pull --platform ${platformOf(arch).platform} IMAGE. Programs that a build runs need QEMU for that processor.`,
	});
}

/** @throws {ToolError} with what a device would refuse */
function requireGood({ uuid }: AppIdentity, { document }: BundleTarget): void {
	const { rejected } = decodeTargetDevice({ name: 'x', config: {}, apps: { [uuid]: document } });
	const reasons = rejected.flatMap((app) => app.reasons);
	if (reasons.length === 0) return;
	throw new ToolError(`no device would take this composition: ${reasons.join('; ')}`);
}

function nameOf({ app, dir }: BundleWish, { composition }: ComposeProject): string {
	const { name } = composition;
	return app ?? (typeof name === 'string' && name !== '' ? name : basename(resolve(dir)));
}

function definedOf({ uuid, id }: BundleWish): Partial<AppIdentity> {
	return { ...(uuid === undefined ? {} : { uuid }), ...(id === undefined ? {} : { id }) };
}

async function told<T>(work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (cause) {
		if (cause instanceof PushError) throw new ToolError(toMessage(cause), { cause });
		throw cause;
	}
}
