import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, pack } from 'tar-stream';

/**
 * Time of every file, folder and link: the same in all builds, so that a layer is another only when its content is, and
 * devices fetch no layer again because it was built on another day. Not 1970, which some programs take for "unknown".
 */
export const LAYER_TIME = new Date('2020-01-01T00:00:00Z');

/**
 * Writes a layer again, uncompressed, with every time set to {@link LAYER_TIME}; all else stays, the order too, which
 * engines have made alphabetical.
 * @returns its digest, `sha256:…`, as `rootfs.diff_ids` has it
 */
export async function rewriteLayer(from: string, to: string): Promise<string> {
	const entries = extract();
	const rewritten = pack();
	const hash = createHash('sha256');
	const hashed = new PassThrough();
	hashed.on('data', (chunk: Buffer) => hash.update(chunk));
	const compressed = await isGzip(from);
	const reading = compressed
		? pipeline(createReadStream(from), createGunzip(), entries)
		: pipeline(createReadStream(from), entries);
	const writing = pipeline(rewritten, hashed, createWriteStream(to));
	const copying = (async () => {
		for await (const entry of entries) {
			const { pax, ...header } = entry.header;
			const records = Object.entries(pax ?? {}).filter(([name]) => !/^[amc]time$/.test(name));
			const sink = rewritten.entry({
				...header,
				mtime: LAYER_TIME,
				...(records.length > 0 ? { pax: Object.fromEntries(records) } : {}),
			});
			await pipeline(entry, sink);
		}
		rewritten.finalize();
	})();
	await Promise.all([reading, copying, writing]);
	return `sha256:${hash.digest('hex')}`;
}

async function isGzip(path: string): Promise<boolean> {
	const file = await open(path);
	try {
		const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
		return buffer.readUInt16BE() === 0x1f8b;
	} finally {
		await file.close();
	}
}
