import type { Extract, Header } from 'tar-stream';
import { toError } from './errors.ts';

/** A file of an archive. */
export interface TarEntry {
	readonly name: string;
	readonly sizeBytes: number;
	/** Its content, once; what is left of it is passed over when the next entry is asked for. */
	readonly chunks: AsyncIterable<Uint8Array>;
}

/** An entry of an archive as it stands there: a file, a folder, a link or a device. */
export interface RawTarEntry {
	readonly header: Header;
	/** Its content, once; what is left of it is passed over when the next entry is asked for. */
	readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * Every entry of a tar archive in turn, in memory of a bounded size.
 * @throws what reading the source throws; an Error of tar-stream for what is no archive, or is cut off within a file
 */
export async function* readRawTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<RawTarEntry> {
	const { extract } = await import('tar-stream');
	const entries = extract();
	const reading = feed(source, entries).catch((err: unknown) => entries.destroy(toError(err)));
	try {
		for await (const entry of entries) {
			yield { header: entry.header, chunks: entry as AsyncIterable<Uint8Array> };
			entry.resume();
		}
	} finally {
		entries.destroy();
		await reading;
	}
}

/** The files of a tar archive in turn, as {@link readRawTar} gives them; folders, links and devices are passed over. */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
	for await (const { header, chunks } of readRawTar(source)) {
		const { name, size, type } = header;
		if (type === 'file' || type === 'contiguous-file') yield { name, sizeBytes: size, chunks };
	}
}

/** An entry to be written; what its header does not say is as tar-stream has it by default. */
export interface NewTarEntry extends Pick<RawTarEntry, 'chunks'> {
	readonly header: Pick<Header, 'name'> & Partial<Header>;
}

/**
 * A tar archive of these entries.
 * @throws what reading an entry throws; the archive is cut off then
 */
export async function* writeRawTar(
	entries: AsyncIterable<NewTarEntry>,
): AsyncGenerator<Uint8Array> {
	const { pack } = await import('tar-stream');
	const archive = pack();
	const fill = async (): Promise<void> => {
		for await (const { header, chunks } of entries) {
			const sink = archive.entry(header);
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
 * A tar archive of these files, as {@link writeRawTar} writes it. The same files give the same bytes: owners, modes
 * and times are always the same.
 */
export function writeTar(files: AsyncIterable<TarEntry>): AsyncGenerator<Uint8Array> {
	return writeRawTar(headed(files));
}

async function* headed(files: AsyncIterable<TarEntry>): AsyncGenerator<NewTarEntry> {
	for await (const { name, sizeBytes, chunks } of files) {
		yield { header: { name, size: sizeBytes, mode: 0o644, mtime: new Date(0) }, chunks };
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
