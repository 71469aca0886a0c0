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
	 * @param stepIds - the steps that failed, or another name for what did
	 * @param failure.isCostly - the next attempt interrupts what works: it comes after five minutes, unless no pause is to
	 * be that long. Default false
	 * @returns the pause in milliseconds
	 */
	failed(
		stepIds: readonly string[],
		failure: {
			readonly message: string;
			readonly minPauseMs?: number | undefined;
			readonly isCostly?: boolean | undefined;
		},
	): number;
	/** Further steps of an attempt that has failed already rest, too. */
	alsoFailed(stepIds: readonly string[]): void;
	/** Notes that a plan was carried out whole. @param text - the plan in words */
	done(text: string): void;
	/** The plan was carried out whole three times since the last failure and is wanted once more. */
	isStuck(text: string): boolean;
	/** Length of the last pause in milliseconds. */
	readonly pauseMs: number;
	/** Milliseconds left of the pause. */
	restMs(): number;
	/** Steps that failed and must not be tried before the pause is over. */
	resting(): ReadonlySet<string>;
	/** Ends the pause. */
	cutShort(): void;
	/** Forgets everything. */
	reset(): void;
}

const timesUntilStuck = 3;
const jitterShare = 0.2;
const costlyPauseMs = 300_000;

export function createAttempts({ clock, random, limits }: AttemptsDeps): Attempts {
	const restMs = (): number => Math.max(0, pauseEndsMs - clock.monotonicMs());
	let failures = 0;
	let lastError: string | undefined;
	let lastPauseMs = 0;
	let pauseEndsMs = 0;
	const failedSteps = new Set<string>();
	const timesDone = new Map<string, number>();
	return {
		get failures() {
			return failures;
		},
		get lastError() {
			return lastError;
		},
		failed(stepIds, { message, minPauseMs = 0, isCostly = false }) {
			if (restMs() === 0) failedSteps.clear();
			const ms = withJitter(backoffMs(failures, limits()), jitterShare, random.fraction());
			const costlyMs = isCostly ? Math.min(costlyPauseMs, limits().maxMs) : 0;
			const pauseMs = Math.round(Math.max(ms, minPauseMs, costlyMs));
			failures += 1;
			lastPauseMs = pauseMs;
			lastError = message;
			pauseEndsMs = clock.monotonicMs() + pauseMs;
			for (const id of stepIds) failedSteps.add(id);
			timesDone.clear();
			return pauseMs;
		},
		alsoFailed(stepIds) {
			for (const id of stepIds) failedSteps.add(id);
		},
		done: (text) => void timesDone.set(text, (timesDone.get(text) ?? 0) + 1),
		isStuck: (text) => (timesDone.get(text) ?? 0) >= timesUntilStuck,
		get pauseMs() {
			return lastPauseMs;
		},
		restMs,
		resting: () => (restMs() > 0 ? failedSteps : new Set<string>()),
		cutShort: () => void (pauseEndsMs = 0),
		reset() {
			failures = 0;
			lastError = undefined;
			pauseEndsMs = 0;
			failedSteps.clear();
			timesDone.clear();
		},
	};
}
