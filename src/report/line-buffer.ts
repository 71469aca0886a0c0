import { suppressedLine, type LogLine } from '../model/log-line.ts';

/** Lines in the form in which they are sent. */
export interface LinePiece {
	readonly text: string;
	readonly bytes: number;
	readonly lines: number;
}

/** Some lines of one service that came together. */
interface Entry {
	bytes: number;
	lines: number;
	texts: string[];
	/** Undefined for what is not counted against anybody's share. */
	readonly share: Share | undefined;
}

/** What one service, or the system, has in the buffer, and what of it was dropped. */
interface Share {
	/** The line that was dropped last; tells whose share it is. */
	last: LogLine;
	bytes: number;
	dropped: number;
}

const toEntry = ({ text, bytes, lines }: LinePiece): Entry => ({
	...{ texts: [text], bytes, lines },
	share: undefined,
});

const textOf = ({ texts }: Entry): string => texts.join('');

/** One text in place of many parts: what waits shall not take much more room than what is sent. */
function close(entry: Entry): void {
	entry.texts = [textOf(entry)];
}

/** A service alone may fill four fifths; each that joins it leaves room for others. */
const greed = 4;
/** Lines are taken out in entries of so small a part of the whole, or one by one where they are longer. */
const finest = 64;

export interface LineBufferOptions {
	/** Of all lines together. */
	readonly limitBytes: number;
	/** A line as it is sent, with its line feed. */
	readonly encode: (line: LogLine) => string;
	/** A longer message is cut by `encode`; in characters. Default: none is. */
	readonly longestMessage?: number;
}

/**
 * Lines on their way to one reader; bounded: what does not fit is dropped and counted, for each service by itself. A
 * service may hold so many times what is free, so that the buffer never is full of one's lines when another has some
 * (dynamic thresholds, as network switches share their memory).
 */
export class LineBuffer {
	readonly #limitBytes: number;
	readonly #entryBytes: number;
	readonly #encode: (line: LogLine) => string;
	readonly #longestMessage: number;
	readonly #shares = new Map<number | string | undefined, Share>();
	#entries: Entry[] = [];
	#sizeBytes = 0;
	#droppedEver = 0;
	#added = 0;
	#taken = 0;

	constructor({ limitBytes, encode, longestMessage = Infinity }: LineBufferOptions) {
		this.#limitBytes = limitBytes;
		this.#entryBytes = limitBytes / finest;
		this.#encode = encode;
		this.#longestMessage = longestMessage;
	}

	/** Lines that were dropped since the beginning. */
	get droppedLines(): number {
		return this.#droppedEver;
	}

	/** Lines that were taken in since the beginning. */
	get addedLines(): number {
		return this.#added;
	}

	/** Of those, lines that were taken out, in the same order. */
	get takenLines(): number {
		return this.#taken;
	}

	get sizeBytes(): number {
		return this.#sizeBytes;
	}

	get isEmpty(): boolean {
		return this.#entries.length === 0 && !this.#hasUntold();
	}

	/** Share of the limit that is in use, 0 to 1. */
	get fill(): number {
		return this.#sizeBytes / this.#limitBytes;
	}

	add(line: LogLine): void {
		const share = this.#shareOf(line);
		// what cannot fit is found out before the costs of encoding: there may be a flood
		const hasHope = this.#fits(share, Math.min(line.message.length, this.#longestMessage));
		const text = hasHope ? this.#encode(line) : '';
		const bytes = hasHope ? this.#bytesOf(text, line) : Infinity;
		if (!this.#fits(share, bytes)) {
			share.last = line;
			share.dropped += 1;
			this.#droppedEver += 1;
			return;
		}
		if (share.dropped > 0) this.#push(this.#takeWarning(share), share);
		this.#push({ text, bytes, lines: 1 }, share);
	}

	/**
	 * @returns the oldest lines, of together at most so many bytes, or the first of them where those are more (a line, or a
	 * 64th of the limit); undefined when there are none
	 */
	take(limitBytes: number): LinePiece | undefined {
		let bytes = 0;
		let lines = 0;
		const end = this.#entries.findIndex((entry, index) => {
			if (index > 0 && bytes + entry.bytes > limitBytes) return true;
			bytes += entry.bytes;
			lines += entry.lines;
			if (entry.share !== undefined) entry.share.bytes -= entry.bytes;
			return false;
		});
		const taken = this.#entries.splice(0, end === -1 ? Infinity : end);
		if (taken.length === 0) return this.#takeWarnings();
		const text = taken.map(textOf).join('');
		this.#sizeBytes -= bytes;
		this.#taken += lines;
		if (this.#entries.length === 0) this.#forget();
		return { text, bytes, lines };
	}

	/** Puts lines that were taken back in front, whether they fit or not. */
	putBack(pieces: readonly LinePiece[]): void {
		this.#entries.unshift(...pieces.map(toEntry));
		for (const { bytes, lines } of pieces) {
			this.#sizeBytes += bytes;
			this.#taken -= lines;
		}
	}

	clear(): void {
		this.#taken = this.#added;
		this.#sizeBytes = 0;
		this.#shares.clear();
		this.#entries = [];
	}

	#fits(share: Share, bytes: number): boolean {
		const freeBytes = this.#limitBytes - this.#sizeBytes;
		return bytes <= freeBytes && share.bytes + bytes <= greed * (freeBytes - bytes);
	}

	#push({ text, bytes, lines }: LinePiece, share: Share): void {
		const last = this.#entries.at(-1);
		if (last?.share === share && last.bytes + bytes <= this.#entryBytes) {
			last.texts.push(text);
			last.bytes += bytes;
			last.lines += lines;
		} else {
			if (last !== undefined) close(last);
			this.#entries.push({ texts: [text], bytes, lines, share });
		}
		this.#sizeBytes += bytes;
		this.#added += lines;
		share.bytes += bytes;
	}

	/** Only a message is other than ASCII, and it is flat; what was put together around it need not become so for this. */
	#bytesOf(text: string, { message }: LogLine): number {
		if (message.length > this.#longestMessage) return Buffer.byteLength(text);
		return text.length + Buffer.byteLength(message) - message.length;
	}

	#shareOf(line: LogLine): Share {
		const key = line.isSystem ? undefined : (line.serviceId ?? line.serviceName ?? '');
		const known = this.#shares.get(key);
		if (known !== undefined) return known;
		const share = { last: line, bytes: 0, dropped: 0 };
		this.#shares.set(key, share);
		return share;
	}

	#hasUntold(): boolean {
		for (const { dropped } of this.#shares.values()) if (dropped > 0) return true;
		return false;
	}

	/** Everything was taken: services that are gone leave nothing behind. */
	#forget(): void {
		for (const [key, { dropped }] of this.#shares) if (dropped === 0) this.#shares.delete(key);
	}

	#takeWarnings(): LinePiece | undefined {
		const untold = [...this.#shares.values()].filter(({ dropped }) => dropped > 0);
		if (untold.length === 0) return undefined;
		const text = untold.map((share) => this.#takeWarning(share).text).join('');
		return { text, bytes: Buffer.byteLength(text), lines: 0 };
	}

	#takeWarning(share: Share): LinePiece {
		const text = this.#encode(suppressedLine(share.dropped, share.last));
		share.dropped = 0;
		return { text, bytes: Buffer.byteLength(text), lines: 0 };
	}
}
