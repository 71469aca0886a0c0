import { backoffMs, withJitter, type BackoffLimits } from '../kit/backoff.ts';
import type { Clock } from '../kit/clock.ts';
import type { Random } from '../kit/random.ts';

export interface AttemptsDeps {
	readonly clock: Pick<Clock, 'monotonicMs'>;
	readonly random: Pick<Random, 'fraction'>;
	/** Read at each failure, so that a changed poll interval holds from then on. */
	readonly limits: () => BackoffLimits;
}

/** What another attempt puts at stake. */
export type Stake = 'none' | 'costly' | 'vain';

/** What was tried for one thing since it last settled or its target changed; decides when to try again. */
export interface Attempts {
	/** Failures in a row. */
	readonly failures: number;
	/** Text of the last failure. */
	readonly lastError: string | undefined;
	/**
	 * Notes a failed attempt and begins a pause.
	 * @param stepIds - the steps that failed, or another name for what did
	 * @param failure.stake - `costly`: the next attempt interrupts what works, so that it comes after five minutes, unless
	 * no pause is to be that long; `vain`: it does so, and cannot help, so that it comes after a day. Default `none`
	 * @returns the pause in milliseconds
	 */
	failed(
		stepIds: readonly string[],
		failure: {
			readonly message: string;
			readonly minPauseMs?: number | undefined;
			readonly stake?: Stake | undefined;
		},
	): number;
	/** Further steps of an attempt that has failed already rest, too, each as long as its own stake wants. */
	alsoFailed(stepIds: readonly string[], stake?: Stake): void;
	/** These steps rest, though they have not failed: what they need is not there yet. */
	postponed(stepIds: readonly string[], pauseMs: number): void;
	/** Notes that a plan was carried out whole. @param text - the plan in words */
	done(text: string): void;
	/** The plan was carried out whole three times since the last failure and is wanted once more. */
	isStuck(text: string): boolean;
	/** Length of the last pause in milliseconds, until the first step may be tried again. */
	readonly pauseMs: number;
	/** Milliseconds until the first of the resting steps may be tried again. */
	restMs(): number;
	/** Steps that failed and must not be tried before their pause is over. */
	resting(): ReadonlySet<string>;
	/** Ends the pause. */
	cutShort(): void;
	/** Forgets everything. */
	reset(): void;
}

const timesUntilStuck = 3;
const jitterShare = 0.2;
const costlyPauseMs = 300_000;
const vainPauseMs = 24 * 3_600_000;

function leastPauseMs(stake: Stake, { maxMs }: BackoffLimits): number {
	if (stake === 'vain') return vainPauseMs;
	return stake === 'costly' ? Math.min(costlyPauseMs, maxMs) : 0;
}

export function createAttempts({ clock, random, limits }: AttemptsDeps): Attempts {
	let failures = 0;
	let lastError: string | undefined;
	let lastPauseMs = 0;
	/** Of a step without a stake that fails in the same attempt. */
	let plainPauseMs = 0;
	const rests = createRests(clock);
	const timesDone = new Map<string, number>();
	return {
		get failures() {
			return failures;
		},
		get lastError() {
			return lastError;
		},
		failed(stepIds, { message, minPauseMs = 0, stake = 'none' }) {
			const ms = withJitter(backoffMs(failures, limits()), jitterShare, random.fraction());
			plainPauseMs = Math.round(Math.max(ms, minPauseMs));
			lastPauseMs = Math.max(plainPauseMs, leastPauseMs(stake, limits()));
			failures += 1;
			lastError = message;
			rests.begin(stepIds, lastPauseMs);
			timesDone.clear();
			return lastPauseMs;
		},
		alsoFailed(stepIds, stake = 'none') {
			const pauseMs = Math.max(plainPauseMs, leastPauseMs(stake, limits()));
			lastPauseMs = Math.min(lastPauseMs, pauseMs);
			rests.begin(stepIds, pauseMs);
		},
		postponed: (stepIds, ms) => rests.begin(stepIds, ms),
		done: (text) => void timesDone.set(text, (timesDone.get(text) ?? 0) + 1),
		isStuck: (text) => (timesDone.get(text) ?? 0) >= timesUntilStuck,
		get pauseMs() {
			return lastPauseMs;
		},
		restMs: () => rests.leastMs(),
		resting: () => rests.ids(),
		cutShort: () => rests.clear(),
		reset() {
			failures = 0;
			lastError = undefined;
			rests.clear();
			timesDone.clear();
		},
	};
}

/** Which steps rest, and until when. */
function createRests(clock: AttemptsDeps['clock']) {
	const ends = new Map<string, number>();
	const left = (): [string, number][] => {
		const nowMs = clock.monotonicMs();
		return [...ends].flatMap(([id, endMs]) => (endMs > nowMs ? [[id, endMs - nowMs]] : []));
	};
	return {
		begin(stepIds: readonly string[], ms: number): void {
			for (const id of stepIds) ends.set(id, clock.monotonicMs() + ms);
		},
		ids: (): ReadonlySet<string> => new Set(left().map(([id]) => id)),
		/** Until the first of them may be tried again; 0 when none rests. */
		leastMs(): number {
			const all = left().map(([, ms]) => ms);
			return all.length === 0 ? 0 : Math.min(...all);
		},
		clear: (): void => ends.clear(),
	};
}
