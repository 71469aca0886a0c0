import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, createGzip } from 'node:zlib';
import type { BlobFile } from './registry-client.ts';

export interface PackedLayer extends BlobFile {
	readonly size: number;
}

/**
 * Packs a layer as small as gzip can.
 * @param layer - compressed with gzip
 * @param folder - where the file is written
 */
export async function packLayer(layer: Readable, folder: string): Promise<PackedLayer> {
	const path = join(folder, crypto.randomUUID());
	const hash = createHash('sha256');
	let size = 0;
	await pipeline(
		layer,
		createGunzip(),
		createGzip({ level: constants.Z_BEST_COMPRESSION, memLevel: 9 }),
		async function* (chunks: AsyncIterable<Buffer>) {
			for await (const chunk of chunks) {
				hash.update(chunk);
				size += chunk.length;
				yield chunk;
			}
		},
		createWriteStream(path),
	);
	return { path, size, digest: `sha256:${hash.digest('hex')}` };
}
