import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packLayer } from './pack-layer.ts';
import type { Blob, KnownManifest, RegistryClient } from './registry-client.ts';

export interface DeltaOrder {
	/** Of the image on the device. */
	readonly source: KnownManifest;
	/** Of the image it is to have. */
	readonly wanted: KnownManifest;
	/** Where the wanted image is, and its delta will be. */
	readonly repository: string;
	/** Of the delta. */
	readonly tag: string;
	/** May read and write there. */
	readonly registry: RegistryClient;
}

/**
 * Any engine understands these deltas: the same image once more, with the layers that the source lacks packed as small as
 * gzip can; those it has an engine does not fetch again. Its configuration is the wanted image's, so that the engine makes
 * the wanted image of it, which has the same id then.
 */
export async function makeDelta(order: DeltaOrder): Promise<void> {
	const { source, wanted, repository, tag, registry } = order;
	const had = new Set(source.manifest.layers.map(({ digest }) => digest));
	const folder = await mkdtemp(join(tmpdir(), 'holdfast-delta-'));
	try {
		const layers: Blob[] = [];
		for (const layer of wanted.manifest.layers) {
			const isFit = had.has(layer.digest) || !layer.mediaType.endsWith('gzip');
			layers.push(isFit ? layer : await repack(layer, folder, order));
		}
		await registry.tag(repository, tag, {
			...wanted,
			manifest: { ...wanted.manifest, layers },
		});
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function repack(
	layer: Blob,
	folder: string,
	{ registry, repository }: Pick<DeltaOrder, 'registry' | 'repository'>,
): Promise<Blob> {
	const packed = await packLayer(await registry.blob(repository, layer.digest), folder);
	if (packed.size >= layer.size) return layer;
	await registry.upload(repository, packed);
	return { ...layer, digest: packed.digest, size: packed.size };
}
