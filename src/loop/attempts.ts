import { backoffMs, withJitter, type BackoffLimits } from '../kit/backoff.ts';
import type { Clock } from '../kit/clock.ts';
import type { Random } from '../kit/random.ts';

export interface AttemptsDeps {
	readonly clock: Pick<Clock, 'monotonicMs'>;
	readonly random: Pick<Random, 'fraction'>;
	/** Read at each failure, so that a changed poll interval holds from then on. */
	readonly limits: () => BackoffLimits;
}

/** What was tried for one thing since it last settled or its target changed; decides when to try again. */
export interface Attempts {
	/** Failures in a row. */
	readonly failures: number;
	/** Text of the last failure. */
	readonly lastError: string | undefined;
	/**
	 * Notes a failed attempt and begins a pause.
	 * @param text - the plan that failed, or other words for what was attempted
	 * @returns the pause in milliseconds
	 */
	failed(
		text: string,
		failure: { readonly message: string; readonly minPauseMs?: number | undefined },
	): number;
	/** Notes that a plan was carried out whole. */
	done(text: string): void;
	/** The plan was carried out whole three times and is wanted once more. */
	isStuck(text: string): boolean;
	/** Milliseconds for which this plan must rest; 0 when it may be tried now. A plan that has not failed never rests. */
	restMs(text: string): number;
	/** Ends the pause; what failed is still known. */
	cutShort(): void;
	/** Forgets everything. */
	reset(): void;
}

const timesUntilStuck = 3;
/** Different plans remembered as failed; beyond, every plan rests, so that a flapping world makes no hot loop. */
const maxFailedTexts = 20;
const jitterShare = 0.2;

export function createAttempts({ clock, random, limits }: AttemptsDeps): Attempts {
	let failures = 0;
	let lastError: string | undefined;
	let pauseEndsMs = 0;
	const failedTexts = new Set<string>();
	const timesDone = new Map<string, number>();
	return {
		get failures() {
			return failures;
		},
		get lastError() {
			return lastError;
		},
		failed(text, { message, minPauseMs = 0 }) {
			const ms = withJitter(backoffMs(failures, limits()), jitterShare, random.fraction());
			const pauseMs = Math.round(Math.max(ms, minPauseMs));
			failures += 1;
			lastError = message;
			pauseEndsMs = clock.monotonicMs() + pauseMs;
			failedTexts.add(text);
			timesDone.set(text, Math.min(timesUntilStuck - 1, timesDone.get(text) ?? 0));
			return pauseMs;
		},
		done: (text) => void timesDone.set(text, (timesDone.get(text) ?? 0) + 1),
		isStuck: (text) => (timesDone.get(text) ?? 0) >= timesUntilStuck,
		restMs(text) {
			const mayRest = failedTexts.has(text) || failedTexts.size >= maxFailedTexts;
			return mayRest ? Math.max(0, pauseEndsMs - clock.monotonicMs()) : 0;
		},
		cutShort: () => void (pauseEndsMs = 0),
		reset() {
			failures = 0;
			lastError = undefined;
			pauseEndsMs = 0;
			failedTexts.clear();
			timesDone.clear();
		},
	};
}
