import { open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import {
	decodeHeader,
	encodeRecord,
	headerBytes,
	isSound,
	type RecordHeader,
} from './spool-record.ts';

/** A file of batches, one behind the other. */
export interface Segment {
	readonly number: number;
	readonly path: string;
	sizeBytes: number;
}

/** A batch as it was read. */
export interface ReadBatch {
	readonly text: Buffer;
	readonly lines: number;
	/** Where the next one begins. */
	readonly end: number;
}

const deflate = promisify(deflateRaw);
const inflate = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflateRaw);
const namePattern = /^(\d{8,})\.lines$/;
const asideSuffix = '.damaged';
/** Damaged segments that are kept for a look. */
const keptAside = 2;
/** No batch is near this size. */
const longestText = 16 * 1024 * 1024;

/** Compressed: a tenth of the size, mostly, which spares flash. */
export async function packBatch(text: string, lines: number): Promise<Buffer> {
	return encodeRecord(await deflate(text), lines);
}

export function segmentIn(folder: string, number: number): Segment {
	const name = `${String(number).padStart(8, '0')}.lines`;
	return { number, path: path.join(folder, name), sizeBytes: 0 };
}

/** Segments in the folder that hold something, oldest first. */
export async function findSegments(folder: string): Promise<Segment[]> {
	const segments: Segment[] = [];
	for (const name of await readdir(folder)) {
		const number = Number(namePattern.exec(name)?.[1]);
		if (Number.isNaN(number)) continue;
		const { size: sizeBytes } = await stat(path.join(folder, name));
		segments.push({ number, path: path.join(folder, name), sizeBytes });
	}
	return segments.sort((a, b) => a.number - b.number);
}

/** The batch at this place; `torn` where the file ends within it, as the last write of a former process may have. */
export async function readBatch(
	{ path: file, sizeBytes }: Segment,
	offset: number,
): Promise<ReadBatch | 'torn' | 'damaged'> {
	const handle = await open(file, 'r');
	try {
		const head = await readBytes(handle, offset, headerBytes);
		const header = decodeHeader(head);
		if (typeof header === 'string') return header;
		const end = endOf(offset, header);
		if (end > sizeBytes) return 'torn';
		const payload = await readBytes(handle, offset + headerBytes, header.payloadBytes);
		if (!isSound(head, payload)) return 'damaged';
		const text = await inflate(payload, { maxOutputLength: longestText });
		return { text, lines: header.lines, end };
	} finally {
		await handle.close();
	}
}

/** Lines in the batches from this place on, as their headers tell. */
export async function countLines(
	{ path: file, sizeBytes }: Segment,
	from: number,
): Promise<number> {
	const handle = await open(file, 'r');
	try {
		let lines = 0;
		for (let offset = from; offset < sizeBytes;) {
			const header = decodeHeader(await readBytes(handle, offset, headerBytes));
			if (typeof header === 'string') break;
			lines += header.lines;
			offset = endOf(offset, header);
		}
		return lines;
	} finally {
		await handle.close();
	}
}

/** The segment is out of the way afterwards, and at most two such are kept. @returns its new path */
export async function setAside({ path: file }: Segment): Promise<string> {
	const asidePath = `${file}${asideSuffix}`;
	await rename(file, asidePath);
	const folder = path.dirname(file);
	const aside = (await readdir(folder)).filter((name) => name.endsWith(asideSuffix)).sort();
	for (const name of aside.slice(0, -keptAside)) await rm(path.join(folder, name));
	return asidePath;
}

function endOf(offset: number, { payloadBytes }: RecordHeader): number {
	return offset + headerBytes + payloadBytes;
}

/** Fewer where the file ends. */
async function readBytes(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
	const bytes = Buffer.alloc(length);
	let done = 0;
	while (done < length) {
		const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
		if (bytesRead === 0) break;
		done += bytesRead;
	}
	return bytes.subarray(0, done);
}
