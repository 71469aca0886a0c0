import { crc32 } from 'node:zlib';

/** What stands in front of a batch. */
export interface RecordHeader {
	readonly payloadBytes: number;
	readonly lines: number;
	readonly checksum: number;
}

export const headerBytes = 16;
const magic = 0x48_46_4c_31; // "HFL1"
/** No batch is near this size. */
const longestPayload = 16 * 1024 * 1024;

/** A batch as it stands in a segment: magic, length, number of lines, checksum of all but itself, payload. */
export function encodeRecord(payload: Buffer, lines: number): Buffer {
	const header = Buffer.alloc(headerBytes);
	header.writeUInt32BE(magic, 0);
	header.writeUInt32BE(payload.length, 4);
	header.writeUInt32BE(lines, 8);
	header.writeUInt32BE(checksumOf(header, payload), 12);
	return Buffer.concat([header, payload]);
}

/** @param bytes - what there is at the place of a header: less than a header where the file ends */
export function decodeHeader(bytes: Buffer): RecordHeader | 'torn' | 'damaged' {
	// where the power failed, a file may end in zeroes
	if (bytes.every((byte) => byte === 0)) return 'torn';
	if (bytes.length < headerBytes) return 'torn';
	const payloadBytes = bytes.readUInt32BE(4);
	if (bytes.readUInt32BE(0) !== magic || payloadBytes > longestPayload) return 'damaged';
	return { payloadBytes, lines: bytes.readUInt32BE(8), checksum: bytes.readUInt32BE(12) };
}

/** @param header - the bytes of the header in front of the payload */
export function isSound(header: Buffer, payload: Buffer): boolean {
	return header.readUInt32BE(12) === checksumOf(header, payload);
}

function checksumOf(header: Buffer, payload: Buffer): number {
	return crc32(payload, crc32(header.subarray(0, 12)));
}
