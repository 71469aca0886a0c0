import type { EngineLogLine } from '../ports/container-engine.ts';
import type { LogPiece } from './log-frames.ts';

/** Longest line in bytes; a longer one comes in parts. */
const longestLine = 64 * 1024;

/** Length of the pieces the engine cuts long lines into. */
const pieceBytes = 16 * 1024;

const stampPattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) /;
const longestStamp = 40;

interface OpenLine {
	parts: Buffer[];
	bytes: number;
	stamp: string;
}

/**
 * Joins pieces into lines, each stream by itself. A joined line has the stamp of its last piece, so that the stamp is a
 * cursor behind the whole of it.
 */
export async function* joinLines(pieces: AsyncIterable<LogPiece>): AsyncGenerator<EngineLogLine> {
	const open: Record<'out' | 'err', OpenLine> = { out: emptyLine(), err: emptyLine() };
	for await (const { isStdErr, bytes } of pieces) {
		const line = isStdErr ? open.err : open.out;
		const isComplete = addPiece(line, bytes);
		if (!isComplete && line.bytes < longestLine) continue;
		yield toLine(line, isStdErr);
		Object.assign(line, emptyLine());
	}
	if (open.out.stamp !== '') yield toLine(open.out, false);
	if (open.err.stamp !== '') yield toLine(open.err, true);
}

const emptyLine = (): OpenLine => ({ parts: [], bytes: 0, stamp: '' });

/** @returns true when the piece ends its line */
function addPiece(line: OpenLine, bytes: Buffer): boolean {
	let rest = takeStamp(line, bytes);
	const isComplete = rest.at(-1) === 10;
	if (isComplete) rest = rest.subarray(0, rest.at(-2) === 13 ? -2 : -1);
	// A terminal's stream has no frames: the stamps of a long line's further pieces stand in its midst.
	while (rest.length > pieceBytes) {
		addPart(line, rest.subarray(0, pieceBytes));
		rest = takeStamp(line, rest.subarray(pieceBytes));
	}
	addPart(line, rest);
	return isComplete;
}

function addPart(line: OpenLine, part: Buffer): void {
	line.parts.push(part);
	line.bytes += part.length;
}

function takeStamp(line: OpenLine, bytes: Buffer): Buffer {
	const match = stampPattern.exec(bytes.toString('latin1', 0, longestStamp));
	if (match === null) return bytes;
	line.stamp = match[1] ?? '';
	return bytes.subarray(match[0].length);
}

function toLine({ parts, stamp }: OpenLine, isStdErr: boolean): EngineLogLine {
	return { message: Buffer.concat(parts).toString('utf8'), isStdErr, stamp };
}
