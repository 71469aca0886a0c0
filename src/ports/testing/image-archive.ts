import { createHash } from 'node:crypto';
import { entryOf, writeTar, type TarEntry } from '../../kit/tar.ts';

/** Two zero blocks: a layer without any file. */
const emptyLayer = Buffer.alloc(1024);

/** The files of an image of one empty layer, as `docker save` writes them. */
export interface ArchivedImage {
	/** Content of its configuration. */
	readonly config: string;
	readonly layer: Uint8Array;
}

/** @param mark - makes another image of it. @param architecture - in Go's words */
export function archivedImage(mark: string, architecture = 'amd64'): ArchivedImage {
	const digest = createHash('sha256').update(emptyLayer).digest('hex');
	return {
		config: JSON.stringify({
			...{ architecture, os: 'linux', config: { Labels: { mark } }, history: [] },
			rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
		}),
		layer: emptyLayer,
	};
}

/** An archive that an engine loads: one image under these names. @param without - a file that is left out */
export function imageArchive(
	names: readonly string[],
	{ mark, without }: { readonly mark: string; readonly without?: string },
): AsyncGenerator<Uint8Array> {
	const { config, layer } = archivedImage(mark);
	const row = { Config: 'config.json', RepoTags: names, Layers: ['layer.tar'] };
	const files = [
		entryOf('config.json', config),
		entryOf('layer.tar', layer),
		entryOf('manifest.json', JSON.stringify([row])),
	];
	return writeTar(inTurn(files.filter(({ name }) => name !== without)));
}

async function* inTurn(files: readonly TarEntry[]): AsyncGenerator<TarEntry> {
	for (const file of files) yield await Promise.resolve(file);
}
