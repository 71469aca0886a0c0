import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readTar, type TarEntry } from '../../../src/kit/tar.ts';

/** A file by its content. */
export interface Blob {
	readonly sha256: string;
	readonly sizeBytes: number;
}

/** Files in a folder, each content once. */
export interface Spool {
	/** Keeps every file of a tar archive. @returns them by their names in it; links are not among them */
	add(archive: AsyncIterable<Uint8Array>): Promise<ReadonlyMap<string, Blob>>;
	readText(blob: Blob): Promise<string>;
	read(blob: Blob): AsyncIterable<Uint8Array>;
}

/** @param folder - an empty one of the caller's, who removes it */
export function createSpool(folder: string): Spool {
	const placeOf = ({ sha256 }: Blob): string => join(folder, sha256);
	return {
		async add(archive) {
			const files = new Map<string, Blob>();
			for await (const entry of readTar(archive)) files.set(entry.name, await keep(entry, folder));
			return files;
		},
		readText: (blob) => readFile(placeOf(blob), 'utf8'),
		read: (blob) => createReadStream(placeOf(blob)) as AsyncIterable<Uint8Array>,
	};
}

async function keep({ chunks, sizeBytes }: TarEntry, folder: string): Promise<Blob> {
	const hash = createHash('sha256');
	const path = join(folder, 'incoming');
	const hashed = async function* (): AsyncGenerator<Uint8Array> {
		for await (const chunk of chunks) {
			hash.update(chunk);
			yield chunk;
		}
	};
	try {
		await pipeline(Readable.from(hashed(), { objectMode: false }), createWriteStream(path));
		const sha256 = hash.digest('hex');
		await rename(path, join(folder, sha256));
		return { sha256, sizeBytes };
	} finally {
		await rm(path, { force: true });
	}
}
