import { refusalOf } from './errors.ts';

/** What a container wrote at one stroke: a whole line, or a piece of one that is longer than the engine's buffer. */
export interface LogPiece {
	readonly isStdErr: boolean;
	/** With its stamp in front, and the line break at the end unless more of the line follows. */
	readonly bytes: Buffer;
}

const headerBytes = 8;
const stderrKind = 2;

/**
 * Takes the engine's multiplexed stream apart: frames of 8 bytes of header (kind, 0, 0, 0, length as big-endian 32-bit)
 * and their content. https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
 */
export async function* framesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<LogPiece> {
	let rest: Buffer = Buffer.alloc(0);
	for await (const chunk of chunks) {
		rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
		let start = 0;
		while (rest.length - start >= headerBytes) {
			const { kind, lengthBytes } = readHeader(rest, start);
			const end = start + headerBytes + lengthBytes;
			if (end > rest.length) break;
			yield { isStdErr: kind === stderrKind, bytes: rest.subarray(start + headerBytes, end) };
			start = end;
		}
		rest = rest.subarray(start);
	}
}

/** Frames hold one piece of a line each: the engine makes none near this size. */
const longestFrame = 1024 * 1024;

function readHeader(bytes: Buffer, start: number): { kind: number; lengthBytes: number } {
	const kind = bytes.readUInt8(start);
	const lengthBytes = bytes.readUInt32BE(start + 4);
	if (kind > stderrKind || lengthBytes > longestFrame) {
		throw refusalOf('the log stream is damaged');
	}
	return { kind, lengthBytes };
}

/** Longest piece without a line break that is kept together. */
const longestPiece = 64 * 1024;

/** Takes the raw stream of a terminal apart at its line breaks. */
export async function* terminalPiecesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<LogPiece> {
	let rest: Buffer = Buffer.alloc(0);
	for await (const chunk of chunks) {
		rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
		let start = 0;
		for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n', start)) {
			yield { isStdErr: false, bytes: rest.subarray(start, end + 1) };
			start = end + 1;
		}
		rest = rest.subarray(start);
		if (rest.length > longestPiece) {
			yield { isStdErr: false, bytes: rest };
			rest = Buffer.alloc(0);
		}
	}
	if (rest.length > 0) yield { isStdErr: false, bytes: rest };
}
