import type { Extract } from 'tar-stream';

/** A file of an archive. */
export interface TarEntry {
	readonly name: string;
	readonly sizeBytes: number;
	/** Its content, once; what is left of it is passed over when the next entry is asked for. */
	readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * The files of a tar archive in turn, in memory of a bounded size; folders, links and devices are passed over.
 * @throws what reading the source throws; an Error of tar-stream for what is no archive, or is cut off within a file
 */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
	const { extract } = await import('tar-stream');
	const entries = extract();
	const reading = feed(source, entries).catch((err: unknown) => entries.destroy(toError(err)));
	try {
		for await (const entry of entries) {
			const { name, size, type } = entry.header;
			const chunks = entry as AsyncIterable<Uint8Array>;
			if (type === 'file' || type === 'contiguous-file') yield { name, sizeBytes: size, chunks };
			entry.resume();
		}
	} finally {
		entries.destroy();
		await reading;
	}
}

/**
 * A tar archive of these files. The same files give the same bytes: owners, modes and times are always the same.
 * @throws what reading a file throws; the archive is cut off then
 */
export async function* writeTar(files: AsyncIterable<TarEntry>): AsyncGenerator<Uint8Array> {
	const { pack } = await import('tar-stream');
	const archive = pack();
	const fill = async (): Promise<void> => {
		for await (const { name, sizeBytes, chunks } of files) {
			const sink = archive.entry({ name, size: sizeBytes, mode: 0o644, mtime: new Date(0) });
			sink.on('error', () => undefined); // the archive tells it
			for await (const chunk of chunks) {
				if (archive.destroyed) return;
				await write(sink, chunk);
			}
			sink.end(null);
		}
		archive.finalize();
	};
	const filling = fill().catch((err: unknown) => archive.destroy(toError(err)));
	try {
		for await (const chunk of archive) yield chunk as Uint8Array;
	} finally {
		archive.destroy();
		await filling;
	}
}

/**
 * The whole of a small file.
 * @throws {RangeError} when it is larger than `limitBytes`
 */
export async function readEntry(
	{ name, sizeBytes, chunks }: TarEntry,
	limitBytes: number,
): Promise<Buffer> {
	if (sizeBytes > limitBytes) throw new RangeError(`${name} is larger than ${limitBytes} bytes`);
	const parts: Uint8Array[] = [];
	for await (const chunk of chunks) parts.push(chunk);
	return Buffer.concat(parts);
}

/** A file that is in memory. */
export function entryOf(name: string, content: string | Uint8Array): TarEntry {
	const bytes = Buffer.from(content);
	const chunks = async function* (): AsyncGenerator<Uint8Array> {
		if (bytes.length > 0) yield await Promise.resolve(bytes);
	};
	return { name, sizeBytes: bytes.length, chunks: chunks() };
}

async function feed(source: AsyncIterable<Uint8Array>, entries: Extract): Promise<void> {
	for await (const chunk of source) {
		if (entries.destroyed) return;
		await write(entries, chunk);
	}
	entries.end(null);
}

/** A stream of tar-stream, which is none of Node's. */
interface Sink {
	readonly destroyed: boolean;
	write(chunk: Uint8Array): boolean;
	on(event: 'drain' | 'close', listener: () => void): unknown;
	off(event: 'drain' | 'close', listener: () => void): unknown;
}

/** Resolves when the stream takes more, or is closed. */
async function write(sink: Sink, chunk: Uint8Array): Promise<void> {
	if (sink.write(chunk) || sink.destroyed) return;
	await new Promise<void>((resolve) => {
		const goOn = (): void => {
			for (const event of ['drain', 'close'] as const) sink.off(event, goOn);
			resolve();
		};
		for (const event of ['drain', 'close'] as const) sink.on(event, goOn);
	});
}

function toError(err: unknown): Error {
	return err instanceof Error ? err : new Error(String(err));
}
