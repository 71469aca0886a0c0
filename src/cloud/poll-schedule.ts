import { backoffMs, withJitter } from '../kit/backoff.ts';

/** First pause after a failure, in milliseconds. */
const firstRetryMs = 15_000;
/** Longest time added to an interval, in milliseconds. */
const longestJitterMs = 60_000;

/**
 * Pause after a success: the interval, plus up to a tenth of it and at most a minute, so that the devices of a fleet do
 * not poll as one wave, and yet within the 1.5 intervals after which a cloud takes them for lost.
 * @param fraction - random number, 0 to 1
 */
export function pauseAfterSuccessMs(intervalMs: number, fraction: number): number {
	return intervalMs + Math.min(longestJitterMs, intervalMs / 10) * fraction;
}

const jitterShare = 0.2;

export interface FailurePause {
	/** Failures in a row before this one. */
	readonly failures: number;
	/** Upper limit, in milliseconds. */
	readonly intervalMs: number;
	/** Random number, 0 to 1. */
	readonly fraction: number;
	/** What the cloud asked for, in milliseconds: the pause is not shorter. */
	readonly retryAfterMs?: number | undefined;
}

/**
 * Pause after a failure: 15 s, doubling up to the interval, less up to a fifth of it by chance. Where the cloud asks for a
 * longer one, up to a fifth of that is added: it asks all devices for the same.
 */
export function pauseAfterFailureMs(pause: FailurePause): number {
	const { failures, intervalMs, fraction, retryAfterMs = 0 } = pause;
	const limits = { minMs: Math.min(firstRetryMs, intervalMs), maxMs: intervalMs };
	const ownMs = withJitter(backoffMs(failures, limits), jitterShare, fraction);
	return Math.max(retryAfterMs * (1 + jitterShare * fraction), ownMs);
}
