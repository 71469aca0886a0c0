import { createHash } from 'node:crypto';
import { link, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { docker } from '../../dind/commands/argv.ts';
import type { Shell } from '../../dind/effects/shell.ts';
import { ImageConfig, rewriteConfig } from './config.ts';
import { rewriteLayer } from './layer.ts';

/** `manifest.json` of `docker save`. */
const Manifest = z.tuple([z.object({ Config: z.string(), Layers: z.array(z.string()) })]);

export interface Rewriting {
	/** Name or id of an image that the engine has built. */
	readonly from: string;
	/** The image it was built on: its layers stay as they are. */
	readonly base: string;
	/** Name of the rewritten image. */
	readonly tag: string;
	/** Time the image says it was made at. */
	readonly created: Date;
	/** Its processor, in the engine's words; default: what the engine says. */
	readonly architecture?: string | undefined;
}

/**
 * Afterwards the engine holds `tag`: the image `from` without anything that a second build of the same files on the same
 * base would have otherwise (times of files and steps, ids of parents), so that both have one id.
 * @throws {ToolError} if the engine has not `from` or `base`
 */
export async function rewriteImage(shell: Shell, wanted: Rewriting): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'holdfast-image-'));
	try {
		const saved = join(folder, 'saved');
		const made = join(folder, 'made');
		await Promise.all([mkdir(saved), mkdir(made)]);
		await shell.pipe(docker('save', wanted.from), ['tar', '-x', '-C', saved]);
		await rewriteArchive(saved, made, {
			tag: wanted.tag,
			created: wanted.created,
			architecture: wanted.architecture,
			baseLayers: await layersOf(shell, wanted.base),
		});
		await shell.pipe(['tar', '-c', '-C', made, '.'], docker('load', '--quiet'));
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function layersOf(shell: Shell, image: string): Promise<readonly string[]> {
	const format = '{{json .RootFS.Layers}}';
	const text = await shell.read(docker('image', 'inspect', '--format', format, image));
	return z.array(z.string()).parse(JSON.parse(text));
}

interface ArchiveChange {
	readonly tag: string;
	readonly created: Date;
	readonly architecture: string | undefined;
	readonly baseLayers: readonly string[];
}

async function rewriteArchive(saved: string, made: string, change: ArchiveChange): Promise<void> {
	const readJson = async (name: string): Promise<unknown> =>
		JSON.parse(await readFile(join(saved, name), 'utf8'));
	const [manifest] = Manifest.parse(await readJson('manifest.json'));
	const image = ImageConfig.parse(await readJson(manifest.Config));
	const { diff_ids: before } = image.rootfs;
	const baseLayers = change.baseLayers.every((id, index) => before[index] === id)
		? change.baseLayers.length
		: 0;
	const layers: { readonly id: string; readonly file: string }[] = [];
	for (const [index, path] of manifest.Layers.entries()) {
		const file = `${index}.tar`;
		const isBase = index < baseLayers;
		// Engines write a layer that comes twice as a symbolic link.
		if (isBase) await link(await realpath(join(saved, path)), join(made, file));
		const id = isBase ? before[index] : await rewriteLayer(join(saved, path), join(made, file));
		layers.push({ id: id ?? '', file });
	}
	const diffIds = layers.map(({ id }) => id);
	const { created, architecture } = change;
	const config = JSON.stringify(
		rewriteConfig(image, { created, architecture, diffIds, baseLayers }),
	);
	const configFile = `${createHash('sha256').update(config).digest('hex')}.json`;
	await writeFile(join(made, configFile), config);
	const files = layers.map(({ file }) => file);
	const entry = { Config: configFile, RepoTags: [change.tag], Layers: files };
	await writeFile(join(made, 'manifest.json'), JSON.stringify([entry]));
}
