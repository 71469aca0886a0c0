export interface BackoffLimits {
	/** First pause. */
	minMs: number;
	/** Longest pause. */
	maxMs: number;
}

/**
 * Pause before the next attempt: doubles with each failure, then stays at `maxMs`.
 * @param failures - failures in a row so far; 0 right after a success
 * @returns milliseconds, between `minMs` and `maxMs`
 * @throws {RangeError} if `failures` is negative
 */
export function backoffMs(failures: number, { minMs, maxMs }: BackoffLimits): number {
	if (failures < 0) throw new RangeError(`failures is ${failures}`);
	return Math.min(maxMs, minMs * 2 ** Math.min(failures, 30)); // uncapped, 0 ms times Infinity is NaN
}

/**
 * Spreads a pause so that many devices do not act as one wave.
 * @param share - part of the pause that is drawn at random, 0 to 1
 * @param fraction - random number, 0 (inclusive) to 1
 * @returns milliseconds, between `ms * (1 - share)` and `ms`
 */
export function withJitter(ms: number, share: number, fraction: number): number {
	return ms * (1 - share * fraction);
}
