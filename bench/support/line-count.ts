/** Lines that came, and lines of which it was told that they are missing. */
export interface LineCount {
	/** Of those that are measured. */
	readonly lines: number;
	readonly told: number;
	/** When the last of them came, in milliseconds of `performance.now()`. */
	readonly lastAtMs: number;
}

/** What every measured line begins with. */
export const lineMark = 'bench-line ';

const lineFeed = 0x0a;
const suppressed = /Warning: Suppressed (\d+) message/;

export interface LineCounter {
	/** Bytes of text as they come, cut anywhere. */
	add(bytes: Buffer): void;
	read(): LineCount;
	forget(): void;
}

export function createLineCount(): LineCounter {
	let rest = Buffer.alloc(0);
	let count: LineCount = { lines: 0, told: 0, lastAtMs: 0 };
	const look = (text: string): void => {
		const missing = suppressed.exec(text)?.[1];
		const isMeasured = missing === undefined && text.includes(lineMark);
		count = {
			lines: count.lines + (isMeasured ? 1 : 0),
			told: count.told + Number(missing ?? 0),
			lastAtMs: isMeasured || missing !== undefined ? performance.now() : count.lastAtMs,
		};
	};
	return {
		add(bytes) {
			const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
			let start = 0;
			for (let end = all.indexOf(lineFeed); end !== -1; end = all.indexOf(lineFeed, start)) {
				look(all.toString('utf8', start, end));
				start = end + 1;
			}
			rest = Buffer.from(all.subarray(start));
		},
		read: () => count,
		forget: () => void (count = { lines: 0, told: 0, lastAtMs: 0 }),
	};
}
