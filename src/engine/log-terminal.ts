import type { EngineLogLine } from '../ports/container-engine.ts';
import { LineJoiner, type LogParser } from './log-lines.ts';
import { endOfStamp, readStamp } from './log-stamp.ts';

/** Length of the pieces the engine cuts long lines into. */
const pieceBytes = 16 * 1024;
/** Longest piece without a line break that is kept together. */
const longestPiece = 64 * 1024;
/** From the beginning of a stamp to its `Z`. */
const zOfStamp = 29;
const [lineFeed, letterZ, space] = [10, 0x5a, 0x20];

/** Takes the raw stream of a terminal apart: it has no frames, only line breaks, and stamps where pieces begin. */
export function createTerminalParser(): LogParser {
	const joiner = new LineJoiner();
	let bytes: Buffer = Buffer.alloc(0);
	let start = 0;
	/** Before it there is no line feed. */
	let from = 0;
	return {
		feed(chunk) {
			from = bytes.length;
			bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
		},
		take(most) {
			const lines: EngineLogLine[] = [];
			for (let end = bytes.indexOf(lineFeed, from); end !== -1;) {
				const usual =
					end - start < pieceBytes ? joiner.usualLine(bytes, start, end + 1) : undefined;
				if (usual === undefined) addLine(joiner, { bytes, start, end: end + 1 }, lines);
				else lines.push(usual);
				start = end + 1;
				from = start;
				if (lines.length >= most) return lines;
				end = bytes.indexOf(lineFeed, start);
			}
			if (bytes.length - start > longestPiece) {
				start = addPieces(joiner, { bytes, start, end: bytes.length }, lines);
			}
			// a copy, so that some bytes do not keep a whole chunk
			bytes = Buffer.from(bytes.subarray(start));
			start = 0;
			from = bytes.length;
			return lines;
		},
		end() {
			const lines: EngineLogLine[] = [];
			if (bytes.length > 0) addLine(joiner, { bytes, start: 0, end: bytes.length }, lines);
			bytes = Buffer.alloc(0);
			return [...lines, ...joiner.end()];
		},
	};
}

interface Span {
	readonly bytes: Buffer;
	readonly start: number;
	readonly end: number;
}

function addLine(joiner: LineJoiner, span: Span, lines: EngineLogLine[]): void {
	const start = addPieces(joiner, span, lines);
	joiner.add(span.bytes, { start, end: span.end, isStdErr: false }, lines);
}

/**
 * Adds all pieces but the last. One begins after 16 KiB of a long line, and after the last words of a container that was
 * started again. @returns where the last begins
 */
function addPieces(
	joiner: LineJoiner,
	{ bytes, start, end }: Span,
	lines: EngineLogLine[],
): number {
	let from = start;
	for (let cut = nextPiece({ bytes, start, end }); cut !== -1;) {
		joiner.add(bytes, { start: from, end: cut, isStdErr: false }, lines);
		from = cut;
		cut = nextPiece({ bytes, start: from, end });
	}
	return from;
}

/** @returns where a further piece begins, by a stamp that is not before that of this one; -1 when there is none */
function nextPiece({ bytes, start, end }: Span): number {
	if (end - start < 2 * zOfStamp) return -1; // too short for two stamps
	const text = endOfStamp(bytes, start);
	if (text === -1) return -1;
	const full = text + pieceBytes;
	if (full < end && endOfStamp(bytes, full) !== -1) return full;
	// `Z ` ends a stamp: rare enough to look at each
	for (let at = bytes.indexOf(letterZ, text + zOfStamp); at !== -1 && at < end;) {
		if (bytes[at + 1] === space && isNotBefore(bytes, at - zOfStamp, start)) return at - zOfStamp;
		at = bytes.indexOf(letterZ, at + 1);
	}
	return -1;
}

const stampPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/;

function isNotBefore(bytes: Buffer, begin: number, start: number): boolean {
	const text = bytes.toString('latin1', begin, begin + zOfStamp + 1);
	return stampPattern.test(text) && text >= (readStamp(bytes, start)?.stamp ?? '');
}
