import type { EngineLogLine } from '../ports/container-engine.ts';
import { endOfUsualStamp, readStamp, stampLength, toLine } from './log-stamp.ts';

/** Longest line in bytes; a longer one comes in parts. */
const longestLine = 64 * 1024;

/**
 * The engine cuts a line where its buffer is full, which is 16 KiB (Podman: 8 KiB). What ends otherwise without a line
 * break is the last that a container wrote before it stopped: nothing of its line follows.
 */
const bufferStep = 4 * 1024;

const [lineFeed, carriageReturn] = [10, 13];

interface OpenLine {
	parts: Buffer[];
	bytes: number;
	stamp: string;
}

/** Takes apart what a container's log is made of. */
export interface LogParser {
	/** To be called when `take` has given all of the last chunk. Keeps the chunk until then, and no longer. */
	feed(chunk: Buffer): void;
	/** @returns some of the lines that end in the chunk: `most`, and a few where one has parts; fewer are the last */
	take(most: number): EngineLogLine[];
	/** @returns lines whose end never came */
	end(): EngineLogLine[];
}

/**
 * Joins the pieces of long lines, each stream by itself. A joined line has the stamp of its last piece, so that a place
 * behind it is behind the whole of it.
 */
export class LineJoiner {
	readonly #out: OpenLine = { parts: [], bytes: 0, stamp: '' };
	readonly #err: OpenLine = { parts: [], bytes: 0, stamp: '' };

	/**
	 * Takes what nearly all lines are: whole, of standard output, and of one stamp.
	 * @returns undefined for others, and where there may be a further stamp in the text
	 */
	usualLine(bytes: Buffer, start: number, end: number): EngineLogLine | undefined {
		if (this.#out.bytes > 0) return undefined;
		const text = textOf(bytes, start, end);
		return text === undefined || text.includes('Z ', stampLength) ? undefined : toLine(text, false);
	}

	/**
	 * @param bytes - from `start` to `end` holds a piece, with its stamp in front, and a line break at the end unless more of
	 * the line follows
	 */
	add(
		bytes: Buffer,
		{ start, end, isStdErr }: { start: number; end: number; isStdErr: boolean },
		lines: EngineLogLine[],
	): void {
		const open = isStdErr ? this.#err : this.#out;
		const text = open.bytes === 0 ? textOf(bytes, start, end) : undefined;
		if (text !== undefined) {
			lines.push(toLine(text, isStdErr));
			return;
		}
		const found = readStamp(bytes, start);
		const textStart = found?.end ?? start;
		const isEnded = bytes[end - 1] === lineFeed && end > textStart;
		const textEnd = isEnded ? trimmed(bytes, textStart, end - 1) : end;
		if (isEnded && open.bytes === 0) {
			const message = bytes.toString('utf8', textStart, textEnd);
			lines.push({ message, isStdErr, stamp: found?.stamp ?? '' });
			return;
		}
		open.parts.push(Buffer.from(bytes.subarray(textStart, textEnd)));
		open.bytes += textEnd - textStart;
		if (found !== undefined) open.stamp = found.stamp;
		const isWhole = isEnded || (textEnd - textStart) % bufferStep !== 0;
		if (isWhole) lines.push(close(open, isStdErr));
		else if (open.bytes >= longestLine) lines.push(closePart(open, isStdErr));
	}

	/** @returns lines whose end never came */
	end(): EngineLogLine[] {
		const lines: EngineLogLine[] = [];
		if (this.#out.bytes > 0) lines.push(close(this.#out, false));
		if (this.#err.bytes > 0) lines.push(close(this.#err, true));
		return lines;
	}
}

/** Of one stamp and one line. @returns undefined for other pieces */
function textOf(bytes: Buffer, start: number, end: number): string | undefined {
	const textStart = endOfUsualStamp(bytes, start);
	const isUsual = textStart !== -1 && bytes[end - 1] === lineFeed && end > textStart;
	return isUsual ? bytes.toString('utf8', start, trimmed(bytes, textStart, end - 1)) : undefined;
}

const trimmed = (bytes: Buffer, start: number, end: number): number =>
	end > start && bytes[end - 1] === carriageReturn ? end - 1 : end;

function close(open: OpenLine, isStdErr: boolean): EngineLogLine {
	const message = Buffer.concat(open.parts).toString('utf8');
	open.parts = [];
	open.bytes = 0;
	return { message, isStdErr, stamp: open.stamp };
}

/** Leaves a character that is not complete for the next part. */
function closePart(open: OpenLine, isStdErr: boolean): EngineLogLine {
	const bytes = Buffer.concat(open.parts);
	const end = bytes.length - incompleteBytes(bytes);
	open.parts = [Buffer.from(bytes.subarray(end))];
	open.bytes = bytes.length - end;
	return { message: bytes.toString('utf8', 0, end), isStdErr, stamp: open.stamp };
}

/** @returns how many bytes at the end begin a UTF-8 character without completing it */
function incompleteBytes(bytes: Buffer): number {
	for (let back = 1; back <= 3; back++) {
		const byte = bytes[bytes.length - back] ?? 0;
		if (byte < 0x80) return 0;
		if (byte < 0xc0) continue;
		const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
		return length > back ? back : 0;
	}
	return 0;
}
