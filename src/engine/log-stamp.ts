import type { EngineLogLine } from '../ports/container-engine.ts';

/** Length of the engine's own stamps, `2026-01-02T03:04:05.123456789Z`. */
export const stampLength = 30;
const longestStamp = 40;

const stampPattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) /;

const [space, letterT, letterZ] = [0x20, 0x54, 0x5a];

export interface FoundStamp {
	/** In UTC, with nine fractional digits. */
	readonly stamp: string;
	/** Where the text behind it begins. */
	readonly end: number;
}

/** @returns the stamp that the text at `start` begins with; undefined when there is none */
export function readStamp(bytes: Buffer, start: number): FoundStamp | undefined {
	const end = start + stampLength;
	if (isUsual(bytes, start)) return { stamp: bytes.toString('latin1', start, end), end: end + 1 };
	return readUnusual(bytes, start);
}

const isUsual = (bytes: Buffer, start: number): boolean =>
	bytes[start + stampLength] === space &&
	bytes[start + stampLength - 1] === letterZ &&
	bytes[start + 10] === letterT;

/** @returns where the text behind the stamp at `start` begins if that is one of the engine's own; else -1 */
export function endOfUsualStamp(bytes: Buffer, start: number): number {
	return isUsual(bytes, start) ? start + stampLength + 1 : -1;
}

/** @param text - with one of the engine's own stamps in front */
export const toLine = (text: string, isStdErr: boolean): EngineLogLine => ({
	message: text.slice(stampLength + 1),
	isStdErr,
	stamp: text.slice(0, stampLength),
});

/** @returns where the text behind the stamp at `start` begins; -1 when there is none. Faster than to read it */
export function endOfStamp(bytes: Buffer, start: number): number {
	if (isUsual(bytes, start)) return start + stampLength + 1;
	return readUnusual(bytes, start)?.end ?? -1;
}

/** Other engines leave zeros out, or give another zone. */
function readUnusual(bytes: Buffer, start: number): FoundStamp | undefined {
	const [found, seconds = '', fraction = '', zone = ''] =
		stampPattern.exec(bytes.toString('latin1', start, start + longestStamp)) ?? [];
	if (found === undefined) return undefined;
	const milliseconds = Date.parse(`${seconds}${zone}`);
	if (Number.isNaN(milliseconds)) return undefined;
	const utc = new Date(milliseconds).toISOString().slice(0, -5);
	return { stamp: `${utc}.${fraction.padEnd(9, '0')}Z`, end: start + found.length };
}

/** `seconds.nanoseconds`, as the engine's `since` takes it; undefined for what is no stamp. */
export function toSince(stamp: string): string | undefined {
	const [, seconds = '', fraction = '', zone = ''] = stampPattern.exec(`${stamp} `) ?? [];
	const milliseconds = Date.parse(`${seconds}${zone}`);
	if (Number.isNaN(milliseconds)) return undefined;
	return `${milliseconds / 1000}.${fraction.padEnd(9, '0')}`;
}

/** The stamp in UTC with nine fractional digits, so that text order is time order; undefined for what is none. */
export function toUtcStamp(stamp: string): string | undefined {
	return readUnusual(Buffer.from(`${stamp} `, 'latin1'), 0)?.stamp;
}
